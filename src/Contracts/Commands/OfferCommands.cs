namespace Danke.Contracts.Commands;

/// <summary><c>coupon.issued</c>: the person is given a coupon of a personal offer. Not on the wire.</summary>
/// <param name="Offer">The offer's name.</param>
/// <param name="GrantKey">What it is given for, e.g. <c>journey/17</c>: whoever asks again under the same key hears of the same coupon. Null: nothing in particular.</param>
public sealed record CouponIssued(string Offer, string? GrantKey) : CommandBody, IMayNameNobody
{
    public override string Type => "coupon.issued";
}

/// <summary>
/// <c>coupon.locked</c>, <c>coupon.redeemed</c>: a checkout wants an offer, kept for it or used at once. Not on the wire. What is wanted is named by
/// <paramref name="CouponId"/>, else by <paramref name="Code"/>, else by <paramref name="Offer"/>.
/// </summary>
/// <param name="IsLock">Kept for a session until that is redeemed, released or its time is over; the same session again overrides.</param>
/// <param name="Offer">The name of an offer without code; empty when something else says which.</param>
/// <param name="CouponId">The number of a coupon of the person's; 0 when something else says which.</param>
/// <param name="Code">A shared code; empty when something else says which.</param>
/// <param name="Session">The caller's key of the checkout; empty when redeemed directly.</param>
/// <param name="Order">The number of the order, in the command's channel and shop: when that is cancelled, the use comes back.</param>
/// <param name="BasketMinor">What the discount is of, in minor units of <paramref name="Currency"/>; not negative.</param>
/// <param name="EndsAtMs">Until when a lock holds; null for as long as the offer says.</param>
public sealed record OfferTaken(bool IsLock, string Offer, long CouponId, string Code, string Session, string? Order, long BasketMinor, string Currency, long? EndsAtMs) : CommandBody, IMayNameNobody
{
    public override string Type => IsLock ? "coupon.locked" : "coupon.redeemed";
}

/// <summary>What becomes of a use.</summary>
public enum OfferUseStep
{
    /// <summary>A lock is used.</summary>
    Redeemed,

    /// <summary>A lock is given up.</summary>
    Released,

    /// <summary>What was used comes back, in full or in part.</summary>
    Reverted,
}

/// <summary><c>coupon.confirmed</c>, <c>coupon.released</c>, <c>coupon.reverted</c>: what becomes of a use, or of all locks of a session at once. Not on the wire.</summary>
/// <param name="UseId">Which; 0 when <paramref name="Session"/> says which.</param>
/// <param name="Session">All locks of the checkout, together or not at all; empty when <paramref name="UseId"/> says which. A revert is of one use.</param>
/// <param name="AmountMinor">Of a revert: how much of the discount comes back; null for all that has not.</param>
public sealed record OfferUseSettled(OfferUseStep Step, long UseId, string Session, long? AmountMinor) : CommandBody, IMayNameNobody
{
    public override string Type => Step switch
    {
        OfferUseStep.Redeemed => "coupon.confirmed",
        OfferUseStep.Released => "coupon.released",
        OfferUseStep.Reverted => "coupon.reverted",
        _ => throw new ArgumentOutOfRangeException(nameof(Step)),
    };
}
