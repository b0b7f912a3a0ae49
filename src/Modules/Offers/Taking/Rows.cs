using System.Data.Common;
using Danke.Engines.Offers;
using Danke.Platform.Books;

namespace Danke.Offers.Taking;

internal sealed record CountsRow(string Offer, long Coupons, Held Held)
{
    public const string Select = "select offer, coupons, uses, spent_minor from offer_counts";

    public static CountsRow Read(DbDataReader r) => new(r.GetString(0), r.GetInt64(1), new Held(r.GetInt64(2), r.GetInt64(3)));

    public static readonly Table<CountsRow> Table = new Table<CountsRow>("offer_counts", "offer")
        .Text("offer", r => r.Offer).Long("coupons", r => r.Coupons).Long("uses", r => r.Held.Uses).Long("spent_minor", r => r.Held.SpentMinor);
}

internal sealed record CouponRow(long Id, string Offer, long Version, long PersonId, long ViaKey, string? GrantKey, CouponState State, long? EndsAtMs, long IssuedAtMs, string CommandKey)
{
    public const string Select = "select coupon_id, offer, offer_version, person_id, via_key, grant_key, state, ends_at_ms, issued_at_ms, command_key from coupons";

    public static CouponRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.TextOrNull(5), OfferWords.ParseCoupon(r.GetString(6)),
        r.LongOrNull(7), r.GetInt64(8), r.GetString(9));

    public static readonly Table<CouponRow> Table = new Table<CouponRow>("coupons", "coupon_id")
        .Long("coupon_id", r => r.Id).Text("offer", r => r.Offer).Long("offer_version", r => r.Version).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey)
        .Text("grant_key", r => r.GrantKey).Text("state", r => OfferWords.Of(r.State)).LongOrNull("ends_at_ms", r => r.EndsAtMs).Long("issued_at_ms", r => r.IssuedAtMs).Text("command_key", r => r.CommandKey);

    /// <summary>What changes. Whose it is, merges and splits say: on another node perhaps while this is decided.</summary>
    public static readonly Table<CouponRow> Changes = new Table<CouponRow>("coupons", "coupon_id").Long("coupon_id", r => r.Id).Text("state", r => OfferWords.Of(r.State));
}

/// <param name="CouponId">0: an offer without coupons.</param>
/// <param name="PersonId">0: a guest.</param>
/// <param name="Session">Null: redeemed directly.</param>
/// <param name="OrderKey">As <see cref="Contracts.Orders.OrderName.Key"/> writes it.</param>
internal sealed record UseRow(
    long Id, string Offer, long Version, long CouponId, long PersonId, long ViaKey, string? Session, string? OrderKey, string Currency, OfferUse Use, long TakenAtMs, long ChangedAtMs, string CommandKey)
{
    public const string Select = """
        select offer_use_id, offer, offer_version, coupon_id, person_id, via_key, session_key, order_key, currency, state, basket_minor, desired_minor, given_minor, reverted_minor, counts, ends_at_ms,
          taken_at_ms, changed_at_ms, command_key from offer_uses
        """;

    public static UseRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.TextOrNull(6), r.TextOrNull(7), r.GetString(8),
        new OfferUse(OfferWords.ParseUse(r.GetString(9)), r.GetInt64(10), r.GetInt64(11), r.GetInt64(12), r.GetInt64(13), r.GetInt64(14) != 0, r.LongOrNull(15)), r.GetInt64(16), r.GetInt64(17), r.GetString(18));

    public static readonly Table<UseRow> Table = Changing(new Table<UseRow>("offer_uses", "offer_use_id")
        .Long("offer_use_id", r => r.Id).Text("offer", r => r.Offer).Long("coupon_id", r => r.CouponId).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey)
        .Text("session_key", r => r.Session).Text("currency", r => r.Currency));

    /// <summary>What changes. Whose it is, merges and splits say: on another node perhaps while this is decided.</summary>
    public static readonly Table<UseRow> Changes = Changing(new Table<UseRow>("offer_uses", "offer_use_id").Long("offer_use_id", r => r.Id));

    private static Table<UseRow> Changing(Table<UseRow> table) => table
        .Long("offer_version", r => r.Version).Text("order_key", r => r.OrderKey).Text("state", r => OfferWords.Of(r.Use.State)).Long("basket_minor", r => r.Use.BasketMinor).Long("desired_minor", r => r.Use.DesiredMinor)
        .Long("given_minor", r => r.Use.GivenMinor).Long("reverted_minor", r => r.Use.RevertedMinor).Long("counts", r => r.Use.Counts ? 1 : 0).LongOrNull("ends_at_ms", r => r.Use.EndsAtMs)
        .Long("taken_at_ms", r => r.TakenAtMs).Long("changed_at_ms", r => r.ChangedAtMs).Text("command_key", r => r.CommandKey);
}

/// <summary>What states and refusals are called in the Books and on the wire.</summary>
internal static class OfferWords
{
    public static string Of(CouponState state) => state.ToString().ToLowerInvariant();
    public static string Of(UseState state) => state.ToString().ToLowerInvariant();
    public static string Of(OfferRefusal refusal) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.ToString());

    public static CouponState ParseCoupon(string word) => Enum.Parse<CouponState>(word, ignoreCase: true);
    public static UseState ParseUse(string word) => Enum.Parse<UseState>(word, ignoreCase: true);
}
