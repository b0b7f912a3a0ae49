using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;

namespace Danke.Loyalty.Tiers;

/// <summary>Where members stand now, read for showing: with two reads for a page of them, and none under the plain rule.</summary>
internal sealed class TierReading(BooksStore books, TimeProvider clock)
{
    public long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<Standing?> Of(MembershipRow row, LoyaltyProgram? program, CancellationToken cancel) => program is null ? null
        : (await Of([row], new Dictionary<string, LoyaltyProgram> { [program.Name] = program }, cancel)).GetValueOrDefault((row.PersonId, row.Program));

    /// <summary>Of those whose program asks for more than growth ever counted, or who were granted a tier.</summary>
    public async Task<Dictionary<(long Person, string Program), Standing>> Of(
        IReadOnlyCollection<MembershipRow> rows, IReadOnlyDictionary<string, LoyaltyProgram> live, CancellationToken cancel)
    {
        var asked = rows.Where(r => live.TryGetValue(r.Program, out var program) && (r.HasGrants || !program.HasPlainTiers)).ToList();
        if (asked.Count == 0) return [];
        var persons = asked.Select(r => r.PersonId).Distinct().ToArray();
        var facts = (await books.Read(TierFactRow.Select + " where person_id in ({keys})", TierFactRow.Read, [("keys", persons)], cancel)).ToLookup(f => (f.PersonId, f.Program), f => f.Fact);
        var grants = (await books.Read(TierGrantRow.Select + " where person_id in ({keys})", TierGrantRow.Read, [("keys", persons)], cancel)).ToLookup(g => (g.PersonId, g.Program), g => g.Grant);
        // Not judged yet by the program's present rules: what the ledger knows of before.
        var behind = asked.Where(r => facts[(r.PersonId, r.Program)].Sum(f => f.Counts.Growth) != r.Growth).Select(r => r.PersonId).ToArray();
        var earlier = (behind.Length == 0 ? [] : await books.Read(EarlierGrowth.Select, EarlierGrowth.Read, [("keys", behind)], cancel)).ToLookup(e => (e.PersonId, e.Program));
        var now = NowMs;
        return asked.ToDictionary(r => (r.PersonId, r.Program), r => Standing(r, live[r.Program], [.. facts[(r.PersonId, r.Program)]], earlier[(r.PersonId, r.Program)], [.. grants[(r.PersonId, r.Program)]], now));
    }

    private static Standing Standing(MembershipRow row, LoyaltyProgram program, List<TierFact> facts, IEnumerable<EarlierGrowth> earlier, List<TierGrant> grants, long nowMs)
    {
        if (program.HasPlainTiers) facts = [new TierFact(row.JoinedAtMs, 0, 0, new Counts(row.Growth, 0, 0))];
        else
            foreach (var before in earlier)
                if (before.Beside(facts.Where(f => f.OrderId == before.Fact.OrderId && f.Via == before.Fact.Via).Aggregate(default(Counts), (sum, f) => sum + f.Counts)) is { } fact) facts.Add(fact);
        return Standings.At(program, row.JoinedAtMs, facts, grants, Math.Max(nowMs, row.TierAsOfMs));
    }
}
