using System.Collections.Immutable;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;

namespace Danke.Engines.Simulation;

/// <summary>The tier that somebody came to, and when.</summary>
/// <param name="Place">On the program's ladder, from 0.</param>
public readonly record struct TierStep(long AtMs, int Place);

/// <summary>Where a program leaves one person at the end.</summary>
/// <param name="Balance">All that the entries come to.</param>
/// <param name="Steps">Every tier from joining on, in the order of time; empty for who is no member.</param>
/// <param name="Unpaid">Points that were spent in fact and are not there under this program.</param>
public sealed record MemberOutcome(long PersonId, bool IsMember, EntrySum Balance, ImmutableArray<TierStep> Steps, long? JoinedAtMs, long Unpaid)
{
    public int Place => Steps.IsDefaultOrEmpty ? 0 : Steps[^1].Place;
}

/// <summary>
/// One person's history under one program, as if that had always been in force: the engines that decide for the Door decide here, in the order of time.
/// Points that begin, tiers and points that end come at their own instants. Plain mutable state; not thread-safe.
/// </summary>
public sealed class MemberReplay
{
    private readonly LoyaltyProgram program;
    private readonly MemberHistory history;
    private readonly IBudgets budgets;
    private readonly long untilMs;
    private readonly Account account = new([], Extent.Everything, []);
    private readonly Dictionary<long, OrderAward> awards = [];
    private readonly Dictionary<long, List<Given>> given = [];
    private readonly Dictionary<(string Rule, long Day), (long Points, long Times)> days = [];
    private readonly Dictionary<long, (Redemption Redemption, PastSpending Spending)> redemptions = [];
    private readonly Dictionary<long, (bool HasContent, bool IsCancelled, long RefundedMinor)> tenders = [];
    private readonly List<TierFact> facts = [];
    private readonly List<TierGrant> grants;
    private readonly List<TierStep> steps = [];
    private readonly SortedSet<(long AtMs, long OrderId)> activations = [];
    private readonly bool asksPerson;

    private long lots, paidOrders, unpaid, reviewedMs;
    private long? joinedAtMs, reviewAtMs, nextExpiryMs;
    private int place;
    private bool isMember, hasTieredBefore;

    private MemberReplay(LoyaltyProgram program, MemberHistory history, IBudgets budgets, long untilMs)
    {
        (this.program, this.history, this.budgets, this.untilMs) = (program, history, budgets, untilMs);
        grants = [.. history.Grants];
        asksPerson = program.Earn.Caps is not null || program.Earn.Rules.Any(r => r.Caps is not null);
    }

    /// <param name="entry">Told every entry of the ledger, in the order in which they are made.</param>
    /// <param name="untilMs">The instant up to which time passes.</param>
    public static MemberOutcome Run(LoyaltyProgram program, MemberHistory history, IBudgets budgets, long untilMs, Action<Entry> entry)
    {
        var replay = new MemberReplay(program, history, budgets, untilMs);
        var told = 0;
        foreach (var moment in replay.Moments())
        {
            if (moment.AtMs > untilMs) break;
            replay.Pass(moment.AtMs);
            replay.Happen(moment);
            Tell();
        }
        replay.Pass(untilMs);
        Tell();
        return new MemberOutcome(history.PersonId, replay.joinedAtMs is not null, replay.account.Balance, [.. replay.steps], replay.joinedAtMs, replay.unpaid);

        void Tell()
        {
            for (; told < replay.account.Entries.Count; told++) entry(replay.account.Entries[told]);
        }
    }

    // At one instant: who joins is a member for what follows, and an order is paid before it is given back.
    private enum What { Join, Order, Refund, Deed, Spending, Gift, Leave }

    private readonly record struct Moment(long AtMs, What What, long Id, int Index, int Part);

