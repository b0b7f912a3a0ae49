using System.Text;
using Danke.Contracts.Events;

namespace Danke.Platform.Insight;

/// <summary>
/// Counts and sums of rows in any order, computed here over the Books and by the same rule in ClickHouse: a row's hash folds its
/// columns' hashes (<c>intHash64</c> of numbers, <c>xxHash64</c> of texts), and hashes are added up.
/// </summary>
internal sealed class ChecksumSink : RowSink
{
    private readonly InsightTable table;
    private readonly long[] sums;
    private ulong row;
    private int column;

    public ChecksumSink(InsightTable table) : base(table.Kinds)
    {
        this.table = table;
        sums = new long[table.Columns.Count];
    }

    /// <summary>Of all rows; equal contents give equal sums.</summary>
    public long Hash { get; private set; }

    public IEnumerable<(string Column, long Sum)> Sums => SummedColumns(table).Select(i => (table.Columns[i].Name, sums[i]));

    /// <summary>The same over Insight: count, hash, and the sums in the columns' order.</summary>
    public static string Sql(InsightTable table) => $"""
        select count(), reinterpretAsInt64(sumWithOverflow({RowHash(table)})){string.Concat(SummedColumns(table).Select(i => $", sumWithOverflow({table.Columns[i].Name})"))}
        from {table.Name} final
        """;

    private static IEnumerable<int> SummedColumns(InsightTable table) =>
        Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i].Type == "Int64");

    private static string RowHash(InsightTable table) =>
        Enumerable.Range(0, table.Columns.Count).Aggregate("toUInt64(0)", (hash, i) => $"intHash64(bitXor({hash}, {ColumnHash(table.Columns[i], table.Kinds[i])}))");

    private static string ColumnHash((string Name, string Type) column, ColumnKind kind)
    {
        var name = column.Name;
        var isInstant = column.Type.Contains("DateTime64", StringComparison.Ordinal);
        return kind switch
        {
            ColumnKind.UInt8 or ColumnKind.UInt32 or ColumnKind.UInt64 => $"intHash64(toUInt64({name}))",
            ColumnKind.Int64 => $"intHash64(reinterpretAsUInt64({(isInstant ? $"toUnixTimestamp64Milli({name})" : name)}))",
            ColumnKind.NullableInt64 => $"if(isNull({name}), toUInt64(0), intHash64(reinterpretAsUInt64({(isInstant ? $"toUnixTimestamp64Milli(assumeNotNull({name}))" : $"assumeNotNull({name})")})))",
            ColumnKind.Text => $"xxHash64(cast({name} as String))",
            ColumnKind.Texts => $"xxHash64(arrayStringConcat(cast({name} as Array(String)), '\\n'))",
            ColumnKind.TextMap => $"xxHash64(arrayStringConcat(arrayMap((k, v) -> concat(k, '\\t', v), cast(mapKeys({name}) as Array(String)), mapValues({name})), '\\n'))",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private protected override void Number(long value, int bytes)
    {
        unchecked
        {
            sums[column] += value;
            Fold(IntHash64((ulong)value));
        }
    }

    private protected override void NumberOrNull(long? value) => Fold(value is { } number ? IntHash64(unchecked((ulong)number)) : 0);

    private protected override void Text(string value) => Fold(TextHash(value));

    private protected override void Texts(List<string> values) => Fold(TextHash(string.Join('\n', values)));

    private protected override void TextMap(List<(string Key, string Value)> pairs) => Fold(TextHash(string.Join('\n', pairs.Select(p => $"{p.Key}\t{p.Value}"))));

    private void Fold(ulong hash)
    {
        row = IntHash64(row ^ hash);
        column++;
    }

    private protected override void RowEnd()
    {
        Hash = unchecked(Hash + (long)row);
        (row, column) = (0, 0);
    }

    private static ulong TextHash(string value) => EventHash.XxHash64(Encoding.UTF8.GetBytes(value));

    // ClickHouse's intHash64: the finalizer of MurmurHash3 over the number and a constant of its own, see IntHash64Impl in its
    // src/Functions/FunctionsHashing.h.
    private static ulong IntHash64(ulong value)
    {
        unchecked
        {
            value ^= 0x4cf2d2baae6da887;
            value ^= value >> 33;
            value *= 0xff51afd7ed558ccd;
            value ^= value >> 33;
            value *= 0xc4ceb9fe1a85ec53;
            return value ^ (value >> 33);
        }
    }
}
