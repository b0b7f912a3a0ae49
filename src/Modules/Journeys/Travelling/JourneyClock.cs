using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Journeys.Travelling;

/// <summary>
/// Finds entries that are due and asks the Door to move them. Keeps nothing in memory that matters: after a crash, or with several
/// nodes, the same entries are found again and the Door takes each visit once.
/// </summary>
internal sealed class JourneyClock(BooksStore books, IDoor door, TimeProvider clock, ILogger<JourneyClock> log) : Sweeper(TimeSpan.FromSeconds(1), clock, log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    private const int PageSize = 1_000;

    /// <summary>An entry that the Door refuses is left alone for this long, so that one broken entry does not break batch after batch.</summary>
    private const long RefusedRestMs = 5 * 60_000;
    private const int MostRefused = 100_000;

    private readonly Dictionary<(long Entry, long Visit), long> refusedUntil = [];

    private readonly record struct Due(long DueAtMs, long EntryId, string Node, long Visit, long PersonId);

    /// <summary>Moves everything that is due now, page by page; answers how many commands were applied.</summary>
    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var applied = 0;
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var last = new Due(long.MinValue, 0, "", 0, 0);
        while (true)
        {
            var page = await ReadDue(now, last, cancel);
            if (page.Count == 0) return applied;
            last = page[^1];
            applied += await Advance(page.Where(d => refusedUntil.GetValueOrDefault((d.EntryId, d.Visit)) <= now).ToList(), now, cancel);
        }
    }

    private Task<List<Due>> ReadDue(long now, Due after, CancellationToken cancel) => books.Read("""
        select due_at_ms, entry_id, node, visit, person_id from journey_entries
        where state = 'waiting' and due_at_ms <= @now and (due_at_ms, entry_id) > (@due, @entry)
        order by due_at_ms, entry_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4)),
        [("now", now), ("due", after.DueAtMs), ("entry", after.EntryId), ("limit", (long)PageSize)], cancel);

    private async Task<int> Advance(List<Due> due, long now, CancellationToken cancel)
    {
        var answers = await door.SubmitMany([.. due.Select(d => AdvanceJourney.For(d.EntryId, d.Node, d.Visit, d.PersonId, now))], cancel);
        for (var i = 0; i < due.Count; i++)
        {
            if (answers[i].Status == AnswerStatus.Applied) continue;
            if (refusedUntil.Count >= MostRefused) refusedUntil.Clear();
            refusedUntil[(due[i].EntryId, due[i].Visit)] = now + RefusedRestMs;
            if (answers[i].Status == AnswerStatus.Rejected) Log.LogError("Journey entry {Entry} cannot go on: {Code}", due[i].EntryId, answers[i].Code);
        }
        return answers.Count(a => a.Status == AnswerStatus.Applied);
    }
}