    private List<Moment> Moments()
    {
        var moments = new List<Moment>();
        if (history.JoinedAtMs is { } joined) moments.Add(new Moment(joined, What.Join, 0, 0, 0));
        if (history.LeftAtMs is { } left) moments.Add(new Moment(left, What.Leave, 0, 0, 0));
        for (var i = 0; i < history.Orders.Length; i++)
        {
            var order = history.Orders[i];
            var first = Math.Min(Math.Min(order.PaidAtMs ?? long.MaxValue, order.ShippedAtMs ?? long.MaxValue), Math.Min(order.CompletedAtMs ?? long.MaxValue, order.ClosedAtMs ?? long.MaxValue));
            // Placing alone moves nothing, unless it is told after something else.
            if (order.PlacedAtMs > first || order.Refunds is [var back, ..] && order.PlacedAtMs >= back.AtMs) AddStep(order.PlacedAtMs, i);
            AddStep(order.PaidAtMs, i);
            if (order.ShippedAtMs < (order.PaidAtMs ?? long.MaxValue)) AddStep(order.ShippedAtMs, i);
            AddStep(order.CompletedAtMs, i);
            AddStep(order.ClosedAtMs, i);
            for (var part = 0; part < order.Refunds.Length; part++) moments.Add(new Moment(order.Refunds[part].AtMs, What.Refund, order.OrderId, i, part));
        }
        for (var i = 0; i < history.Deeds.Length; i++) moments.Add(new Moment(history.Deeds[i].Deed.AtMs, What.Deed, history.Deeds[i].Id, i, 0));
        for (var i = 0; i < history.Spendings.Length; i++) moments.Add(new Moment(history.Spendings[i].AtMs, What.Spending, history.Spendings[i].Id, i, 0));
        for (var i = 0; i < history.Gifts.Length; i++) moments.Add(new Moment(history.Gifts[i].AtMs, What.Gift, history.Gifts[i].Id, i, 0));
        moments.Sort(static (a, b) => (a.AtMs, a.What, a.Id, a.Part).CompareTo((b.AtMs, b.What, b.Id, b.Part)));
        return moments;

        void AddStep(long? at, int index)
        {
            if (at is { } ms) moments.Add(new Moment(ms, What.Order, history.Orders[index].OrderId, index, 0));
        }
    }

    /// <summary>What time alone does, each thing at its own instant.</summary>
    private void Pass(long atMs)
    {
        while (true)
        {
            var begins = activations.Count > 0 ? activations.Min.AtMs : long.MaxValue;
            var at = Math.Min(begins, Math.Min(reviewAtMs ?? long.MaxValue, nextExpiryMs ?? long.MaxValue));
            if (at > atMs || at == long.MaxValue) return;
            if (begins == at) Begin(activations.Min);
            if (reviewAtMs <= at) Judge(at);
            if (nextExpiryMs <= at) account.ExpireDue(at, "validity");
            nextExpiryMs = account.NextExpiry(null);
        }
    }

    private void Begin((long AtMs, long OrderId) due)
    {
        activations.Remove(due);
        awards[due.OrderId] = Awarding.ActivateDue(account, awards[due.OrderId], program, due.AtMs);
    }

    private void Happen(Moment moment)
    {
        switch (moment.What)
        {
            case What.Join: Join(moment.AtMs); break;
            case What.Leave: isMember = false; break;
            case What.Order: Order(history.Orders[moment.Index], moment.AtMs, null); break;
            case What.Refund: Order(history.Orders[moment.Index], moment.AtMs, moment.Part); break;
            case What.Deed: Earn(history.Deeds[moment.Index]); break;
            case What.Spending: Spend(history.Spendings[moment.Index]); break;
            case What.Gift: Give(history.Gifts[moment.Index]); break;
        }
        nextExpiryMs = account.NextExpiry(null);
    }

    private void Join(long atMs)
    {
        joinedAtMs = joinedAtMs is { } before ? Math.Min(before, atMs) : atMs;
        if (steps.Count == 0) steps.Add(new TierStep(atMs, 0));
        isMember = true;
        Judge(atMs);
    }

