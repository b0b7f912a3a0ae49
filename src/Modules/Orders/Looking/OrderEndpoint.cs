using Danke.Contracts.Commands;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Orders.Listing;
using Danke.Orders.Reporting;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Orders.Looking;

/// <summary><c>GET /v1/orders/{id}</c>: one order with its lines, payments, refunds and what it did to points.</summary>
internal static class OrderEndpoint
{
    /// <summary>Amounts in minor units of <paramref name="Currency"/>; the total is lines + shipping − discount.</summary>
    /// <param name="Origin">The order that this one is a copy of, as channel:shop:number, or channel/shop/number where the shop has a colon in its name.</param>
    /// <param name="PointsEntries">Null for callers who may not see points.</param>
    public sealed record OrderView(
        long OrderId, string Number, long PersonId, string? PersonName, string Channel, string Shop, string? Store, string? Origin, OrderKind Kind, OrderStatus Status,
        string Currency, long LinesMinor, long ShippingMinor, long DiscountMinor, long TotalMinor, long RefundedMinor, DateTimeOffset OrderedAt, DateTimeOffset? PlacedAt,
        DateTimeOffset? PaidAt, DateTimeOffset? ShippedAt, DateTimeOffset? CompletedAt, DateTimeOffset? ClosedAt, IReadOnlyList<OrderLine> Lines,
        IReadOnlyList<Payment> Payments, IReadOnlyList<RefundView> Refunds, IReadOnlyList<PointsEntryView>? PointsEntries);

    public sealed record RefundView(long RefundId, string Number, long AmountMinor, string Currency, string? Reason, DateTimeOffset RefundedAt, IReadOnlyList<RefundLine> Lines);

    /// <param name="PointType">Which of the program's points; points: its first type.</param>
    /// <param name="Rule">The rule that said so, in the ledger's words.</param>
    public sealed record PointsEntryView(
        long EntryId, string Program, string PointType, string Kind, long LotId, long Pending, long Spendable, long Growth, DateTimeOffset At, string Rule, long? ProgramVersion, string Event);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/orders/{id:long}", Read).RequireScope(Scopes.OrdersRead).WithTags("Orders").WithSummary("One order with lines, payments, refunds and points.").Produces<OrderView>();

    private static async Task<IResult> Read(
        long id, HttpContext context, BooksStore books, IEnumerable<IPersonFacet<PersonLabel>> names, IEnumerable<IOrderPoints> points, CancellationToken cancel)
    {
        if (await books.Read(OrderRow.Select + " where order_id = @order", OrderRow.Read, [("order", id)], cancel) is not [var row])
            return Problem.NotFound("no_such_order", $"There is no order {id}.");
        var order = row.State;
        var refunds = await books.Read(
            "select refund_id, number, amount_minor, currency, reason, refunded_at_ms, lines from refunds where order_id = @order order by refunded_at_ms, refund_id",
            r => new RefundView(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.TextOrNull(4), r.GetInt64(5).ToInstant(), OrderJson.ReadRefundLines(r.GetString(6))),
            [("order", id)], cancel);
        var entries = context.Caller().Has(Scopes.LoyaltyRead) && points.FirstOrDefault() is { } ledger ? (await ledger.Of(id, order.PersonId, cancel)).Select(View).ToList() : null;
        long[] buyers = order.PersonId == 0 ? [] : [order.PersonId];
        var name = (await names.Shown(buyers, context.MayReveal(), cancel)).GetValueOrDefault(order.PersonId);
        return Results.Ok(new OrderView(
            order.OrderId, order.Number, order.PersonId, name, order.Channel, order.Shop, order.Store, order.Origin, order.Kind, order.Status, order.Currency,
            order.LinesMinor, order.ShippingMinor, order.DiscountMinor, order.TotalMinor, order.RefundedMinor, order.OrderedAtMs.ToInstant(), order.PlacedAtMs.ToInstant(),
            order.PaidAtMs.ToInstant(), order.ShippedAtMs.ToInstant(), order.CompletedAtMs.ToInstant(), order.ClosedAtMs.ToInstant(), OrderJson.ReadLines(row.Lines),
            OrderJson.ReadPayments(row.Payments), refunds, entries));
    }

    private static PointsEntryView View(PointsEntry e) =>
        new(e.EntryId, PointTypes.ProgramOf(e.Program), PointTypes.TypeOf(e.Program), e.Kind, e.LotId, e.Pending, e.Spendable, e.Growth, e.AtMs.ToInstant(), e.Rule, e.ProgramVersion, e.CommandKey);
}
