namespace Danke.Engines.Ledger;

/// <summary>The movements of an account. Each keeps lots, balances and entries in step.</summary>
public static class Movements
{
    /// <summary>Points that may not be spent yet.</summary>
    public static void EarnPending(this Account account, long lotId, long orderId, long points, long atMs, string note)
    {
        account.Put(new Lot { LotId = lotId, OrderId = orderId, State = LotState.Pending, Amount = points, Remaining = points, EarnedAtMs = atMs });
        account.Append(new Entry(EntryKind.EarnPending, lotId, orderId, points, 0, 0, atMs, note));
    }

    /// <summary>Makes a pending lot larger or smaller; at nothing it is cancelled.</summary>
    public static void ChangePending(this Account account, Lot lot, long newAmount, long atMs, string note)
    {
        var change = newAmount - lot.Amount;
        account.Put(lot with { Amount = newAmount, Remaining = newAmount, State = newAmount == 0 ? LotState.Cancelled : LotState.Pending });
        account.Append(new Entry(change > 0 ? EntryKind.EarnPending : EntryKind.Cancel, lot.LotId, lot.OrderId, change, 0, 0, atMs, note));
    }

    /// <summary>Pending points become spendable; a debt is paid out of them first. Growth, when there is some, moves with them.</summary>
    public static void Activate(this Account account, Lot lot, long growth, long? expiresAtMs, long atMs, string note)
    {
        var paysDebt = Math.Min(lot.Amount, Math.Max(0, -account.Spendable));
        var remaining = lot.Amount - paysDebt;
        account.Put(lot with { State = remaining == 0 ? LotState.Spent : LotState.Active, Remaining = remaining, ActiveAtMs = atMs, ExpiresAtMs = expiresAtMs });
        account.Append(new Entry(EntryKind.Activate, lot.LotId, lot.OrderId, -lot.Amount, lot.Amount, growth, atMs, note));
        account.Earned += lot.Amount;
    }

    /// <summary>Points that may be spent at once, outside any order; a debt is paid out of them first.</summary>
    public static void Give(this Account account, long lotId, long points, long? expiresAtMs, long atMs, string note)
    {
        var remaining = points - Math.Min(points, Math.Max(0, -account.Spendable));
        account.Put(new Lot
        {
            LotId = lotId,
            State = remaining == 0 ? LotState.Spent : LotState.Active,
            Amount = points,
            Remaining = remaining,
            EarnedAtMs = atMs,
            ActiveAtMs = atMs,
            ExpiresAtMs = expiresAtMs,
        });
        account.Append(new Entry(EntryKind.Adjust, lotId, 0, 0, points, 0, atMs, note));
        account.Earned += points;
    }

    /// <summary>Takes points out of the lots, soonest expiry first, one entry a lot. The balance must hold them.</summary>
    public static void Take(this Account account, EntryKind kind, long points, long orderId, long atMs, string note)
    {
        foreach (var lot in account.SpendableAt(atMs))
        {
            if (points == 0) return;
            points -= Draw(account, kind, lot, points, orderId, atMs, note);
        }
        if (points > 0) throw new InvalidOperationException($"The lots hold {points} points less than the balance says.");
    }

    /// <summary>
    /// Takes back what a refunded part had earned: out of the order's own lot first, then soonest expiry first; what is still
    /// missing becomes a debt or is written off, as the policy says. Answers how many points could not be taken.
    /// </summary>
    public static long ClawBack(this Account account, Lot own, long points, RefundPolicy policy, long atMs, string note)
    {
        if (policy == RefundPolicy.OnlyPending) return WriteOff(account, points, own.OrderId, atMs, note);
        if (own is { State: LotState.Active, Remaining: > 0 } && (own.ExpiresAtMs is not { } end || end > atMs))
            points -= Draw(account, EntryKind.ClawBack, own, points, own.OrderId, atMs, note);
        foreach (var lot in account.SpendableAt(atMs))
        {
            if (points == 0) break;
            points -= Draw(account, EntryKind.ClawBack, lot, points, own.OrderId, atMs, note);
        }
        if (points == 0) return 0;
        if (policy == RefundPolicy.WithinBalance) return WriteOff(account, points, own.OrderId, atMs, note);
        account.Append(new Entry(EntryKind.ClawBack, 0, own.OrderId, 0, -points, 0, atMs, note));
        account.Earned -= points;
        return 0;
    }

    /// <summary>Ends every lot whose time has come by the instant, each at its own time.</summary>
    public static void ExpireDue(this Account account, long atMs, string note)
    {
        account.RequireAllLots();
        var due = account.Lots.Where(l => l is { State: LotState.Active, Remaining: > 0, ExpiresAtMs: { } end } && end <= atMs).ToList();
        due.Sort(Ledger.Lot.SoonestExpiryFirst);
        foreach (var lot in due)
        {
            account.Put(lot with { State = LotState.Expired, Remaining = 0 });
            account.Append(new Entry(EntryKind.Expire, lot.LotId, lot.OrderId, 0, -lot.Remaining, 0, lot.ExpiresAtMs!.Value, note));
            account.Expired += lot.Remaining;
        }
    }

    /// <summary>Growth alone, up or down.</summary>
    public static void Grow(this Account account, long growth, long orderId, long atMs, string note)
    {
        if (growth != 0) account.Append(new Entry(growth > 0 ? EntryKind.Activate : EntryKind.ClawBack, 0, orderId, 0, 0, growth, atMs, note));
    }

    /// <summary>Two accounts become one; the other is left empty. What one side owes is paid out of what the other holds.</summary>
    public static void Unite(this Account account, Account other)
    {
        account.RequireAllLots();
        other.RequireAllLots();
        foreach (var lot in other.Lots) account.Put(lot);
        account.Pending += other.Pending;
        account.Spendable += other.Spendable;
        account.Growth += other.Growth;
        account.Earned += other.Earned;
        account.Spent += other.Spent;
        account.Expired += other.Expired;
        other.Clear();
        var owed = account.Lots.Where(l => l.State == LotState.Active).Sum(l => l.Remaining) - Math.Max(0, account.Spendable);
        foreach (var lot in account.Lots.Where(l => l is { State: LotState.Active, Remaining: > 0 }).Order(Ledger.Lot.SoonestExpiryFirst).ToList())
        {
            var part = Math.Min(owed, lot.Remaining);
            owed -= part;
            if (part > 0) account.Put(lot with { Remaining = lot.Remaining - part, State = lot.Remaining == part ? LotState.Spent : LotState.Active });
        }
    }

    private static long Draw(Account account, EntryKind kind, Lot lot, long points, long orderId, long atMs, string note)
    {
        var part = Math.Min(points, lot.Remaining);
        if (part == 0) return 0;
        var left = lot.Remaining - part;
        account.Put(lot with { Remaining = left, State = left == 0 ? LotState.Spent : LotState.Active });
        account.Append(new Entry(kind, lot.LotId, orderId, 0, -part, 0, atMs, note));
        if (kind == EntryKind.ClawBack) account.Earned -= part;
        else account.Spent += part;
        return part;
    }

    // Nothing moves: the entry only tells that the program bears these points.
    private static long WriteOff(Account account, long points, long orderId, long atMs, string note)
    {
        if (points > 0) account.Append(new Entry(EntryKind.WriteOff, 0, orderId, 0, 0, 0, atMs, $"{note}; {points} points could not be taken back"));
        return points;
    }
}