    /// <summary>An order as it was after all that was said of it up to an instant.</summary>
    private readonly record struct OrderNow(PastOrder Order, long? PaidAtMs, bool IsPaid, long OrderedAtMs, long? CompletedAtMs, bool HasContent, bool IsCancelled, long RefundedMinor)
    {
        /// <param name="part">The refund at hand: those after it at the same instant are still to come.</param>
        public static OrderNow Of(PastOrder o, long atMs, int? part)
        {
            long refunded = 0;
            for (var i = 0; i < o.Refunds.Length; i++)
                if (o.Refunds[i].AtMs < atMs || part >= i && o.Refunds[i].AtMs == atMs) refunded += o.Refunds[i].AmountMinor;
            var (placed, paid, shipped, completed, closed) = (Until(o.PlacedAtMs), Until(o.PaidAtMs), Until(o.ShippedAtMs), Until(o.CompletedAtMs), Until(o.ClosedAtMs));
            var ordered = placed is { } p && paid is { } q ? Math.Min(p, q) : placed ?? paid ?? shipped ?? completed ?? closed ?? atMs;
            return new OrderNow(o, paid, (paid ?? shipped ?? completed) is not null, ordered, completed, (placed ?? paid ?? shipped ?? completed ?? closed) is not null, closed is not null && completed is null, refunded);

            long? Until(long? at) => at <= atMs ? at : null;
        }

        public Purchase AsPurchase(bool isSale, long atMs, int? part)
        {
            var returned = ImmutableArray.CreateBuilder<ReturnedLine>();
            for (var i = 0; i < Order.Refunds.Length; i++)
                if (Order.Refunds[i].AtMs < atMs || part >= i && Order.Refunds[i].AtMs == atMs) returned.AddRange(Order.Refunds[i].Lines);
            return Order.Bought with { AtMs = PaidAtMs ?? OrderedAtMs, RefundedMinor = RefundedMinor, Returned = returned.ToImmutable(), Earns = isSale && !IsCancelled };
        }
    }

    private void Order(PastOrder order, long atMs, int? part)
    {
        var now = OrderNow.Of(order, atMs, part);
        var isBought = now.IsPaid && order.IsSale;
        if (isBought && !given.ContainsKey(order.OrderId))
        {
            given[order.OrderId] = [];
            paidOrders++;
        }
        ReturnTender(order, now, atMs);
        if (joinedAtMs is null && program.Enrolment == Enrolment.OnPurchase && isBought) Join(now.OrderedAtMs);
        var before = awards.GetValueOrDefault(order.OrderId);
        if (!isMember || before is null && now.OrderedAtMs < joinedAtMs) return;
        var isSale = isBought && order.Bought.Currency == program.Currency;
        if (before is null && !isSale) return;
        Award(order, now, before, isSale, atMs, part);
    }

    private void Award(PastOrder order, OrderNow now, OrderAward? before, bool isSale, long atMs, int? part)
    {
        var earning = new EarningOrder(order.OrderId, order.Via, isSale, order.Bought.TotalMinor - (program.Earn.WithShipping ? 0 : order.Bought.ShippingMinor), now.RefundedMinor,
            now.IsCancelled, now.PaidAtMs ?? now.OrderedAtMs, now.CompletedAtMs, order.Bought.DiscountMinor, part is { } p ? order.Refunds[p].AmountMinor : 0);
        var tier = TierForRate(before, earning, atMs);
        var buyer = program.Earn.IsRateAlone ? null : before?.Buyer ?? new Buyer(tier, joinedAtMs!.Value, history.BirthMonth, paidOrders);
        var byRules = buyer is null ? null : ByRules(order.OrderId, now.AsPurchase(isSale, atMs, part), buyer, atMs);
        var after = Awarding.Apply(account, before, earning, program, tier, ++lots, atMs, byRules);
        if (buyer is not null) after = after with { Buyer = buyer };
        awards[order.OrderId] = after;
        if (!after.IsActive && after.LotId != 0 && account.Lot(after.LotId) is { State: LotState.Pending, ActivatesAtMs: { } from }) activations.Add((from, order.OrderId));
        CountForTier(order, earning, after, atMs);
    }

    private RuleAward ByRules(long orderId, Purchase purchase, Buyer buyer, long atMs)
    {
        var was = given[orderId];
        var day = CapCalendar.Day(purchase.AtMs, program.Zone);
        var now = Capping.Apply(program, Earnings.Of(program, purchase, buyer), was, rule => Used(rule, day, atMs, orderId, was));
        foreach (var one in was) Count(one, day, atMs, orderId, -1);
        foreach (var one in now) Count(one, day, atMs, orderId, 1);
        given[orderId] = [.. now];
        return new RuleAward(now.Sum(g => g.Points), "");
    }

