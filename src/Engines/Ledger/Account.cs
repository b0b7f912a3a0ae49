namespace Danke.Engines.Ledger;

public enum LotState
{
    Pending, Active, Spent, Expired, Cancelled,

    /// <summary>Points owed: <see cref="Lot.Remaining"/> is negative until other lots paid it.</summary>
    Debt,

    /// <summary>A debt that nothing is left of.</summary>
    Paid,
}

/// <summary>
/// The points that one earning made, or a debt. <see cref="Remaining"/> is what is left of <see cref="Amount"/>, and always the sum of
/// the entries that name the lot.
/// </summary>
public sealed record Lot
{
    public required long LotId { get; init; }

    /// <summary>The identifier it came in by: when that goes to another person, the lot goes with it.</summary>
    public long Via { get; init; }

    /// <summary>The order it came from; 0 for none.</summary>
    public long OrderId { get; init; }
    public required LotState State { get; init; }
    public required long Amount { get; init; }
    public required long Remaining { get; init; }
    public required long EarnedAtMs { get; init; }
    public long? ActiveAtMs { get; init; }

    /// <summary>Of pending points: when time alone makes them active; null while something else must happen first.</summary>
    public long? ActivatesAtMs { get; init; }
    public long? ExpiresAtMs { get; init; }

    /// <summary>Points that may be spent, as far as their validity goes.</summary>
    public bool IsOpen => State == LotState.Active && Remaining > 0;

    /// <summary>Soonest expiry first, never-expiring last, older first on ties: a member should not lose what could have been spent.</summary>
    public static readonly Comparer<Lot> SoonestExpiryFirst = Comparer<Lot>.Create((a, b) =>
    {
        var byExpiry = (a.ExpiresAtMs ?? long.MaxValue).CompareTo(b.ExpiresAtMs ?? long.MaxValue);
        return byExpiry != 0 ? byExpiry : a.LotId.CompareTo(b.LotId);
    });
}

public enum EntryKind
{
    EarnPending, Activate, Cancel, ClawBack, Spend, Adjust, Expire, WriteOff,

    /// <summary>From one lot to another, or to a debt: sums to nothing for the identifier it is of.</summary>
    Redraw,

    /// <summary>What one side of a split owes and the other bears.</summary>
    SplitShortfall,

    /// <summary>Taken for somebody who has yet to confirm; counts as spent until it is given back.</summary>
    Reserve,

    /// <summary>What was reserved is given back to its lot.</summary>
    Release,

    /// <summary>What was spent is given back to its lot.</summary>
    Restore,

    /// <summary>What was spent is given back as a lot of its own.</summary>
    Reissue,

    /// <summary>Reserved points are spent: nothing of the member's moves.</summary>
    Confirm,

    /// <summary>To another member.</summary>
    TransferOut,

    /// <summary>From another member.</summary>
    TransferIn,

    /// <summary>Brought from a partner's program.</summary>
    ExchangeIn,

    /// <summary>Taken to a partner's program.</summary>
    ExchangeOut,

    /// <summary>An earlier entry is undone.</summary>
    Reverse,
}

/// <summary>One immutable line of the ledger: by how much each balance moved, from which lot, and why.</summary>
/// <param name="LotId">0 when no lot is concerned: growth alone.</param>
/// <param name="Via">The identifier whose movement it is: when that goes to another person, the line goes with it.</param>
/// <param name="Note">Rule and version, for people and for "why?".</param>
public readonly record struct Entry(EntryKind Kind, long LotId, long OrderId, long Via, long Pending, long Spendable, long Growth, long AtMs, string Note)
{
    /// <summary>The account of the program that it is against.</summary>
    public LedgerAccount Contra { get; init; } = DoubleEntry.ContraOf(Kind);

    /// <summary>Points that went from one account of the program to another, nothing of the member's moving.</summary>
    public long Between { get; init; }

    /// <summary>The number of the entry that it undoes; 0 for none.</summary>
    public long Reverses { get; init; }

    /// <summary>Its lot is a debt. Set when the entry is appended.</summary>
    public bool IsOnDebt { get; init; }

    /// <summary>Points made spendable, net of what was taken back.</summary>
    public long Earned =>
        Kind is EntryKind.Activate or EntryKind.ClawBack or EntryKind.SplitShortfall or EntryKind.TransferIn or EntryKind.ExchangeIn
        || Kind == EntryKind.Adjust && Spendable > 0 || Kind == EntryKind.Reverse && Spendable < 0 ? Spendable : 0;

    public long Spent =>
        Kind is EntryKind.Spend or EntryKind.Reserve or EntryKind.Release or EntryKind.Restore or EntryKind.Reissue or EntryKind.TransferOut or EntryKind.ExchangeOut
        || Kind == EntryKind.Adjust && Spendable < 0 || Kind == EntryKind.Reverse && Spendable > 0 ? -Spendable : 0;

    public long Expired => Kind == EntryKind.Expire ? -Spendable : 0;
}

