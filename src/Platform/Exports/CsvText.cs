using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Danke.Contracts.Events;
using NodaTime;
using NodaTime.Text;

namespace Danke.Platform.Exports;

/// <summary>An amount in minor units of a currency; written in whole units with the currency's digits: 12.30.</summary>
public readonly record struct CsvMoney(long Minor, string? Currency);

/// <summary>
/// Cells as RFC 4180 has them, for spreadsheets: numbers and amounts plain, instants on the brand's clock without a zone, and no text
/// that a spreadsheet would take for a formula.
/// </summary>
public static partial class CsvText
{
    /// <summary>With these a spreadsheet takes a cell for a formula; the wide ones too, which some turn into the narrow.</summary>
    private const string BeginsFormula = "=+-@＝＋－＠﹢﹣﹦﹫";

    private static readonly LocalDateTimePattern Clock = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    public static void AppendRow(StringBuilder to, IEnumerable<object?> cells, DateTimeZone zone)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst) to.Append(',');
            isFirst = false;
            to.Append(Of(cell, zone));
        }
        to.Append("\r\n");
    }

    private static string Of(object? cell, DateTimeZone zone) => cell switch
    {
        null => "",
        string text => Quoted(Harmless(text)),
        IEnumerable<string> texts => Quoted(Harmless(string.Join(", ", texts))),
        long number => number.ToString(CultureInfo.InvariantCulture),
        int number => number.ToString(CultureInfo.InvariantCulture),
        CsvMoney money => Amount(money),
        DateTimeOffset at => Clock.Format(Instant.FromDateTimeOffset(at).InZone(zone).LocalDateTime),
        Enum word => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()),
        _ => throw new ArgumentException($"No cell is made of {cell.GetType()}.", nameof(cell)),
    };

    /// <summary>The text, with an apostrophe in front when a spreadsheet would compute it. A plain number is no formula and stays.</summary>
    public static string Harmless(string text)
    {
        if (text.Length == 0 || PlainNumber().IsMatch(text)) return text;
        if (text[0] is '\t' or '\r' or '\n') return "'" + text;
        return BeginsFormula.Contains(text.FirstOrDefault(c => !IsNothing(c)), StringComparison.Ordinal) ? "'" + text : text;
    }

    // What a reader may strip before it looks at the first character.
    private static bool IsNothing(char c) => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format;

    [GeneratedRegex(@"\A[+-]?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex PlainNumber();

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n;\t") < 0 && text.AsSpan().Trim().Length == text.Length ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Amount(CsvMoney money)
    {
        var digits = money.Currency is { } currency && Currencies.IsKnown(currency) ? Currencies.Digits(currency) : 0;
        var text = Int128.Abs(money.Minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return (money.Minor < 0 ? "-" : "") + (digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}");
    }
}
