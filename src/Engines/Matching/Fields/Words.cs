using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Danke.Engines.Matching.Fields;

internal sealed class WordValue(string text, string sound, string shown, string issuer = "") : FieldValue
{
    /// <summary>Who gave a number, where it is told.</summary>
    public string Issuer { get; } = issuer;
    public string Text { get; } = text;
    public string Sound { get; } = sound;
    public Term Term { get; } = new(text);
    public override string Shown => shown;
}

/// <summary>Identifiers and postcodes: letters and digits, where a character may be mistyped.</summary>
internal sealed class CodeKind(bool isPostcode) : FieldKind
{
    public static readonly CodeKind Identifier = new(false);
    public static readonly CodeKind Postcode = new(true);

    public override ImmutableArray<Level> Levels { get; } = isPostcode
        ? LevelsOf(("same", 0.80, 0.01), ("one_slip", 0.08, 0.01), ("same_beginning", 0.04, 0.05), ("different", 0.08, 0.93))
        : LevelsOf(("same", 0.90, 0.0001), ("one_slip", 0.06, 0.0003), ("different", 0.04, 0.9996));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool)
    {
        var code = Texts.Letters(Texts.Fold(cells[0]));
        if (code.Length < 2 || code.AsSpan().IndexOfAnyExcept('0') < 0) return null;
        return new WordValue(code, code, cells[0].Trim(), cells.Length > 1 ? Texts.Letters(Texts.Fold(cells[1])) : "");
    }

    public override double ExpectedShare(int slot) => isPostcode ? 0.001 : 0.000001;

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        for (var v = (WordValue?)value; v is not null; v = (WordValue?)v.Next) visit(0, v.Term);
    }

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((WordValue)a, (WordValue)b);
        if (x.Text == y.Text) return new Agreement(0, x.Term);
        if (!isPostcode && AreOfTwoIssuers(x, y)) return Agreement.Nothing;
        var shorter = Math.Min(x.Text.Length, y.Text.Length);
        if (isPostcode && shorter >= 4 && (x.Text.StartsWith(y.Text) || y.Text.StartsWith(x.Text))) return new Agreement(0, x.Text.Length == shorter ? x.Term : y.Term);
        if (shorter >= 4 && Similarity.Edits(x.Text, y.Text, 1) <= 1) return new Agreement(1);
        if (!isPostcode) return Agreement.Unless(x.Term, y.Term, 2);
        return new Agreement(shorter >= 4 && x.Text.AsSpan(0, 3).SequenceEqual(y.Text.AsSpan(0, 3)) ? 2 : 3);
    }

    // One has a passport of each of two countries. US and USA are one; of names that do not begin alike nobody knows, and nothing is said.
    private static bool AreOfTwoIssuers(WordValue x, WordValue y) =>
        x.Issuer.Length > 0 && y.Issuer.Length > 0 && x.Issuer != y.Issuer && !(x.Issuer.Length > 1 && y.Issuer.Length > 1 && x.Issuer.AsSpan(0, 2).SequenceEqual(y.Issuer.AsSpan(0, 2)));
}

/// <summary>Whether a record tells of a person or of a firm.</summary>
internal sealed class RecordTypeKind : FieldKind
{
    private static readonly FrozenSet<string> Persons = FrozenSet.ToFrozenSet(["person", "individual", "natural person", "human", "private", "private person", "consumer", "p", "个人", "自然人"]);

    private static readonly FrozenSet<string> Firms = FrozenSet.ToFrozenSet(
        ["organization", "organisation", "org", "company", "business", "corporation", "corporate", "enterprise", "firm", "legal entity", "legal person", "institution", "企业", "公司", "单位", "机构", "组织", "法人"]);

    public override ImmutableArray<Level> Levels { get; } = LevelsOf(("same", 0.999, 0.7), ("different", 0.001, 0.3));

    public static bool IsTold(string value) => Texts.Fold(value) is var text && (Persons.Contains(text) || Firms.Contains(text));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool) =>
        Texts.Fold(cells[0]) is var text && Persons.Contains(text) ? new WordValue("person", "person", cells[0].Trim())
        : Firms.Contains(text) ? new WordValue("firm", "firm", cells[0].Trim()) : null;

    protected override Agreement CompareOne(FieldValue a, FieldValue b) => new(((WordValue)a).Text == ((WordValue)b).Text ? 0 : 1);
}

/// <summary>Cities, regions and other short texts: typos, one inside the other, the same sound.</summary>
internal sealed class WordKind(double m, double u, double trust = 150) : FieldKind
{
    public static readonly WordKind City = new(0.75, 0.05);
    public static readonly WordKind Region = new(0.85, 0.2);
    public static readonly WordKind Text = new(0.5, 0.1, trust: 8);

    private static readonly string[] Endings = ["特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "市辖区", "地区", "省", "市", "区", "县"];

    public override ImmutableArray<Level> Levels { get; } = LevelsOf(
        ("same", m, u), ("close", (1 - m) * 0.35, (1 - u) * 0.01), ("similar", (1 - m) * 0.25, (1 - u) * 0.05), ("different", (1 - m) * 0.4, (1 - u) * 0.94));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool)
    {
        var text = Texts.Letters(Texts.Fold(cells[0]));
        foreach (var ending in Endings)
            if (text.Length >= ending.Length + 2 && text.EndsWith(ending, StringComparison.Ordinal)) text = text[..^ending.Length];
        return text.Length == 0 ? null : new WordValue(text, text.Any(Texts.IsHan) ? Pinyin.Of(text) : Texts.Letters(Romanisation.Of(text)), cells[0].Trim());
    }

    public override double Trust => trust;

    public override double ExpectedShare(int slot) => 0.01;

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        for (var v = (WordValue?)value; v is not null; v = (WordValue?)v.Next) visit(0, v.Term);
    }

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((WordValue)a, (WordValue)b);
        if (x.Text == y.Text) return new Agreement(0, x.Term);
        if (x.Sound == y.Sound) return new Agreement(1);
        var shorter = Math.Min(x.Sound.Length, y.Sound.Length);
        if (shorter >= 4 && Similarity.Edits(x.Sound, y.Sound, 1) <= 1) return new Agreement(1);
        if (shorter >= 2 && (x.Sound.StartsWith(y.Sound) || y.Sound.StartsWith(x.Sound))) return new Agreement(2);
        if (shorter < 4) return new Agreement(3);
        return new Agreement(Similarity.JaroWinkler(x.Sound, y.Sound) switch { > 0.92 => 1, > 0.8 => 2, _ => 3 });
    }
}

/// <summary>Gender: one letter is enough, what is neither is left open.</summary>
internal sealed class GenderKind : FieldKind
{
    public override ImmutableArray<Level> Levels { get; } = LevelsOf(("same", 0.97, 0.5), ("different", 0.03, 0.5));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool) => Texts.Fold(cells[0]) switch
    {
        "m" or "male" or "man" or "男" or "男性" or "先生" or "mr" => new WordValue("m", "m", "m"),
        "f" or "female" or "woman" or "女" or "女性" or "女士" or "w" or "ms" or "mrs" => new WordValue("f", "f", "f"),
        _ => null,
    };

    protected override Agreement CompareOne(FieldValue a, FieldValue b) => new(((WordValue)a).Text == ((WordValue)b).Text ? 0 : 1);
}
