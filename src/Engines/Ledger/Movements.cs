namespace Danke.Engines.Ledger;

/// <summary>
/// The movements of an account. Each keeps lots, balances and entries in step: every entry that moves points names the lot it moved, so that
/// a lot's remainder is the sum of its entries.
/// </summary>
public static class Movements
{
    /// <summary>Points that may not be spent yet.</summary>
    public static void EarnPending(this Account account, long lotId, long orderId, long via, long points, long atMs, string note)
    {
        account.Put(new Lot { LotId = lotId, Via = via, OrderId = orderId, State = LotState.Pending, Amount = points, Remaining = points, EarnedAtMs = atMs });
        account.Append(new Entry(EntryKind.EarnPending, lotId, orderId, via, points, 0, 0, atMs, note));
    }

    /// <summary>Makes a pending lot larger or smaller; at nothing it is cancelled.</summary>
    public static void ChangePending(this Account account, Lot lot, long newAmount, long atMs, string note) =>
        account.ChangePending(lot, newAmount, lot.OrderId, atMs, note);

    /// <param name="orderId">Because of which order: another one's refund may take from what waits.</param>
    private static void ChangePending(this Account account, Lot lot, long newAmount, long orderId, long atMs, string note)
    {
        var change = newAmount - lot.Amount;
        account.Put(lot with { Amount = newAmount, Remaining = newAmount, State = newAmount == 0 ? LotState.Cancelled : LotState.Pending });
        account.Append(new Entry(change > 0 ? EntryKind.EarnPending : EntryKind.Cancel, lot.LotId, orderId, lot.Via, change, 0, 0, atMs, note));
    }

    /// <summary>Pending points become spendable; a debt is paid out of them first. Growth, when there is some, moves with them.</summary>
    public static void Activate(this Account account, Lot lot, long growth, long? expiresAtMs, long atMs, string note)
    {
        var owes = account.Spendable < 0;
        account.Put(lot with { State = LotState.Active, ActiveAtMs = atMs, ExpiresAtMs = expiresAtMs });
        account.Append(new Entry(EntryKind.Activate, lot.LotId, lot.OrderId, lot.Via, -lot.Amount, lot.Amount, growth, atMs, note));
        if (owes) account.PayDebts(atMs);
    }

    /// <summary>Points that may be spent at once, outside any order; a debt is paid out of them first.</summary>
    public static void Give(this Account account, long lotId, long via, long points, long? expiresAtMs, long atMs, string note, EntryKind kind = EntryKind.Adjust, LedgerAccount? contra = null)
    {
        var owes = account.Spendable < 0;
        account.Put(new Lot
        {
            LotId = lotId,
            Via = via,
            State = LotState.Active,
            Amount = points,
            Remaining = points,
            EarnedAtMs = atMs,
            ActiveAtMs = atMs,
            ExpiresAtMs = expiresAtMs,
        });
        account.Append(new Entry(kind, lotId, 0, via, 0, points, 0, atMs, note) { Contra = contra ?? DoubleEntry.ContraOf(kind) });
        if (owes) account.PayDebts(atMs);
    }

    /// <summary>Takes points out of the lots, soonest expiry first, one entry a lot. The balance must hold them.</summary>
    public static void Take(this Account account, EntryKind kind, long points, long orderId, long via, long atMs, string note)
    {
        foreach (var lot in account.LotsFor(points, atMs)) points -= account.Draw(kind, lot, points, orderId, via, atMs, note);
        if (points > 0) throw new InvalidOperationException($"The lots hold {points} points less than the balance says.");
    }

    /// <summary>
    /// Takes back what a refunded part had earned: out of the order's own lot first, then of points that wait, then soonest expiry first;
    /// what is still missing becomes a debt or is written off, as the policy says. Answers how many points could not be taken.
    /// </summary>
    /// <param name="debtId">The lot that a debt becomes.</param>
    public static long ClawBack(this Account account, Lot own, long points, RefundPolicy policy, long debtId, long atMs, string note)
    {
        if (policy != RefundPolicy.OnlyPending && own.IsOpen && (own.ExpiresAtMs is not { } end || end > atMs))
            points -= account.Draw(EntryKind.ClawBack, own, points, own.OrderId, own.Via, atMs, note);
        points -= account.CancelWaiting(own, points, atMs, note);
        if (policy == RefundPolicy.OnlyPending) return WriteOff(account, points, own, atMs, note);
        foreach (var lot in account.LotsFor(points, atMs)) points -= account.Draw(EntryKind.ClawBack, lot, points, own.OrderId, own.Via, atMs, note);
        if (points == 0) return 0;
        if (policy == RefundPolicy.WithinBalance) return WriteOff(account, points, own, atMs, note);
        account.Owe(EntryKind.ClawBack, debtId, own.OrderId, own.Via, points, atMs, note);
        return 0;
    }

