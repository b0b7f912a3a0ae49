using Danke.Contracts.Orders;
using Danke.Orders.Reporting;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Orders.Duplicates;

/// <summary>An order that is, may be or is not the same sale as another one.</summary>
/// <param name="Relation">suspected: they look like one; copy: it is a copy of the order; origin: the order is a copy of it; distinct: somebody said that they are two.</param>
/// <param name="AnsweredBy">Null where nobody has said anything: suspected, or said so by the source.</param>
public sealed record RelatedOrder(
    long OrderId, string Number, string Channel, string Shop, long TotalMinor, string Currency, DateTimeOffset OrderedAt, string Relation, string? AnsweredBy, DateTimeOffset? AnsweredAt);

/// <summary>Finds orders that may be one sale.</summary>
internal sealed class DuplicateReader(BooksStore books)
{
    private const int Most = 50;

    private sealed record Answered(long Other, string Answer, long Copy, string By, long AtMs);

    /// <summary>Which of the orders look like another one.</summary>
    public async Task<IReadOnlySet<long>> Suspected(IReadOnlyCollection<long> orders, CancellationToken cancel) => orders.Count == 0 ? new HashSet<long>()
        : (await books.Read($"select order_id from orders where order_id in ({{keys}}) and {SuspectSql.IsSuspected}", r => r.GetInt64(0), [("keys", orders.ToArray())], cancel)).ToHashSet();

    /// <summary>All orders that have to do with the order, at most 50.</summary>
    public async Task<IReadOnlyList<RelatedOrder>> Of(OrderRow order, CancellationToken cancel)
    {
        var id = order.State.OrderId;
        var answers = (await books.Read("""
            select high_order, answer, copy_order, answered_by, answered_ms from order_duplicates where low_order = @order
            union all select low_order, answer, copy_order, answered_by, answered_ms from order_duplicates where high_order = @order limit @most
            """, r => new Answered(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4)), [("order", id), ("most", (long)Most)], cancel)).ToDictionary(a => a.Other);
        var suspected = (await books.Read($"""
            select order_id from orders where person_id = @person and total_minor = @total and exists (select 1 from orders d where d.order_id = @order and {SuspectSql.IsAlike})
            limit @most
            """, r => r.GetInt64(0), [("person", order.State.PersonId), ("total", order.State.TotalMinor), ("order", id), ("most", (long)Most)], cancel)).ToHashSet();
        var copies = (await books.Read("select order_id from orders where origin = @origin and kind = 'copy' limit @most",
            r => r.GetInt64(0), [("origin", DuplicateBook.OriginOf(order.State)), ("most", (long)Most)], cancel)).ToHashSet();
        var origin = order.State is { Kind: Contracts.Commands.OrderKind.Copy, Origin: { } named } && OrderName.OfOrigin(named) is var (channel, shop, number) ? OrderName.Key(channel, shop, number) : "";
        long[] all = [.. answers.Keys, .. suspected, .. copies];
        var found = await books.Read(OrderRow.Select + " where order_id in ({keys}) or order_key = @origin", OrderRow.Read, [("keys", all), ("origin", origin)], cancel);
        return [.. found.OrderBy(o => o.State.OrderedAtMs).ThenBy(o => o.State.OrderId)
            .Select(o => View(o, o.Key == origin ? "origin" : copies.Contains(o.State.OrderId) ? "copy" : suspected.Contains(o.State.OrderId) ? "suspected" : "distinct", answers.GetValueOrDefault(o.State.OrderId)))];
    }

    private static RelatedOrder View(OrderRow row, string relation, Answered? answer)
    {
        var o = row.State;
        return new RelatedOrder(o.OrderId, o.Number, o.Channel, o.Shop, o.TotalMinor, o.Currency, o.OrderedAtMs.ToInstant(), relation, answer?.By, answer?.AtMs.ToInstant());
    }

    /// <summary>Which of two answered orders is the copy, 0 for neither; null: nobody has answered.</summary>
    public async Task<long?> CopyAmong(long a, long b, CancellationToken cancel)
    {
        var (low, high) = DuplicateRow.KeyOf(a, b);
        return (await books.Read("select copy_order from order_duplicates where low_order = @low and high_order = @high", r => (long?)r.GetInt64(0), [("low", low), ("high", high)], cancel)).FirstOrDefault();
    }
}
