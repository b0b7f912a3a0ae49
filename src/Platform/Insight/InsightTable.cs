using System.Data.Common;

namespace Danke.Platform.Insight;

/// <summary>
/// A table of Insight and where its rows come from. The feeder and a rebuild run the same SELECT on the Books - by changed
/// keys, by persons, or page by page over all - so that Insight can always be made anew and compared.
/// In Insight every table also has <c>version UInt64</c> and <c>is_deleted UInt8</c>, is a
/// <c>ReplacingMergeTree(version, is_deleted)</c> ordered by its <see cref="OrderBy"/>, and is read with FINAL.
/// <code>new InsightTable
/// {
///     Name = "refunds",
///     Columns = [("person_id", "UInt64"), ("refund_id", "UInt64"), ("refunded_at", "DateTime64(3, 'UTC')"), ("amount_minor", "Int64")],
///     OrderBy = "person_id, refund_id",
///     Select = "select f.person_id, f.refund_id, f.refunded_at_ms, f.amount_minor from refunds f where {filter}",
///     Key = "refund_id",
///     KeyColumn = "f.refund_id",
///     PersonColumn = "f.person_id",
/// }</code>
/// </summary>
public sealed record InsightTable
{
    /// <summary>The name in Insight.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The <c>entity</c> of the announcements that touch it; their keys are this table's keys. Itself unless said otherwise: order
    /// lines change with <c>orders</c>, a person's reachability with <c>consents</c>.
    /// </summary>
    public IReadOnlyList<string> Entities { get => field ?? [Name]; init; }

    /// <summary>
    /// Column names and ClickHouse types, in the order of the SELECT. The first is always <c>person_id UInt64</c>. Types: UInt8, UInt32,
    /// UInt64, Int64, DateTime64(3, 'UTC') from whole numbers, also Nullable; String and LowCardinality(String) from text, null as '';
    /// Array(LowCardinality(String)) and Map(String, String) from JSON text.
    /// </summary>
    public required IReadOnlyList<(string Name, string Type)> Columns { get; init; }

    /// <summary>The sorting key in Insight: columns that tell rows apart; leads with person_id and then the key.</summary>
    public required string OrderBy { get; init; }

    /// <summary>
    /// SELECT on the Books. <c>{filter}</c> stands for the condition that picks rows and must be there once; an ORDER BY and a LIMIT may
    /// come after the text. Instants as milliseconds.
    /// </summary>
    public required string Select { get; init; }

    /// <summary>The Insight column that holds announcements' keys, e.g. <c>order_id</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The Books column that announcements' keys name, e.g. <c>o.order_id</c>; indexed.</summary>
    public required string KeyColumn { get; init; }

    /// <summary>The Books column that holds the person, e.g. <c>o.person_id</c>; indexed.</summary>
    public required string PersonColumn { get; init; }

    /// <summary>
    /// Writes one row of the SELECT as any number of Insight's rows, when they are not the same column by column. Called for each row
    /// with the reader on it.
    /// </summary>
    public Action<DbDataReader, RowSink>? Project { get; init; }

    internal string ColumnNames { get => field ??= string.Join(", ", Columns.Select(c => c.Name)); }

    internal IReadOnlyList<ColumnKind> Kinds { get => field ??= [.. Columns.Select(c => ColumnKinds.Of(c.Type))]; }

    internal IEnumerable<string> AllColumns => [.. Columns.Select(c => c.Name), "version", "is_deleted"];

    /// <summary>The SELECT for rows that fulfil a condition.</summary>
    internal string SelectWhere(string condition) => Select.Replace("{filter}", condition, StringComparison.Ordinal);

    internal void Write(DbDataReader reader, RowSink sink)
    {
        if (Project is not null)
        {
            Project(reader, sink);
            return;
        }
        for (var i = 0; i < Kinds.Count; i++) sink.Copy(reader, i);
    }

    /// <exception cref="InvalidOperationException">The declaration contradicts itself.</exception>
    internal void Check()
    {
        void Must(bool holds, string what)
        {
            if (!holds) throw new InvalidOperationException($"Insight table {Name}: {what}.");
        }
        Must(Columns.Count > 0 && Columns[0] == ("person_id", "UInt64"), "the first column is person_id UInt64");
        Must(OrderBy.StartsWith("person_id", StringComparison.Ordinal), "its order leads with person_id");
        Must(Columns.Any(c => c.Name == Key), $"its key {Key} is no column");
        Must(Select.Split("{filter}").Length == 2, "its SELECT has {filter} once");
        Must(Kinds.Count == Columns.Count, "its types are known");
    }
}
