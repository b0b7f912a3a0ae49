using System.Globalization;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using Danke.Intake.Imports;
using NodaTime;

namespace Danke.Intake.Mappings;

/// <summary>Thrown within <see cref="EventBuilder"/> only, when a value cannot become what its field takes.</summary>
internal sealed class ValueException(string detail) : Exception(detail);

/// <summary>Takes values out of the rows of one group, as a bound mapping says.</summary>
internal sealed class Evaluation(Mapping mapping)
{
    private static readonly string[] UsualFormats =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy/M/d H:mm:ss", "yyyy/M/d H:mm", "yyyy/M/d", "yyyy.M.d", "yyyyMMddHHmmss", "yyyyMMdd HH:mm:ss", "yyyyMMdd",
        "yyyy年M月d日 H:mm:ss", "yyyy年M月d日 H:mm", "yyyy年M月d日",
    ];

    private readonly bool commaDecimal = mapping.File.Decimal == ',';
    private (string Text, long Ms) lastTime = ("", 0);

    /// <summary>The rows of the group; set before asking.</summary>
    public IReadOnlyList<Row> Rows { get; set; } = [];

    /// <summary>Digits of the event's currency.</summary>
    public int CurrencyDigits { get; set; } = 2;

    public bool Holds(Condition? condition) => condition switch
    {
        null => true,
        Condition.All all => all.Of.All(Holds),
        Condition.Any any => any.Of.Any(Holds),
        Condition.Not not => !Holds(not.Of),
        Condition.Test { Rows: RowsOf.First } test => Meets(test, Rows[0]),
        Condition.Test { Rows: RowsOf.Any } test => Rows.Any(row => Meets(test, row)),
        Condition.Test test => Rows.All(row => Meets(test, row)),
        _ => throw new InvalidOperationException(condition.GetType().Name),
    };

    private bool Meets(Condition.Test test, Row row)
    {
        var value = Raw(test.Column, row);
        return test.Is switch
        {
            Predicate.OneOf one => one.Values.Contains(value),
            Predicate.StartsWith starts => value.StartsWith(starts.Text, StringComparison.Ordinal),
            Predicate.EndsWith ends => value.EndsWith(ends.Text, StringComparison.Ordinal),
            Predicate.Contains contains => value.Contains(contains.Text, StringComparison.Ordinal),
            Predicate.Matches matches => matches.Pattern.IsMatch(value),
            Predicate.Empty empty => value.Length == 0 == empty.Wanted,
            Predicate.LessThan less => TryDecimal(value, out var number) && number < less.Number,
            Predicate.AtLeast least => TryDecimal(value, out var number) && number >= least.Number,
            _ => throw new InvalidOperationException(test.Is.GetType().Name),
        };
    }

    /// <summary>The value as text; null when there is none.</summary>
    public string? Text(Value value, int row)
    {
        var text = value.From switch
        {
            Origin.Product or Origin.Sum => Number(value.From, value, row)?.ToString(CultureInfo.InvariantCulture),
            _ => TextOf(value.From, row),
        };
        if (string.IsNullOrEmpty(text)) text = value.Default;
        if (string.IsNullOrEmpty(text)) return null;
        if (value.Map is { } map) text = map.TryGetValue(text, out var mapped) ? mapped : value.Otherwise ?? throw new ValueException($"'{Short(text)}' is not among the values that {value.Path}.map names. Add it, or give else.");
        if (value.Whole) text = WithoutFraction(text, value);
        if (value.Lower) text = text.ToLowerInvariant();
        if (value.Most is { } most && text.Length > most) text = text[..most];
        return text.Length == 0 ? null : value.Prefix + text + value.Suffix;
    }

    private string? TextOf(Origin from, int row) => from switch
    {
        Origin.Column column => Raw(column.Ref, Rows[row]),
        Origin.Constant constant => constant.Text,
        Origin.Template template => Filled(template, Rows[row]),
        Origin.Choice choice => Chosen(choice) is { } then ? Text(then, row) : null,
        _ => throw new InvalidOperationException(from.GetType().Name),
    };

    private Value? Chosen(Origin.Choice choice)
    {
        foreach (var (when, then) in choice.Cases)
            if (Holds(when)) return then;
        return null;
    }

    // A text with an empty column in it would be half an id: then it is empty itself.
    private string? Filled(Origin.Template template, Row row)
    {
        if (template.Parts is [("", { } only), ("", null)]) return Raw(only, row);
        var text = new System.Text.StringBuilder();
        foreach (var (part, column) in template.Parts)
        {
            text.Append(part);
            if (column is null) continue;
            var value = Raw(column, row);
            if (value.Length == 0) return null;
            text.Append(value);
        }
        return text.ToString();
    }

    /// <summary>An amount in minor units, rounded half away from zero; null when there is none.</summary>
    public long? Money(Value value, int row)
    {
        if (value.From is Origin.Sum sum) return Signed(SumOf(sum, r => Money(sum.Of, r) ?? 0), value);
        if (Number(value.From, value, row) is not { } number) return null;
        return Signed(Rounded(number, value.Scale ?? CurrencyDigits, value), value);
    }

    /// <summary>A whole number; null when there is none.</summary>
    public long? Whole(Value value, int row)
    {
        if (value.From is Origin.Sum sum) return Signed(SumOf(sum, r => Whole(sum.Of, r) ?? 0), value);
        if (Number(value.From, value, row) is not { } number) return null;
        if (value.Scale is null && number != decimal.Truncate(number)) throw new ValueException($"'{number.ToString(CultureInfo.InvariantCulture)}' is no whole number ({value.Path}).");
        return Signed(Rounded(number, value.Scale ?? 0, value), value);
    }

    private long SumOf(Origin.Sum sum, Func<int, long> of)
    {
        try
        {
            long total = 0;
            for (var row = 0; row < Rows.Count; row++) total = checked(total + of(row));
            return total;
        }
        catch (OverflowException)
        {
            throw new ValueException($"The sum is larger than any amount ({sum.Of.Path}).");
        }
    }

    private static long Signed(long number, Value value)
    {
        if (value.Absolute) number = Math.Abs(number);
        return value.Negate ? -number : number;
    }

    private static long Rounded(decimal number, int scale, Value value)
    {
        if (Math.Abs(number) > EventJsonReader.MostMoney) throw new ValueException($"The number is larger than any amount ({value.Path}).");
        return (long)Math.Round(number * PowersOfTen[scale], MidpointRounding.AwayFromZero);
    }

    private static readonly decimal[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    private decimal? Number(Origin from, Value value, int row)
    {
        if (from is Origin.Product product) return Multiplied(product, value, row);
        var text = from is Origin.Constant constant ? constant.Text : TextOf(from, row);
        if (string.IsNullOrEmpty(text)) text = value.Default;
        if (string.IsNullOrEmpty(text)) return null;
        if (from is Origin.Constant && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        return TryDecimal(text, out number) ? number : throw new ValueException($"'{Short(text)}' is no number ({value.Path}).");
    }

    private decimal? Multiplied(Origin.Product product, Value value, int row)
    {
        decimal result = 1;
        foreach (var (column, number) in product.Factors)
        {
            if (column is null)
            {
                result *= number;
                continue;
            }
            var text = Raw(column, Rows[row]);
            if (text.Length == 0) return null;
            if (!TryDecimal(text, out var factor)) throw new ValueException($"'{Short(text)}' in column '{column.Name}' is no number ({value.Path}).");
            if (Math.Abs(factor) > EventJsonReader.MostMoney || Math.Abs(result) > EventJsonReader.MostMoney) throw new ValueException($"The product is larger than any amount ({value.Path}).");
            result *= factor;
        }
        return result;
    }

    /// <summary>Reads 1234.56, -1,234.56, ¥12.00, 4.4e-16 (a program's zero), and with a decimal comma 1.234,56.</summary>
    private bool TryDecimal(string text, out decimal number)
    {
        if (!commaDecimal && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)) return true;
        var plain = text.Replace(" ", "").Replace("\u00a0", "").TrimStart('¥', '￥', '$', '€', '£');
        if (commaDecimal) plain = plain.Replace(',', '\u0001').Replace('.', ',').Replace('\u0001', '.');
        number = 0;
        return IsGrouped(plain) && decimal.TryParse(plain.Replace(",", ""), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    // Commas only where they group thousands: 1,5 is somebody's one and a half and not fifteen.
    private static bool IsGrouped(string text)
    {
        var comma = text.IndexOf(',');
        if (comma < 0) return true;
        var whole = text.IndexOf('.') is >= 0 and var point ? text[..point] : text;
        var groups = whole.TrimStart('-', '+').Split(',');
        return groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(g => g.Length == 3) && !text[(whole.Length)..].Contains(',');
    }

    // Spreadsheets and data frames write whole numbers as 17850.0. What is no number is left as it is.
    private string WithoutFraction(string text, Value value)
    {
        if (!text.Contains('.') || !TryDecimal(text, out var number)) return text;
        if (number != decimal.Truncate(number)) throw new ValueException($"'{Short(text)}' is no whole number ({value.Path}).");
        return decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture);
    }

    /// <summary>An instant in milliseconds since 1970 UTC; null when there is none.</summary>
    public long? Time(Value value, int row)
    {
        var text = Text(value, row);
        if (text is null) return null;
        if (text == lastTime.Text) return lastTime.Ms;
        var ms = TimeOf(text, value) ?? throw new ValueException($"'{Short(text)}' is no time that {value.Path} describes. Give its format, e.g. \"d/M/yyyy H:mm\".");
        lastTime = (text, ms);
        return ms;
    }

    private long? TimeOf(string text, Value value)
    {
        if (value.Formats is ["unix_s"]) return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_799 ? seconds * 1000 : null;
        if (value.Formats is ["unix_ms"]) return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms < 253_402_300_799_000 ? ms : null;
        if (value.Formats.Count == 0 && Rfc3339.Read(System.Text.Encoding.UTF8.GetBytes(text), out var instant) == Rfc3339.Reading.Ok) return instant;
        var formats = value.Formats.Count > 0 ? (string[])[.. value.Formats] : UsualFormats;
        if (!DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return null;
        // Between the two readings of an hour that the clocks repeat nobody can tell; an hour that they skip is read as the one after.
        return mapping.Zone.AtLeniently(LocalDateTime.FromDateTime(local)).ToInstant().ToUnixTimeMilliseconds();
    }

    public bool? Flag(Value value, int row) => Text(value, row)?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" or "yes" or "y" or "是" => true,
        "false" or "0" or "no" or "n" or "否" => false,
        var other => throw new ValueException($"'{Short(other)}' is neither yes nor no ({value.Path})."),
    };

    private string Raw(ColumnRef column, Row row) => column.Place == ColumnRef.FilePlace ? mapping.FileHash : ValueOf(column, row);

    /// <summary>The column's value in the row, trimmed; empty when the row has none.</summary>
    public static string ValueOf(ColumnRef column, Row row) =>
        column.Place >= 0 ? column.Place < row.Values.Length ? row.Values[column.Place].Trim() : ""
        : column.Place == ColumnRef.RowPlace ? row.Number.ToString(CultureInfo.InvariantCulture) : "";

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
