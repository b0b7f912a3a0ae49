using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Every minute asks the Door to give back what was reserved and not confirmed in time. A confirmation that comes too late is refused
/// whether or not this has run.
/// </summary>
internal sealed class ReservationClock(BooksStore books, IDoor door, TimeProvider clock, ILogger<ReservationClock> log) : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    private const int PageSize = 1_000;

    private readonly record struct Due(long RedemptionId, long PersonId, long EndsAtMs);

    /// <summary>Ends everything that is due now; answers how many reservations were given back.</summary>
    public override async Task<int> Sweep(CancellationToken cancel)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var ended = 0;
        var last = new Due(0, 0, long.MinValue);
        while (await ReadDue(last, now, cancel) is { Count: > 0 } page)
        {
            last = page[^1];
            var answers = await door.SubmitMany([.. page.Select(CommandFor)], cancel);
            ended += answers.Count(a => a.Status == AnswerStatus.Applied);
            foreach (var refused in answers.Where(a => a.Status is AnswerStatus.Rejected or AnswerStatus.Declined)) Log.LogError("A reservation could not be ended: {Code}", refused.Code);
        }
        return ended;
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select redemption_id, person_id, ends_at_ms from redemptions
        where state = 'reserved' and ends_at_ms <= @now and (ends_at_ms, redemption_id) > (@ends, @redemption)
        order by ends_at_ms, redemption_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)),
        [("now", now), ("ends", after.EndsAtMs), ("redemption", after.RedemptionId), ("limit", (long)PageSize)], cancel);

    // At its own instant, so that it is the same whenever somebody looks.
    private static Command CommandFor(Due due)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"lapse/{due.RedemptionId}");
        return new Command
        {
            Source = Sources.Clock,
            Id = id,
            AtMs = due.EndsAtMs,
            Channel = "program",
            PersonId = due.PersonId,
            Body = new LapseReservation(due.RedemptionId),
            Raw = Encoding.UTF8.GetBytes($$"""{"source":"{{Sources.Clock}}","id":"{{id}}","type":"points.lapsed"}"""),
        };
    }
}
