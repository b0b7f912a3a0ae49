using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Offers.Taking;

/// <summary>
/// Every minute asks the Door to give up locks that were not redeemed in time. What is due lies in the Books, so that it may be done once, often or on
/// several nodes. A redemption that comes too late is refused whether or not this has run.
/// </summary>
internal sealed class LockClock(BooksStore books, IDoor door, TimeProvider clock, ILogger<LockClock> log) : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    private const long PageSize = 1_000;

    private readonly record struct Due(long UseId, long PersonId, long EndsAtMs);

    /// <summary>Ends everything that is due now; answers how many locks were given up.</summary>
    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var (applied, now) = (0, Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var last = new Due(0, 0, long.MinValue);
        while (await ReadDue(last, now, cancel) is { Count: > 0 } page)
        {
            last = page[^1];
            var answers = await door.SubmitMany([.. page.Select(Command)], cancel);
            foreach (var refused in answers.Where(a => a.Status is AnswerStatus.Rejected or AnswerStatus.Declined)) Log.LogError("A lock could not lapse: {Code}", refused.Code);
            applied += answers.Count(a => a.Status == AnswerStatus.Applied);
        }
        return applied;
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select offer_use_id, person_id, ends_at_ms from offer_uses
        where state = 'locked' and ends_at_ms <= @now and (ends_at_ms, offer_use_id) > (@ends, @use)
        order by ends_at_ms, offer_use_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), [("now", now), ("ends", after.EndsAtMs), ("use", after.UseId), ("limit", PageSize)], cancel);

    // At its own instant, so that it is the same whenever somebody looks; a lock that was renewed ends at another.
    private static Command Command(Due due)
    {
        var (id, body) = (string.Create(CultureInfo.InvariantCulture, $"lock/{due.UseId}/{due.EndsAtMs}"), new LapseLock(due.UseId));
        return new()
        {
            Source = Sources.Clock,
            Id = id,
            AtMs = due.EndsAtMs,
            Channel = "offer",
            PersonId = due.PersonId,
            Body = body,
            Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Clock, ["id"] = id, ["type"] = body.Type }.ToJsonString()),
        };
    }
}
