using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Danke.Engines.Matching.Fields;

/// <summary>What comes first in a file's dates that do not begin with the year.</summary>
public enum DateOrder { MonthFirst, DayFirst }

/// <summary>A date of birth as written, possible or not. The year may be without its century, or missing (0).</summary>
internal sealed class DateValue : FieldValue
{
    public DateValue(int year, int month, int day, bool twoDigits)
    {
        (Year, Month, Day, HasTwoDigits) = (year, month, day, twoDigits);
        Digits = string.Create(CultureInfo.InvariantCulture, $"{(year % 100):00}{month:00}{day:00}");
        Century = year / 100;
        Term = new Term(twoDigits ? Digits : $"{Century}{Digits}");
    }

    public int Year { get; }
    public int Month { get; }
    public int Day { get; }
    public bool HasTwoDigits { get; }
    public int Century { get; }

    /// <summary>Only the year, or year and month, are known.</summary>
    public bool IsPartial => Day == 0 && Year > 0;

    /// <summary>yymmdd: the century is where most mistakes are not about the date.</summary>
    public string Digits { get; }
    public Term Term { get; }
    public override string Shown => string.Create(CultureInfo.InvariantCulture, $"{(HasTwoDigits ? Year % 100 : Year):00}-{Month:00}-{Day:00}");
}

/// <summary>Dates of birth: typos, day and month exchanged, a wrong century.</summary>
internal sealed class DateKind : FieldKind
{
    public const int Same = 0, Near = 1, Similar = 2, HalfTheSame = 3, Different = 4;

    private static readonly FrozenDictionary<string, int> Months = new[] { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" }
        .Select((name, i) => (name, i + 1)).ToFrozenDictionary(p => p.name, p => p.Item2);

    public override ImmutableArray<Level> Levels { get; } =
        LevelsOf(("same", 0.80, 0.0001), ("one_slip", 0.10, 0.003), ("two_slips", 0.05, 0.015), ("half_the_same", 0.02, 0.03), ("different", 0.03, 0.952));

    public override FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool) => Parse(cells[0], order);

    public override double ExpectedShare(int slot) => 0.00005;

    public override void Terms(FieldValue value, Action<int, Term> visit)
    {
        if (value is DateValue { IsPartial: false } date) visit(0, date.Term);
    }

    /// <summary>Reads 1990-05-06, 19900506, 6.5.1990, 5/6/90, 06-May-1990, 1990年5月6日 and their like; null when it is no date.</summary>
    public static DateValue? Parse(string raw, DateOrder order)
    {
        var text = Texts.Fold(raw);
        if (text.Length is < 4 or > 40) return null;
        if (text.IndexOf('t') is 10 || text.IndexOf(' ') is >= 8 && text.Contains(':')) text = text[..(text.IndexOf('t') is 10 ? 10 : text.IndexOf(' '))];
        if (Parts(text, out var isNamed) is not { } parts) return null;
        if (parts is [{ Length: 8 } run]) parts = [run[..4], run[4..6], run[6..]];
        else if (parts is [{ Length: 6 } shortRun]) parts = [shortRun[..2], shortRun[2..4], shortRun[4..]];
        if (parts.Count is 1 or 2) return WithoutDay(parts, isNamed);
        if (parts.Count != 3 || parts.Any(p => p.Length > 4)) return null;
        return Ordered(parts, isNamed ? DateOrder.MonthFirst : order);
    }

