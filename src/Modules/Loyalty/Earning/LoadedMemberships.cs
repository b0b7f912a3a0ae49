using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Ledger;
using Danke.Loyalty.Pools;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>A membership with its account as far as the batch needs it.</summary>
internal sealed class Membership(MembershipRow row, Account account)
{
    private readonly (long, string, string, string, long, long?, long, long?, long, long?, (long, long, long?, bool)) loaded = BesideBalances(row);
    private int taken;

    /// <summary>Not in the Books yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>Nothing but the balances differs from the Books.</summary>
    public bool OnlyBalances => !IsNew && loaded == BesideBalances(row);

    private static (long, string, string, string, long, long?, long, long?, long, long?, (long, long, long?, bool)) BesideBalances(MembershipRow row) =>
        (row.PersonId, row.Card, row.State, row.Tier, row.TierSinceMs, row.NextExpiryMs, row.JoinedAtMs, row.LeftAtMs, row.ViaKey, row.MergedInto,
            (row.TierAsOfMs, row.TierVersion, row.TierReviewAtMs, row.HasGrants));

    public MembershipRow Row => row;
    public Account Account => account;

    /// <summary>What counts for the tier, as far as the program asks for it.</summary>
    public MemberTiers Tiers { get; } = new();

    public IEnumerable<Entry> TakeNewEntries()
    {
        var fresh = account.Entries.Skip(taken).ToList();
        taken = account.Entries.Count;
        return fresh;
    }

    public void TakeBalances()
    {
        (row.Pending, row.Spendable, row.Growth) = (account.Pending, account.Spendable, account.Growth);
        (row.Earned, row.Spent, row.Expired) = (account.Earned, account.Spent, account.Expired);
        row.NextExpiryMs = account.NextExpiry(row.NextExpiryMs);
    }
}

/// <summary>Persons of whom a batch turned out to need more than is loaded at first.</summary>
internal sealed class Needs
{
    public HashSet<long> OpenLots { get; } = [];
    public HashSet<long> Everything { get; } = [];

    /// <summary>Orders that points may have paid for.</summary>
    public HashSet<string> Orders { get; } = [];

    /// <summary>Whose tier may move.</summary>
    public HashSet<long> Tiers { get; } = [];
    /// <summary>Persons that movements touch beside those of the batch, and lots that they may put something back into; set anew by each load.</summary>
    public HashSet<long> Others { get; } = [];
    public HashSet<long> Lots { get; } = [];

    public void Add(Extent needed, IEnumerable<long> persons) => (needed == Extent.Everything ? Everything : OpenLots).UnionWith(persons);

    public void Clear()
    {
        OpenLots.Clear();
        Everything.Clear();
        Orders.Clear();
        Tiers.Clear();
    }
}

/// <summary>The memberships, awards and lots that a batch touches.</summary>
internal sealed class LoadedMemberships
{
    private readonly Dictionary<(long Person, string Program), Membership> memberships = [];
    private readonly Dictionary<(long Order, string Program), OrderAward> awards = [];

    public HashSet<Membership> Changed { get; } = [];
    public HashSet<long> KnownLots { get; } = [];

    /// <summary>Where the chain of each lot stands.</summary>
    public Dictionary<long, ChainHead> Heads { get; } = [];
    public HashSet<(long, string)> KnownAwards { get; } = [];

    /// <summary>Persons of whom a membership row went to somebody else: theirs are written anew.</summary>
    public HashSet<long> Rewritten { get; } = [];

    /// <summary>Lots and sums of entries that were loaded: what a division or a large movement may touch.</summary>
    public int Loaded { get; private set; }

