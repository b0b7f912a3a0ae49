using System.Text.Json;
using Danke.Contracts.Orders;
using Danke.Engines.Offers;
using Danke.Platform.Json;

namespace Danke.Offers.Taking;

/// <summary>A person's coupon.</summary>
/// <param name="OfferVersion">Whose terms it keeps.</param>
/// <param name="State">issued, locked (a checkout has it), used. Whether its time is over says <paramref name="EndsAt"/>.</param>
/// <param name="EndsAt">00:00 after its last day; null: never.</param>
public sealed record CouponView(long CouponId, string Offer, long OfferVersion, long PersonId, string State, string? GrantKey, DateTimeOffset IssuedAt, DateTimeOffset? EndsAt)
{
    internal static CouponView Of(CouponRow row) =>
        new(row.Id, row.Offer, row.Version, row.PersonId, OfferWords.Of(row.State), row.GrantKey, row.IssuedAtMs.ToInstant(), row.EndsAtMs.ToInstant());

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}

/// <summary>An offer locked for a checkout or used by it. Amounts in minor units of <paramref name="Currency"/>.</summary>
/// <param name="CouponId">Null: an offer without coupons.</param>
/// <param name="PersonId">Null: a guest.</param>
/// <param name="Session">The caller's key of the checkout; null: redeemed directly.</param>
/// <param name="State">locked, used, released, lapsed (not redeemed in time), reverted.</param>
/// <param name="DesiredMinor">What the basket should have got.</param>
/// <param name="GivenMinor">What it gets: less where the budget had less left.</param>
/// <param name="RevertedMinor">Of what was given, what came back.</param>
/// <param name="UsageCounted">It is redeemed and counts against the limits.</param>
/// <param name="EndsAt">Until when a lock holds, or held.</param>
public sealed record UseView(
    long UseId, string Offer, long OfferVersion, long? CouponId, long? PersonId, string? Session, OfferOrderView? Order, string State, string Currency, long BasketMinor, long DesiredMinor, long GivenMinor,
    long RevertedMinor, bool UsageCounted, DateTimeOffset At, DateTimeOffset? EndsAt)
{
    internal static UseView Of(UseRow row) => new(row.Id, row.Offer, row.Version, row.CouponId == 0 ? null : row.CouponId, row.PersonId == 0 ? null : row.PersonId, row.Session, OfferOrderView.Of(row.OrderKey),
        OfferWords.Of(row.Use.State), row.Currency, row.Use.BasketMinor, row.Use.DesiredMinor, row.Use.GivenMinor, row.Use.RevertedMinor, row.Use.IsUsageCounted, row.TakenAtMs.ToInstant(), row.Use.EndsAtMs.ToInstant());

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}

/// <summary>The order that a use is for, as the request named it.</summary>
/// <param name="Shop">Empty where the channel has one shop.</param>
public sealed record OfferOrderView(string Number, string Channel, string Shop)
{
    internal static OfferOrderView? Of(string? orderKey) => orderKey is null ? null : Of(OrderName.Parts(orderKey));

    private static OfferOrderView Of((string Channel, string Shop, string Number) order) => new(order.Number, order.Channel, order.Shop);
}

/// <summary>A checkout with all that it has and had locked, oldest first.</summary>
/// <param name="UsageCounted">A use of it is redeemed and counts: it won, whatever becomes of other checkouts' payments.</param>
public sealed record CheckoutView(string Session, bool UsageCounted, IReadOnlyList<UseView> Uses)
{
    internal static CheckoutView Of(string session, IReadOnlyList<UseRow> rows) => new(session, rows.Any(r => r.Use.IsUsageCounted), [.. rows.Select(UseView.Of)]);

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}
