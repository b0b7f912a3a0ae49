namespace Danke.Platform.Insight;

/// <summary>
/// A table of Insight and where its rows come from. The feeder and a rebuild run the same SELECT on the Books - by changed
/// keys, by persons, or page by page over all - so that Insight can always be made anew and compared.
/// In Insight every table also has <c>version UInt64</c> and <c>is_deleted UInt8</c>, is a
/// <c>ReplacingMergeTree(version, is_deleted)</c> ordered by its <see cref="OrderBy"/>, and is read with FINAL.
/// </summary>
public sealed record InsightTable
{
    /// <summary>The name in Insight, and the <c>entity</c> of the announcements that touch it.</summary>
    public required string Name { get; init; }

    /// <summary>Column names and ClickHouse types, in the order of the SELECT. The first is always <c>person_id UInt64</c>.</summary>
    public required IReadOnlyList<(string Name, string Type)> Columns { get; init; }

    /// <summary>The sorting key in Insight; leads with person_id.</summary>
    public required string OrderBy { get; init; }

    /// <summary>SELECT on the Books without WHERE: one row a key. Instants as milliseconds; Insight's type is DateTime64(3, 'UTC').</summary>
    public required string Select { get; init; }

    /// <summary>The Books column that announcements' keys name, e.g. <c>o.order_id</c>.</summary>
    public required string KeyColumn { get; init; }

    /// <summary>The Books column that holds the person, e.g. <c>o.person_id</c>.</summary>
    public required string PersonColumn { get; init; }
}