    private static DateValue? Ordered(List<string> parts, DateOrder order)
    {
        int[] n = [.. parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        if (parts[0].Length == 4 || parts[0].Length == 2 && n[0] > 31) return Made(n[0], n[1], n[2], parts[0].Length);
        if (parts[2].Length is not (4 or 2)) return null;
        // Two numbers of which only one can be a month settle it, whatever the rest of the file does.
        var dayFirst = n[0] > 12 || n[1] <= 12 && order == DateOrder.DayFirst;
        return dayFirst ? Made(n[2], n[1], n[0], parts[2].Length) : Made(n[2], n[0], n[1], parts[2].Length);
    }

    // 1990, 1990-05, 05/1990, May 1990.
    private static DateValue? WithoutDay(List<string> parts, bool isNamed)
    {
        var (year, month) = parts is [{ Length: 4 } first, ..] ? (first, parts.ElementAtOrDefault(1)) : (parts[^1], parts[0]);
        if (year.Length != 4 || month?.Length > 2 || isNamed && month is null) return null;
        var (y, m) = (int.Parse(year, CultureInfo.InvariantCulture), month is null ? 0 : int.Parse(month, CultureInfo.InvariantCulture));
        return y is >= 1850 and <= 2100 && m is >= 0 and <= 12 && (month is null || m > 0) ? new DateValue(y, m, 0, false) : null;
    }

    private static DateValue? Made(int year, int month, int day, int yearDigits)
    {
        if (month is < 0 or > 99 || day is < 0 or > 99 || year == 0 && month == 0 && day == 0) return null;
        var isShort = yearDigits == 2;
        // Without a century somebody is more likely born in the last one; comparing does not depend on it.
        return new DateValue(isShort ? year > 30 ? 1900 + year : 2000 + year : year, month, day, isShort);
    }

    // Runs of digits, with month names as numbers put where the month stands.
    private static List<string>? Parts(string text, out bool isNamed)
    {
        isNamed = false;
        var parts = new List<string>(3);
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            if (char.IsAsciiDigit(text[i]))
            {
                while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
                parts.Add(text[start..i]);
            }
            else if (char.IsAsciiLetter(text[i]))
            {
                while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
                if (i - start < 3 || !Months.TryGetValue(text[start..(start + 3)], out var month)) return null;
                isNamed = true;
                // Before the day or after it, the month is put first: that is how the rest is read.
                parts.Insert(parts.Count > 0 && parts[0].Length < 4 ? 0 : parts.Count, month.ToString("00", CultureInfo.InvariantCulture));
            }
            else if (text[i] is '-' or '/' or '.' or ' ' or ',' or '年' or '月' or '日') i++;
            else return null;
        }
        return parts;
    }

    /// <summary>Whether the date's first number can only be a day (+1), its second (-1), or neither is sure (0).</summary>
    public static int Leaning(string raw)
    {
        var parts = Parts(Texts.Fold(raw), out _);
        if (parts is not { Count: 3 } || parts[0].Length > 2 || parts.Any(p => p.Length > 4)) return 0;
        var (first, second) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        return first is > 12 and <= 31 && second <= 12 ? 1 : second is > 12 and <= 31 && first <= 12 ? -1 : 0;
    }

    protected override Agreement CompareOne(FieldValue a, FieldValue b)
    {
        var (x, y) = ((DateValue)a, (DateValue)b);
        var centuryCounts = !x.HasTwoDigits && !y.HasTwoDigits && x.Year > 0 && y.Year > 0;
        var centuryDiffers = centuryCounts && x.Century != y.Century;
        if (x.IsPartial || y.IsPartial) return Partly(x, y);
        if (x.Digits == y.Digits) return centuryDiffers ? new Agreement(Near) : new Agreement(Same, x.Term);
        if (x.Term.IsStock || y.Term.IsStock) return Agreement.Nothing;
        if (x.Year == 0 || y.Year == 0) return WithoutYear(x, y);
        if (x.Year % 100 == y.Year % 100 && x.Month == y.Day && x.Day == y.Month && !centuryDiffers) return new Agreement(Near);
        var edits = Similarity.Edits(x.Digits, y.Digits, 2) + (centuryDiffers ? 1 : 0);
        if (edits == 1) return new Agreement(Near);
        var same = (x.Year == y.Year ? 1 : 0) + (x.Month == y.Month ? 1 : 0) + (x.Day == y.Day ? 1 : 0);
        // Day and month exchanged, and a slip besides, are two.
        if (edits == 2 || same == 2 || x.Month == y.Day && x.Day == y.Month && Math.Abs(x.Year - y.Year) <= 1) return new Agreement(Similar);
        return new Agreement(x.Year == y.Year || same == 1 && Math.Abs(x.Year - y.Year) == 1 ? HalfTheSame : Different);
    }

    // What is given agrees, which is worth less the less it is; or it is another's.
    private static Agreement Partly(DateValue x, DateValue y)
    {
        if (x.Year == 0 || y.Year == 0 || Math.Abs(x.Year - y.Year) == 1) return Agreement.Nothing;
        if (x.Year != y.Year) return new Agreement(Different);
        return new Agreement(x.Month == 0 || y.Month == 0 ? Similar : x.Month == y.Month ? Near : HalfTheSame);
    }

    private static Agreement WithoutYear(DateValue x, DateValue y) =>
        new(x.Month == y.Month && x.Day == y.Day ? Similar : Similarity.Edits(x.Digits.AsSpan(2), y.Digits.AsSpan(2), 1) <= 1 ? HalfTheSame : Different);
}
