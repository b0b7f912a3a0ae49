using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Orders.Duplicates;
using Danke.Orders.Reading;
using Danke.Orders.Reporting;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Exports;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Danke.Orders.Listing;

/// <summary><c>GET /v1/orders</c> and <c>GET /v1/persons/{id}/orders</c>: newest purchase first.</summary>
internal static class OrdersEndpoint
{
    /// <param name="Q">The whole of an order's number.</param>
    /// <param name="From">A day of the brand's zone or an instant, of the purchase; the day of <paramref name="To"/> is meant whole.</param>
    /// <param name="Status">announced, placed, paid, shipped, completed, closed, partly_refunded or refunded.</param>
    /// <param name="SuspectedDuplicate">true: only orders that look like another one of the same person; false: only others.</param>
    public sealed record Query(string? Q, string? Status, string? Channel, string? From, string? To, [FromQuery(Name = "suspected_duplicate")] bool? SuspectedDuplicate);

    /// <summary>An order as a line of a list. Amounts in minor units of <paramref name="Currency"/>.</summary>
    /// <param name="PersonId">0: a guest.</param>
    /// <param name="PersonName">Masked for callers who may not see names; null when not known.</param>
    public sealed record OrderLineView(
        long OrderId, string Number, long PersonId, string? PersonName, string Channel, string Shop, string? Store, OrderKind Kind, OrderStatus Status, string Currency,
        long TotalMinor, long RefundedMinor, int LineCount, DateTimeOffset OrderedAt, DateTimeOffset? PaidAt, DateTimeOffset? CompletedAt, bool SuspectedDuplicate);

    private static readonly string[] Statuses = [.. Enum.GetNames<OrderStatus>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/orders", List).RequireScope(Scopes.OrdersRead).WithTags("Orders").WithSummary("Orders of all channels, newest first.").Produces<Page<OrderLineView>>();
        v1.MapGet("/persons/{id:long}/orders", OfPerson).RequireScope(Scopes.OrdersRead).WithTags("Persons").WithSummary("A person's orders, newest first.")
            .Produces<Page<OrderLineView>>();
        v1.MapGet("/orders/export.csv", Export).RequireScope(Scopes.OrdersRead).WithTags("Orders").WithSummary("The same list as a file for a spreadsheet: all of it.").ProducesCsv();
        v1.MapGet("/persons/{id:long}/orders/export.csv", ExportOfPerson).RequireScope(Scopes.OrdersRead).WithTags("Persons").WithSummary("A person's orders as a file for a spreadsheet.")
            .ProducesCsv();
    }

    private static async Task<IResult> List(
        [AsParameters] Query query, string? cursor, int? limit, HttpContext context, BooksStore books, DuplicateReader duplicates, OrderSearch search, IEnumerable<IPersonFacet<PersonLabel>> names, BrandSettings brand,
        CancellationToken cancel) =>
        Results.Ok(await Page(await ConditionsOf(query, search, brand, cancel), cursor, limit, context.MayReveal(), books, duplicates, names, cancel));

    private static async Task<IResult> Export(
        [AsParameters] Query query, string? lang, HttpContext context, BooksStore books, DuplicateReader duplicates, OrderSearch search, CsvExports exports, IEnumerable<IPersonFacet<PersonLabel>> names,
        BrandSettings brand, CancellationToken cancel) =>
        exports.Of(OrderExport.Table, "orders", query with { Q = string.IsNullOrWhiteSpace(query.Q) ? null : "***" }, lang, OrderExport.Pages(await ConditionsOf(query, search, brand, cancel), context.MayReveal(), books, duplicates, names, cancel));

    private static async Task<OrderConditions> ConditionsOf(Query query, OrderSearch search, BrandSettings brand, CancellationToken cancel)
    {
        var zone = (await brand.Current(cancel)).Zone;
        var conditions = new OrderConditions();
        if (!string.IsNullOrWhiteSpace(query.Q)) conditions.Pick("order_id in ({keys})", ("keys", (await search.Find(query.Q.Trim(), cancel)).Select(o => o.OrderId).ToArray()));
        if (!string.IsNullOrWhiteSpace(query.Status))
        {
            if (!Statuses.Contains(query.Status))
                throw new ProblemException(StatusCodes.Status400BadRequest, "unknown_status", $"An order's status is one of {string.Join(", ", Statuses)}.");
            conditions.Look($"{OrderSql.Status} = @status", ("status", query.Status));
        }
        if (!string.IsNullOrWhiteSpace(query.Channel)) conditions.Look("channel = @channel", ("channel", query.Channel.Trim()));
        if (query.SuspectedDuplicate is { } suspected) conditions.Look(suspected ? SuspectSql.IsSuspected : $"not {SuspectSql.IsSuspected}");
        if (BrandDays.From(query.From, zone, "from") is { } from) conditions.Find($"{OrderSql.OrderedAt} >= @from", ("from", from));
        if (BrandDays.To(query.To, zone, "to") is { } to) conditions.Find($"{OrderSql.OrderedAt} < @to", ("to", to));
        return conditions;
    }

    private static async Task<IResult> OfPerson(
        long id, string? cursor, int? limit, HttpContext context, BooksStore books, IPersonDirectory directory, DuplicateReader duplicates, IEnumerable<IPersonFacet<PersonLabel>> names, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        return Results.Ok(await Page(Of(current), cursor, limit, context.MayReveal(), books, duplicates, names, cancel));
    }

    private static async Task<IResult> ExportOfPerson(
        long id, string? lang, HttpContext context, BooksStore books, IPersonDirectory directory, DuplicateReader duplicates, CsvExports exports, IEnumerable<IPersonFacet<PersonLabel>> names, CancellationToken cancel) =>
        await directory.Current(id, cancel) is { } current
            ? exports.Of(OrderExport.Table, $"person/{current}", new { }, lang, OrderExport.Pages(Of(current), context.MayReveal(), books, duplicates, names, cancel))
            : Problem.NotFound("no_such_person", $"There is no person {id}.");

    private static OrderConditions Of(long person)
    {
        var conditions = new OrderConditions();
        conditions.Pick("person_id = @person_of", ("person_of", person));
        return conditions;
    }

    public static async Task<Page<OrderLineView>> Page(
        OrderConditions conditions, string? cursor, int? limit, bool reveal, BooksStore books, DuplicateReader duplicates, IEnumerable<IPersonFacet<PersonLabel>> names, CancellationToken cancel)
    {
        var page = await OrderList.Read(books, conditions, cursor, limit, cancel);
        var known = await names.Shown(page.Items.Select(r => r.State.PersonId), reveal, cancel);
        var suspected = await duplicates.Suspected([.. page.Items.Select(r => r.State.OrderId)], cancel);
        return new Page<OrderLineView>([.. page.Items.Select(r => View(r, known.GetValueOrDefault(r.State.PersonId), suspected.Contains(r.State.OrderId)))], page.Next);
    }

    public static OrderLineView View(OrderRow row, string? personName, bool isSuspected)
    {
        var o = row.State;
        return new OrderLineView(o.OrderId, o.Number, o.PersonId, personName, o.Channel, o.Shop, o.Store, o.Kind, o.Status, o.Currency, o.TotalMinor, o.RefundedMinor,
            OrderJson.ReadLines(row.Lines).Length, o.OrderedAtMs.ToInstant(), o.PaidAtMs.ToInstant(), o.CompletedAtMs.ToInstant(), isSuspected);
    }
}
