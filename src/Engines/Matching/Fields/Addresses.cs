using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Danke.Engines.Matching.Fields;

/// <summary>A word of an address, or two neighbouring characters of a Chinese one; <see cref="Weight"/> in bits, rare ones more.</summary>
internal sealed class Token(string text)
{
    public string Text { get; } = text;
    public Term Term { get; } = new(text);
    public bool IsNumber { get; } = char.IsAsciiDigit(text[0]);
    public float Weight => float.IsNaN(Term.Rarity) ? 8 : Term.Rarity;
}

internal sealed class AddressValue(Token[] tokens, string shown) : FieldValue
{
    /// <summary>In the order of their hashes, each once.</summary>
    public Token[] Tokens { get; } = tokens;
    public Term Term { get; } = new(string.Join(' ', tokens.Select(t => t.Text)));
    public override string Shown => shown;
}

/// <summary>Addresses, and names of firms: which words they share, weighed by how rare those are, and whether the numbers agree.</summary>
internal sealed class AddressKind(bool isFirm) : FieldKind
{
    public const int Same = 0, Close = 1, Similar = 2, SomeInCommon = 3, Different = 4;

    /// <summary>More words than that are no address.</summary>
    private const int MostTokens = 48;

    public static readonly AddressKind Street = new(false);
    public static readonly AddressKind Firm = new(true);

    public override ImmutableArray<Level> Levels { get; } = isFirm
        ? LevelsOf(("same", 0.6, 0.001), ("close", 0.2, 0.002), ("similar", 0.1, 0.01), ("some_in_common", 0.05, 0.05), ("different", 0.05, 0.937))
        : LevelsOf(("same", 0.55, 0.001), ("close", 0.18, 0.002), ("similar", 0.10, 0.01), ("some_in_common", 0.07, 0.06), ("different", 0.10, 0.927));

    private static readonly FrozenDictionary<string, string> Short = new Dictionary<string, string>
    {
        ["street"] = "st",
        ["str"] = "st",
        ["strasse"] = "st",
        ["avenue"] = "ave",
        ["av"] = "ave",
        ["road"] = "rd",
        ["drive"] = "dr",
        ["lane"] = "ln",
        ["place"] = "pl",
        ["court"] = "ct",
        ["crescent"] = "cres",
        ["boulevard"] = "blvd",
        ["square"] = "sq",
        ["highway"] = "hwy",
        ["parade"] = "pde",
        ["terrace"] = "tce",
        ["close"] = "cl",
        ["circuit"] = "cct",
        ["apartment"] = "apt",
        ["apartments"] = "apt",
        ["suite"] = "ste",
        ["floor"] = "fl",
        ["building"] = "bldg",
        ["north"] = "n",
        ["south"] = "s",
        ["east"] = "e",
        ["west"] = "w",
        ["saint"] = "st",
        ["mount"] = "mt",
        ["number"] = "no",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Empty = FrozenSet.ToFrozenSet(["no", "inc", "ltd", "llc", "co", "corp", "gmbh", "company", "limited", "the", "of", "and"]);

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool)
    {
        var shown = string.Join(", ", cells.ToArray().Select(c => c.Trim()).Where(c => c.Length > 0));
        var tokens = new SortedDictionary<ulong, Token>();
        foreach (var word in WordsOf(Romanisation.Of(Texts.Fold(shown))))
            if (tokens.Count < MostTokens && pool.TokenOf(word) is var token) tokens.TryAdd(token.Term.Key, token);
        return tokens.Count == 0 ? null : new AddressValue([.. tokens.Values], shown);
    }

    /// <summary>Words and numbers of Latin text; of Chinese text neighbouring pairs of characters.</summary>
    public static IEnumerable<string> WordsOf(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            if (char.IsAsciiDigit(text[i]))
            {
                while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
                yield return text[start..i].TrimStart('0') is { Length: > 0 } number ? number : "0";
            }
            else if (Texts.IsHan(text[i]))
            {
                while (i < text.Length && Texts.IsHan(text[i])) i++;
                for (var j = start; j + 1 < i; j++) yield return text.Substring(j, 2);
            }
            else if (char.IsLetter(text[i]))
            {
                while (i < text.Length && (char.IsLetter(text[i]) || text[i] == '\'') && !Texts.IsHan(text[i])) i++;
                var word = text[start..i].Replace("'", "");
                word = Short.GetValueOrDefault(word, word);
                if (word.Length > 0 && !Empty.Contains(word)) yield return word;
            }
            else i++;
        }
    }

    public override double ExpectedShare(int slot) => slot == 0 ? 0.00001 : 0.001;

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        for (var v = (AddressValue?)value; v is not null; v = (AddressValue?)v.Next)
        {
            visit(0, v.Term);
            foreach (var token in v.Tokens) visit(1, token.Term);
        }
    }

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((AddressValue)a, (AddressValue)b);
        if (x.Term.Key == y.Term.Key) return new Agreement(Same, x.Term);
        var (likeness, numbersAgree) = Likeness(x.Tokens, y.Tokens);
        return new Agreement(likeness switch
        {
            >= 0.8 => numbersAgree ? Close : Similar,
            >= 0.55 => numbersAgree ? Similar : SomeInCommon,
            >= 0.3 => SomeInCommon,
            _ => Different,
        });
    }

    // The share of weight in common, by the lighter of the two for the most part: an address is often written in less detail than elsewhere.
    private static (double Likeness, bool NumbersAgree) Likeness(Token[] a, Token[] b)
    {
        double weightA = 0, weightB = 0, common = 0;
        bool missedA = false, missedB = false, sharedNumber = false;
        ulong leftA = 0, leftB = 0;
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            if (j == b.Length || i < a.Length && a[i].Term.Key < b[j].Term.Key)
            {
                weightA += a[i].Weight;
                if (a[i].IsNumber) missedA = true;
                else leftA |= 1UL << i;
                i++;
            }
            else if (i == a.Length || b[j].Term.Key < a[i].Term.Key)
            {
                weightB += b[j].Weight;
                if (b[j].IsNumber) missedB = true;
                else leftB |= 1UL << j;
                j++;
            }
            else
            {
                var weight = a[i].Weight;
                (weightA, weightB, common) = (weightA + weight, weightB + weight, common + weight);
                if (a[i].IsNumber) sharedNumber = true;
                i++;
                j++;
            }
        }
        if (leftA != 0 && leftB != 0) common += Misspelt(a, b, leftA, leftB);
        var (lighter, heavier) = (Math.Min(weightA, weightB), Math.Max(weightA, weightB));
        if (lighter <= 0) return (0, false);
        return (common / (0.75 * lighter + 0.25 * heavier), !(missedA && missedB) && (sharedNumber || !missedA && !missedB));
    }

    // Words that are another's with one slip count for most of their weight.
    private static double Misspelt(Token[] a, Token[] b, ulong leftA, ulong leftB)
    {
        var common = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            if ((leftA >> i & 1) == 0 || a[i].Text.Length < 4) continue;
            for (var j = 0; j < b.Length; j++)
            {
                if ((leftB >> j & 1) == 0 || b[j].Text.Length < 4 || Math.Abs(a[i].Text.Length - b[j].Text.Length) > 2) continue;
                if (Similarity.Edits(a[i].Text, b[j].Text, 2) is var edits && edits > (Math.Min(a[i].Text.Length, b[j].Text.Length) >= 7 ? 2 : 1)) continue;
                leftB &= ~(1UL << j);
                common += 0.8 * Math.Min(a[i].Weight, b[j].Weight);
                break;
            }
        }
        return common;
    }
}
