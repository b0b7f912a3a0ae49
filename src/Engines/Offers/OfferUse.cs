namespace Danke.Engines.Offers;

/// <summary>Where a use stands.</summary>
public enum UseState
{
    /// <summary>Kept for a checkout.</summary>
    Locked,

    /// <summary>Redeemed: it counts for good, unless reverted.</summary>
    Used,

    /// <summary>A lock given up.</summary>
    Released,

    /// <summary>A lock that nobody redeemed in time.</summary>
    Lapsed,

    /// <summary>All of it was given back after it had been redeemed.</summary>
    Reverted,
}

/// <summary>What uses hold of an offer's limits: how many, and how much of the budget in minor units.</summary>
public readonly record struct Held(long Uses, long SpentMinor)
{
    public static Held operator +(Held a, Held b) => new(a.Uses + b.Uses, a.SpentMinor + b.SpentMinor);
    public static Held operator -(Held a, Held b) => new(a.Uses - b.Uses, a.SpentMinor - b.SpentMinor);
}

/// <summary>
/// One use of an offer, from a checkout's lock or a direct redemption to its end. An offer's counters are the sum of <see cref="Holds"/>
/// over its uses at any time: every change of a use changes them by the difference.
/// </summary>
/// <param name="DesiredMinor">What the basket should have got.</param>
/// <param name="GivenMinor">What it gets: less where a budget had less left.</param>
/// <param name="RevertedMinor">Of what was given, what came back.</param>
/// <param name="Counts">Whether it counts against the limits: not when it discounts nothing and the offer says so.</param>
/// <param name="EndsAtMs">Until when a lock holds; null when it was redeemed directly.</param>
public sealed record OfferUse(UseState State, long BasketMinor, long DesiredMinor, long GivenMinor, long RevertedMinor, bool Counts, long? EndsAtMs)
{
    /// <summary>What it holds of the offer's limits now.</summary>
    public Held Holds => State is UseState.Locked or UseState.Used ? new(Counts ? 1 : 0, GivenMinor - RevertedMinor) : default;

    /// <summary>Redeemed, counted and not given back.</summary>
    public bool IsUsageCounted => State == UseState.Used && Counts;

    /// <summary>Of what was given, what has not come back.</summary>
    public long OpenMinor => GivenMinor - RevertedMinor;

    /// <summary>Why a lock cannot be redeemed; null when it can. A lock holds for as long as it was promised, also beyond the offer's last day.</summary>
    public OfferRefusal? AgainstRedeeming(long atMs) => State switch
    {
        UseState.Used => OfferRefusal.UsageCounted,
        UseState.Locked => EndsAtMs <= atMs ? OfferRefusal.LockEnded : null,
        _ => OfferRefusal.LockEnded,
    };

    /// <summary>Why a lock cannot be released; null when it can.</summary>
    public OfferRefusal? AgainstReleasing() => State switch
    {
        UseState.Locked => null,
        UseState.Used => OfferRefusal.UsageCounted,
        _ => OfferRefusal.LockEnded,
    };

    /// <summary>Why so much cannot come back; null when it can.</summary>
    /// <param name="amountMinor">Null: all that has not.</param>
    public OfferRefusal? AgainstReverting(long? amountMinor) =>
        State != UseState.Used ? OfferRefusal.UseNotRedeemed : amountMinor > OpenMinor ? OfferRefusal.RevertExceedsUse : null;

    public OfferUse Redeem() => this with { State = UseState.Used };

    public OfferUse Release() => this with { State = UseState.Released };

    public OfferUse Lapse() => this with { State = UseState.Lapsed };

    /// <summary>Part of the discount comes back to the budget; with the last of it the use comes back to the counts.</summary>
    public OfferUse Revert(long? amountMinor)
    {
        var reverted = RevertedMinor + (amountMinor ?? OpenMinor);
        return this with { RevertedMinor = reverted, State = reverted == GivenMinor ? UseState.Reverted : UseState.Used };
    }
}
