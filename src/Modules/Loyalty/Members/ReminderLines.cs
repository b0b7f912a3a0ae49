using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>What the member was told of points that will end.</summary>
internal sealed class ReminderLines(BooksStore books) : ITimelineSource
{
    public string Name => "expiry_reminders";
    public string Kind => TimelineKinds.Points;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) => await books.Read("""
        select at_ms, reminder_id, program, points, days_before, ends_at_ms, state, command_key from expiry_reminders
        where person_id = @person and state = 'told' and (at_ms, reminder_id) < (@at, @number) order by at_ms desc, reminder_id desc limit @limit
        """, r => new TimelineItem(r.GetInt64(0), r.GetInt64(1), "", "points.expiring", new JsonObject
    {
        ["program"] = r.GetString(2),
        ["points"] = r.GetInt64(3),
        ["days_before"] = r.GetInt64(4),
        // The last day on which they may be spent.
        ["last_at_ms"] = r.GetInt64(5) - 1,
        ["event"] = r.GetString(7),
    }, $"{r.GetInt64(3)} points end, {r.GetInt64(4)} days before their last day"),
        [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);
}
