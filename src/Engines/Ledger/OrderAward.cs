namespace Danke.Engines.Ledger;

/// <summary>What of an order matters to the ledger. Amounts in minor units, instants in milliseconds since 1970 UTC.</summary>
/// <param name="IsSale">Goods against money in the program's currency, paid; corrections and unpaid orders earn nothing.</param>
/// <param name="PaidMinor">Lines − discount (+ shipping when it counts).</param>
/// <param name="RefundedMinor">What went back so far.</param>
/// <param name="IsCancelled">Closed without having been completed.</param>
/// <param name="CompletedAtMs">Null while the points stay pending.</param>
/// <param name="Via">The identifier that the buyer was known by.</param>
/// <param name="DiscountMinor">Of the whole order: what was not paid and yet counts where the program says so.</param>
/// <param name="RefundMinor">What goes back now, part of <paramref name="RefundedMinor"/>.</param>
public readonly record struct EarningOrder(
    long OrderId, long Via, bool IsSale, long PaidMinor, long RefundedMinor, bool IsCancelled, long PaidAtMs, long? CompletedAtMs, long DiscountMinor = 0, long RefundMinor = 0)
{
    /// <summary>What the kept part of the order earns from: of the paid amount or of the one before the discount, whose share is kept.</summary>
    public long KeptMinor(EarnBase of) => IsSale && !IsCancelled ? Share(of, PaidMinor - RefundedMinor) : 0;

    /// <summary>What an amount of the paid money stands for.</summary>
    public long Share(EarnBase of, long minor) =>
        minor <= 0 || PaidMinor <= 0 ? 0 : of == EarnBase.AfterDiscount ? minor : (long)((Int128)(PaidMinor + DiscountMinor) * minor / PaidMinor);
}

/// <summary>What one order has given so far.</summary>
/// <param name="LotId">Its lot; 0 before it earned anything.</param>
/// <param name="Earned">Points given, net of what was taken back (and of what the program wrote off).</param>
/// <param name="Tier">Whose rate is used: the tier held when the order was first seen.</param>
/// <param name="ProgramVersion">Which version's rate is used: the one in force then.</param>
/// <param name="Buyer">What rules may have asked of the buyer when the order was first seen; null where the program has none.</param>
public sealed record OrderAward(
    long OrderId, long LotId, long BaseMinor, long Earned, long Growth, bool IsActive, string Tier, long ProgramVersion, Earning.Buyer? Buyer = null);

/// <summary>What the rules of a program say that an order should have given, and how to write it in the ledger.</summary>
public sealed record RuleAward(long Points, string Note);

/// <summary>
/// Points of an order are a function of the order: whenever it changes, the ledger moves by the difference between what it
/// should have given and what it has given. So reports may come in any order and twice, and a partial refund takes back
/// <c>already given − earn(what is kept)</c>: rounding never favours one side over many small refunds.
/// </summary>
public static class Awarding
{
    /// <param name="newLotId">Used when the order has no lot yet, and for a debt.</param>
    /// <param name="byRules">Where the program has rules or caps; otherwise its rate decides.</param>
    public static OrderAward Apply(
        Account account, OrderAward? before, EarningOrder order, LoyaltyProgram program, string currentTier, long newLotId, long atMs, RuleAward? byRules = null)
    {
        var award = before ?? new OrderAward(order.OrderId, 0, 0, 0, 0, false, currentTier, program.Version);
        var kept = order.KeptMinor(program.Earn.Base);
        var points = byRules?.Points ?? Due(before, order, program, kept, program.Tier(award.Tier).EarnPercent);
        var growth = order.CompletedAtMs is null ? award.IsActive ? program.Growth.For(kept) : 0 : program.Growth.For(kept);
        var note = byRules?.Note ?? $"order {program.Earn.Rate.Points}/{program.Earn.Rate.EachMinor} ×{program.Tier(award.Tier).EarnPercent}% {award.Tier}, {program.Name} v{award.ProgramVersion}";

        award = award.IsActive ? Settle(account, award, points, order, program, newLotId, atMs, note) : Await(account, award, points, order, program, newLotId, atMs, note);
        if (!award.IsActive && order is { CompletedAtMs: { } completed, IsCancelled: false, IsSale: true })
            award = Expiry.ActiveFrom(program.Pending, program.Zone, completed) is var from && (program.Pending is null || from <= atMs)
                ? Activate(account, award, program, order, from, note) : Wait(account, award, from);
        account.Grow(growth - award.Growth, order.OrderId, order.Via, atMs, note);
        return award with { BaseMinor = kept, Growth = growth };
    }

