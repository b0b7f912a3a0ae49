using Danke.Platform.Audits;

namespace Danke.Orders.Auditing;

/// <summary>Orders add up.</summary>
internal static class OrderChecks
{
    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "orders.totals",
            Says = "Every order's total is its lines + shipping - discount.",
            Advice = "Send the order again from its channel with a higher version: the content is replaced as a whole.",
            Rows = "select count(*) from orders",
            Differences = """
                select order_key, lines_minor + shipping_minor - discount_minor, total_minor from orders
                where has_content = 1 and total_minor <> lines_minor + shipping_minor - discount_minor
                """,
        },
        new()
        {
            Name = "orders.lines",
            Says = "Every order's line total is the sum of its lines.",
            Advice = "Send the order again from its channel with a higher version: the content is replaced as a whole.",
            Rows = "select count(*) from orders",
            Differences = """
                select * from (
                  select order_key, coalesce(
                    {sqlite:(select sum(json_extract(l.value, '$[6]')) from json_each(o.lines) l)}
                    {postgres:(select sum((l.value ->> 6)::bigint) from json_array_elements(o.lines::json) l)}, 0) expected, lines_minor found
                  from orders o) t
                where expected <> found
                """,
        },
        new()
        {
            Name = "orders.refunds",
            Says = "What was refunded of every order is the sum of its refunds.",
            Advice = "The refunds are the truth. Correct orders.refunded_minor, then replay an event of the order so that its points follow.",
            Rows = "select count(*) from refunds",
            Differences = """
                select o.order_key, coalesce(r.amount, 0), o.refunded_minor from orders o
                left join (select order_id, sum(amount_minor) amount from refunds where order_id <> 0 group by order_id) r on r.order_id = o.order_id
                where o.refunded_minor <> coalesce(r.amount, 0)
                """,
        },
        new()
        {
            Name = "orders.refunded_orders",
            Says = "Every refund that names an order is of one that is known.",
            Advice = "The order row was lost: restore a backup.",
            Rows = "select count(*) from refunds",
            Differences = """
                select r.refund_key, 'a known order', r.order_id from refunds r left join orders o on o.order_id = r.order_id where r.order_id <> 0 and o.order_id is null
                """,
        },
        AuditCheck.PersonsOf("orders", "orders", "order_id"),
        AuditCheck.PersonsOf("orders", "refunds", "refund_id"),
    ];
}
