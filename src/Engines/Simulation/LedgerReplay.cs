using Danke.Engines.Earning;
using Danke.Engines.Ledger;

namespace Danke.Engines.Simulation;

/// <summary>Where a program leaves one person's points of one type.</summary>
/// <param name="Balance">All that the entries come to.</param>
/// <param name="Unpaid">Points that were spent in fact and are not there under this program.</param>
/// <param name="Entries">In the order in which they are made.</param>
public sealed record LedgerOutcome(EntrySum Balance, long Unpaid, IReadOnlyList<Entry> Entries)
{
    /// <summary>Of a type that the program does not have: whatever was spent of it could not have been.</summary>
    public static LedgerOutcome Without(MemberHistory history, string ledger) => new(default, history.Spendings.Where(s => s.Ledger == ledger).Sum(s => s.Points), []);
}

/// <summary>One person's points of one type: the ledger of a <see cref="MemberReplay"/>, which says what happens when. Not thread-safe.</summary>
internal sealed class LedgerReplay
{
    private readonly LoyaltyProgram program;
    private readonly MemberHistory history;
    private readonly IBudgets budgets;
    private readonly Dictionary<long, OrderAward> awards = [];
    private readonly Dictionary<long, (long Day, IReadOnlyList<Given> By)> given = [];
    private readonly Dictionary<(string Rule, long Day), (long Points, long Times)> days = [];
    private readonly Dictionary<long, (Redemption Redemption, PastSpending Spending)> redemptions = [];
    private readonly SortedSet<(long AtMs, long OrderId)> activations = [];
    private readonly bool asksPerson;

    private long lots, unpaid;
    private long? nextExpiryMs;
    private bool isMoved;

    public LedgerReplay(LoyaltyProgram program, MemberHistory history, IBudgets budgets)
    {
        (this.program, this.history, this.budgets) = (program, history, budgets);
        asksPerson = program.Earn.Caps is not null || program.Earn.Rules.Any(r => r.Caps is not null);
    }

    public string Name => program.Name;
    public Account Account { get; } = new([], Extent.Everything, []);
    public LedgerOutcome Outcome => new(Account.Balance, unpaid, Account.Entries);

    public OrderAward? AwardOf(long orderId) => awards.GetValueOrDefault(orderId);

    private long NextBegin => activations.Count > 0 ? activations.Min.AtMs : long.MaxValue;

    /// <summary>When time alone next does something; the greatest number for never.</summary>
    public long NextMs => Math.Min(NextBegin, NextExpiry ?? long.MaxValue);

    private long? NextExpiry
    {
        get
        {
            if (isMoved) (nextExpiryMs, isMoved) = (Account.NextExpiry(null), false);
            return nextExpiryMs;
        }
    }

    public void Pass(long untilMs)
    {
        while (NextMs is var at && at <= untilMs && at != long.MaxValue)
        {
            Begin(at);
            End(at);
        }
    }

    /// <summary>An order's points whose time came at that very instant.</summary>
    public void Begin(long atMs)
    {
        if (NextBegin != atMs) return;
        var due = activations.Min;
        activations.Remove(due);
        awards[due.OrderId] = Awarding.ActivateDue(Account, awards[due.OrderId], program, due.AtMs);
        isMoved = true;
    }

    public void End(long atMs)
    {
        if (!(NextExpiry <= atMs)) return;
        Account.ExpireDue(atMs, "validity");
        isMoved = true;
    }

    public EarningOrder EarningOf(OrderNow now, bool isSale, int? part)
    {
        var bought = now.Order.Bought;
        return new EarningOrder(now.Order.OrderId, now.Order.Via, isSale, bought.TotalMinor - (program.Earn.WithShipping ? 0 : bought.ShippingMinor), now.RefundedMinor,
            now.IsCancelled, now.PaidAtMs ?? now.OrderedAtMs, now.CompletedAtMs, bought.DiscountMinor, part is { } p ? now.Order.Refunds[p].AmountMinor : 0);
    }

    /// <param name="buyer">As the order's rules see them when it is first seen.</param>
    public OrderAward Award(OrderNow now, EarningOrder earning, Buyer buyer, long atMs, int? part)
    {
        var order = now.Order.OrderId;
        var before = AwardOf(order);
        var frozen = program.Earn.IsRateAlone ? null : before?.Buyer ?? buyer;
        var byRules = frozen is null ? null : ByRules(order, now.AsPurchase(earning.IsSale, atMs, part), frozen, atMs);
        var after = Awarding.Apply(Account, before, earning, program, buyer.Tier, ++lots, atMs, byRules);
        if (frozen is not null) after = after with { Buyer = frozen };
        awards[order] = after;
        if (!after.IsActive && after.LotId != 0 && Account.Lot(after.LotId) is { State: LotState.Pending, ActivatesAtMs: { } from }) activations.Add((from, order));
        isMoved = true;
        return after;
    }