    public static async Task<LoadedMemberships> Load(Batch batch, BooksTransaction books, ProgramBook programs, Needs needs, LoadedRedemptions redemptions)
    {
        var loaded = new LoadedMemberships();
        var awarded = await loaded.LoadAwards(batch, books, programs);
        if (batch.PersonIds.Count == 0) return loaded;
        HashSet<long> everything = [.. batch.MayDivide, .. needs.Everything];
        var rows = await ReadRows([.. batch.PersonIds.Union(needs.Others)], books, everything);
        var open = rows.Count == 0 ? [] : PersonsWhoseLotsMatter(batch, [.. needs.OpenLots, .. needs.Others]);
        open.ExceptWith(everything);
        var next = rows.Count == 0 ? [] : PersonsWhoSpend(batch, awarded, rows);
        next.ExceptWith(everything);
        next.ExceptWith(open);
        var most = AheadOf(batch);
        var ahead = await ReadAhead(books, next, most);
        var lots = await ReadLots(books, ahead, open, everything, [.. awarded.Where(a => a.Award.LotId != 0).Select(a => a.Award.LotId), .. redemptions.Lots, .. needs.Lots]);
        var sums = everything.Count == 0 ? []
            : await books.Read(EntrySumRow.Select + " where person_id in ({keys})" + EntrySumRow.GroupBy, EntrySumRow.Read, ("keys", everything.ToArray()));
        loaded.Loaded = lots.Count + sums.Count;
        foreach (var lot in lots)
        {
            loaded.KnownLots.Add(lot.Lot.LotId);
            loaded.Heads[lot.Lot.LotId] = lot.Head;
        }
        var lotsOf = lots.ToLookup(l => (l.PersonId, l.Program), l => l.Lot);
        var horizons = Horizons(ahead, most);
        var sumsOf = sums.ToLookup(s => (s.PersonId, s.Program), s => KeyValuePair.Create((s.Via, s.LotId), s.Sum));
        foreach (var row in rows)
        {
            var key = (row.PersonId, row.Program);
            // A merged one has nothing, and all of it is known.
            var extent = row.IsMerged || everything.Contains(row.PersonId) ? Extent.Everything : open.Contains(row.PersonId) ? Extent.OpenLots : next.Contains(row.PersonId) ? Extent.NextLots : Extent.OwnLots;
            loaded.memberships[key] = new Membership(row, AccountOf(row, lotsOf[key], extent, sumsOf[key], horizons.TryGetValue(key, out var horizon) ? horizon : null));
        }
        return loaded;
    }

    private async Task<List<AwardRow>> LoadAwards(Batch batch, BooksTransaction books, ProgramBook programs)
    {
        long[] orders = [.. batch.Orders.Select(o => o.OrderId), .. batch.Steps.Select(s => s.Command.Body).OfType<ActivatePoints>().Select(a => a.OrderId)];
        if (orders.Length == 0) return [];
        var rows = await books.Read(AwardRow.Select + " where order_id in ({keys})", AwardRow.Read, ("keys", orders));
        foreach (var row in rows)
        {
            awards[(row.Award.OrderId, row.Program)] = row.Award;
            KnownAwards.Add((row.Award.OrderId, row.Program));
        }
        foreach (var (program, version) in rows.Select(r => (r.Program, r.Award.ProgramVersion)).Distinct()) await programs.Require(books, program, version);
        return rows;
    }

    // Of who may be divided, also the memberships that were merged into theirs: these may live again.
    private static async Task<List<MembershipRow>> ReadRows(long[] persons, BooksTransaction books, HashSet<long> everything)
    {
        var rows = await books.Read(MembershipRow.Select + " where person_id in ({keys}) order by person_id {for update}", MembershipRow.Read, ("keys", persons));
        if (everything.Count > 0)
            rows.AddRange(await books.Read(MembershipRow.Select + " where merged_into in ({keys}) order by person_id {for update}", MembershipRow.Read, ("keys", everything.ToArray())));
        return [.. rows.DistinctBy(r => (r.PersonId, r.Program))];
    }

    /// <summary>How many lots of an account are read where points are taken, soonest expiry first. Who needs more is rare, and costs the batch another load.</summary>
    private static int AheadOf(Batch batch) =>
        32 + 4 * batch.Steps.SelectMany(s => s.Candidates).CountBy(p => p).Select(c => c.Value).DefaultIfEmpty(0).Max();

    private static async Task<List<LotRow>> ReadAhead(BooksTransaction books, HashSet<long> next, int most) =>
        next.Count == 0 ? [] : await books.Read(books.Dialect == Dialect.Postgres ? AheadOnPostgres : AheadOnSqlite, LotRow.Read, ("keys", next.ToArray()), ("most", (long)most));

    // The first of each account, read off lots_by_person, and whatever waits or is owed.
    private static readonly string AheadOnPostgres = $$"""
        select ahead.* from memberships m cross join lateral (
          (select {{LotRow.Qualified}} from lots l where l.person_id = m.person_id and l.program = m.program and l.state = 'active' order by l.expires_at_ms, l.lot_id limit @most)
          union all
          select {{LotRow.Qualified}} from lots l where l.person_id = m.person_id and l.program = m.program and l.state in ('pending', 'debt')
        ) ahead where m.person_id in ({keys})
        """;

