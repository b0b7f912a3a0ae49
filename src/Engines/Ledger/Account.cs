namespace Danke.Engines.Ledger;

public enum LotState { Pending, Active, Spent, Expired, Cancelled }

/// <summary>The points that one earning made. <see cref="Remaining"/> is what is left of <see cref="Amount"/>.</summary>
public sealed record Lot
{
    public required long LotId { get; init; }

    /// <summary>The order it came from; 0 for none.</summary>
    public long OrderId { get; init; }
    public required LotState State { get; init; }
    public required long Amount { get; init; }
    public required long Remaining { get; init; }
    public required long EarnedAtMs { get; init; }
    public long? ActiveAtMs { get; init; }
    public long? ExpiresAtMs { get; init; }

    /// <summary>Soonest expiry first, never-expiring last, older first on ties: a member should not lose what could have been spent.</summary>
    public static readonly Comparer<Lot> SoonestExpiryFirst = Comparer<Lot>.Create((a, b) =>
    {
        var byExpiry = (a.ExpiresAtMs ?? long.MaxValue).CompareTo(b.ExpiresAtMs ?? long.MaxValue);
        return byExpiry != 0 ? byExpiry : a.LotId.CompareTo(b.LotId);
    });
}

public enum EntryKind { EarnPending, Activate, Cancel, ClawBack, Spend, Adjust, Expire, WriteOff }

/// <summary>One immutable line of the ledger: by how much each balance moved, from which lot, and why.</summary>
/// <param name="LotId">0 when no lot is concerned: a debt, growth alone.</param>
/// <param name="Note">Rule and version, for people and for "why?".</param>
public readonly record struct Entry(EntryKind Kind, long LotId, long OrderId, long Pending, long Spendable, long Growth, long AtMs, string Note);

/// <summary>
/// One membership's points: balances and open lots, with the entries appended since it was loaded. The rule that ties them:
/// pending = sum of the pending lots; spendable = sum of what remains of the active lots, or, when that is nothing, minus the debt.
/// Plain mutable state of one batch; not thread-safe.
/// </summary>
/// <param name="openLots">The pending and active lots: all of them, or only those that an order's own movements need.</param>
/// <param name="hasAllLots">Whether that is all of them. Without, whatever takes or ends points throws <see cref="LotsNotLoadedException"/>.</param>
public sealed class Account(IEnumerable<Lot> openLots, bool hasAllLots)
{
    private readonly Dictionary<long, Lot> lots = openLots.ToDictionary(l => l.LotId);
    private readonly HashSet<long> changed = [];
    private readonly List<Entry> entries = [];

    public required long Pending { get; set; }
    public required long Spendable { get; set; }
    public required long Growth { get; set; }

    /// <summary>Points ever made spendable, less what refunds took back.</summary>
    public required long Earned { get; set; }
    public required long Spent { get; set; }
    public required long Expired { get; set; }

    public IReadOnlyCollection<Lot> Lots => lots.Values;
    public IReadOnlyList<Entry> Entries => entries;
    public IEnumerable<Lot> ChangedLots => changed.Select(id => lots[id]);

    public Lot? Lot(long lotId) => lots.GetValueOrDefault(lotId);

    public void Put(Lot lot)
    {
        lots[lot.LotId] = lot;
        changed.Add(lot.LotId);
    }

    /// <summary>Appends an entry and moves the balances by it: the only way in which they move.</summary>
    public void Append(Entry entry)
    {
        entries.Add(entry);
        Pending += entry.Pending;
        Spendable += entry.Spendable;
        Growth += entry.Growth;
    }

    /// <summary>Nothing is left: everything went to another account.</summary>
    internal void Clear()
    {
        lots.Clear();
        changed.Clear();
        (Pending, Spendable, Growth, Earned, Spent, Expired) = (0, 0, 0, 0, 0, 0);
    }

    internal void RequireAllLots()
    {
        if (!hasAllLots) throw new LotsNotLoadedException();
    }

    /// <summary>Active lots that may be spent at the instant, in the order in which they are.</summary>
    public List<Lot> SpendableAt(long atMs)
    {
        RequireAllLots();
        var open = lots.Values.Where(l => l is { State: LotState.Active, Remaining: > 0 } && (l.ExpiresAtMs is not { } end || end > atMs)).ToList();
        open.Sort(Ledger.Lot.SoonestExpiryFirst);
        return open;
    }

    /// <summary>The expiry that comes next; null when nothing expires.</summary>
    /// <param name="known">What it was when the account was loaded. Whatever may move it later needs all lots.</param>
    public long? NextExpiry(long? known)
    {
        var next = hasAllLots ? null : known;
        foreach (var lot in lots.Values)
            if (lot is { State: LotState.Active, Remaining: > 0, ExpiresAtMs: { } end } && (next is null || end < next)) next = end;
        return next;
    }
}

/// <summary>All open lots are needed to decide; the caller loads them and decides again.</summary>
public sealed class LotsNotLoadedException() : InvalidOperationException("All open lots of the account are needed.");
