using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>A part of a blocking key, taken from one field of a record.</summary>
public enum KeyPart
{
    GivenName, GivenStart, Surname, SurnameStart, BothNames,
    Date, YearMonth, MonthDay, Year,
    Phone, PhoneEnd, Email, EmailName, Code, Word, AddressWords, AddressNumber,
}

/// <summary>A part and the place of its field in the schema.</summary>
public sealed record KeySource(KeyPart Part, int Field);

/// <summary>Records that agree on all parts are compared.</summary>
public sealed record BlockingRule(ImmutableArray<KeySource> Parts)
{
    /// <summary>Fields that agree by the rule, or all but: learning from its pairs how often they agree would be circular.</summary>
    internal uint Touches => Parts.Aggregate(0u, (mask, part) => mask | 1u << part.Field | (part.Part == KeyPart.BothNames ? 1u << (part.Field + 1) : 0));

    // Keys of different rules are different, whatever the values.
    internal ulong Seed => Parts.Aggregate(1UL, (seed, part) => Randomness.SplitMix64.Hash(seed, (ulong)part.Part * 64 + (ulong)part.Field));

    public string Describe(MatchSchema schema) => string.Join(" + ", Parts.Select(p => p.Part switch
    {
        KeyPart.BothNames => "names in any order",
        KeyPart.GivenStart or KeyPart.SurnameStart => schema.Fields[p.Field].Name + " (start)",
        KeyPart.PhoneEnd => schema.Fields[p.Field].Name + " (end)",
        KeyPart.EmailName => schema.Fields[p.Field].Name + " (name)",
        KeyPart.YearMonth or KeyPart.MonthDay or KeyPart.Year => $"{schema.Fields[p.Field].Name} ({p.Part})",
        KeyPart.AddressWords => schema.Fields[p.Field].Name + " (rare words)",
        KeyPart.AddressNumber => schema.Fields[p.Field].Name + " (number and rare word)",
        _ => schema.Fields[p.Field].Name,
    }));
}

/// <summary>The keys by which candidates for a record are found: two records that share one are worth comparing.</summary>
public static class BlockingKeys
{
    /// <summary>More values of one part than that are cut off.</summary>
    private const int MostKeys = 8;

    /// <summary>Keys of a record, each by the rules of the model, refined where too many have them.</summary>
    /// <param name="record">Prepared by <paramref name="model"/>.</param>
    public static ImmutableArray<ulong> Of(MatchModel model, MatchRecord record)
    {
        var keys = new List<ulong>();
        var refinements = Refinements(model.Schema);
        foreach (var rule in model.Blocking) Of(rule, source => Values(source, record), refinements, model.CommonKeys.Contains, keepsLast: false, keys);
        return [.. keys];
    }

    /// <summary>What an oversized block is divided by, in this order.</summary>
    internal static ImmutableArray<KeySource> Refinements(MatchSchema schema)
    {
        var parts = ImmutableArray.CreateBuilder<KeySource>();
        for (var f = 0; f < schema.Fields.Length; f++)
        {
            if (schema.Fields[f].Role == ColumnRole.GivenName) parts.Add(new KeySource(KeyPart.GivenStart, f));
            if (schema.Fields[f].Role == ColumnRole.BirthDate) parts.Add(new KeySource(KeyPart.Year, f));
            if (schema.Fields[f].Role == ColumnRole.Surname) parts.Add(new KeySource(KeyPart.SurnameStart, f));
            if (schema.Fields[f].Role == ColumnRole.City) parts.Add(new KeySource(KeyPart.Word, f));
        }
        return parts.ToImmutable();
    }

    /// <summary>The values of one part in a record.</summary>
    internal delegate ReadOnlySpan<ulong> PartValues(KeySource source);

    /// <param name="keepsLast">Whether keys that are still too common when there is nothing left to refine them by are kept.</param>
    internal static void Of(BlockingRule rule, PartValues values, ImmutableArray<KeySource> refinements, Func<ulong, bool> isCommon, bool keepsLast, List<ulong> to)
    {
        Span<ulong> keys = stackalloc ulong[MostKeys];
        Span<ulong> longer = stackalloc ulong[MostKeys];
        keys[0] = rule.Seed;
        var count = 1;
        foreach (var part in rule.Parts)
        {
            var made = 0;
            var parts = values(part);
            for (var i = 0; i < count; i++)
                for (var j = 0; j < parts.Length && made < MostKeys; j++) longer[made++] = Randomness.SplitMix64.Hash(keys[i], parts[j]);
            count = made;
            longer[..made].CopyTo(keys);
        }
        for (var i = 0; i < count; i++) Refine(keys[i], 0, values, refinements, isCommon, keepsLast, to);
    }