    // SQLite has no lateral joins, and its nulls come first: as many of those that end as of those that never do.
    private static readonly string AheadOnSqlite = $$"""
        select {{LotRow.Qualified}} from memberships m cross join lots l where m.person_id in ({keys}) and l.lot_id in (
          select lot_id from (select a.lot_id from lots a where a.person_id = m.person_id and a.program = m.program and a.state = 'active' and a.expires_at_ms is not null order by a.expires_at_ms, a.lot_id limit @most)
          union all
          select lot_id from (select a.lot_id from lots a where a.person_id = m.person_id and a.program = m.program and a.state = 'active' and a.expires_at_ms is null order by a.lot_id limit @most)
          union all
          select a.lot_id from lots a where a.person_id = m.person_id and a.program = m.program and a.state in ('pending', 'debt'))
        """;

    private static Dictionary<(long, string), LotHorizon> Horizons(List<LotRow> ahead, int most) => ahead
        .Where(l => l.Lot.State == LotState.Active).GroupBy(l => (l.PersonId, l.Program)).Where(g => g.Count() >= most)
        .ToDictionary(g => g.Key, g => g.Select(l => l.Lot).Order(Lot.SoonestExpiryFirst).ElementAt(most - 1) is var last ? new LotHorizon(last.ExpiresAtMs, last.LotId) : default);

    private static async Task<List<LotRow>> ReadLots(BooksTransaction books, List<LotRow> ahead, HashSet<long> open, HashSet<long> everything, long[] own)
    {
        List<LotRow> lots = [.. ahead];
        if (open.Count > 0) lots.AddRange(await books.Read(LotRow.Select + " where person_id in ({keys}) and state in ('pending', 'active', 'debt')", LotRow.Read, ("keys", open.ToArray())));
        if (everything.Count > 0) lots.AddRange(await books.Read(LotRow.Select + " where person_id in ({keys})", LotRow.Read, ("keys", everything.ToArray())));
        if (own.Length > 0) lots.AddRange(await books.Read(LotRow.Select + " where lot_id in ({keys})", LotRow.Read, ("keys", own)));
        return [.. lots.DistinctBy(l => l.Lot.LotId)];
    }

    // Merges, movements between members and the like need all that is open.
    private static HashSet<long> PersonsWhoseLotsMatter(Batch batch, IEnumerable<long> also)
    {
        var persons = new HashSet<long>(batch.MayMerge);
        persons.UnionWith(also);
        foreach (var step in batch.Steps)
            if (step.Command.Body is ShortfallDecided or PointsTransferred or PointsExchanged or PointsConverted or PoolRedeemed or PoolReturned) persons.UnionWith(step.Candidates);
        return persons;
    }

    // Most orders only add a lot: others are read only where points will probably be taken or ended, or pay a debt.
    private static HashSet<long> PersonsWhoSpend(Batch batch, List<AwardRow> awarded, List<MembershipRow> rows)
    {
        var persons = new HashSet<long>();
        var active = awarded.Where(a => a.Award.IsActive).Select(a => a.Award.OrderId).ToHashSet();
        foreach (var (order, person) in batch.Orders)
            if (active.Contains(order)) persons.Add(person);
        foreach (var step in batch.Steps)
            if (step.Command.Body is PointsAdjusted or ExpirePoints or RefundSucceeded or PointsRedeemed or RedemptionSettled or RedemptionRolledBack or LapseReservation or EntryReversed or AdjustmentDecided)
                persons.UnionWith(step.Candidates);
        foreach (var row in rows)
            if (row.Spendable < 0) persons.Add(row.PersonId);
        return persons;
    }

    private static Account AccountOf(MembershipRow row, IEnumerable<Lot> lots, Extent extent, IEnumerable<KeyValuePair<(long, long), EntrySum>> sums, LotHorizon? horizon = null) =>
        new(lots, extent, sums, horizon) { Balance = new EntrySum(row.Pending, row.Spendable, row.Growth, row.Earned, row.Spent, row.Expired) };

    public IEnumerable<Membership> All => memberships.Values;

    /// <summary>Who is, was or may become a member; not what was merged into another's membership.</summary>
    public Membership? Find(long personId, string program) => memberships.GetValueOrDefault((personId, program)) is { Row.IsMerged: false } found ? found : null;

    public List<Membership> Of(long personId) => [.. memberships.Values.Where(m => m.Row.PersonId == personId && !m.Row.IsMerged).OrderBy(m => m.Row.Program, StringComparer.Ordinal)];

    public OrderAward? Award(long orderId, string program) => awards.GetValueOrDefault((orderId, program));

