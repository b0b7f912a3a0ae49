namespace Danke.Engines.Offers;

/// <summary>Where a coupon stands.</summary>
public enum CouponState
{
    Issued,
    Locked,
    Used,
}

/// <summary>A checkout that wants an offer.</summary>
/// <param name="BasketMinor">What the discount is of, minor units; not negative.</param>
/// <param name="IsGuest">Nobody known.</param>
public sealed record Basket(long BasketMinor, string Currency, bool IsGuest, long AtMs);

/// <summary>A coupon as a decision sees it.</summary>
/// <param name="State">Without the lock of the checkout that asks.</param>
/// <param name="EndsAtMs">Null: never.</param>
public sealed record CouponAtHand(CouponState State, long? EndsAtMs);

/// <summary>What an offer answers.</summary>
public abstract record Taken
{
    /// <param name="Counts">Whether it counts against the limits.</param>
    public sealed record Granted(long DesiredMinor, long GivenMinor, bool Counts) : Taken
    {
        /// <summary>The use that comes of it.</summary>
        /// <param name="endsAtMs">Until when it is locked; null: it is redeemed.</param>
        public OfferUse Use(long basketMinor, long? endsAtMs) =>
            new(endsAtMs is null ? UseState.Used : UseState.Locked, basketMinor, DesiredMinor, GivenMinor, 0, Counts, endsAtMs);
    }

    public sealed record Refused(OfferRefusal Reason) : Taken;
}

/// <summary>Issues coupons, and gives checkouts an offer or says why not.</summary>
public static class Taking
{
    /// <summary>Why a person cannot be issued a coupon; null when one can.</summary>
    /// <param name="issued">How many of the offer's coupons there are.</param>
    public static OfferRefusal? AgainstIssuing(Offer offer, long issued, bool isGuest, long atMs) =>
        !offer.IsPersonal ? OfferRefusal.OfferNotPersonal
        : isGuest ? OfferRefusal.PersonNeeded
        : offer.EndsAtMs() <= atMs ? OfferRefusal.OfferEnded
        : issued >= offer.Limits.Coupons ? OfferRefusal.CouponsExhausted : null;

    /// <summary>What a basket gets. Nothing that the asking checkout had locked before is in what is held: locking again overrides.</summary>
    /// <param name="terms">The version that the coupon was issued under; without a coupon, the one in force.</param>
    /// <param name="limits">Of the version in force: who raises a budget or stops an offer means all that is out.</param>
    /// <param name="held">What all uses of the offer hold.</param>
    /// <param name="personUses">Uses that the person holds.</param>
    /// <param name="coupon">Null for offers without.</param>
    public static Taken Decide(Offer terms, OfferLimits limits, Held held, long personUses, CouponAtHand? coupon, Basket basket)
    {
        if (Against(terms, limits, coupon, basket) is { } refusal) return new Taken.Refused(refusal);
        var desired = terms.Discount.Of(basket.BasketMinor);
        if (desired == 0 && terms.ZeroEffect == ZeroEffect.NotCounted) return new Taken.Granted(0, 0, Counts: false);
        if (held.Uses >= limits.Uses) return new Taken.Refused(OfferRefusal.QuantityExceeded);
        if (personUses >= limits.UsesPerPerson) return new Taken.Refused(OfferRefusal.PersonLimitExceeded);
        return WithinBudget(terms, limits, held, desired) is { } given ? new Taken.Granted(desired, given, Counts: true) : new Taken.Refused(OfferRefusal.BudgetExceeded);
    }

    private static OfferRefusal? Against(Offer terms, OfferLimits limits, CouponAtHand? coupon, Basket basket) =>
        basket.IsGuest && (terms.IsPersonal || limits.UsesPerPerson is not null) ? OfferRefusal.PersonNeeded
        : terms.IsPersonal && coupon is null ? OfferRefusal.CouponNeeded
        : coupon?.State == CouponState.Used ? OfferRefusal.CouponUsed
        : coupon?.State == CouponState.Locked ? OfferRefusal.CouponLocked
        : terms.StartsAtMs() > basket.AtMs ? OfferRefusal.NotYetValid
        : terms.EndsAtMs() <= basket.AtMs ? OfferRefusal.OfferEnded
        : coupon?.EndsAtMs <= basket.AtMs ? OfferRefusal.CouponExpired
        : terms.Currency != basket.Currency ? OfferRefusal.CurrencyDiffers
        : basket.BasketMinor < terms.MinimumSpendMinor ? OfferRefusal.MinimumNotReached : null;

    // Null: refused. Of an exhausted budget nobody gets a part.
    private static long? WithinBudget(Offer terms, OfferLimits limits, Held held, long desired)
    {
        if (limits.BudgetMinor is not { } budget || held.SpentMinor + desired <= budget) return desired;
        var left = budget - held.SpentMinor;
        return terms.OverBudget == OverBudget.Partial && left > 0 ? left : null;
    }
}
