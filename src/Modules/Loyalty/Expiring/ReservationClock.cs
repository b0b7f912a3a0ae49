using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Workers;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Every minute asks the Door to give back what was reserved and not confirmed in time. A confirmation that comes too late is refused
/// whether or not this has run.
/// </summary>
internal sealed class ReservationClock(BooksStore books, DueCommands due, TimeProvider clock, ILogger<ReservationClock> log) : Sweeper(TimeSpan.FromMinutes(1), clock, log)
{
    private readonly record struct Due(long RedemptionId, long PersonId, long EndsAtMs);

    /// <summary>Ends everything that is due now; answers how many reservations were given back.</summary>
    public override Task<int> Sweep(CancellationToken cancel)
    {
        var now = due.NowMs;
        // At its own instant, so that it is the same whenever somebody looks.
        return due.Submit(new Due(0, 0, long.MinValue), last => ReadDue(last, now, cancel),
            d => DueCommands.Command($"lapse/{d.RedemptionId}", d.PersonId, d.EndsAtMs, new LapseReservation(d.RedemptionId)), cancel);
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select redemption_id, person_id, ends_at_ms from redemptions
        where state = 'reserved' and ends_at_ms <= @now and (ends_at_ms, redemption_id) > (@ends, @redemption)
        order by ends_at_ms, redemption_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)),
        [("now", now), ("ends", after.EndsAtMs), ("redemption", after.RedemptionId), ("limit", DueCommands.PageSize)], cancel);
}
