using System.Data.Common;
using Danke.Platform.Books;
using Danke.Platform.Insight;

namespace Danke.Persons;

/// <summary>What Insight knows of persons: no names and no identifiers, only what one counts and selects by.</summary>
internal static class PersonsInsightTables
{
    // A refusal of the whole kind (no point named) overrides what a point was allowed before it.
    private const string StillGranted = """
        c.granted = 1 and not exists
          (select 1 from consents g where g.person_id = c.person_id and g.via = c.via and g.purpose = c.purpose
             and g.point_key = 0 and g.granted = 0 and g.at_ms >= c.at_ms)
        """;

    public static readonly IReadOnlyList<InsightTable> All =
    [
        new InsightTable
        {
            Name = "persons",
            Entities = ["persons", "consents"],
            Columns =
            [
                ("person_id", "UInt64"), ("gender", "LowCardinality(String)"), ("birthday", "String"), ("province", "LowCardinality(String)"),
                ("city", "LowCardinality(String)"), ("first_channel", "LowCardinality(String)"), ("first_seen_at", "DateTime64(3, 'UTC')"),
                ("last_seen_at", "DateTime64(3, 'UTC')"), ("channels", "Array(LowCardinality(String))"), ("reachable", "Array(LowCardinality(String))"),
                ("household_id", "UInt64"), ("household_size", "UInt32"), // who shares no phone or address: 0 and 1
            ],
            OrderBy = "person_id",
            Select = $$"""
                select p.person_id, p.gender, p.birthday, p.province, p.city, p.first_channel, p.first_seen_ms, p.last_seen_ms,
                  (select {sqlite:group_concat(distinct i.namespace)}{postgres:string_agg(distinct i.namespace, ',')} from identifiers i where i.person_id = p.person_id),
                  (select {sqlite:group_concat(distinct c.via)}{postgres:string_agg(distinct c.via, ',')} from consents c
                   where c.person_id = p.person_id and c.purpose = 'marketing' and {{StillGranted}}),
                  coalesce(h.household_id, 0), coalesce(h.size, 1)
                from persons p left join households h on h.person_id = p.person_id where p.state = 'active' and {filter}
                """,
            Key = "person_id",
            KeyColumn = "p.person_id",
            PersonColumn = "p.person_id",
            Project = Person,
        },
        new InsightTable
        {
            Name = "consents",
            Columns = [("person_id", "UInt64"), ("via", "LowCardinality(String)"), ("purpose", "LowCardinality(String)"), ("granted", "UInt8"), ("at", "DateTime64(3, 'UTC')")],
            OrderBy = "person_id, via, purpose",
            Select = $$"""
                select c.person_id, c.via, c.purpose, max(case when {{StillGranted}} then 1 else 0 end), max(c.at_ms)
                from consents c where {filter} group by c.person_id, c.via, c.purpose
                """,
            Key = "person_id",
            KeyColumn = "c.person_id",
            PersonColumn = "c.person_id",
        },
        new InsightTable
        {
            Name = "interactions",
            Columns =
            [
                ("person_id", "UInt64"), ("interaction_id", "UInt64"), ("channel", "LowCardinality(String)"), ("kind", "LowCardinality(String)"),
                ("at", "DateTime64(3, 'UTC')"), ("properties", "Map(String, String)"),
            ],
            OrderBy = "person_id, interaction_id",
            Select = "select a.person_id, a.interaction_id, a.channel, a.kind, a.at_ms, a.properties from interactions a where {filter}",
            Key = "interaction_id",
            KeyColumn = "a.interaction_id",
            PersonColumn = "a.person_id",
        },
    ];

    private static void Person(DbDataReader row, RowSink sink)
    {
        sink.Write(row.GetInt64(0));
        for (var i = 1; i <= 5; i++) sink.Write(row.TextOrNull(i));
        sink.Write(row.GetInt64(6));
        sink.Write(row.GetInt64(7));
        sink.Write(Channels(row.GetString(5), row.TextOrNull(8)));
        sink.Write((row.TextOrNull(9) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        sink.Write(row.GetInt64(10));
        sink.Write(row.GetInt64(11));
    }

    /// <summary>Where the person is known: where first seen, and on every platform that has a number for them.</summary>
    private static IEnumerable<string> Channels(string first, string? namespaces) =>
        (namespaces ?? "").Split(',').Select(ChannelOf).OfType<string>().Append(first).Where(c => c.Length > 0).Distinct().Order(StringComparer.Ordinal);

    private static string? ChannelOf(string @namespace) => @namespace.Split('_')[0] switch
    {
        "tmall" or "jd" or "douyin" or "youzan" or "wechat" or "wecom" => @namespace.Split('_')[0],
        "pos" => "store",
        _ => null,
    };
}
