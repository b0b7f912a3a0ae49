using System.Collections.Immutable;

namespace Danke.Contracts.Commands;

/// <summary>The steps of an order's life. A later step implies the earlier ones, in whatever order they arrive.</summary>
public enum OrderStep { Placed, Paid, Shipped, Completed, Closed }

/// <summary>What kind of document an order is.</summary>
public enum OrderKind
{
    /// <summary>Goods against money.</summary>
    Sale,

    /// <summary>A correction of the books (stock, bad debt): counts in net totals, is no purchase.</summary>
    Adjustment,

    /// <summary>Another channel's report of a sale that Danke has already: that one counts, this one earns nothing and is in no sum. Never on the wire: a sale with an <see cref="OrderContent.Origin"/>.</summary>
    Copy,
}

/// <summary>What a kind is called in the Books and in Insight.</summary>
public static class OrderKinds
{
    public static string Code(this OrderKind kind) => kind switch { OrderKind.Adjustment => "adjustment", OrderKind.Copy => "copy", _ => "sale" };

    public static OrderKind Read(string code) => code switch { "adjustment" => OrderKind.Adjustment, "copy" => OrderKind.Copy, _ => OrderKind.Sale };
}

/// <summary><c>order.placed</c> … <c>order.closed</c>: an order reached a step.</summary>
/// <param name="Step">The step that was reached.</param>
/// <param name="Number">The order's number in its channel and shop.</param>
/// <param name="Content">What was ordered; null when the source sends only the step and the content is known from before.</param>
public sealed record OrderReported(OrderStep Step, string Number, OrderContent? Content) : CommandBody
{
    public override string Type => Step switch
    {
        OrderStep.Placed => "order.placed",
        OrderStep.Paid => "order.paid",
        OrderStep.Shipped => "order.shipped",
        OrderStep.Completed => "order.completed",
        OrderStep.Closed => "order.closed",
        _ => throw new ArgumentOutOfRangeException(nameof(Step)),
    };
}

/// <summary>What was ordered and for how much. Amounts in minor units of <see cref="Currency"/>.</summary>
public sealed record OrderContent
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }
    public OrderKind Kind { get; init; } = OrderKind.Sale;
    public required ImmutableArray<OrderLine> Lines { get; init; }
    public long ShippingMinor { get; init; }

    /// <summary>Reductions on the whole order that are not yet in the lines' amounts; positive.</summary>
    public long DiscountMinor { get; init; }

    /// <summary>Sum of the lines + shipping − discount; checked on the way in.</summary>
    public required long TotalMinor { get; init; }
    public ImmutableArray<Payment> Payments { get; init; } = [];

    /// <summary>The physical store, when there is one.</summary>
    public string? Store { get; init; }

    /// <summary>The order this one is a copy of, as <see cref="Orders.OrderName.Origin"/> writes it (a till's copy of an online order).</summary>
    public string? Origin { get; init; }

    /// <summary>The source's version of the content; 0 when it has none, then the event's time decides.</summary>
    public long Version { get; init; }
}

/// <summary>One line of an order. Negative quantities and amounts only in adjustments.</summary>
/// <param name="Line">The line's id within the order.</param>
/// <param name="AmountMinor">What the buyer pays for the line, after the line's own discounts.</param>
public readonly record struct OrderLine(
    string Line, string Sku, string? Name, string? Category, long Quantity, long UnitPriceMinor, long AmountMinor);

/// <summary>One payment of an order.</summary>
public readonly record struct Payment(string Method, long AmountMinor);

/// <summary><c>refund.succeeded</c>: money went back.</summary>
/// <param name="Refund">The refund's number in its channel and shop.</param>
/// <param name="Order">The number of the order it belongs to; null when the source does not know it.</param>
/// <param name="AmountMinor">What was paid back; not negative.</param>
public sealed record RefundSucceeded(
    string Refund, string? Order, string Currency, long AmountMinor, ImmutableArray<RefundLine> Lines, string? Reason) : CommandBody
{
    public override string Type => "refund.succeeded";
}

/// <summary>What of an order came back. <see cref="Quantity"/> and amount are positive.</summary>
public readonly record struct RefundLine(string? Line, string? Sku, string? Name, long Quantity, long AmountMinor);
