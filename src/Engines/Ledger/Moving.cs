namespace Danke.Engines.Ledger;

/// <summary>Why an entry cannot be undone, in order of precedence.</summary>
public enum ReversalRefusal
{
    /// <summary>It was undone already.</summary>
    Reversed,

    /// <summary>Points of an order follow the order: correct that.</summary>
    OfOrder,

    /// <summary>Points spent or reserved are returned or released.</summary>
    OfRedemption,

    /// <summary>An expiry, a split's entry or a reversal stands.</summary>
    Stands,

    /// <summary>A split gave the lot to somebody else, or drew anew what it had given.</summary>
    LotMoved,

    /// <summary>The lot's validity has ended.</summary>
    LotEnded,

    /// <summary>What was given is no longer there.</summary>
    LotSpent,
}

/// <summary>Movements beyond earning and spending: from member to member, and undoing what was done by hand.</summary>
public static class Moving
{
    /// <summary>Takes points out of one account's lots, soonest expiry first, and makes each part a lot of the other. The balance must hold them.</summary>
    /// <param name="isReset">The points begin a new life instead of keeping the end that they had.</param>
    public static void Transfer(
        this Account from, Account to, long points, long fromVia, long toVia, bool isReset, long? resetUntilMs, Func<long> newLotId, long atMs, string noteOut, string noteIn)
    {
        var parts = new List<(long Points, long? ExpiresAtMs)>();
        foreach (var lot in from.LotsFor(points, atMs))
        {
            var part = from.Draw(EntryKind.TransferOut, lot, points, 0, fromVia, atMs, noteOut);
            parts.Add((part, isReset ? resetUntilMs : lot.ExpiresAtMs));
            points -= part;
        }
        if (points > 0) throw new InvalidOperationException($"The lots hold {points} points less than the balance says.");
        foreach (var part in parts) to.Give(newLotId(), toVia, part.Points, part.ExpiresAtMs, atMs, noteIn, EntryKind.TransferIn);
    }

    /// <summary>Points of one type become points of another, which are one lot there. The balance must hold them and the rule let them come out even.</summary>
    /// <param name="untilMs">When the other type's points would end that are given now; kept, they end no later than the first of what was given up.</param>
    public static void Convert(this Account from, Account to, Conversion rule, long points, long via, long? untilMs, long newLotId, long atMs, string noteOut, string noteIn)
    {
        var (given, left, ends) = (rule.Of(points)!.Value, points, from.EndOfConverted(rule, points, untilMs, atMs));
        foreach (var lot in from.LotsFor(left, atMs)) left -= from.Draw(EntryKind.ExchangeOut, lot, left, 0, via, atMs, noteOut);
        if (left > 0) throw new InvalidOperationException($"The lots hold {left} points less than the balance says.");
        to.Give(newLotId, via, given, ends, atMs, noteIn, EntryKind.ExchangeIn);
    }

    /// <summary>When what so many points are converted into would end; null: never. Of points that are not there, as of those that are.</summary>
    /// <param name="untilMs">When the other type's points would end that are given now.</param>
    public static long? EndOfConverted(this Account from, Conversion rule, long points, long? untilMs, long atMs)
    {
        if (rule.Expiry != TransferExpiry.Keep) return untilMs;
        foreach (var lot in from.LotsFor(points, atMs))
        {
            if (lot.ExpiresAtMs is { } end && (untilMs is null || end < untilMs)) untilMs = end;
        }
        return untilMs;
    }

    /// <summary>Whether entries of the kind may be undone at all; null when they may.</summary>
    public static ReversalRefusal? MayReverse(EntryKind kind) => kind switch
    {
        EntryKind.Adjust or EntryKind.TransferOut or EntryKind.TransferIn or EntryKind.ExchangeIn or EntryKind.ExchangeOut => null,
        EntryKind.EarnPending or EntryKind.Activate or EntryKind.Cancel or EntryKind.ClawBack or EntryKind.WriteOff => ReversalRefusal.OfOrder,
        EntryKind.Spend or EntryKind.Reserve or EntryKind.Release or EntryKind.Restore or EntryKind.Reissue or EntryKind.Confirm => ReversalRefusal.OfRedemption,
        _ => ReversalRefusal.Stands,
    };

    /// <summary>Whether the lot still allows it; null when it does.</summary>
    public static ReversalRefusal? MayReverse(this Account account, Entry entry, long atMs)
    {
        if (account.Lot(entry.LotId) is not { } lot) return ReversalRefusal.LotMoved;
        if (lot.ExpiresAtMs <= atMs || lot.State == LotState.Expired) return ReversalRefusal.LotEnded;
        if (entry.Spendable > 0) return lot.Remaining < entry.Spendable ? ReversalRefusal.LotSpent : null;
        return lot.Amount - lot.Remaining < -entry.Spendable ? ReversalRefusal.LotMoved : null;
    }

    /// <summary>The exact opposite of an entry, in the same lot and against the same account. <see cref="MayReverse(Account, Entry, long)"/> must allow it.</summary>
    public static void Reverse(this Account account, Entry entry, long entryId, long atMs, string note)
    {
        var owes = account.Spendable < 0;
        var lot = account.Lot(entry.LotId)!;
        var left = lot.Remaining - entry.Spendable;
        account.Put(lot with { Remaining = left, State = left > 0 ? LotState.Active : left == 0 && entry.Spendable == lot.Amount ? LotState.Cancelled : LotState.Spent });
        account.Append(entry with { Kind = EntryKind.Reverse, Spendable = -entry.Spendable, AtMs = atMs, Note = note, Reverses = entryId });
        if (owes) account.PayDebts(atMs);
    }
}