    // Only what came in by the same identifier: a split takes lots and entries along by it.
    private static long CancelWaiting(this Account account, Lot own, long points, long atMs, string note)
    {
        account.Require(Extent.NextLots);
        var cancelled = 0L;
        foreach (var lot in account.Lots.Where(l => l.State == LotState.Pending && l.Via == own.Via && l.LotId != own.LotId).OrderBy(l => l.LotId).ToList())
        {
            if (cancelled == points) break;
            var part = Math.Min(points - cancelled, lot.Remaining);
            account.ChangePending(lot, lot.Amount - part, own.OrderId, atMs, note);
            cancelled += part;
        }
        return cancelled;
    }

    /// <summary>Ends every lot whose time has come by the instant, each at its own time.</summary>
    public static void ExpireDue(this Account account, long atMs, string note)
    {
        foreach (var lot in account.EndedBy(atMs))
        {
            account.Put(lot with { State = LotState.Expired, Remaining = 0 });
            account.Append(new Entry(EntryKind.Expire, lot.LotId, lot.OrderId, lot.Via, 0, -lot.Remaining, 0, lot.ExpiresAtMs!.Value, note));
        }
    }

    /// <summary>Growth alone, up or down.</summary>
    public static void Grow(this Account account, long growth, long orderId, long via, long atMs, string note)
    {
        if (growth != 0) account.Append(new Entry(growth > 0 ? EntryKind.Activate : EntryKind.ClawBack, 0, orderId, via, 0, 0, growth, atMs, note));
    }

    /// <summary>Two accounts become one; the other is left empty. What one side owes is paid out of what the other holds.</summary>
    public static void Unite(this Account account, Account other, long atMs)
    {
        account.TakeAll(other);
        account.PayDebts(atMs);
    }

    /// <summary>A debt of an identifier. Debts are negative points: they start at once and never expire.</summary>
    internal static void Owe(this Account account, EntryKind kind, long debtId, long orderId, long via, long points, long atMs, string note)
    {
        account.Put(new Lot { LotId = debtId, Via = via, OrderId = orderId, State = LotState.Debt, Amount = -points, Remaining = -points, EarnedAtMs = atMs, ActiveAtMs = atMs });
        account.Append(new Entry(kind, debtId, orderId, via, 0, -points, 0, atMs, note));
    }

    /// <summary>Debts are paid out of whatever can be spent, oldest debt first, soonest expiry first.</summary>
    internal static void PayDebts(this Account account, long atMs)
    {
        foreach (var debt in account.Debts())
        {
            var owed = debt;
            foreach (var lot in account.LotsFor(-owed.Remaining, long.MinValue))
            {
                var part = Math.Min(-owed.Remaining, lot.Remaining);
                account.Draw(EntryKind.Redraw, lot, part, debt.OrderId, debt.Via, atMs, "a debt is paid");
                owed = account.Settle(EntryKind.Redraw, owed, part, atMs, "a debt is paid");
            }
            if (owed.Remaining < 0) return;
        }
    }

    /// <summary>A debt becomes smaller.</summary>
    internal static Lot Settle(this Account account, EntryKind kind, Lot debt, long points, long atMs, string note)
    {
        var left = debt.Remaining + points;
        debt = debt with { Remaining = left, State = left == 0 ? LotState.Paid : LotState.Debt };
        account.Put(debt);
        account.Append(new Entry(kind, debt.LotId, debt.OrderId, debt.Via, 0, points, 0, atMs, note));
        return debt;
    }

    /// <summary>Takes as much as the lot holds; answers how much that was.</summary>
    internal static long Draw(this Account account, EntryKind kind, Lot lot, long points, long orderId, long via, long atMs, string note)
    {
        var part = Math.Min(points, lot.Remaining);
        if (part == 0) return 0;
        var left = lot.Remaining - part;
        account.Put(lot with { Remaining = left, State = left == 0 ? LotState.Spent : LotState.Active });
        account.Append(new Entry(kind, lot.LotId, orderId, via, 0, -part, 0, atMs, note));
        return part;
    }

    // Nothing moves: the entry only tells that the program bears these points.
    private static long WriteOff(Account account, long points, Lot own, long atMs, string note)
    {
        if (points > 0) account.Append(new Entry(EntryKind.WriteOff, 0, own.OrderId, own.Via, 0, 0, 0, atMs, $"{note}; {points} points could not be taken back") { Between = points });
        return points;
    }
}
