using System.Text.Json.Nodes;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Offers;
using Danke.Offers.Taking;
using Danke.Platform.Books;

namespace Danke.Offers.Looking;

/// <summary>Coupons issued, as lines of a person's timeline.</summary>
internal sealed class CouponTimeline(BooksStore books) : ITimelineSource
{
    public string Name => "coupon";
    public string Kind => TimelineKinds.Coupon;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel)
    {
        var rows = await books.Read(CouponRow.Select + """
             where person_id = @person and (issued_at_ms < @at or issued_at_ms = @at and coupon_id < @number) order by issued_at_ms desc, coupon_id desc limit @limit
            """, CouponRow.Read, [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);
        return [.. rows.Select(r => new TimelineItem(r.IssuedAtMs, r.Id, "", "coupon.issued", new JsonObject { ["offer"] = r.Offer, ["version"] = r.Version, ["coupon_id"] = r.Id, ["grant_key"] = r.GrantKey },
            r.GrantKey is { } key ? $"Given for {key}; version {r.Version} of the offer." : $"Version {r.Version} of the offer."))];
    }
}

/// <summary>What was locked, used and given back, as it stands, as lines of a person's timeline.</summary>
internal sealed class OfferUseTimeline(BooksStore books) : ITimelineSource
{
    public string Name => "offer_use";
    public string Kind => TimelineKinds.Coupon;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel)
    {
        var rows = await books.Read(UseRow.Select + """
             where person_id = @person and (changed_at_ms < @at or changed_at_ms = @at and offer_use_id < @number) order by changed_at_ms desc, offer_use_id desc limit @limit
            """, UseRow.Read, [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);
        return [.. rows.Select(r => new TimelineItem(r.ChangedAtMs, r.Id, r.OrderKey is { } order ? OrderName.Parts(order).Channel : "", "coupon." + OfferWords.Of(r.Use.State), Data(r), Reason(r)))];
    }

    private static JsonObject Data(UseRow row) => new()
    {
        ["offer"] = row.Offer,
        ["version"] = row.Version,
        ["number"] = row.OrderKey is { } order ? OrderName.Parts(order).Number : null,
        ["amount_minor"] = row.Use.GivenMinor,
        ["desired_minor"] = row.Use.DesiredMinor,
        ["currency"] = row.Currency,
    };

    private static string Reason(UseRow row) =>
        row.Use.GivenMinor < row.Use.DesiredMinor ? $"Desired {row.Use.DesiredMinor}, given {row.Use.GivenMinor}: the budget had no more left." : $"Version {row.Version} of the offer.";
}
