using System.Collections.Immutable;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;

namespace Danke.Engines.Simulation;

/// <summary>The tier that somebody came to, and when.</summary>
/// <param name="Place">On the program's ladder, from 0.</param>
public readonly record struct TierStep(long AtMs, int Place);

/// <summary>Where a program leaves one person at the end.</summary>
/// <param name="Steps">Every tier from joining on, in the order of time; empty for who is no member.</param>
/// <param name="Ledgers">Of the program's points, then of each further type, in the order of <see cref="ReplayedProgram.Ledgers"/>.</param>
public sealed record MemberOutcome(long PersonId, bool IsMember, ImmutableArray<TierStep> Steps, long? JoinedAtMs, ImmutableArray<LedgerOutcome> Ledgers)
{
    public int Place => Steps.IsDefaultOrEmpty ? 0 : Steps[^1].Place;

    /// <summary>All that the entries of the program's own points come to.</summary>
    public EntrySum Balance => Ledgers[0].Balance;
}

/// <summary>
/// One person's history under one program, as if that had always been in force: the engines that decide for the Door decide here, in the order of time.
/// Points that begin, tiers and points that end come at their own instants. Plain mutable state; not thread-safe.
/// </summary>
public sealed class MemberReplay
{
    private readonly LoyaltyProgram program;
    private readonly MemberHistory history;
    private readonly LedgerReplay own;
    private readonly ImmutableArray<LedgerReplay> ledgers;
    private readonly HashSet<long> bought = [];
    private readonly Dictionary<long, (bool HasContent, bool IsCancelled, long RefundedMinor)> tenders = [];
    private readonly List<TierFact> facts = [];
    private readonly List<TierGrant> grants;
    private readonly List<TierStep> steps = [];

    private long reviewedMs;
    private long? joinedAtMs, reviewAtMs;
    private int place;
    private bool isMember, hasTieredBefore;

    private MemberReplay(ReplayedProgram program, MemberHistory history)
    {
        (this.program, this.history) = (program.Program, history);
        grants = [.. history.Grants];
        ledgers = [.. program.Ledgers.Select((l, i) => new LedgerReplay(l, history, program.Budgets[i]))];
        own = ledgers[0];
    }

    /// <param name="untilMs">The instant up to which time passes.</param>
    public static MemberOutcome Run(ReplayedProgram program, MemberHistory history, long untilMs)
    {
        var replay = new MemberReplay(program, history);
        foreach (var moment in replay.Moments())
        {
            if (moment.AtMs > untilMs) break;
            replay.Pass(moment.AtMs);
            replay.Happen(moment);
        }
        replay.Pass(untilMs);
        return new MemberOutcome(history.PersonId, replay.joinedAtMs is not null, [.. replay.steps], replay.joinedAtMs, [.. replay.ledgers.Select(l => l.Outcome)]);
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

    /// <summary>What time alone does, each thing at its own instant. What happens to further types moves no tier: they pass by themselves.</summary>
    private void Pass(long untilMs)
    {
        while (Math.Min(own.NextMs, reviewAtMs ?? long.MaxValue) is var at && at <= untilMs && at != long.MaxValue)
        {
            own.Begin(at);
            if (reviewAtMs <= at) Judge(at);
            own.End(at);
        }
        for (var i = 1; i < ledgers.Length; i++) ledgers[i].Pass(untilMs);
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
            case What.Spending when joinedAtMs is not null && LedgerOf(history.Spendings[moment.Index].Ledger) is { } ledger: ledger.Spend(history.Spendings[moment.Index]); break;
            case What.Gift when joinedAtMs is not null && LedgerOf(history.Gifts[moment.Index].Ledger) is { } ledger: ledger.Give(history.Gifts[moment.Index]); break;
        }
    }

    // Null: of a type that this program does not have.
    private LedgerReplay? LedgerOf(string name)
    {
        foreach (var ledger in ledgers)
            if (ledger.Name == name) return ledger;
        return null;
    }

    private void Join(long atMs)
    {
        joinedAtMs = joinedAtMs is { } before ? Math.Min(before, atMs) : atMs;
        if (steps.Count == 0) steps.Add(new TierStep(atMs, 0));
        isMember = true;
        Judge(atMs);
    }

    private void Order(PastOrder order, long atMs, int? part)
    {
        var now = OrderNow.Of(order, atMs, part);
        var isBought = now.IsPaid && order.IsSale;
        if (isBought) bought.Add(order.OrderId);
        ReturnTender(now, atMs, part);
        if (joinedAtMs is null && program.Enrolment == Enrolment.OnPurchase && isBought) Join(now.OrderedAtMs);
        var before = own.AwardOf(order.OrderId);
        if (!isMember || before is null && now.OrderedAtMs < joinedAtMs) return;
        var isSale = isBought && order.Bought.Currency == program.Currency;
        if (before is null && !isSale) return;
        Award(now, before, isSale, atMs, part);
    }

    private void Award(OrderNow now, OrderAward? before, bool isSale, long atMs, int? part)
    {
        var earning = own.EarningOf(now, isSale, part);
        var buyer = new Buyer(TierForRate(before, earning, atMs), joinedAtMs!.Value, history.BirthMonth, bought.Count);
        var award = own.Award(now, earning, buyer, atMs, part);
        CountForTier(now.Order, earning, award, atMs);
        for (var i = 1; i < ledgers.Length; i++) ledgers[i].AwardFurther(now, isSale, buyer with { Tier = award.Tier }, atMs, part);
    }

    private void Earn(PastDeed past)
    {
        if (!isMember || past.Deed.AtMs < joinedAtMs) return;
        var buyer = new Buyer(program.Tiers[place].Name, joinedAtMs!.Value, history.BirthMonth, 0);
        foreach (var ledger in ledgers) ledger.Earn(past, buyer);
    }

    private void ReturnTender(OrderNow now, long atMs, int? part)
    {
        var (before, after) = (tenders.GetValueOrDefault(now.Order.OrderId), (now.HasContent, now.IsCancelled, now.RefundedMinor));
        tenders[now.Order.OrderId] = after;
        // Points alone paid: no money tells how much of it came back.
        var isFree = now.HasContent && now.Order.Bought.TotalMinor == 0 && (part is not null || !before.HasContent && now.Order.Refunds.Any(r => r.AtMs < atMs));
        if (!isFree && (before == after || !now.IsCancelled && (now.RefundedMinor == 0 || !now.HasContent))) return;
        foreach (var ledger in ledgers) ledger.ReturnTender(now, atMs, part);
    }

    // As the Door does it: under the plain rule read off the growth, otherwise a function of all facts and grants.
    private bool IsTimed => grants.Count > 0 || !program.HasPlainTiers;

    private string TierForRate(OrderAward? before, EarningOrder order, long atMs)
    {
        var tier = program.Tiers[place];
        if (before is not null || !program.Rules.UpgradeFirst) return tier.Name;
        var counts = new Counts(program.Growth.For(order.KeptMinor(program.Earn.Base)), order.KeptMinor(EarnBase.AfterDiscount), 1);
        var at = Math.Max(reviewedMs, atMs);
        var reached = program.HasPlainTiers ? program.TierFor(own.Account.Growth + counts.Growth)
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
            MoveTo(program.PlaceOf(program.TierFor(own.Account.Growth).Name), atMs);
            return;
        }
        IReadOnlyCollection<TierFact> counted = program.HasPlainTiers ? [new TierFact(joined, 0, 0, new Counts(own.Account.Growth, 0, 0))] : facts;
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