    private CapUse Used(string rule, long day, long atMs, long id, List<Given> without)
    {
        var own = without.Where(w => rule.Length == 0 || w.Rule == rule).ToList();
        var gains = days.Where(d => rule.Length == 0 || d.Key.Rule == rule).Select(d => new DayUse(d.Key.Day, d.Value.Points, d.Value.Times))
            .Concat(own.Select(w => new DayUse(day, -w.Points, w.Points > 0 ? -1 : 0)));
        return CapCalendar.Use(gains, day, budgets.Used(rule, atMs, id) - (budgets.KnowsOwn ? own.Sum(w => w.Points) : 0));
    }

    private void Count(Given one, long day, long atMs, long id, int sign)
    {
        budgets.Count(one.Rule, atMs, id, sign * one.Points);
        if (!asksPerson) return;
        var known = days.GetValueOrDefault((one.Rule, day));
        days[(one.Rule, day)] = (known.Points + sign * one.Points, known.Times + (one.Points > 0 ? sign : 0));
    }

    private void Earn(PastDeed past)
    {
        if (!isMember || past.Deed.AtMs < joinedAtMs || program.Earn.IsRateAlone) return;
        var at = past.Deed.AtMs;
        var day = CapCalendar.Day(at, program.Zone);
        var buyer = new Buyer(program.Tiers[place].Name, joinedAtMs!.Value, history.BirthMonth, 0);
        var now = Capping.Apply(program, Earnings.Of(program, past.Deed, buyer), [], rule => Used(rule, day, at, past.Id, []));
        foreach (var one in now) Count(one, day, at, past.Id, 1);
        if (now.Sum(g => g.Points) is var points and > 0)
            account.Give(++lots, past.Via, points, Expiry.Of(program.Validity, program.Zone, at), at, "", EntryKind.Activate);
    }

    // As far as the points are there: what a member could not have spent is told and not owed.
    private void Spend(PastSpending spending)
    {
        if (joinedAtMs is null) return;
        account.ExpireDue(spending.AtMs, "validity");
        var points = Math.Min(spending.Points, account.SpendableAt(spending.AtMs).Sum(l => l.Remaining));
        unpaid += spending.Points - points;
        if (points > 0) redemptions[spending.Id] = (account.Redeem(points, spending.Via, null, spending.AtMs, ""), spending);
    }

    private void ReturnTender(PastOrder order, OrderNow now, long atMs)
    {
        var (before, after) = (tenders.GetValueOrDefault(order.OrderId), (now.HasContent, now.IsCancelled, now.RefundedMinor));
        tenders[order.OrderId] = after;
        if (before == after || redemptions.Count == 0 || !now.IsCancelled && (now.RefundedMinor == 0 || !now.HasContent)) return;
        foreach (var (id, (redemption, spending)) in redemptions.Where(r => r.Value.Spending.Order == order.Key).OrderBy(r => r.Key).ToList())
        {
            var share = now.IsCancelled || now.RefundedMinor >= order.Bought.TotalMinor ? redemption.Points
                : (long)((Int128)redemption.Points * now.RefundedMinor / order.Bought.TotalMinor);
            var points = Math.Min(share - redemption.Returned, redemption.Open);
            if (points <= 0) continue;
            var isReissued = program.Returns.Restore == Restore.Reissue;
            long? until = isReissued ? Expiry.Of(new Validity(null, Days: program.Returns.ReissueDays), program.Zone, atMs) : null;
            redemptions[id] = (account.Return(redemption, points, isReissued, until, () => ++lots, atMs, ""), spending);
        }
    }

    private void Give(PastGift gift)
    {
        if (joinedAtMs is null) return;
        if (gift.Points > 0)
        {
            account.Give(++lots, gift.Via, gift.Points, gift.ExpiresAtMs, gift.AtMs, "");
            return;
        }
        account.ExpireDue(gift.AtMs, "validity");
        var points = Math.Min(-gift.Points, account.SpendableAt(gift.AtMs).Sum(l => l.Remaining));
        unpaid += -gift.Points - points;
        if (points > 0) account.Take(EntryKind.Adjust, points, 0, gift.Via, gift.AtMs, "");
    }

