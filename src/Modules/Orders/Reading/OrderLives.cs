using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Orders.Reporting;
using Danke.Platform.Books;

namespace Danke.Orders.Reading;

/// <summary>Reads orders for who goes through history.</summary>
internal sealed class OrderLives(BooksStore books) : IOrderLives
{
    private readonly record struct Back(long OrderId, long AtMs, long AmountMinor, string Lines);

    public async Task<List<OrderLife>> Of(long afterPerson, long toPerson, bool withLines, CancellationToken cancel)
    {
        var between = new (string, object?)[] { ("after", afterPerson), ("to", toPerson) };
        var orders = await books.Read($"""
            select order_id, person_id, via_key, channel, shop, number, kind, currency, lines_minor, shipping_minor, discount_minor, total_minor, refunded_minor,
                   store, placed_at_ms, paid_at_ms, shipped_at_ms, completed_at_ms, closed_at_ms, {Lines("lines", "total_minor", withLines)}
            from orders where person_id > @after and person_id <= @to and has_content = 1 order by order_id
            """, r => new OrderState
        {
            OrderId = r.GetInt64(0),
            PersonId = r.GetInt64(1),
            ViaKey = r.GetInt64(2),
            Channel = r.GetString(3),
            Shop = r.GetString(4),
            Number = r.GetString(5),
            HasContent = true,
            Kind = OrderKinds.Read(r.GetString(6)),
            Currency = r.GetString(7),
            LinesMinor = r.GetInt64(8),
            ShippingMinor = r.GetInt64(9),
            DiscountMinor = r.GetInt64(10),
            TotalMinor = r.GetInt64(11),
            RefundedMinor = r.GetInt64(12),
            Store = r.TextOrNull(13),
            PlacedAtMs = r.LongOrNull(14),
            PaidAtMs = r.LongOrNull(15),
            ShippedAtMs = r.LongOrNull(16),
            CompletedAtMs = r.LongOrNull(17),
            ClosedAtMs = r.LongOrNull(18),
            Lines = r.GetString(19) is "[]" ? [] : OrderJson.ReadLines(Encoding.UTF8.GetBytes(r.GetString(19))),
        }, between, cancel);
        if (orders.Count == 0) return [];
        // By the order's person, not the refund's: who gave back may be known by something else than who bought.
        var returns = (await books.Read($"""
            select r.order_id, r.refunded_at_ms, r.amount_minor, {Lines("r.lines", "o.total_minor", withLines)}
            from orders o join refunds r on r.order_id = o.order_id
            where o.person_id > @after and o.person_id <= @to and (o.refunded_minor > 0 or o.total_minor = 0) order by r.refunded_at_ms, r.refund_id
            """, r => new Back(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3)), between, cancel)).ToLookup(r => r.OrderId);
        return orders.ConvertAll(o => new OrderLife(o, [.. returns[o.OrderId].Select(r => new OrderReturn(r.AtMs, r.AmountMinor, r.Lines == "[]" ? [] : OrderJson.ReadRefundLines(r.Lines)))]));
    }

    private static string Lines(string lines, string total, bool all) => all ? lines : $"case when {total} = 0 then {lines} else '[]' end";
}
