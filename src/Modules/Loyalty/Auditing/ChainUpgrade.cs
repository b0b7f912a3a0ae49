using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Auditing;

/// <summary>
/// Entries written before there were chains: each gets its day, its account and its place, every lot its seal, and the accounts their days. Once,
/// in one transaction, before the Door opens. From here on a change is found; what was changed before cannot be.
/// </summary>
internal static partial class ChainUpgrade
{
    private const int PageSize = 20_000;

    private sealed record Linked(long EntryId, string Contra, long Between, long Day, ChainHead Head)
    {
        public static readonly Table<Linked> Table = new Table<Linked>("points_entries", "entry_id")
            .Long("entry_id", r => r.EntryId).Text("contra", r => r.Contra).Long("between_points", r => r.Between).Long("day", r => r.Day)
            .Long("place", r => r.Head.Place).Bytes("link", r => r.Head.Link);
    }

    private static readonly Table<LotRow> Seals = new Table<LotRow>("lots", "lot_id")
        .Long("lot_id", r => r.Lot.LotId).Long("chain_place", r => r.Head.Place).Bytes("chain_head", r => r.Head.Link).Bytes("seal", r => r.Seal).LongOrNull("unsealed", _ => null);

    public static Task Run(BooksStore store, Vault vault, ILogger log, CancellationToken cancel) => store.Write(async books =>
    {
        if ((await books.Read("select name from ledger_upgrades where name = 'chain' {for update}", r => r.GetString(0))).Count == 0) return;
        log.LogInformation("Linking the ledger's entries: once, and it may take a while");
        using var chain = new LedgerChain(vault);
        var heads = new Dictionary<(long Lot, string Program, long Via), ChainHead>();
        await LinkEntries(books, chain, heads);
        await SealLots(books, chain, heads);
        await books.Insert(GrowthChainRow.Table, [.. heads.Where(h => h.Key.Lot == 0).Select(h => new GrowthChainRow(h.Key.Program, h.Key.Via, h.Value))]);
        await books.Execute($"insert into ledger_days (program, day, account, kind, points) select program, day, account, kind, sum(points) from ({DoubleEntryChecks.Legs}) l group by program, day, account, kind");
        await books.Execute("delete from ledger_upgrades where name = 'chain'");
    }, cancel);

    private static async Task LinkEntries(BooksTransaction books, LedgerChain chain, Dictionary<(long, string, long), ChainHead> heads)
    {
        var zones = (await books.Read("select name, body from definitions where kind = 'program' and state = 'live'", r => (Name: r.GetString(0), Body: r.GetString(1))))
            .ToDictionary(p => p.Name, p => (string?)JsonNode.Parse(p.Body)!["zone"]);
        for (var last = 0L; await Page(books, zones, last) is { Count: > 0 } page; last = page[^1].EntryId)
        {
            var linked = new List<Linked>(page.Count);
            foreach (var row in page)
            {
                var lot = row.Entry.LotId;
                ref var head = ref CollectionsMarshal.GetValueRefOrAddDefault(heads, (lot, lot == 0 ? row.Program : "", lot == 0 ? row.Entry.Via : 0), out _);
                head = chain.Next(head, row);
                linked.Add(new Linked(row.EntryId, LedgerWords.Of(row.Entry.Contra), row.Entry.Between, row.Day, head));
            }
            await books.Update(Linked.Table, linked);
        }
    }

    // What a reservation took that is still open is against what is reserved; everything else that was spent, against what is spent.
    private static Task<List<EntryRow>> Page(BooksTransaction books, Dictionary<string, string?> zones, long after) => books.Read("""
        select e.entry_id, e.program, e.kind, e.lot_id, e.order_id, e.via_key, e.pending, e.spendable, e.growth, e.at_ms, e.rule, e.recorded_at_ms, e.command_key,
          (select max(r.state) from redemptions r where r.command_key = e.command_key and r.state = 'reserved')
        from points_entries e where e.entry_id > @after order by e.entry_id limit @limit
        """, r =>
        {
            var (program, at, rule) = (r.GetString(1), r.GetInt64(9), r.GetString(10));
            var kind = LedgerWords.ParseEntryKind(r.GetString(2));
            var entry = new Entry(kind, r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), at, rule) { Between = kind == EntryKind.WriteOff ? WrittenOff(rule) : 0 };
            if (kind is EntryKind.Reserve or EntryKind.Release && r.IsDBNull(13)) entry = entry with { Contra = LedgerAccount.Spent };
            return new EntryRow(r.GetInt64(0), 0, program, entry, r.GetInt64(11), r.GetString(12), LocalDay.Of(zones.GetValueOrDefault(program), at));
        }, ("after", after), ("limit", (long)PageSize));

    // Until then the number was in the entry's words alone.
    private static long WrittenOff(string rule) => Points().Match(rule) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"; (\d{1,18}) points could not be taken back$")]
    private static partial Regex Points();

    private static async Task SealLots(BooksTransaction books, LedgerChain chain, Dictionary<(long, string, long), ChainHead> heads)
    {
        for (var last = 0L; await books.Read(LotRow.Select + " where lot_id > @last order by lot_id limit @limit", LotRow.Read, ("last", last), ("limit", (long)PageSize)) is { Count: > 0 } page;
             last = page[^1].Lot.LotId)
        {
            foreach (var row in page)
            {
                row.Head = heads.GetValueOrDefault((row.Lot.LotId, "", 0));
                row.Seal = chain.Seal(row);
            }
            await books.Update(Seals, page);
        }
    }
}
