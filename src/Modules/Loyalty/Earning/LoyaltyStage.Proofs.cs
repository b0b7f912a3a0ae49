using System.Runtime.InteropServices;
using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <summary>Links the batch's entries to their chains, seals the lots and adds up what the program's accounts have more or less.</summary>
internal sealed partial class LoyaltyStage
{
    private async ValueTask Prove(BooksTransaction books, List<LotRow> lots)
    {
        await LinkEntries(books);
        foreach (var lot in lots)
        {
            lot.Head = loaded.Heads.GetValueOrDefault(lot.Lot.LotId);
            lot.Seal = chain.Seal(lot);
        }
        await books.Upsert(LedgerDayRow.Table, Days());
    }

    private async ValueTask LinkEntries(BooksTransaction books)
    {
        var growth = await GrowthHeads(books);
        foreach (var row in entries)
        {
            ref var head = ref row.Entry.LotId == 0
                ? ref CollectionsMarshal.GetValueRefOrAddDefault(growth, (row.Program, row.Entry.Via), out _)
                : ref CollectionsMarshal.GetValueRefOrAddDefault(loaded.Heads, row.Entry.LotId, out _);
            row.Head = head = chain.Next(head, row);
        }
        await books.Upsert(GrowthChainRow.Table, [.. growth.Select(g => new GrowthChainRow(g.Key.Program, g.Key.Via, g.Value)).OrderBy(g => g.Via)]);
    }

    private async ValueTask<Dictionary<(string Program, long Via), ChainHead>> GrowthHeads(BooksTransaction books)
    {
        var wanted = entries.Where(e => e.Entry.LotId == 0).Select(e => (e.Program, e.Entry.Via)).ToHashSet();
        if (wanted.Count == 0) return [];
        var rows = await books.Read("select program, via_key, chain_place, chain_head from growth_chains where via_key in ({keys}) and program in ({set:programs:text}) order by via_key {for update}",
            r => ((r.GetString(0), r.GetInt64(1)), new ChainHead(r.GetInt64(2), (byte[])r.GetValue(3))),
            ("keys", wanted.Select(w => w.Via).Distinct().ToArray()), ("programs", wanted.Select(w => w.Program).Distinct().ToArray()));
        return rows.Where(r => wanted.Contains(r.Item1)).ToDictionary(r => r.Item1, r => r.Item2);
    }

    // Always in the same order: two nodes that add to the same days wait for one another instead of clashing.
    private List<LedgerDayRow> Days()
    {
        var days = new Dictionary<(string Program, long Day, LedgerAccount Account, EntryKind Kind), long>();
        foreach (var row in entries)
            foreach (var leg in row.Entry.Legs())
                CollectionsMarshal.GetValueRefOrAddDefault(days, (row.Program, row.Day, leg.Account, row.Entry.Kind), out _) += leg.Points;
        return [.. days.Where(d => d.Value != 0).OrderBy(d => d.Key.Day).ThenBy(d => d.Key.Account).ThenBy(d => d.Key.Kind).ThenBy(d => d.Key.Program, StringComparer.Ordinal)
            .Select(d => new LedgerDayRow(d.Key.Program, d.Key.Day, LedgerWords.Of(d.Key.Account), LedgerWords.Of(d.Key.Kind), d.Value))];
    }
}
