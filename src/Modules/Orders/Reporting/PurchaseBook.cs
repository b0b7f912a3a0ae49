using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Orders.Reporting;

/// <summary>Answers what other stages ask about the batch's orders, in step with what the batch does to them.</summary>
internal sealed class PurchaseBook(Batch batch, BooksTransaction books, IReadOnlyDictionary<string, OrderRow> orders) : IPurchases
{
    private Dictionary<long, Dictionary<long, long>>? counts; // person → identifier → orders
    private readonly Dictionary<long, List<RefundLine>> returned = [];
    private bool knowsReturns;

    public async ValueTask LoadCounts()
    {
        if (counts is not null) return;
        counts = [];
        if (batch.PersonIds.Count == 0) return;
        foreach (var (person, via, count) in await books.Read("""
            select person_id, via_key, count(*) from orders
            where person_id in ({keys}) and has_content = 1 and kind = 'sale' and (paid_at_ms is not null or shipped_at_ms is not null or completed_at_ms is not null)
            group by person_id, via_key
            """, r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), ("keys", batch.PersonIds.ToArray())))
            Count(person, via, count);
    }

    public async ValueTask LoadReturns()
    {
        // What points alone paid comes back without money.
        var ids = orders.Values.Where(o => o.State is { RefundedMinor: > 0 } or { TotalMinor: 0 }).Select(o => o.State.OrderId).ToArray();
        if (ids.Length == 0 || knowsReturns) return;
        knowsReturns = true;
        foreach (var (order, lines) in await books.Read("select order_id, lines from refunds where order_id in ({keys}) and lines <> '[]'",
                     r => (r.GetInt64(0), r.GetString(1)), ("keys", ids)))
            Return(order, OrderJson.ReadRefundLines(lines));
    }

    public ImmutableArray<OrderLine> Lines(OrderState order) =>
        !order.Lines.IsDefaultOrEmpty ? order.Lines
        : orders.TryGetValue(OrderRow.KeyOf(order.Channel, order.Shop, order.Number), out var row) ? OrderJson.ReadLines(row.Lines) : [];

    public ImmutableArray<RefundLine> Returned(long orderId) => returned.TryGetValue(orderId, out var lines) ? [.. lines] : [];

    /// <summary>The line of which more pieces would have come back than were bought; null for none. What no line of the order is meant by is nobody's to count.</summary>
    public RefundLine? TooMany(OrderState order, ImmutableArray<RefundLine> lines)
    {
        var bought = Lines(order);
        var known = Returned(order.OrderId);
        foreach (var line in lines)
        {
            var pieces = bought.Where(b => IsOf(line, b.Line, b.Sku)).Sum(b => b.Quantity);
            if (pieces > 0 && line.Quantity > 0 && known.Concat(lines).Where(l => IsOf(line, l.Line, SkuOf(l, bought))).Sum(l => l.Quantity) > pieces) return line;
        }
        return null;
    }

    private static bool IsOf(RefundLine asked, string? line, string? sku) => asked.Line is { } id ? line == id : asked.Sku is { } article && sku == article;

    private static string? SkuOf(RefundLine line, ImmutableArray<OrderLine> bought)
    {
        foreach (var one in bought)
            if (line.Line is { } id && one.Line == id) return one.Sku;
        return line.Sku;
    }

    public long PaidOrders(long personId) => counts!.TryGetValue(personId, out var by) ? by.Values.Sum() : 0;

    public void Return(long orderId, ImmutableArray<RefundLine> lines)
    {
        if (lines.IsDefaultOrEmpty) return;
        if (!returned.TryGetValue(orderId, out var known)) returned[orderId] = known = [];
        known.AddRange(lines);
    }

    public void Changed(OrderState? before, OrderState after)
    {
        if (counts is null) return;
        if (before is not null) Count(before, -1);
        Count(after, 1);
    }

    private void Count(OrderState order, long by)
    {
        if (order is not { PersonId: > 0, HasContent: true, Kind: OrderKind.Sale, IsPaid: true }) return;
        Count(order.PersonId, order.ViaKey, by);
    }

    private void Count(long person, long via, long orders)
    {
        if (!counts!.TryGetValue(person, out var known)) counts[person] = known = [];
        known[via] = known.GetValueOrDefault(via) + orders;
    }

    public void Follow(Step step)
    {
        if (counts is null) return;
        foreach (var (person, known) in counts.ToList())
            foreach (var (via, count) in known.ToList())
            {
                var owner = step.OwnerAfter(person, via);
                if (owner == person) continue;
                known.Remove(via);
                Count(owner, via, count);
            }
    }
}

/// <summary>The same outside the Door.</summary>
internal sealed class PaidOrderCounts(BooksStore books) : IPaidOrderCounts
{
    public async Task<long> Of(long personId, CancellationToken cancel) => (await books.Read("""
        select count(*) from orders
        where person_id = @person and has_content = 1 and kind = 'sale' and (paid_at_ms is not null or shipped_at_ms is not null or completed_at_ms is not null)
        """, r => r.GetInt64(0), [("person", personId)], cancel))[0];
}
