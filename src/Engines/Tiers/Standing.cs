using System.Collections.Immutable;

namespace Danke.Engines.Tiers;

/// <summary>What is counted. Spending in minor units of the program's currency.</summary>
public readonly record struct Counts(long Growth, long SpendMinor, long Orders)
{
    public long Of(Measure measure) => measure switch
    {
        Measure.Spend => SpendMinor,
        Measure.Orders => Orders,
        _ => Growth,
    };

    public static Counts operator +(Counts a, Counts b) => new(a.Growth + b.Growth, a.SpendMinor + b.SpendMinor, a.Orders + b.Orders);
    public static Counts operator -(Counts a, Counts b) => new(a.Growth - b.Growth, a.SpendMinor - b.SpendMinor, a.Orders - b.Orders);
}

/// <summary>Something that counts: an order's completion, or what was taken back of it.</summary>
/// <param name="Via">The identifier it came in by: when that goes to another person, it goes along.</param>
public readonly record struct TierFact(long AtMs, long Via, long OrderId, Counts Counts)
{
    public bool IsRefund => Counts.Growth < 0 || Counts.SpendMinor < 0 || Counts.Orders < 0;
}

public enum GrantKind
{
    Manual,

    /// <summary>Another program's tier was shown.</summary>
    Match,
    Paid,
}

/// <summary>A tier that is given: the member's is at least this while it lasts.</summary>
/// <param name="UntilMs">Null: for ever.</param>
/// <param name="OrderId">The order that paid for it; 0 for none.</param>
/// <param name="EndedAtMs">When it was taken back; null when it was not.</param>
public sealed record TierGrant(long GrantId, long Via, string Tier, GrantKind Kind, long FromMs, long? UntilMs, long OrderId = 0, long? EndedAtMs = null);

public enum MoveCause
{
    /// <summary>Enough is counted.</summary>
    Reached,

    /// <summary>Too little is counted, and nothing kept the tier any longer.</summary>
    Fell,

    /// <summary>The order that had moved the member up was given back.</summary>
    Refunded,
    Granted,
    GrantEnded,
}

/// <summary>One move between tiers and the numbers it rests on.</summary>
/// <param name="From">Places on the ladder, from 0.</param>
/// <param name="Counts">What was counted in the window.</param>
/// <param name="WindowFromMs">Null: from the beginning.</param>
/// <param name="OrderId">The order that brought it; 0 when none did.</param>
public readonly record struct TierMove(long AtMs, int From, int To, MoveCause Cause, Counts Counts, long? WindowFromMs, long OrderId, long GrantId);

/// <summary>Where somebody stands at an instant.</summary>
/// <param name="Moves">Every move up to then.</param>
/// <param name="SinceMs">Since when the tier is held; null without a move.</param>
/// <param name="NextMs">The first instant after it at which something may change by itself.</param>
/// <param name="NextQualified">How the tier that is reached and kept moves next if nothing more comes; null when it does not.</param>
/// <param name="Qualified">The tier without what is granted.</param>
/// <param name="Counts">What is counted now, of the window that is open.</param>
/// <param name="Kept">The same as it counts for keeping the tier: some refunds do not.</param>
/// <param name="KeptUntilMs">Until when the tier is kept whatever is counted; null when nothing says so.</param>
public sealed record Standing(
    int Tier, long? SinceMs, ImmutableArray<TierMove> Moves, long? NextMs, TierMove? NextQualified, int Qualified, Counts Counts, Counts Kept,
    long? WindowFromMs, long? WindowToMs, long? KeptUntilMs, TierGrant? Grant)
{
    /// <summary>The tier held at an earlier instant.</summary>
    public int TierAt(long atMs)
    {
        var tier = 0;
        foreach (var move in Moves)
            if (move.AtMs <= atMs) tier = move.To;
        return tier;
    }
}
