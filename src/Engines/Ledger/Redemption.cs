using System.Collections.Immutable;

namespace Danke.Engines.Ledger;

public enum RedemptionState
{
    /// <summary>Taken out of the lots and kept for somebody who has yet to confirm.</summary>
    Reserved,

    Spent,

    /// <summary>Given back by whoever had reserved.</summary>
    Released,

    /// <summary>Given back because nobody confirmed in time.</summary>
    Lapsed,
}

/// <summary>What one redemption took out of one lot.</summary>
/// <param name="Returned">How much of it was given back.</param>
/// <param name="ExpiresAtMs">When the lot ends; kept for when the lot has gone to somebody else since.</param>
public readonly record struct PointsDraw(long LotId, long Points, long Returned, long? ExpiresAtMs)
{
    public long Open => Points - Returned;
}

/// <summary>Points taken for a purpose, with the lots that they came from, so that whatever comes back goes back there.</summary>
/// <param name="Via">The identifier by which the member spent.</param>
/// <param name="EndsAtMs">Until when a reservation holds, exclusive.</param>
/// <param name="Draws">In the order in which the lots were drawn on.</param>
public sealed record Redemption(RedemptionState State, long Via, long? EndsAtMs, ImmutableArray<PointsDraw> Draws)
{
    public long Points => Draws.Sum(d => d.Points);
    public long Returned => Draws.Sum(d => d.Returned);

    /// <summary>How much of what was returned came back before the rest was spent: it never paid for anything.</summary>
    public long Released { get; init; }

    /// <summary>How many points paid for what was bought, and how many of them came back.</summary>
    public (long Points, long Returned) Paid => (Points - Released, Returned - Released);

    /// <summary>Points that are still taken.</summary>
    public long Open => Points - Returned;
}

/// <summary>
/// Redeeming, reserving and giving back. A reservation takes the points out of the lots at once, so that nothing else can spend them;
/// confirming it moves nothing. What comes back goes to the lots it came from, the last drawn first: to give all back is to undo.
/// </summary>
public static class Redeeming
{
    /// <summary>Takes points, soonest expiry first. The balance must hold them.</summary>
    public static Redemption Redeem(this Account account, long points, long via, long? endsAtMs, long atMs, string note)
    {
        var kind = endsAtMs is null ? EntryKind.Spend : EntryKind.Reserve;
        var draws = ImmutableArray.CreateBuilder<PointsDraw>();
        foreach (var lot in account.LotsFor(points, atMs))
        {
            var part = account.Draw(kind, lot, points, 0, via, atMs, note);
            draws.Add(new PointsDraw(lot.LotId, part, 0, lot.ExpiresAtMs));
            points -= part;
        }
        if (points > 0) throw new InvalidOperationException($"The lots hold {points} points less than the balance says.");
        return new Redemption(endsAtMs is null ? RedemptionState.Spent : RedemptionState.Reserved, via, endsAtMs, draws.ToImmutable());
    }

    /// <summary>A reservation is spent; what it held beyond the points is given back.</summary>
    public static Redemption Confirm(this Account account, Redemption reserved, long points, Func<long> newLotId, long atMs, string note)
    {
        var after = account.GiveBack(reserved, reserved.Open - points, EntryKind.Release, newLotId, atMs, note);
        account.Append(new Entry(EntryKind.Confirm, 0, 0, reserved.Via, 0, 0, 0, atMs, $"confirmed: {points} reserved points are spent") { Between = points });
        return after with { State = RedemptionState.Spent, Released = after.Returned };
    }

    /// <summary>Some of what is reserved is given back; the rest stays reserved.</summary>
    public static Redemption ReleasePart(this Account account, Redemption reserved, long points, Func<long> newLotId, long atMs, string note) =>
        account.GiveBack(reserved, points, EntryKind.Release, newLotId, atMs, note);

    /// <summary>A reservation ends with nothing spent.</summary>
    public static Redemption Release(this Account account, Redemption reserved, RedemptionState end, Func<long> newLotId, long atMs, string note) =>
        account.GiveBack(reserved, reserved.Open, EntryKind.Release, newLotId, atMs, note) with { State = end };

    /// <summary>Points that were spent come back: what was bought with them was returned.</summary>
    /// <param name="reissuedUntilMs">When they end if the program gives them a new life; null: they keep the one they had.</param>
    /// <param name="isReissued">Whether it does.</param>
    public static Redemption Return(
        this Account account, Redemption spent, long points, bool isReissued, long? reissuedUntilMs, Func<long> newLotId, long atMs, string note)
    {
        if (!isReissued) return account.GiveBack(spent, points, EntryKind.Restore, newLotId, atMs, note);
        if (points > 0) account.Give(newLotId(), spent.Via, points, reissuedUntilMs, atMs, note, EntryKind.Reissue);
        return spent with { Draws = Mark(spent.Draws, points) };
    }

    private static Redemption GiveBack(this Account account, Redemption taken, long points, EntryKind kind, Func<long> newLotId, long atMs, string note)
    {
        var owes = account.Spendable < 0;
        var after = Mark(taken.Draws, points);
        for (var i = after.Length - 1; i >= 0; i--)
        {
            var part = after[i].Returned - taken.Draws[i].Returned;
            if (part == 0) continue;
            var placed = account.Lot(after[i].LotId) is { } lot ? account.PutBack(kind, lot, part, taken.Via, atMs, note) : 0;
            // A split gave the lot to somebody else and drew these points anew: they come back as a lot of their own.
            if (placed < part) account.Give(newLotId(), taken.Via, part - placed, after[i].ExpiresAtMs, atMs, note, EntryKind.Reissue, DoubleEntry.ContraOf(kind));
        }
        account.ExpireDue(atMs, note);
        if (owes) account.PayDebts(atMs);
        return taken with { Draws = after };
    }

    private static ImmutableArray<PointsDraw> Mark(ImmutableArray<PointsDraw> draws, long points)
    {
        var after = draws.ToBuilder();
        for (var i = after.Count - 1; i >= 0 && points > 0; i--)
        {
            var part = Math.Min(points, after[i].Open);
            after[i] = after[i] with { Returned = after[i].Returned + part };
            points -= part;
        }
        return points == 0 ? after.ToImmutable() : throw new InvalidOperationException($"{points} points more were to be given back than were taken.");
    }

    // Into a lot that has ended the points come back as ended, now: the line of the past stays as it was.
    private static long PutBack(this Account account, EntryKind kind, Lot lot, long points, long via, long atMs, string note)
    {
        var part = Math.Min(points, lot.Amount - lot.Remaining);
        if (part <= 0) return 0;
        account.Append(new Entry(kind, lot.LotId, lot.OrderId, via, 0, part, 0, atMs, note));
        if (lot.ExpiresAtMs <= atMs)
        {
            account.Put(lot.Remaining == 0 ? lot with { State = LotState.Expired } : lot);
            account.Append(new Entry(EntryKind.Expire, lot.LotId, lot.OrderId, lot.Via, 0, -part, 0, atMs, $"{note}; the validity has ended"));
        }
        else account.Put(lot with { Remaining = lot.Remaining + part, State = LotState.Active });
        return part;
    }
}
