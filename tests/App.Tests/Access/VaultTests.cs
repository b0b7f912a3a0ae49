using System.Security.Cryptography;
using Danke.Platform.Access;

namespace Danke.App.Tests.Access;

public sealed class VaultTests
{
    private static Vault New(byte seed = 1) => new([.. Enumerable.Repeat(seed, 32)]);

    [Theory]
    [InlineData("")]
    [InlineData("13800138000")]
    [InlineData("张三@例子.中国")]
    public void What_was_sealed_opens_again_and_equal_values_seal_alike(string value)
    {
        using var vault = New();

        vault.Open(vault.Seal(value)).ShouldBe(value);
        vault.Seal(value).ShouldBe(vault.Seal(value));
    }

    [Fact]
    public void A_long_value_opens_again()
    {
        using var vault = New();
        var value = string.Concat(Enumerable.Repeat("长", 100_000));

        vault.Open(vault.Seal(value)).ShouldBe(value);
    }

    [Fact]
    public void A_sealed_value_shows_nothing_of_the_value_and_refuses_to_open_when_changed()
    {
        using var vault = New();
        var bytes = vault.Seal("13800138000");

        System.Text.Encoding.UTF8.GetString(bytes).ShouldNotContain("138001");
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => vault.Open(changed));
        }
        Should.Throw<CryptographicException>(() => vault.Open([]));
    }

    [Fact]
    public void Another_key_neither_finds_nor_opens()
    {
        using var one = New(1);
        using var other = New(2);

        other.Key("phone", "", "13800138000").ShouldNotBe(one.Key("phone", "", "13800138000"));
        other.Fingerprint.ShouldNotBe(one.Fingerprint);
        Should.Throw<CryptographicException>(() => other.Open(one.Seal("13800138000")));
    }

    // The stored hashes must mean the same for ever: another algorithm would lose every identifier.
    [Fact]
    public void The_keyed_hash_is_the_same_for_ever()
    {
        using var vault = New();

        vault.Key("phone", "", "13800138000").ShouldBe(Expected.Phone);
        vault.Fingerprint.ShouldBe(Expected.Fingerprint);
        Convert.ToHexStringLower(vault.Seal("13800138000")).ShouldBe(Expected.Sealed);
    }

    private static class Expected
    {
        public const long Phone = 6957202043774337234;
        public const string Fingerprint = "1c361b07098f1489";
        public const string Sealed = "01c079b5fd41ef48fadac5d006b2654c07e0f3918d65bf29718a589620a788b225f0b2330f2e8d3a";
    }

    [Fact]
    public void Namespace_scope_and_value_do_not_run_into_one_another()
    {
        using var vault = New();

        new[] { vault.Key("a", "b", "c"), vault.Key("ab", "", "c"), vault.Key("a", "bc", ""), vault.Key("", "ab", "c"), vault.Key("a", "", "bc") }.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void Keys_are_not_negative_and_do_not_depend_on_the_thread()
    {
        using var vault = New();
        var expected = Enumerable.Range(0, 2_000).Select(i => vault.Key("phone", "", i.ToString())).ToArray();

        var parallel = new long[2_000];
        Parallel.For(0, 2_000, i => parallel[i] = vault.Key("phone", "", i.ToString()));

        parallel.ShouldBe(expected);
        expected.ShouldAllBe(k => k >= 0);
        expected.Distinct().Count().ShouldBe(2_000);
    }

    [Theory]
    [InlineData("phone", "13800138000", "138****8000")]
    [InlineData("phone", "8613800138000", "86138****8000")]
    [InlineData("phone", "12", "**")]
    [InlineData("email", "anna@example.com", "a***@example.com")]
    [InlineData("email", "@", "*")]
    [InlineData("name", "张三", "张*")]
    [InlineData("name", "欧阳娜娜", "欧**")]
    [InlineData("name", "👨‍👩‍👧张", "👨‍👩‍👧*")]
    [InlineData("jd_pin", "jd_1234567", "jd***67")]
    [InlineData("jd_pin", "abc", "a***")]
    [InlineData("jd_pin", "ab", "**")]
    [InlineData("jd_pin", "", "")]
    public void Masking_leaves_enough_to_recognise_and_not_enough_to_know(string @namespace, string value, string masked) =>
        Vault.Mask(@namespace, value).ShouldBe(masked);

    [Fact]
    public void The_key_file_is_for_its_owner_only_and_read_back()
    {
        var folder = Directory.CreateTempSubdirectory("danke-test-").FullName;
        Vault.Find(folder, _ => null).ShouldBeNull();
        using var made = Vault.Create(folder);

        using var found = Vault.Find(folder, _ => null)!;

        found.Fingerprint.ShouldBe(made.Fingerprint);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path.Combine(folder, Vault.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<InvalidDataException>(() => Vault.Find(folder, _ => "c2hvcnQ="));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Who_opens_a_value_of_a_newer_key_seals_by_that_key_from_then_on()
    {
        var folder = Directory.CreateTempSubdirectory("danke-test-").FullName;
        using var one = Vault.Create(folder);
        // Another node with the same file, which read it before there was a newer key.
        using var other = Vault.Find(folder, _ => null)!;
        var old = one.Seal("13800138000");
        one.UseSeal(one.AddSeal()).ShouldBeTrue();
        var newer = one.Seal("13800138000");

        other.Open(old).ShouldBe("13800138000");
        Vault.SealOf(other.Seal("a")).ShouldBe(1);
        // What cannot be opened says nothing of keys.
        var damaged = newer.ToArray();
        damaged[^1] ^= 1;
        Should.Throw<System.Security.Cryptography.CryptographicException>(() => other.Open(damaged));
        Vault.SealOf(other.Seal("a")).ShouldBe(1);

        other.Open(newer).ShouldBe("13800138000");
        other.Seal("13800138000").ShouldBe(newer);
        // The older key goes on opening, and takes nothing back.
        other.Open(old).ShouldBe("13800138000");
        other.SealNumber.ShouldBe(2);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Of_several_newer_keys_that_are_met_at_once_the_newest_stays()
    {
        var folder = Directory.CreateTempSubdirectory("danke-test-").FullName;
        using var one = Vault.Create(folder);
        using var other = Vault.Find(folder, _ => null)!;
        var values = Enumerable.Range(0, 6).Select(_ =>
        {
            one.UseSeal(one.AddSeal());
            return one.Seal("x");
        }).ToList();

        Parallel.ForEach(Enumerable.Range(0, 60).Select(i => values[i % values.Count]), value => other.Open(value).ShouldBe("x"));

        other.SealNumber.ShouldBe(7);
        Directory.Delete(folder, recursive: true);
    }
}