    // What the order should have given.
    private static long Due(OrderAward? before, EarningOrder order, LoyaltyProgram program, long kept, int percent)
    {
        var (rate, of) = (program.Earn.Rate, program.Earn.Base);
        var cumulative = rate.For(kept, percent);
        if (program.Earn.Rounding == RefundRounding.Cumulative || kept == 0) return cumulative;
        var whole = rate.For(order.Share(of, order.PaidMinor), percent);
        // A refund that came before its order: of it only the sum is known.
        if (before is null or { BaseMinor: 0 }) return Math.Max(cumulative, whole - rate.For(order.Share(of, order.RefundedMinor), percent));
        if (order.RefundMinor == 0) return order.RefundedMinor == 0 || before.BaseMinor != kept ? cumulative : before.Earned;
        return Math.Clamp(before.Earned - rate.For(order.Share(of, order.RefundMinor), percent), 0, whole);
    }

    private static OrderAward Await(Account account, OrderAward award, long points, EarningOrder order, LoyaltyProgram program, long newLotId, long atMs, string note)
    {
        if (points == award.Earned) return award;
        if (award.LotId == 0)
        {
            account.EarnPending(newLotId, order.OrderId, order.Via, points, order.PaidAtMs, note);
            return award with { LotId = newLotId, Earned = points };
        }
        // Another order's refund may have taken some of what waits.
        var own = Own(account, award);
        var left = own.Amount + points - award.Earned;
        if (Math.Max(0, left) != own.Amount) account.ChangePending(own, Math.Max(0, left), atMs, note);
        if (left < 0) TakeBack(account, award, -left, program, newLotId, atMs, note);
        return award with { Earned = points };
    }

    // Points become spendable by themselves when their time has come.
    private static OrderAward Wait(Account account, OrderAward award, long from)
    {
        if (award.LotId != 0 && Own(account, award) is { State: LotState.Pending } lot && lot.ActivatesAtMs != from) account.Put(lot with { ActivatesAtMs = from });
        return award;
    }

    /// <summary>Makes an order's points spendable whose time has come; the validity begins now.</summary>
    public static OrderAward ActivateDue(Account account, OrderAward award, LoyaltyProgram program, long atMs)
    {
        if (award.IsActive || account.Lot(award.LotId) is not { State: LotState.Pending, ActivatesAtMs: { } from } lot || from > atMs) return award;
        account.Activate(lot with { ActivatesAtMs = null }, 0, Expiry.Of(program.Validity, program.Zone, from, lot.EarnedAtMs), from, $"after {program.Pending?.Days} days, {program.Name} v{award.ProgramVersion}");
        return award with { IsActive = true };
    }

    private static OrderAward Activate(Account account, OrderAward award, LoyaltyProgram program, EarningOrder order, long completedAtMs, string note)
    {
        if (award.LotId != 0 && Own(account, award).State == LotState.Pending)
            account.Activate(Own(account, award) with { ActivatesAtMs = null }, 0, Expiry.Of(program.Validity, program.Zone, completedAtMs, order.PaidAtMs), completedAtMs, note);
        return award with { IsActive = true };
    }

    private static OrderAward Settle(
        Account account, OrderAward award, long points, EarningOrder order, LoyaltyProgram program, long newLotId, long atMs, string note)
    {
        if (points > award.Earned)
        {
            // A completed order was corrected upwards: the difference is a lot of its own, spendable at once.
            account.EarnPending(newLotId, order.OrderId, order.Via, points - award.Earned, atMs, note);
            account.Activate(account.Lot(newLotId)!, 0, Expiry.Of(program.Validity, program.Zone, order.CompletedAtMs ?? atMs, order.PaidAtMs), atMs, note);
            if (award.LotId == 0) award = award with { LotId = newLotId };
        }
        else if (points < award.Earned) TakeBack(account, award, award.Earned - points, program, newLotId, atMs, note);
        return award with { Earned = points };
    }

    private static void TakeBack(Account account, OrderAward award, long points, LoyaltyProgram program, long debtId, long atMs, string note)
    {
        account.ExpireDue(atMs, $"validity, {program.Name} v{program.Version}");
        account.ClawBack(Own(account, award), points, program.RefundPolicy, debtId, atMs, "refund of " + note);
    }

    private static Lot Own(Account account, OrderAward award) =>
        account.Lot(award.LotId) ?? throw new InvalidOperationException($"Lot {award.LotId} of order {award.OrderId} was not loaded.");
}
