using Danke.Platform.Insight;

namespace Danke.Touch;

/// <summary>Messages as Insight counts them: sent or not, and why not.</summary>
internal static class TouchInsightTables
{
    public static readonly IReadOnlyList<InsightTable> All =
    [
        new InsightTable
        {
            Name = "messages",
            Columns =
            [
                ("person_id", "UInt64"), ("message_id", "UInt64"), ("via", "LowCardinality(String)"), ("template", "LowCardinality(String)"),
                ("state", "LowCardinality(String)"), ("reason", "LowCardinality(String)"), ("journey", "LowCardinality(String)"), ("at", "DateTime64(3, 'UTC')"),
            ],
            OrderBy = "person_id, message_id",
            Select = "select s.person_id, s.message_id, s.via, s.template, s.state, s.reason, s.journey, s.at_ms from messages s where {filter}",
            Key = "message_id",
            KeyColumn = "s.message_id",
            PersonColumn = "s.person_id",
        },
    ];
}