    // As the Door does it: under the plain rule read off the growth, otherwise a function of all facts and grants.
    private bool IsTimed => grants.Count > 0 || !program.HasPlainTiers;

    private string TierForRate(OrderAward? before, EarningOrder order, long atMs)
    {
        var tier = program.Tiers[place];
        if (before is not null || !program.Rules.UpgradeFirst) return tier.Name;
        var counts = new Counts(program.Growth.For(order.KeptMinor(program.Earn.Base)), order.KeptMinor(EarnBase.AfterDiscount), 1);
        var at = Math.Max(reviewedMs, atMs);
        var reached = program.HasPlainTiers ? program.TierFor(account.Growth + counts.Growth)
            : program.Tiers[Standings.At(program, joinedAtMs!.Value, [.. facts, new TierFact(at, 0, order.OrderId, counts)], [], at).Tier];
        return program.PlaceOf(reached.Name) > place ? reached.Name : tier.Name;
    }

    private void CountForTier(PastOrder order, EarningOrder earning, OrderAward award, long atMs)
    {
        if (program.HasPlainTiers)
        {
            Judge(atMs);
            return;
        }
        var kept = earning.CompletedAtMs is null && !award.IsActive ? 0 : earning.KeptMinor(EarnBase.AfterDiscount);
        Counts known = default;
        foreach (var fact in facts)
            if (fact.OrderId == order.OrderId) known += fact.Counts;
        var change = new Counts(award.Growth, kept, kept > 0 ? 1 : 0) - known;
        var isDirty = change != default;
        if (isDirty)
        {
            var fact = new TierFact(atMs, earning.Via, order.OrderId, change);
            facts.Add(fact.IsRefund ? fact : fact with { AtMs = earning.CompletedAtMs ?? atMs });
        }
        foreach (var tier in program.Tiers)
            if (tier.Paid is { } paid) isDirty |= Pay(tier.Name, paid, order, earning, atMs);
        if (isDirty) Judge(atMs);
    }

    private bool Pay(string tier, PaidTier paid, PastOrder order, EarningOrder earning, long atMs)
    {
        var known = grants.FindIndex(g => g.OrderId == order.OrderId && g.Tier == tier);
        var isGivenBack = earning.IsCancelled || earning.RefundedMinor > 0 && earning.RefundedMinor >= order.Bought.TotalMinor;
        if (known >= 0 && grants[known].EndedAtMs is null && isGivenBack)
        {
            grants[known] = grants[known] with { EndedAtMs = atMs };
            return true;
        }
        if (known >= 0 || isGivenBack || !earning.IsSale || !order.Bought.Lines.Any(l => paid.Skus.Contains(l.Sku))) return false;
        grants.Add(new TierGrant(-order.OrderId, earning.Via, tier, GrantKind.Paid, earning.PaidAtMs, Expiry.Of(new Validity(null, Days: paid.Days), program.Zone, earning.PaidAtMs), order.OrderId));
        return true;
    }

    private void Judge(long atMs)
    {
        if (joinedAtMs is not { } joined) return;
        if (!IsTimed)
        {
            MoveTo(program.PlaceOf(program.TierFor(account.Growth).Name), atMs);
            return;
        }
        IReadOnlyCollection<TierFact> counted = program.HasPlainTiers ? [new TierFact(joined, 0, 0, new Counts(account.Growth, 0, 0))] : facts;
        var asOf = Math.Max(reviewedMs, atMs);
        var standing = Standings.At(program, joined, counted, grants, asOf);
        if (!program.HasPlainTiers)
            foreach (var move in standing.Moves)
                if (!hasTieredBefore || move.AtMs > reviewedMs) MoveTo(move.To, move.AtMs);
        MoveTo(standing.Tier, asOf);
        (reviewedMs, reviewAtMs, hasTieredBefore) = (asOf, standing.NextMs, true);
    }

    private void MoveTo(int to, long atMs)
    {
        if (to == place) return;
        place = to;
        steps.Add(new TierStep(atMs, to));
    }
}
