using Danke.Engines.Matching.Fields;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Matching;

public sealed class SimilarityTests
{
    // Winkler's own examples.
    [Theory]
    [InlineData("martha", "marhta", 0.961)]
    [InlineData("dwayne", "duane", 0.840)]
    [InlineData("dixon", "dicksonx", 0.813)]
    [InlineData("jones", "jones", 1)]
    [InlineData("abc", "xyz", 0)]
    [InlineData("", "", 1)]
    [InlineData("", "a", 0)]
    public void Jaro_Winkler(string a, string b, double expected) => Similarity.JaroWinkler(a, b).ShouldBe(expected, 0.0006);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("smith", "smyth", 1)]
    [InlineData("smith", "simth", 1)] // neighbours exchanged are one slip
    [InlineData("smith", "smit", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abcdef", "uvwxyz", 4)] // more than 3 are 4
    public void Edits(string a, string b, int expected) => Similarity.Edits(a, b, 3).ShouldBe(expected);

    [Fact]
    public void Both_are_the_same_from_either_side_and_keep_their_bounds() =>
        Prop.ForAll(Words.ToArbitrary(), Words.ToArbitrary(), (a, b) =>
        {
            var likeness = Similarity.JaroWinkler(a, b);
            likeness.ShouldBeInRange(0, 1 + 1e-12);
            Similarity.Edits(a, b, 3).ShouldBe(Similarity.Edits(b, a, 3));
            if (a == b) (likeness, Similarity.Edits(a, b, 3)).ShouldBe((1, 0));
            else Similarity.Edits(a, b, 3).ShouldBeGreaterThan(0);
            Similarity.Edits(a, b, 3).ShouldBeGreaterThanOrEqualTo(Math.Min(4, Math.Abs(a.Length - b.Length)));
        }).QuickCheckThrowOnFailure();

    private static readonly Gen<string> Words = Gen.Elements("abcdé王小".ToCharArray()).ListOf().Select(letters => new string([.. letters.Take(80)]));

    [Theory]
    [InlineData("王小明", "wangxiaoming")]
    [InlineData("歐陽", "ouyang")]
    [InlineData("Lü 吕", "Lü lv")]
    public void Characters_have_their_sound(string text, string sound) => Pinyin.Of(text).ShouldBe(sound);

    [Theory]
    [InlineData("曾", "zeng")]
    [InlineData("单", "shan")]
    [InlineData("尉迟", "yuchi")]
    public void Surnames_have_a_sound_of_their_own(string surname, string sound) => Pinyin.OfSurname(surname).ShouldBe(sound);
}
