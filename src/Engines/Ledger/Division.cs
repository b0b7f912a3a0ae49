using System.Collections.Immutable;

namespace Danke.Engines.Ledger;

/// <summary>What one side of a split owes and may not: borne by the other side, and what that cannot bear by the program.</summary>
/// <param name="Debtor">An identifier of the side that owes.</param>
/// <param name="Bearer">An identifier of the side that bears; 0 when that bears nothing.</param>
/// <param name="OtherOwes">The side that the identifiers went to owes; otherwise the one that they went from.</param>
public readonly record struct Shortfall(long Debtor, long Bearer, long BorneByOther, long BorneByProgram, bool OtherOwes);

/// <summary>
/// One person turns out to be two: what came in by some identifiers goes to another account. Every entry and lot goes where its
/// identifier goes; where one side had drawn on the other's lots, the draw is undone and made on its own, so that afterwards each side stands
/// as if it had always been alone, but for what it cannot pay.
/// </summary>
public static class Division
{
    private const string Note = "split";

    /// <param name="account">Whose identifiers go; loaded with everything.</param>
    /// <param name="other">Whose they will be; loaded with everything, or new.</param>
    /// <param name="mayOwe">Whether the program lets a balance be negative. Otherwise the other side bears what is missing.</param>
    /// <param name="newLotId">Called once for each debt that arises.</param>
    /// <returns>One for each side that would owe and may not.</returns>
    public static ImmutableArray<Shortfall> Divide(this Account account, Account other, IReadOnlySet<long> keys, bool mayOwe, Func<long> newLotId, long atMs, string expiryNote)
    {
        account.ExpireDue(atMs, expiryNote);
        other.ExpireDue(atMs, expiryNote);
        other.TakeVia(account, keys);
        var moved = GiveBack(other, account, atMs).Concat(GiveBack(account, other, atMs)).ToList();
        // A lot that is whole again may have ended since it was drawn on.
        account.ExpireDue(atMs, expiryNote);
        other.ExpireDue(atMs, expiryNote);
        foreach (var (drawer, via, points) in moved) drawer.DrawAnew(via, points, newLotId, atMs);
        account.PayDebts(atMs);
        other.PayDebts(atMs);
        return mayOwe ? [] : [.. Cover(account, other, false, atMs), .. Cover(other, account, true, atMs)];
    }

    // What the drawer's identifiers took out of lots that are the owner's alone now.
    private static List<(Account Drawer, long Via, long Points)> GiveBack(Account drawer, Account owner, long atMs)
    {
        var drawn = new SortedDictionary<long, long>();
        foreach (var (via, lotId, spendable) in drawer.OnForeignLots())
        {
            var lot = owner.Lot(lotId) ?? throw new InvalidOperationException($"Lot {lotId} is neither side's.");
            if (spendable > 0) throw new InvalidOperationException($"Lot {lotId} was given points by an identifier that it is not of.");
            owner.Put(lot with { Remaining = lot.Remaining - spendable, State = LotState.Active });
            drawer.Append(new Entry(EntryKind.Redraw, lotId, lot.OrderId, via, 0, -spendable, 0, atMs, Note));
            drawn[via] = drawn.GetValueOrDefault(via) - spendable;
        }
        return [.. drawn.Select(d => (drawer, d.Key, d.Value))];
    }

    // Debts of the identifier that had been paid are owed again, then its own lots are drawn on; the rest is a new debt.
    private static void DrawAnew(this Account account, long via, long points, Func<long> newLotId, long atMs)
    {
        foreach (var debt in account.Lots.Where(l => l.Via == via && l.State is LotState.Debt or LotState.Paid && l.Remaining > l.Amount).OrderByDescending(l => l.LotId).ToList())
        {
            var part = Math.Min(points, debt.Remaining - debt.Amount);
            if (part == 0) break;
            points -= part;
            account.Settle(EntryKind.Redraw, debt, -part, atMs, Note);
        }
        foreach (var lot in account.SpendableAt(atMs))
        {
            if (points == 0) return;
            points -= account.Draw(EntryKind.Redraw, lot, points, lot.OrderId, via, atMs, Note);
        }
        if (points > 0) account.Owe(EntryKind.Redraw, newLotId(), 0, via, points, atMs, Note);
    }

    private static ImmutableArray<Shortfall> Cover(Account debtor, Account bearer, bool otherOwes, long atMs)
    {
        var missing = -debtor.Spendable;
        if (missing <= 0) return [];
        var debts = debtor.Debts();
        long borne = 0, by = 0;
        foreach (var lot in bearer.SpendableAt(atMs))
        {
            if (borne == missing) break;
            by = lot.Via;
            borne += bearer.Draw(EntryKind.SplitShortfall, lot, missing - borne, 0, lot.Via, atMs, "bears what the other side of a split owes");
        }
        var left = borne;
        foreach (var debt in debts)
        {
            var byOther = Math.Min(left, -debt.Remaining);
            left -= byOther;
            var rest = byOther > 0 ? debtor.Settle(EntryKind.SplitShortfall, debt, byOther, atMs, "borne by the other side of a split") : debt;
            if (rest.Remaining < 0) debtor.Settle(EntryKind.SplitShortfall, rest, -rest.Remaining, atMs, "borne by the program after a split");
        }
        return [new Shortfall(debts[0].Via, by, borne, missing - borne, otherOwes)];
    }
}
