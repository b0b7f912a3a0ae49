using Danke.Loyalty.Earning;
using Danke.Platform.Books;

namespace Danke.Loyalty.Expiring;

/// <summary>Asks the Door to end the points whose time has come, each lot at its own instant.</summary>
internal sealed class ExpiryClock(BooksStore books, DueCommands due)
{
    /// <summary>The membership, and what tells this expiry from every other: a late report may bring a lot that ended at the same instant.</summary>
    private readonly record struct Due(string Program, long NextExpiryMs, long PersonId, long Expired);

    // Whatever there is a ledger of, be it in force or not: from one to the next by the index, without reading what is between.
    private const string Ledgers = """
        with recursive ledgers(program) as (
          select min(program) from memberships union all select (select min(m.program) from memberships m where m.program > l.program) from ledgers l where l.program is not null)
        select program from ledgers where program is not null order by program
        """;

    /// <summary>Ends everything that is due now; answers how many memberships lost points.</summary>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var now = due.NowMs;
        var ended = 0;
        foreach (var program in await books.Read(Ledgers, r => r.GetString(0), cancel: cancel))
            ended += await due.Submit(new Due(program, long.MinValue, 0, 0), last => ReadDue(last, now, cancel),
                d => DueCommands.Command($"expire/{d.Program}/{d.PersonId}/{d.NextExpiryMs}/{d.Expired}", d.PersonId, now, new ExpirePoints(d.Program)), cancel);
        return ended;
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select program, next_expiry_ms, person_id, points_expired from memberships
        where program = @program and next_expiry_ms <= @now and (next_expiry_ms, person_id) > (@expiry, @person)
        order by next_expiry_ms, person_id limit @limit
        """, r => new Due(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)),
        [("program", after.Program), ("now", now), ("expiry", after.NextExpiryMs), ("person", after.PersonId), ("limit", DueCommands.PageSize)], cancel);
}
