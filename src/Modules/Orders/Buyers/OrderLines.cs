using System.Data.Common;
using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Orders.Reading;
using Danke.Platform.Books;

namespace Danke.Orders.Buyers;

/// <summary>The steps of a person's orders. That an order was placed goes without saying once it is paid.</summary>
internal sealed class OrderLines(BooksStore books) : ITimelineSource
{
    // An order has at most five lines: their numbers leave room for eight.
    private static readonly string[] Steps = ["placed", "paid", "shipped", "completed", "closed"];

    private static readonly string Sql = $"""
        select at_ms, number, step, order_id, order_number, channel, shop, currency, total_minor, status from (
        {string.Join("\nunion all\n", Steps.Select((step, i) => $"""
          select {step}_at_ms as at_ms, order_id * 8 + {i} as number, '{step}' as step, order_id, number as order_number, channel, shop, currency, total_minor, {OrderSql.Status} as status
          from orders where person_id = @person and {step}_at_ms is not null{(step == "placed" ? " and paid_at_ms is null" : "")}
          """))}
        ) steps where (at_ms, number) < (@at, @number) order by at_ms desc, number desc limit @limit
        """;

    public string Name => "orders";
    public string Kind => TimelineKinds.Order;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) => await books.Read(Sql, Line,
        [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);

    private static TimelineItem Line(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(5), "order." + r.GetString(2), new JsonObject
    {
        ["order_id"] = r.GetInt64(3),
        ["number"] = r.GetString(4),
        ["shop"] = r.GetString(6),
        ["currency"] = r.GetString(7),
        ["total_minor"] = r.GetInt64(8),
        ["status"] = r.GetString(9),
    }, "");
}

/// <summary>Money that went back to a person.</summary>
internal sealed class RefundLines(BooksStore books) : ITimelineSource
{
    public string Name => "order_refunds";
    public string Kind => TimelineKinds.Order;

    public async Task<IReadOnlyList<TimelineItem>> Read(TimelineRequest request, CancellationToken cancel) => await books.Read("""
        select r.refunded_at_ms, r.refund_id, r.channel, r.number, r.order_id, o.number, r.shop, r.currency, r.amount_minor, r.reason
        from refunds r left join orders o on o.order_id = r.order_id
        where r.person_id = @person and (r.refunded_at_ms, r.refund_id) < (@at, @number) order by r.refunded_at_ms desc, r.refund_id desc limit @limit
        """, Line, [("person", request.PersonId), ("at", request.AtMs), ("number", request.Number), ("limit", (long)request.Limit)], cancel);

    private static TimelineItem Line(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(2), "order.refunded", new JsonObject
    {
        ["refund_id"] = r.GetInt64(1),
        ["refund"] = r.GetString(3),
        ["order_id"] = r.GetInt64(4),
        ["number"] = r.TextOrNull(5),
        ["shop"] = r.GetString(6),
        ["currency"] = r.GetString(7),
        ["amount_minor"] = r.GetInt64(8),
        ["detail"] = r.TextOrNull(9),
    }, r.TextOrNull(9) ?? "");
}