    private static void Refine(ulong key, int depth, PartValues values, ImmutableArray<KeySource> refinements, Func<ulong, bool> isCommon, bool keepsLast, List<ulong> to)
    {
        if (!isCommon(key))
        {
            to.Add(key);
            return;
        }
        if (depth == refinements.Length)
        {
            if (keepsLast) to.Add(key);
            return;
        }
        var parts = values(refinements[depth]);
        if (parts.Length == 0) Refine(Randomness.SplitMix64.Hash(key, 0), depth + 1, values, refinements, isCommon, keepsLast, to);
        foreach (var part in parts) Refine(Randomness.SplitMix64.Hash(key, part), depth + 1, values, refinements, isCommon, keepsLast, to);
    }

    internal static ulong[] Values(KeySource source, MatchRecord record)
    {
        List<ulong>? keys = null;
        for (var value = record.Values[source.Field]; value is not null; value = value.Next)
            foreach (var text in OfOne(source.Part, value))
                if (text.Length > 0 && Texts.Hash(text, (ulong)source.Part + 100) is var key && (keys ??= []).Count < MostKeys && !keys.Contains(key)) keys.Add(key);
        return keys is null ? [] : [.. keys];
    }

    private static IEnumerable<string> OfOne(KeyPart part, FieldValue value) => (part, value) switch
    {
        (KeyPart.GivenName, NameValue name) => [name.Given?.Sound ?? ""],
        (KeyPart.GivenStart, NameValue name) => [Start(name.Given)],
        (KeyPart.Surname, NameValue name) => [name.Surname?.Sound ?? ""],
        (KeyPart.SurnameStart, NameValue name) => [Skeleton(name.Surname)],
        (KeyPart.BothNames, NameValue name) => name.Given is null || name.Surname is null ? [] : [InOrder(name.Given.Sound, name.Surname.Sound)],
        (KeyPart.Date or KeyPart.MonthDay, DateValue { IsPartial: true }) => [],
        (KeyPart.YearMonth, DateValue { Month: 0 }) => [],
        (KeyPart.Date, DateValue date) => [date.Digits],
        (KeyPart.YearMonth, DateValue date) => [date.Digits[..4]],
        (KeyPart.MonthDay, DateValue date) => [Sorted(date)],
        (KeyPart.Year, DateValue date) => [date.Digits[..2]],
        (KeyPart.Phone, PhoneValue phone) => [phone.Digits.Length > 7 ? phone.Digits[^7..] : phone.Digits],
        (KeyPart.PhoneEnd, PhoneValue phone) => [phone.Digits[^4..]],
        (KeyPart.Email, EmailValue email) => [email.Whole],
        (KeyPart.EmailName, EmailValue email) => [email.LocalLetters],
        (KeyPart.Code, WordValue code) => [code.Text],
        (KeyPart.Word, WordValue word) => [word.Sound],
        (KeyPart.AddressWords, AddressValue address) => Rare(address.Tokens.Where(t => !t.IsNumber), 3) is { Length: >= 2 } words ? Pairs(words) : [],
        (KeyPart.AddressNumber, AddressValue address) => Numbered(address),
        _ => [],
    };

    private static string Start(NamePart? name) => name is null ? "" : name.IsHan ? Pinyin.Of(name.Text[..1]) : name.Sound[..Math.Min(2, name.Sound.Length)];

    // The first letter and the next two consonants: what most slips leave as it was.
    private static string Skeleton(NamePart? name)
    {
        if (name is null || name.Sound.Length == 0) return "";
        if (name.IsHan) return name.Sound;
        var consonants = name.Sound[1..].Where(c => c is not ('a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'h' or 'w')).Take(2);
        return name.Sound[0] + string.Concat(consonants);
    }

    private static string InOrder(string a, string b) => string.CompareOrdinal(a, b) < 0 ? $"{a} {b}" : $"{b} {a}";

    private static string Sorted(DateValue date) => date.Month < date.Day ? date.Digits[2..] : date.Digits[4..] + date.Digits[2..4];

    private static string[] Rare(IEnumerable<Token> tokens, int count) =>
        [.. tokens.OrderByDescending(t => t.Weight).ThenBy(t => t.Term.Key).Take(count).Select(t => t.Text)];

    private static IEnumerable<string> Pairs(string[] words)
    {
        for (var i = 0; i < words.Length; i++)
            for (var j = i + 1; j < words.Length; j++) yield return InOrder(words[i], words[j]);
    }

    private static IEnumerable<string> Numbered(AddressValue address)
    {
        var words = Rare(address.Tokens.Where(t => !t.IsNumber), 2);
        return Rare(address.Tokens.Where(t => t.IsNumber), 2).SelectMany(number => words.Select(word => $"{number} {word}"));
    }
}
