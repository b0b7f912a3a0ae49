using Danke.Engines.Ledger;
using Danke.Loyalty.Auditing;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Privacy;

namespace Danke.Loyalty.Privacy;

/// <summary>
/// Erasing takes from entries and lots what tells who it was, and with it their links and seals. Here the chains that they are of are linked
/// anew, whole: the ledger proves itself again, in words that name nobody. What is to be done is what has no link, so a run that was
/// broken off goes on.
/// </summary>
internal sealed class LedgerTraces(BooksStore books, Vault vault) : ISweepsTraces
{
    private sealed record Relinked(long EntryId, ChainHead Head)
    {
        public static readonly Table<Relinked> Table = new Table<Relinked>("points_entries", "entry_id")
            .Long("entry_id", r => r.EntryId).Long("place", r => r.Head.Place).Bytes("link", r => r.Head.Link);
    }

    private static readonly Table<LotRow> Seals = new Table<LotRow>("lots", "lot_id")
        .Long("lot_id", r => r.Lot.LotId).Long("chain_place", r => r.Head.Place).Bytes("chain_head", r => r.Head.Link).Bytes("seal", r => r.Seal).LongOrNull("unsealed", _ => null);

    private const string Lots = "select lot_id from points_entries where link is null and lot_id <> 0 union select lot_id from lots where unsealed is not null";

    public string Name => "ledger";

    public Task<long> Sweep(Traces traces, CancellationToken cancel) => books.Write(async transaction =>
    {
        using var chain = new LedgerChain(vault);
        var lots = (await transaction.Read(Lots, r => r.GetInt64(0))).Order().ToArray();
        await LockOwners(transaction, lots);
        return await LinkLots(transaction, chain, lots) + await LinkGrowth(transaction, chain);
    }, cancel);

    public async Task<long> Count(Traces traces, CancellationToken cancel) =>
        (await books.Read("select (select count(*) from points_entries where link is null) + (select count(*) from lots where unsealed is not null)", r => r.GetInt64(0), cancel: cancel))[0];

    // As the Door does, memberships first: whoever adds to these chains waits.
    private static async Task LockOwners(BooksTransaction transaction, long[] lots)
    {
        var owners = (await transaction.Read("""
            select person_id from lots where lot_id in ({keys}) union select person_id from points_entries where link is null
            """, r => r.GetInt64(0), ("keys", lots))).Order().ToArray();
        await transaction.Read("select person_id from memberships where person_id in ({keys}) order by person_id {for update}", r => r.GetInt64(0), ("keys", owners));
    }

    private static async Task<long> LinkLots(BooksTransaction transaction, LedgerChain chain, long[] ids)
    {
        if (ids.Length == 0) return 0;
        var heads = new Dictionary<long, ChainHead>();
        var linked = new List<Relinked>();
        foreach (var entry in await transaction.Read(ChainChecks.EntryColumns + " where e.lot_id in ({keys}) order by e.lot_id, e.place", ChainChecks.ReadEntry, ("keys", ids)))
        {
            var head = heads[entry.Entry.LotId] = chain.Next(heads.GetValueOrDefault(entry.Entry.LotId), entry);
            linked.Add(new Relinked(entry.EntryId, head));
        }
        await transaction.Update(Relinked.Table, linked);
        var lots = await transaction.Read(LotRow.Select + " where lot_id in ({keys}) order by lot_id", LotRow.Read, ("keys", ids));
        foreach (var lot in lots)
        {
            lot.Head = heads.GetValueOrDefault(lot.Lot.LotId);
            lot.Seal = chain.Seal(lot);
        }
        await transaction.Update(Seals, lots);
        return linked.Count;
    }

    // Of an erased person the growth is nobody's: it goes on the end of that chain. Of others, whose event's id was changed, the chain is linked anew.
    private static async Task<long> LinkGrowth(BooksTransaction transaction, LedgerChain chain)
    {
        var broken = await transaction.Read("select distinct program, via_key from points_entries where link is null and lot_id = 0 order by via_key, program", r => (Program: r.GetString(0), Via: r.GetInt64(1)));
        long count = 0;
        foreach (var (program, via) in broken)
        {
            var known = await transaction.Read("select chain_place, chain_head from growth_chains where program = @program and via_key = @via {for update}",
                r => new ChainHead(r.GetInt64(0), (byte[])r.GetValue(1)), ("program", program), ("via", via));
            var entries = await transaction.Read(
                ChainChecks.EntryColumns + $" where e.lot_id = 0 and e.program = @program and e.via_key = @via {(via == 0 ? "and e.link is null order by e.entry_id" : "order by e.place")}",
                ChainChecks.ReadEntry, ("program", program), ("via", via));
            var head = via == 0 && known is [var last] ? last : default;
            var linked = new List<Relinked>();
            foreach (var entry in entries) linked.Add(new Relinked(entry.EntryId, head = chain.Next(head, entry)));
            await transaction.Update(Relinked.Table, linked);
            await transaction.Upsert(GrowthChainRow.Table, [new GrowthChainRow(program, via, head)]);
            count += linked.Count;
        }
        return count;
    }
}
