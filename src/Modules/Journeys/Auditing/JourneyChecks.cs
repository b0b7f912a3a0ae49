using Danke.Platform.Audits;

namespace Danke.Journeys.Auditing;

/// <summary>Nobody is lost on the way.</summary>
internal static class JourneyChecks
{
    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "journeys.due",
            Says = "Every entry waits until some instant or has ended with a reason.",
            Advice = "End the entry: POST /v1/journeys/NAME/entries/ID/end.",
            Rows = "select count(*) from journey_entries",
            Differences = """
                select entry_id, case state when 'waiting' then 'a due time' else 'an end and a reason, no due time' end,
                  state || ', due ' || coalesce(cast(due_at_ms as text), 'never') || ', ended ' || coalesce(cast(ended_at_ms as text), 'never') || ', ' || coalesce(end_reason, 'no reason')
                from journey_entries
                where not (state = 'waiting' and due_at_ms is not null and ended_at_ms is null and end_reason is null)
                  and not (state = 'ended' and due_at_ms is null and ended_at_ms is not null and end_reason is not null)
                """,
        },
        new()
        {
            Name = "journeys.steps",
            Says = "Every entry has left each node on its way once.",
            Advice = "Nothing corrects this by itself: end the entry and let the person enter again.",
            Rows = "select count(*) from journey_steps",
            Differences = """
                select e.entry_id, case when e.end_reason = 'completed' then e.visit else e.visit - 1 end, coalesce(s.steps, 0)
                from journey_entries e left join (select entry_id, count(*) steps, max(visit) last from journey_steps group by entry_id) s on s.entry_id = e.entry_id
                where coalesce(s.steps, 0) <> (case when e.end_reason = 'completed' then e.visit else e.visit - 1 end) or coalesce(s.last, 0) <> coalesce(s.steps, 0)
                """,
        },
        new()
        {
            Name = "journeys.overdue",
            Says = "No entry has been due for more than a day.",
            Advice = "The server must run for journeys to go on; look in its log for the entry's number.",
            Rows = "select count(*) from journey_entries where state = 'waiting'",
            Differences = "select entry_id, 'due after ' || cast(@yesterday as text), due_at_ms from journey_entries where state = 'waiting' and due_at_ms < @yesterday",
        },
        AuditCheck.PersonsOf("journeys", "journey_entries", "entry_id"),
        AuditCheck.PersonsOf("journeys", "journey_steps", "entry_id"),
        AuditCheck.CommandsOf("journeys", "journey_entries", "entry_id", "entered_by"),
        AuditCheck.CommandsOf("journeys", "journey_steps", "entry_id"),
    ];
}
