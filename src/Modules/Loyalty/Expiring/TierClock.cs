using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Asks the Door to look at the tiers that may move by themselves - a period ended, or what kept them - and at those that were judged under an
/// earlier version of the program. The moves carry the instants at which they were due, so that running it once, often or on several nodes,
/// or after any time of standing still, gives the same.
/// </summary>
internal sealed class TierClock(BooksStore books, LivePrograms programs, IDoor door, TimeProvider clock, ILogger<TierClock> log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    private const int PageSize = 1_000;

    private readonly record struct Due(string Program, long AtMs, long PersonId, long AsOfMs);

    /// <summary>Looks at every tier that is due now; answers how many that was.</summary>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var seen = 0;
        foreach (var program in await programs.All(cancel))
        {
            seen += await Sweep(new Due(program.Name, long.MinValue, 0, 0), now, (last) => ReadDue(last, now, cancel), cancel);
            if (!program.HasPlainTiers)
                seen += await Sweep(new Due(program.Name, program.Version, 0, 0), now, (last) => ReadOutdated(last, program.Version, cancel), cancel);
        }
        return seen;
    }

    private async Task<int> Sweep(Due last, long now, Func<Due, Task<List<Due>>> read, CancellationToken cancel)
    {
        var seen = 0;
        while (await read(last) is { Count: > 0 } page)
        {
            last = page[^1];
            var answers = await door.SubmitMany([.. page.Select(d => CommandFor(d, now))], cancel);
            seen += answers.Count(a => a.Status == AnswerStatus.Applied);
            foreach (var refused in answers.Where(a => a.Status == AnswerStatus.Rejected)) log.LogError("A tier could not be reviewed: {Code}", refused.Code);
        }
        return seen;
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select program, tier_review_at_ms, person_id, tier_as_of_ms from memberships
        where program = @program and tier_review_at_ms is not null and tier_review_at_ms <= @now and (tier_review_at_ms, person_id) > (@at, @person)
        order by tier_review_at_ms, person_id limit @limit
        """, r => new Due(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)),
        [("program", after.Program), ("now", now), ("at", after.AtMs), ("person", after.PersonId), ("limit", (long)PageSize)], cancel);

    private Task<List<Due>> ReadOutdated(Due after, long version, CancellationToken cancel) => books.Read("""
        select program, @version, person_id, tier_as_of_ms from memberships
        where program = @program and tier_version <> @version and state <> 'merged' and person_id > @person order by person_id limit @limit
        """, r => new Due(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)),
        [("program", after.Program), ("version", version), ("person", after.PersonId), ("limit", (long)PageSize)], cancel);

    private static Command CommandFor(Due due, long now)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"tier/{due.Program}/{due.PersonId}/{due.AtMs}/{due.AsOfMs}");
        return new Command
        {
            Source = Sources.Clock,
            Id = id,
            AtMs = now,
            Channel = "program",
            PersonId = due.PersonId,
            Body = new ReviewTier(due.Program),
            Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{Sources.Clock}}","id":"{{id}}","type":"tier.reviewed"}"""),
        };
    }
}
