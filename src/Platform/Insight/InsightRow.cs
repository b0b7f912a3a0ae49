using System.Globalization;

namespace Danke.Platform.Insight;

/// <summary>
/// One row of an answer. Whole numbers are <c>long</c>, instants milliseconds since 1970 UTC, days <see cref="DateOnly"/>, arrays and
/// tuples <c>object?[]</c>, maps dictionaries. Asking for another kind than the column has is a programming error.
/// </summary>
public sealed class InsightRow
{
    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);

    internal InsightRow(string[] names, string[] types)
    {
        (Names, Types, Values) = (names, types, new object?[names.Length]);
        for (var i = 0; i < names.Length; i++) byName[names[i]] = i;
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>ClickHouse's types, e.g. <c>Nullable(DateTime64(3, 'UTC'))</c>.</summary>
    public IReadOnlyList<string> Types { get; }

    internal object?[] Values { get; }

    public object? this[int column] => Values[column];
    public object? this[string column] => Values[Index(column)];

    public long Long(int column) => (long)Values[column]!;
    public long Long(string column) => Long(Index(column));
    public long? LongOrNull(int column) => (long?)Values[column];
    public long? LongOrNull(string column) => LongOrNull(Index(column));

    public string Text(int column) => (string)Values[column]!;
    public string Text(string column) => Text(Index(column));
    public string? TextOrNull(int column) => (string?)Values[column];

    /// <summary>A floating-point number, or any other number as one.</summary>
    public double Double(int column) => Convert.ToDouble(Values[column], CultureInfo.InvariantCulture);
    public double Double(string column) => Double(Index(column));
    public double? DoubleOrNull(int column) => Values[column] is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;

    public decimal Decimal(int column) => Convert.ToDecimal(Values[column], CultureInfo.InvariantCulture);

    public DateOnly Day(int column) => (DateOnly)Values[column]!;
    public DateOnly Day(string column) => Day(Index(column));

    public string[] Texts(int column) => [.. ((object?[])Values[column]!).Select(v => (string)v!)];
    public string[] Texts(string column) => Texts(Index(column));
    public long[] Longs(int column) => [.. ((object?[])Values[column]!).Select(v => (long)v!)];
    public long[] Longs(string column) => Longs(Index(column));

    private int Index(string column) =>
        byName.TryGetValue(column, out var index) ? index : throw new ArgumentException($"The answer has no column '{column}', but {string.Join(", ", Names)}.", nameof(column));
}