/// <summary>What the entries of one identifier on one lot come to.</summary>
public readonly record struct EntrySum(long Pending, long Spendable, long Growth, long Earned, long Spent, long Expired)
{
    public static EntrySum Of(Entry e) => new(e.Pending, e.Spendable, e.Growth, e.Earned, e.Spent, e.Expired);

    public static EntrySum operator +(EntrySum a, EntrySum b) =>
        new(a.Pending + b.Pending, a.Spendable + b.Spendable, a.Growth + b.Growth, a.Earned + b.Earned, a.Spent + b.Spent, a.Expired + b.Expired);

    public static EntrySum operator -(EntrySum a, EntrySum b) =>
        new(a.Pending - b.Pending, a.Spendable - b.Spendable, a.Growth - b.Growth, a.Earned - b.Earned, a.Spent - b.Spent, a.Expired - b.Expired);
}

/// <summary>How much of an account was loaded. Whatever needs more throws <see cref="MoreNeededException"/>.</summary>
public enum Extent
{
    /// <summary>Only the lots that an order's own movements need.</summary>
    OwnLots,

    /// <summary>The active lots that are spent first, as far as a <see cref="LotHorizon"/>, and all pending ones and debts: enough for what most spend.</summary>
    NextLots,

    /// <summary>All pending and active lots, and all debts.</summary>
    OpenLots,

    /// <summary>All lots in every state, and what each identifier's entries come to on each.</summary>
    Everything,
}

/// <summary>The last lot in the order of spending up to which all active lots are loaded; behind it there may be others.</summary>
public readonly record struct LotHorizon(long? ExpiresAtMs, long LotId)
{
    /// <summary>Whether a lot that was not loaded could have ended by the instant.</summary>
    internal bool IsReachedBy(long atMs) => ExpiresAtMs <= atMs;

    internal bool IsBefore(Lot lot) =>
        (ExpiresAtMs ?? long.MaxValue, LotId).CompareTo((lot.ExpiresAtMs ?? long.MaxValue, lot.LotId)) < 0;
}

