using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>A membership with its account as far as the batch needs it.</summary>
internal sealed class Membership(MembershipRow row, Account account)
{
    private readonly (long, string, string, long, long?, long, long?) loaded = BesideBalances(row);
    private int taken;

    /// <summary>Not in the Books yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>Nothing but the balances differs from the Books.</summary>
    public bool OnlyBalances => !IsNew && loaded == BesideBalances(row);

    private static (long, string, string, long, long?, long, long?) BesideBalances(MembershipRow row) =>
        (row.PersonId, row.State, row.Tier, row.TierSinceMs, row.NextExpiryMs, row.JoinedAtMs, row.LeftAtMs);

    public MembershipRow Row => row;
    public Account Account => account;

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

/// <summary>The memberships, awards and lots that a batch touches.</summary>
internal sealed class LoadedMemberships
{
    private readonly Dictionary<(long Person, string Program), Membership> memberships = [];
    private readonly Dictionary<(long Order, string Program), OrderAward> awards = [];

    public HashSet<Membership> Changed { get; } = [];
    public HashSet<long> KnownLots { get; } = [];
    public HashSet<(long, string)> KnownAwards { get; } = [];

    /// <summary>Persons whose membership rows went to somebody else.</summary>
    public HashSet<long> Left { get; } = [];
    public int OpenLots { get; private set; }

    public static async Task<LoadedMemberships> Load(Batch batch, BooksTransaction books, ProgramBook programs, IReadOnlyCollection<long> alsoWhole)
    {
        var loaded = new LoadedMemberships();
        var awarded = await loaded.LoadAwards(batch, books, programs);
        if (batch.PersonIds.Count == 0) return loaded;
        var rows = await books.Read(MembershipRow.Select + " where person_id in ({keys}) order by person_id {for update}", MembershipRow.Read, ("keys", batch.PersonIds.ToArray()));
        var whole = rows.Count == 0 ? [] : PersonsWhoseLotsMatter(batch, awarded, alsoWhole);
        var open = whole.Count == 0 ? [] : await books.Read(LotRow.Select + " where person_id in ({keys}) and state in ('pending', 'active')", LotRow.Read, ("keys", whole.ToArray()));
        var own = awarded.Where(a => a.Award.LotId != 0).Select(a => a.Award.LotId).ToArray();
        if (own.Length > 0) open.AddRange(await books.Read(LotRow.Select + " where lot_id in ({keys})", LotRow.Read, ("keys", own)));
        var lots = open.DistinctBy(l => l.Lot.LotId).ToLookup(l => (l.PersonId, l.Program), l => l.Lot);
        loaded.OpenLots = open.Count;
        foreach (var lot in open) loaded.KnownLots.Add(lot.Lot.LotId);
        foreach (var row in rows)
            loaded.memberships[(row.PersonId, row.Program)] = new Membership(row, AccountOf(row, lots[(row.PersonId, row.Program)], whole.Contains(row.PersonId)));
        return loaded;
    }

    private async Task<List<AwardRow>> LoadAwards(Batch batch, BooksTransaction books, ProgramBook programs)
    {
        if (batch.Orders.Count == 0) return [];
        var rows = await books.Read(AwardRow.Select + " where order_id in ({keys})", AwardRow.Read, ("keys", batch.Orders.Select(o => o.OrderId).ToArray()));
        foreach (var row in rows)
        {
            awards[(row.Award.OrderId, row.Program)] = row.Award;
            KnownAwards.Add((row.Award.OrderId, row.Program));
        }
        foreach (var (program, version) in rows.Select(r => (r.Program, r.Award.ProgramVersion)).Distinct()) await programs.Require(books, program, version);
        return rows;
    }

    // Most orders only add a lot: all lots are read only where points will probably be taken, ended or united.
    private static HashSet<long> PersonsWhoseLotsMatter(Batch batch, List<AwardRow> awarded, IReadOnlyCollection<long> also)
    {
        var persons = new HashSet<long>(batch.MayMerge);
        persons.UnionWith(also);
        var active = awarded.Where(a => a.Award.IsActive).Select(a => a.Award.OrderId).ToHashSet();
        foreach (var (order, person) in batch.Orders)
            if (active.Contains(order)) persons.Add(person);
        foreach (var step in batch.Steps)
            if (step.Command.Body is PointsAdjusted or ExpirePoints or RefundSucceeded) persons.UnionWith(step.Candidates);
        return persons;
    }

    private static Account AccountOf(MembershipRow row, IEnumerable<Lot> lots, bool hasAllLots) => new(lots, hasAllLots)
    {
        Pending = row.Pending,
        Spendable = row.Spendable,
        Growth = row.Growth,
        Earned = row.Earned,
        Spent = row.Spent,
        Expired = row.Expired,
    };

    public Membership? Find(long personId, string program) => memberships.GetValueOrDefault((personId, program));

    public OrderAward? Award(long orderId, string program) => awards.GetValueOrDefault((orderId, program));

    public void Put(OrderAward award, string program) => awards[(award.OrderId, program)] = award;

    public Membership Add(MembershipRow row)
    {
        var membership = new Membership(row, AccountOf(row, [], hasAllLots: true)) { IsNew = true };
        memberships[(row.PersonId, row.Program)] = membership;
        Changed.Add(membership);
        return membership;
    }

    /// <summary>What the absorbed person had is the survivor's now. A second membership of a program is emptied and kept for its card.</summary>
    public void Move(long from, long to)
    {
        foreach (var (key, membership) in memberships.Where(m => m.Key.Person == from).ToList())
        {
            Changed.Add(membership);
            if (memberships.TryGetValue((to, key.Program), out var survivor)) Unite(survivor, membership);
            else
            {
                memberships.Remove(key);
                Left.Add(from);
                membership.Row.PersonId = to;
                memberships[(to, key.Program)] = membership;
            }
        }
    }

    private void Unite(Membership survivor, Membership absorbed)
    {
        survivor.Account.Unite(absorbed.Account);
        survivor.TakeBalances();
        absorbed.TakeBalances();
        if (!survivor.Row.IsActive && absorbed.Row.IsActive) (survivor.Row.State, survivor.Row.LeftAtMs) = ("active", null);
        survivor.Row.JoinedAtMs = Math.Min(survivor.Row.JoinedAtMs, absorbed.Row.JoinedAtMs);
        absorbed.Row.State = "merged";
        Changed.Add(survivor);
    }

    public IEnumerable<LotRow> LotsToSave() =>
        from membership in memberships.Values
        from lot in membership.Account.ChangedLots
        select new LotRow(membership.Row.PersonId, membership.Row.Program, lot);
}