    /// <summary>What an order gives of a further type, as the Door decides it: for the tier that its award of the program has.</summary>
    public void AwardFurther(OrderNow now, bool isSale, Buyer buyer, long atMs, int? part)
    {
        if (program.Earn.IsOfOrders && (isSale || AwardOf(now.Order.OrderId) is not null)) Award(now, EarningOf(now, isSale, part), buyer, atMs, part);
    }

    private RuleAward ByRules(long orderId, Purchase purchase, Buyer buyer, long atMs)
    {
        var day = CapCalendar.Day(purchase.AtMs, program.Zone);
        // Counted on another day where only a later event told when the order was paid.
        var (dayBefore, was) = given.GetValueOrDefault(orderId, (day, []));
        var now = Capping.Apply(program, Earnings.Of(program, purchase, buyer), was, rule => Used(rule, day, atMs, orderId, dayBefore, was));
        foreach (var one in was) Count(one, dayBefore, atMs, orderId, -1);
        foreach (var one in now) Count(one, day, atMs, orderId, 1);
        given[orderId] = (day, [.. now]);
        return new RuleAward(now.Sum(g => g.Points), "");
    }

    private CapUse Used(string rule, long day, long atMs, long id, long dayBefore, IReadOnlyList<Given> without)
    {
        var own = without.Where(w => rule.Length == 0 || w.Rule == rule).ToList();
        var gains = days.Where(d => rule.Length == 0 || d.Key.Rule == rule).Select(d => new DayUse(d.Key.Day, d.Value.Points, d.Value.Times))
            .Concat(own.Select(w => new DayUse(dayBefore, -w.Points, w.Points > 0 ? -1 : 0)));
        return CapCalendar.Use(gains, day, budgets.Used(rule, atMs, id) - (budgets.KnowsOwn ? own.Sum(w => w.Points) : 0));
    }

    private void Count(Given one, long day, long atMs, long id, int sign)
    {
        budgets.Count(one.Rule, atMs, id, sign * one.Points);
        if (!asksPerson) return;
        var known = days.GetValueOrDefault((one.Rule, day));
        days[(one.Rule, day)] = (known.Points + sign * one.Points, known.Times + (one.Points > 0 ? sign : 0));
    }

    public void Earn(PastDeed past, Buyer buyer)
    {
        if (program.Earn.IsRateAlone) return;
        var at = past.Deed.AtMs;
        var day = CapCalendar.Day(at, program.Zone);
        var now = Capping.Apply(program, Earnings.Of(program, past.Deed, buyer), [], rule => Used(rule, day, at, past.Id, day, []));
        foreach (var one in now) Count(one, day, at, past.Id, 1);
        if (now.Sum(g => g.Points) is var points and > 0)
            Account.Give(++lots, past.Via, points, Expiry.Of(program.Validity, program.Zone, at), at, "", EntryKind.Activate);
        isMoved = true;
    }

    // As far as the points are there: what a member could not have spent is told and not owed.
    public void Spend(PastSpending spending)
    {
        Account.ExpireDue(spending.AtMs, "validity");
        var points = Math.Min(spending.Points, Account.PointsAt(spending.AtMs));
        unpaid += spending.Points - points;
        if (points > 0) redemptions[spending.Id] = (Account.Redeem(points, spending.Via, null, spending.AtMs, ""), spending);
        isMoved = true;
    }

    /// <summary>What paid for an order comes back in the share of what came back of it.</summary>
    public void ReturnTender(OrderNow now, long atMs, int? part)
    {
        if (redemptions.Count == 0) return;
        var order = now.Order;
        var share = now.ShareBack(atMs, part);
        foreach (var (id, (redemption, spending)) in redemptions.Where(r => r.Value.Spending.Order == order.Key).OrderBy(r => r.Key).ToList())
        {
            var points = Math.Min(share.Of(redemption.Points) - redemption.Returned, redemption.Open);
            if (points <= 0) continue;
            var isReissued = program.Returns.Restore == Restore.Reissue;
            long? until = isReissued ? Expiry.Of(new Validity(null, Days: program.Returns.ReissueDays), program.Zone, atMs) : null;
            redemptions[id] = (Account.Return(redemption, points, isReissued, until, () => ++lots, atMs, ""), spending);
            isMoved = true;
        }
    }

    public void Give(PastGift gift)
    {
        isMoved = true;
        if (gift.Points > 0)
        {
            Account.Give(++lots, gift.Via, gift.Points, gift.ExpiresAtMs, gift.AtMs, "");
            return;
        }
        Account.ExpireDue(gift.AtMs, "validity");
        var points = Math.Min(-gift.Points, Account.PointsAt(gift.AtMs));
        unpaid += -gift.Points - points;
        if (points > 0) Account.Take(EntryKind.Adjust, points, 0, gift.Via, gift.AtMs, "");
    }
}
