using Danke.Platform.Audits;

namespace Danke.Offers.Auditing;

/// <summary>Counters, coupons and uses say the same.</summary>
internal static class OfferChecks
{
    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "offers.counts",
            Says = "Every offer's count of coupons, count of uses and spent budget are the sums over its coupons and uses.",
            Advice = "Coupons and uses are the truth. Stop the server, set the offer's row of offer_counts to their sums, and look for what wrote to the table beside the Door.",
            Rows = "select count(*) from offer_counts",
            Differences = """
                select o.offer, cast(coalesce(c.coupons, 0) as text) || ' coupons, ' || cast(coalesce(u.uses, 0) as text) || ' uses, ' || cast(coalesce(u.spent, 0) as text) || ' spent',
                  cast(coalesce(n.coupons, 0) as text) || ' coupons, ' || cast(coalesce(n.uses, 0) as text) || ' uses, ' || cast(coalesce(n.spent_minor, 0) as text) || ' spent'
                from (select offer from offer_counts union select offer from coupons union select offer from offer_uses) o
                left join offer_counts n on n.offer = o.offer
                left join (select offer, count(*) coupons from coupons group by offer) c on c.offer = o.offer
                left join (select offer, sum(counts) uses, sum(given_minor - reverted_minor) spent from offer_uses where state in ('locked', 'used') group by offer) u on u.offer = o.offer
                where coalesce(n.coupons, 0) <> coalesce(c.coupons, 0) or coalesce(n.uses, 0) <> coalesce(u.uses, 0) or coalesce(n.spent_minor, 0) <> coalesce(u.spent, 0)
                """,
        },
        new()
        {
            Name = "offers.coupons",
            Says = "Every coupon is as its one counted use that is locked or used says; issued without one.",
            Advice = "Uses are the truth. Stop the server and set the coupon's state to its use's; two uses of one coupon must be reverted to one: POST /v1/coupons/uses/ID/reverts.",
            Rows = "select count(*) from coupons",
            Differences = """
                select c.coupon_id, case when coalesce(u.uses, 0) > 1 then 'one use' else coalesce(u.state, 'issued') end, case when coalesce(u.uses, 0) > 1 then cast(u.uses as text) || ' uses' else c.state end
                from coupons c left join (select coupon_id, count(*) uses, min(state) state from offer_uses where coupon_id <> 0 and counts = 1 and state in ('locked', 'used') group by coupon_id) u on u.coupon_id = c.coupon_id
                where c.state <> coalesce(u.state, 'issued') or coalesce(u.uses, 0) > 1
                """,
        },
        new()
        {
            Name = "offers.uses",
            Says = "No use gave more than it should, or got more back than it gave; what was reverted came back in full.",
            Advice = "Nothing corrects this by itself: look for what wrote to offer_uses beside the Door.",
            Rows = "select count(*) from offer_uses",
            Differences = """
                select offer_use_id, 'desired >= given >= reverted >= 0', cast(desired_minor as text) || ', ' || cast(given_minor as text) || ', ' || cast(reverted_minor as text) || ', ' || state
                from offer_uses where desired_minor < given_minor or given_minor < reverted_minor or reverted_minor < 0 or (state = 'reverted' and given_minor <> reverted_minor)
                """,
        },
        new()
        {
            Name = "offers.overdue",
            Says = "No lock has been over for more than a day.",
            Advice = "The server must run for locks to lapse; look in its log for the use's number.",
            Rows = "select count(*) from offer_uses where state = 'locked'",
            Differences = "select offer_use_id, 'over after ' || cast(@yesterday as text), ends_at_ms from offer_uses where state = 'locked' and ends_at_ms < @yesterday",
        },
        AuditCheck.PersonsOf("offers", "coupons", "coupon_id"),
        AuditCheck.PersonsOf("offers", "offer_uses", "offer_use_id"),
        AuditCheck.CommandsOf("offers", "coupons", "coupon_id"),
        AuditCheck.CommandsOf("offers", "offer_uses", "offer_use_id"),
    ];
}