/// <summary>
/// One membership's points: balances and lots, with the entries appended since it was loaded. The rules that tie them:
/// pending = sum of the pending lots; spendable = sum of what remains of the active lots and of the debts; with a debt no active lot
/// holds anything; a lot's remainder = sum of its entries. Plain mutable state of one batch; not thread-safe.
/// </summary>
/// <param name="history">What the entries so far come to, by identifier and lot; only with <see cref="Extent.Everything"/>.</param>
/// <param name="horizon">With <see cref="Extent.NextLots"/>: null when there are no more.</param>
public sealed class Account(
    IEnumerable<Lot> loadedLots, Extent extent, IEnumerable<KeyValuePair<(long Via, long Lot), EntrySum>>? history = null, LotHorizon? horizon = null)
{
    private readonly Dictionary<long, Lot> lots = loadedLots.ToDictionary(l => l.LotId);
    private readonly Dictionary<(long Via, long Lot), EntrySum>? sums = extent == Extent.Everything ? new(history ?? []) : null;
    private readonly HashSet<long> changed = [];
    private readonly List<Entry> entries = [];
    private SortedSet<Lot>? open;
    private EntrySum balance;

    /// <summary>All that the entries come to: balances, and points ever earned (net of claw-backs), spent and expired.</summary>
    public EntrySum Balance { get => balance; init => balance = value; }

    public long Pending => balance.Pending;
    public long Spendable => balance.Spendable;
    public long Growth => balance.Growth;
    public long Earned => balance.Earned;
    public long Spent => balance.Spent;
    public long Expired => balance.Expired;

    public IReadOnlyCollection<Lot> Lots => lots.Values;
    public IReadOnlyList<Entry> Entries => entries;
    public IEnumerable<Lot> ChangedLots => changed.Select(id => lots[id]);

    public Lot? Lot(long lotId) => lots.GetValueOrDefault(lotId);

    /// <summary>The lot while there is something left of it, or that was loaded besides; null: it is spent, or another account's.</summary>
    public Lot? LotWithRest(long lotId)
    {
        Require(Extent.NextLots);
        if (!lots.TryGetValue(lotId, out var lot)) RequireNothingBehind();
        return lot;
    }

    public void Put(Lot lot)
    {
        if (open is not null && lots.TryGetValue(lot.LotId, out var before) && before.IsOpen) open.Remove(before);
        lots[lot.LotId] = lot;
        changed.Add(lot.LotId);
        if (lot.IsOpen) open?.Add(lot);
    }

    /// <summary>Lots that hold something to spend, in the order of spending: of ten thousand a spend looks at those that it draws on.</summary>
    private SortedSet<Lot> Open => open ??= new SortedSet<Lot>(lots.Values.Where(l => l.IsOpen), Ledger.Lot.SoonestExpiryFirst);

    /// <summary>Appends an entry and moves the balances by it: the only way in which they move.</summary>
    public void Append(Entry entry)
    {
        if (lots.TryGetValue(entry.LotId, out var lot) && lot.Amount < 0) entry = entry with { IsOnDebt = true };
        entries.Add(entry);
        var sum = EntrySum.Of(entry);
        balance += sum;
        Remember((entry.Via, entry.LotId), sum);
    }

    private void Remember((long Via, long Lot) key, EntrySum sum)
    {
        if (sums is not null) sums[key] = sums.GetValueOrDefault(key) + sum;
    }

    /// <summary>Takes over all that the other has, which is left with nothing.</summary>
    internal void TakeAll(Account other)
    {
        Require(Extent.OpenLots);
        other.Require(Extent.OpenLots);
        if (sums is not null) other.Require(Extent.Everything);
        foreach (var lot in other.lots.Values) TakeLot(other, lot);
        foreach (var (key, sum) in other.sums ?? []) Remember(key, sum);
        balance += other.balance;
        other.balance = default;
        other.sums?.Clear();
        other.lots.Clear();
        other.changed.Clear();
        open = other.open = null;
    }

    /// <summary>Takes over what came in by the identifiers: their lots, and what their entries come to.</summary>
    internal void TakeVia(Account other, IReadOnlySet<long> keys)
    {
        Require(Extent.Everything);
        other.Require(Extent.Everything);
        foreach (var lot in other.lots.Values.Where(l => keys.Contains(l.Via)).ToList())
        {
            TakeLot(other, lot);
            other.lots.Remove(lot.LotId);
            other.changed.Remove(lot.LotId);
        }
        open = other.open = null;
        foreach (var (key, sum) in other.sums!.Where(s => keys.Contains(s.Key.Via)).ToList())
        {
            other.sums!.Remove(key);
            other.balance -= sum;
            Remember(key, sum);
            balance += sum;
        }
    }

    private void TakeLot(Account other, Lot lot)
    {
        lots[lot.LotId] = lot;
        if (other.changed.Contains(lot.LotId)) changed.Add(lot.LotId);
    }

    /// <summary>What identifiers of this account have on lots that are not this account's.</summary>
    internal List<(long Via, long Lot, long Spendable)> OnForeignLots() =>
        [.. sums!.Where(s => s.Key.Lot != 0 && s.Value.Spendable != 0 && !lots.ContainsKey(s.Key.Lot)).Select(s => (s.Key.Via, s.Key.Lot, s.Value.Spendable)).Order()];

    public void Require(Extent needed)
    {
        if (extent < needed) throw new MoreNeededException(needed);
    }

    /// <summary>All active lots that may be spent at the instant, in the order in which they are.</summary>
    public List<Lot> SpendableAt(long atMs)
    {
        Require(Extent.OpenLots);
        return [.. Open.Where(l => IsValid(l, atMs))];
    }

    /// <summary>How many points may be spent at the instant: what the active lots hold, without those whose time has come.</summary>
    public long PointsAt(long atMs)
    {
        var ended = EndedBy(atMs).Sum(l => l.Remaining);
        return Spendable - lots.Values.Where(l => l.State == LotState.Debt).Sum(l => l.Remaining) - ended;
    }

    /// <summary>The lots that so many points are taken from at the instant, in the order in which they are; all of them when they hold less.</summary>
    public List<Lot> LotsFor(long points, long atMs)
    {
        Require(Extent.NextLots);
        var drawn = new List<Lot>();
        foreach (var lot in Open)
        {
            if (points <= 0) return drawn;
            if (horizon is { } end && end.IsBefore(lot)) break;
            if (!IsValid(lot, atMs)) continue;
            drawn.Add(lot);
            points -= lot.Remaining;
        }
        if (points > 0) RequireNothingBehind();
        return drawn;
    }

    private static bool IsValid(Lot lot, long atMs) => lot.ExpiresAtMs is not { } end || end > atMs;

    /// <summary>Active lots whose time has come by the instant, the first to end first.</summary>
    public List<Lot> EndedBy(long atMs)
    {
        Require(Extent.NextLots);
        if (horizon is { } end && end.IsReachedBy(atMs)) RequireNothingBehind();
        return [.. Open.TakeWhile(l => !IsValid(l, atMs))];
    }

    /// <summary>What is owed, oldest first.</summary>
    public List<Lot> Debts()
    {
        Require(Extent.NextLots);
        return [.. lots.Values.Where(l => l.State == LotState.Debt).OrderBy(l => l.LotId)];
    }

    /// <summary>The expiry that comes next; null when nothing expires.</summary>
    /// <param name="known">What it was when the account was loaded. Whatever may move it later needs the lots that come next.</param>
    public long? NextExpiry(long? known)
    {
        if (extent == Extent.OwnLots) return lots.Values.Where(l => l.IsOpen).Select(l => l.ExpiresAtMs).Append(known).Min();
        if (Open.Min is not { } next || horizon is { } end && end.IsBefore(next)) RequireNothingBehind();
        return Open.Min?.ExpiresAtMs;
    }

    private void RequireNothingBehind()
    {
        if (horizon is not null) throw new MoreNeededException(Extent.OpenLots);
    }
}

/// <summary>More of the account is needed to decide; the caller loads it and decides again.</summary>
public sealed class MoreNeededException(Extent needed) : InvalidOperationException($"The account is needed to the extent of {needed}.")
{
    public Extent Needed => needed;
}