    public void Put(OrderAward award, string program) => awards[(award.OrderId, program)] = award;

    public Membership Add(MembershipRow row)
    {
        var membership = new Membership(row, AccountOf(row, [], Extent.Everything, [])) { IsNew = true };
        memberships[(row.PersonId, row.Program)] = membership;
        Changed.Add(membership);
        return membership;
    }

    public void Remove(Membership membership)
    {
        memberships.Remove((membership.Row.PersonId, membership.Row.Program));
        Changed.Remove(membership);
    }

    /// <summary>What the absorbed person had is the survivor's now. A second membership of a program is emptied and kept for its card.</summary>
    public void Move(long from, long to, long atMs)
    {
        foreach (var (key, membership) in memberships.Where(m => m.Key.Person == from).ToList())
        {
            Changed.Add(membership);
            if (memberships.TryGetValue((to, key.Program), out var survivor)) Unite(survivor, membership, atMs);
            else
            {
                memberships.Remove(key);
                Rewritten.Add(from);
                membership.Row.PersonId = to;
                membership.Tiers.IsDirty = true;
                memberships[(to, key.Program)] = membership;
            }
        }
        foreach (var merged in memberships.Values.Where(m => m.Row.MergedInto == from)) merged.Row.MergedInto = to;
    }

    private void Unite(Membership survivor, Membership absorbed, long atMs)
    {
        survivor.Account.Unite(absorbed.Account, atMs);
        survivor.Tiers.TakeAll(absorbed.Tiers);
        survivor.TakeBalances();
        absorbed.TakeBalances();
        survivor.Row.Unite(absorbed.Row);
        Changed.Add(survivor);
    }

    /// <summary>
    /// The membership of the person to whom identifiers go: their own, or the one that was merged and lives again, or the one that was
    /// joined by such an identifier. Null when there is none; the caller makes one.
    /// </summary>
    public Membership? OtherSide(Membership from, long to, IReadOnlySet<long> keys)
    {
        var program = from.Row.Program;
        if (memberships.TryGetValue((to, program), out var own))
        {
            if (own.Row.IsMerged) own.Row.LiveAgain();
            return own;
        }
        if (keys.Contains(from.Row.ViaKey)) return Add(from.Row.For(to));
        return MergedInto(from, m => keys.Contains(m.ViaKey)) is { } joined ? Add(TakeMerged(joined).For(to)) : null;
    }

    /// <summary>The person's own membership went with the identifiers: another takes its place, one that was merged or a new one.</summary>
    public void Replace(Membership from, IReadOnlySet<long> keys, Func<MembershipRow> unclaimed)
    {
        var heir = MergedInto(from, m => !keys.Contains(m.ViaKey)) is { } merged ? TakeMerged(merged) : unclaimed();
        from.Row.Become(heir);
        Rewritten.Add(from.Row.PersonId);
    }

    private Membership? MergedInto(Membership from, Func<MembershipRow, bool> where) =>
        memberships.Values.Where(m => m.Row.Program == from.Row.Program && m.Row.MergedInto == from.Row.PersonId && where(m.Row)).MinBy(m => (m.Row.JoinedAtMs, m.Row.PersonId));

    private MembershipRow TakeMerged(Membership merged)
    {
        memberships.Remove((merged.Row.PersonId, merged.Row.Program));
        Changed.Remove(merged);
        Rewritten.Add(merged.Row.PersonId);
        merged.Row.LiveAgain();
        return merged.Row;
    }

    /// <summary>Rows to write whole that the Books may not have under this person: new ones, and all once somebody's went to somebody else.</summary>
    public List<MembershipRow> RowsToPut() =>
        [.. memberships.Values.Where(m => Changed.Contains(m) && (m.IsNew || Rewritten.Count > 0 && !m.OnlyBalances) || Rewritten.Contains(m.Row.PersonId)).Select(m => m.Row)];

    /// <summary>Rows to write whole in their place; the others that changed have only new balances.</summary>
    public List<MembershipRow> RowsToSave() => Rewritten.Count > 0 ? [] : [.. Changed.Where(m => !m.IsNew && !m.OnlyBalances).Select(m => m.Row)];

    public List<MembershipRow> BalancesToSave() => [.. Changed.Where(m => m.OnlyBalances && !Rewritten.Contains(m.Row.PersonId)).Select(m => m.Row)];

    public IEnumerable<LotRow> LotsToSave() =>
        from membership in memberships.Values
        from lot in membership.Account.ChangedLots
        select new LotRow(membership.Row.PersonId, membership.Row.Program, lot);
}
