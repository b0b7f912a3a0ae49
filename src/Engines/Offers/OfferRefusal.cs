namespace Danke.Engines.Offers;

/// <summary>Why something cannot be done with an offer or a coupon. In order of precedence: when several apply, the first is given.</summary>
public enum OfferRefusal
{
    /// <summary>No offer of the name is in force.</summary>
    OfferUnknown,

    /// <summary>No offer in force has the code.</summary>
    CodeUnknown,

    /// <summary>The person has no such coupon.</summary>
    CouponUnknown,

    /// <summary>Nobody has such a lock or use.</summary>
    UseUnknown,

    /// <summary>The offer has no personal coupons.</summary>
    OfferNotPersonal,

    /// <summary>Guests cannot have it: it is personal, or counts by person.</summary>
    PersonNeeded,

    /// <summary>The offer is used by a coupon of the person's.</summary>
    CouponNeeded,

    /// <summary>The offer is used by its code.</summary>
    CodeNeeded,

    /// <summary>Another person was issued a coupon under the grant key.</summary>
    GrantKeyTaken,

    /// <summary>The checkout's use is redeemed: it counts, and only a revert takes it back.</summary>
    UsageCounted,

    /// <summary>The lock was released or its time is over.</summary>
    LockEnded,

    /// <summary>Only what was redeemed can be reverted.</summary>
    UseNotRedeemed,

    /// <summary>More than was given would come back.</summary>
    RevertExceedsUse,

    /// <summary>The coupon was redeemed.</summary>
    CouponUsed,

    /// <summary>Another checkout has the coupon locked.</summary>
    CouponLocked,

    /// <summary>The offer's first day is to come.</summary>
    NotYetValid,

    /// <summary>The offer's last day is over.</summary>
    OfferEnded,

    /// <summary>The coupon's last day is over.</summary>
    CouponExpired,

    /// <summary>The basket is in another currency.</summary>
    CurrencyDiffers,

    /// <summary>The basket is below the minimum spend.</summary>
    MinimumNotReached,

    /// <summary>As many coupons are issued as there may be.</summary>
    CouponsExhausted,

    /// <summary>As many uses are redeemed or locked as there may be in total.</summary>
    QuantityExceeded,

    /// <summary>As many uses are redeemed or locked as one person may have.</summary>
    PersonLimitExceeded,

    /// <summary>The budget has not as much left, or nothing at all.</summary>
    BudgetExceeded,
}
