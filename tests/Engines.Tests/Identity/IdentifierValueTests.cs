using Danke.Engines.Identity;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

public sealed class IdentifierValueTests
{
    // namespace, as received → as compared; nothing: identifies nobody.
    [Theory]
    [InlineData("phone", "13800138000", "13800138000")]
    [InlineData("phone", " 138-0013-8000 ", "13800138000")]
    [InlineData("phone", "+86 138 0013 8000", "13800138000")]
    [InlineData("phone", "+8613800138000", "13800138000")]
    [InlineData("phone", "8613800138000", "13800138000")]
    [InlineData("phone", "008613800138000", "13800138000")]
    [InlineData("phone", "０１３８００１３８００", "01380013800")]
    [InlineData("phone", "１３８００１３８０００", "13800138000")]
    [InlineData("phone", "＋８６　１３８００１３８０００", "13800138000")]
    [InlineData("phone", "(010) 8888-6666", "01088886666")]
    [InlineData("phone", "+49 151 23456789", "4915123456789")]
    [InlineData("phone", "8610888866", "8610888866")] // 86 and too short for a mobile: left as it is
    [InlineData("phone", "138****8000", null)]
    [InlineData("phone", "138••••8000", null)]
    [InlineData("phone", "11111111111", null)]
    [InlineData("phone", "00000000000", null)]
    [InlineData("phone", "12345", null)]
    [InlineData("phone", "1234567890123456", null)]
    [InlineData("phone", "123456789012345678901234567890", null)]
    [InlineData("phone", "+86", null)]
    [InlineData("phone", "13800138000 ext 5", null)]
    [InlineData("phone", "", null)]
    [InlineData("phone", "   ", null)]
    [InlineData("phone", "null", null)]
    [InlineData("email", "A.User+x@Example.COM", "a.user+x@example.com")]
    [InlineData("email", "ａ＠ｂ．com", "a@b.com")]
    [InlineData("email", "t***1@b.com", null)]
    [InlineData("email", "a@b", null)]
    [InlineData("email", "a@@b.com", null)]
    [InlineData("email", "@b.com", null)]
    [InlineData("email", "a b@c.com", null)]
    [InlineData("email", "a@b.com\u0000", null)]
    [InlineData("tmall_ouid", "AAHk5d-EAAeGwJedwSHpg8bT", "AAHk5d-EAAeGwJedwSHpg8bT")]
    [InlineData("tmall_ouid", "  AbC ", "AbC")]
    [InlineData("tmall_ouid", "abc", "abc")] // not the same as AbC: opaque values keep their case
    [InlineData("tmall_ouid", "t**1", null)]
    [InlineData("member", "800000000017", "800000000017")]
    [InlineData("member", "0", null)]
    [InlineData("member", "00000000", null)]
    [InlineData("member", "Undefined", null)]
    [InlineData("member", "N/A", null)]
    [InlineData("member", "未知", null)]
    [InlineData("customer", "00000000-0000-0000-0000-000000000000", null)]
    [InlineData("device", "00", "00")]
    public void A_value_is_compared_as(string @namespace, string received, string? compared) =>
        IdentifierValue.Normalise(IdentityRules.Default[@namespace], received).ShouldBe(compared);

    [Fact]
    public void A_value_longer_than_any_identifier_is_none() =>
        (IdentifierValue.Normalise(IdentityRules.Default["customer"], new string('a', IdentifierValue.LongestValue)),
            IdentifierValue.Normalise(IdentityRules.Default["customer"], new string('a', IdentifierValue.LongestValue + 1)))
        .ShouldBe((new string('a', IdentifierValue.LongestValue), null));

    [Fact]
    public void Normalising_twice_is_once_and_never_fails()
    {
        var namespaces = Gen.Elements(IdentityRules.Default.Namespaces.AsEnumerable());
        var letters = Gen.Elements("0123456789abzA @.-+()*＋０１９＠　张\n\0".ToCharArray());
        var texts = Gen.ArrayOf(letters).Select(c => new string(c));
        Prop.ForAll((from rule in namespaces from text in texts select (rule, text)).ToArbitrary(), c =>
        {
            var once = IdentifierValue.Normalise(c.rule, c.text);
            return once is null || (once.Length > 0 && !IdentifierValue.IsMasked(once) && IdentifierValue.Normalise(c.rule, once) == once);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void However_a_mainland_mobile_is_written_it_is_the_same_number()
    {
        var numbers = from head in Gen.Elements("13", "15", "18", "19") from tail in Gen.ArrayOf(Gen.Choose(0, 9), 9) where tail.Distinct().Count() > 1 select head + string.Concat(tail);
        var ways = Gen.Elements<Func<string, string>>(n => n, n => "+86" + n, n => "86" + n, n => "0086 " + n, n => "+86 " + n[..3] + "-" + n[3..7] + "-" + n[7..],
            n => string.Concat(n.Select(c => (char)(c - '0' + '０'))), n => " " + n + "\t");
        Prop.ForAll((from number in numbers from way in ways select (number, written: way(number))).ToArbitrary(),
            c => IdentifierValue.Normalise(IdentityRules.Default["phone"], c.written) == c.number).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("张三", "张三")]
    [InlineData(" Li  Si ", "lisi")]
    [InlineData("张*", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_name_is_compared_as(string? received, string? compared) => PersonName.Normalise(received).ShouldBe(compared);
}
