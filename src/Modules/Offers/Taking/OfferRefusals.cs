using Danke.Contracts.Commands;
using Danke.Engines.Offers;

namespace Danke.Offers.Taking;

/// <summary>The refusals of the engine as those who ask hear them. Codes are for ever; their order is <see cref="OfferRefusal"/>'s.</summary>
internal static class OfferRefusals
{
    public static Refusal Because(OfferRefusal reason) => new(OfferWords.Of(reason), Detail(reason), Final: true);

    private static string Detail(OfferRefusal reason) => reason switch
    {
        OfferRefusal.OfferUnknown => "No offer of that name is in force.",
        OfferRefusal.CodeUnknown => "No offer in force has that code.",
        OfferRefusal.CouponUnknown => "The person has no such coupon.",
        OfferRefusal.UseUnknown => "There is no such lock or use.",
        OfferRefusal.OfferNotPersonal => "The offer has no personal coupons: it is used by itself or by its code.",
        OfferRefusal.PersonNeeded => "Say who it is: the offer is personal, or each person may use it so many times only.",
        OfferRefusal.CouponNeeded => "The offer is used by a coupon of the person's: name it.",
        OfferRefusal.CodeNeeded => "The offer is used by its code: send that.",
        OfferRefusal.GrantKeyTaken => "Another person was issued a coupon under this grant key.",
        OfferRefusal.UsageCounted => "The use is redeemed and counts; only a revert takes it back.",
        OfferRefusal.LockEnded => "The lock was released, or its time is over.",
        OfferRefusal.UseNotRedeemed => "Only what was redeemed can be reverted.",
        OfferRefusal.RevertExceedsUse => "More would come back than was given.",
        OfferRefusal.CouponUsed => "The coupon was used.",
        OfferRefusal.CouponLocked => "Another checkout has the coupon locked.",
        OfferRefusal.NotYetValid => "The offer has not begun.",
        OfferRefusal.OfferEnded => "The offer is over.",
        OfferRefusal.CouponExpired => "The coupon's time is over.",
        OfferRefusal.CurrencyDiffers => "The basket is in another currency than the offer.",
        OfferRefusal.MinimumNotReached => "The basket is below the offer's minimum spend.",
        OfferRefusal.CouponsExhausted => "As many coupons are issued as there may be.",
        OfferRefusal.QuantityExceeded => "The offer is used, or locked, as often as it may be.",
        OfferRefusal.PersonLimitExceeded => "The person uses the offer as often as one person may.",
        OfferRefusal.BudgetExceeded => "The offer's budget has not as much left.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
