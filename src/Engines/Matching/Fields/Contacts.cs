using System.Collections.Immutable;

namespace Danke.Engines.Matching.Fields;

internal sealed class PhoneValue(string digits) : FieldValue
{
    public string Digits { get; } = digits;
    public Term Term { get; } = new(digits);
    public override string Shown => Digits;
}

/// <summary>Phone numbers: digits only, country codes and trunk zeros aside.</summary>
internal sealed class PhoneKind : FieldKind
{
    /// <summary>So many last digits alone make two numbers the same: a local number and one with its area code.</summary>
    private const int LocalNumber = 7;

    public override ImmutableArray<Level> Levels { get; } = LevelsOf(("same", 0.80, 0.0001), ("one_slip", 0.06, 0.0002), ("different", 0.14, 0.9997));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool) => Parse(cells[0]);

    public override double ExpectedShare(int slot) => 0.000001;

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        for (var v = (PhoneValue?)value; v is not null; v = (PhoneValue?)v.Next) visit(0, v.Term);
    }

    /// <summary>A cell may hold several numbers, cut by a slash, a comma or a semicolon.</summary>
    public static PhoneValue? Parse(string raw)
    {
        PhoneValue? first = null, last = null;
        foreach (var piece in Texts.Fold(raw).Split(['/', ',', ';', '、', '；', '，'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Digits(piece) is not { } digits) continue;
            var value = new PhoneValue(digits);
            if (first is null) first = value;
            else last!.Next = value;
            last = value;
        }
        return first;
    }

    private static string? Digits(string text)
    {
        if (text.Count(char.IsLetter) > 4) return null;
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (digits.StartsWith("0086")) digits = digits[4..];
        else if (digits.StartsWith("86") && digits.Length == 13) digits = digits[2..];
        digits = digits.TrimStart('0');
        if (digits.Length is < 6 or > 15 || digits.AsSpan().IndexOfAnyExcept(digits[0]) < 0) return null;
        return digits;
    }

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((PhoneValue)a, (PhoneValue)b);
        if (x.Digits == y.Digits) return new Agreement(0, x.Term);
        var (shorter, longer) = x.Digits.Length < y.Digits.Length ? (x, y) : (y, x);
        if (shorter.Digits.Length >= LocalNumber && longer.Digits.EndsWith(shorter.Digits, StringComparison.Ordinal)) return new Agreement(0, longer.Term);
        return Agreement.Unless(x.Term, y.Term, shorter.Digits.Length >= LocalNumber && Similarity.Edits(x.Digits, y.Digits, 1) <= 1 ? 1 : 2);
    }
}

internal sealed class EmailValue(string local, string domain) : FieldValue
{
    public string Local { get; } = local;
    public string LocalLetters { get; } = Texts.Letters(local);
    public string Domain { get; } = domain;
    public string Whole { get; } = $"{local}@{domain}";
    public Term Term { get; } = new($"{local}@{domain}");
    public Term LocalTerm { get; } = new(local);
    public Term DomainTerm { get; } = new(domain);
    public override string Shown => Whole;
}

/// <summary>E-mail addresses: the part before the @ is chosen by a person, the domain shared with few or with millions.</summary>
internal sealed class EmailKind : FieldKind
{
    public override ImmutableArray<Level> Levels { get; } = LevelsOf(
        ("same", 0.72, 0.0005), ("slips", 0.14, 0.0003), ("same_name_elsewhere", 0.03, 0.0003), ("like_name", 0.03, 0.003), ("same_domain", 0.02, 0.01), ("different", 0.06, 0.9859));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool) => Parse(cells[0]);

    public static EmailValue? Parse(string raw)
    {
        var text = Texts.Fold(raw);
        var at = text.IndexOf('@');
        if (at <= 0) return null;
        // "Maria Sentosa" <msentosa@example.com>
        var start = text.LastIndexOfAny([' ', '<', '"', ':'], at) + 1;
        var end = text.IndexOfAny([' ', '>', '"', ',', ';'], at);
        var (local, domain) = (text[start..at], text[(at + 1)..(end < 0 ? text.Length : end)]);
        return local.Length == 0 || domain.Length == 0 ? null : new EmailValue(local, domain);
    }

    public override double ExpectedShare(int slot) => slot switch { 0 => 0.000001, 1 => 0.00001, _ => 0.001 };

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        for (var v = (EmailValue?)value; v is not null; v = (EmailValue?)v.Next)
        {
            visit(0, v.Term);
            visit(1, v.LocalTerm);
            visit(2, v.DomainTerm);
        }
    }

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((EmailValue)a, (EmailValue)b);
        if (x.Whole == y.Whole) return new Agreement(0, x.Term);
        if (x.Term.IsStock || y.Term.IsStock) return Agreement.Nothing;
        var slips = Math.Clamp(Math.Min(x.Whole.Length, y.Whole.Length) / 7, 1, 4);
        if (Similarity.Edits(x.Local, y.Local, 3) is <= 3 and var inLocal && inLocal * 3 <= x.Local.Length && Similarity.Edits(x.Whole, y.Whole, slips) <= slips) return new Agreement(1);
        if (x.LocalLetters == y.LocalLetters && x.LocalLetters.Length >= 4) return new Agreement(2, x.LocalTerm);
        if (Similarity.JaroWinkler(x.LocalLetters, y.LocalLetters) > 0.9) return new Agreement(3);
        return x.Domain == y.Domain ? new Agreement(4, x.DomainTerm) : new Agreement(5);
    }
}
