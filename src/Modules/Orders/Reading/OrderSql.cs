namespace Danke.Orders.Reading;

/// <summary>What <see cref="Contracts.Orders.OrderState"/> says of an order, in SQL over the orders table: for narrowing, ordering and adding up there.</summary>
internal static class OrderSql
{
    /// <summary>When the purchase was made. The index orders_by_time is on these very words.</summary>
    public const string OrderedAt = """
        (case when placed_at_ms is not null and paid_at_ms is not null
        then case when placed_at_ms < paid_at_ms then placed_at_ms else paid_at_ms end
        else coalesce(placed_at_ms, paid_at_ms, shipped_at_ms, completed_at_ms, closed_at_ms, last_refund_at_ms, 0) end)
        """;

    /// <summary>Goods against money that was paid, and not cancelled before that.</summary>
    public const string IsSale = """
        (kind = 'sale' and has_content = 1 and coalesce(paid_at_ms, shipped_at_ms, completed_at_ms) is not null
        and coalesce(closed_at_ms >= coalesce(paid_at_ms, shipped_at_ms, completed_at_ms), true))
        """;

    /// <summary>A sale of something that was not given back whole.</summary>
    public const string IsPurchase = $"({IsSale} and lines_minor > 0 and not (refunded_minor > 0 and refunded_minor >= total_minor))";

    /// <summary>Counts in net figures: sales and corrections of the books.</summary>
    public const string MovesMoney = $"({IsSale} or (kind = 'adjustment' and has_content = 1))";

    /// <summary>Another channel's report of a refund: it is in no sum. Over the refunds table.</summary>
    public const string IsRefundOfCopy = "refunds.order_id in (select order_id from orders where kind = 'copy')";

    public const string Status = """
        (case when has_content = 0 then 'announced' when refunded_minor > 0 and refunded_minor >= total_minor then 'refunded'
        when refunded_minor > 0 then 'partly_refunded' when completed_at_ms is not null then 'completed' when closed_at_ms is not null then 'closed'
        when shipped_at_ms is not null then 'shipped' when paid_at_ms is not null then 'paid' else 'placed' end)
        """;
}
