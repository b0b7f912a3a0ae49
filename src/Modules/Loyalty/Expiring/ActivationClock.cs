using Danke.Loyalty.Earning;
using Danke.Platform.Books;

namespace Danke.Loyalty.Expiring;

/// <summary>Asks the Door to make points spendable that only waited for their time, each order's at its own instant however late it is done.</summary>
internal sealed class ActivationClock(BooksStore books, DueCommands due)
{
    private readonly record struct Due(long AtMs, long LotId, long OrderId, long PersonId, string Program);

    /// <summary>Does all that is due now; answers how many lots that was.</summary>
    public Task<int> Sweep(CancellationToken cancel)
    {
        var now = due.NowMs;
        return due.Submit(new Due(long.MinValue, 0, 0, 0, ""), last => ReadDue(last, now, cancel),
            d => DueCommands.Command($"activate/{d.LotId}/{d.AtMs}", d.PersonId, d.AtMs, new ActivatePoints(d.Program, d.OrderId)), cancel);
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select activates_at_ms, lot_id, order_id, person_id, program from lots
        where activates_at_ms is not null and activates_at_ms <= @now and state = 'pending' and (activates_at_ms, lot_id) > (@at, @lot)
        order by activates_at_ms, lot_id limit @limit
        """, r => new Due(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetString(4)),
        [("now", now), ("at", after.AtMs), ("lot", after.LotId), ("limit", DueCommands.PageSize)], cancel);
}
