using System.Collections.Immutable;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Orders;

/// <summary>An order's status: a function of the steps reached and of what was refunded, whatever order they arrived in.</summary>
public enum OrderStatus { Announced, Placed, Paid, Shipped, Completed, Closed, PartlyRefunded, Refunded }

/// <summary>
/// An order as the Books know it. Instants are milliseconds since 1970 UTC, null while the step was not reached;
/// amounts are minor units of <see cref="Currency"/>.
/// </summary>
public sealed record OrderState
{
    public required long OrderId { get; init; }
    public required long PersonId { get; init; }
    public required string Channel { get; init; }
    public required string Shop { get; init; }
    public required string Number { get; init; }

    /// <summary>False for an order that only a refund or a bare step has spoken of so far.</summary>
    public bool HasContent { get; init; }
    public OrderKind Kind { get; init; }
    public string Currency { get; init; } = "";
    public long LinesMinor { get; init; }
    public long ShippingMinor { get; init; }
    public long DiscountMinor { get; init; }
    public long TotalMinor { get; init; }
    public long RefundedMinor { get; init; }
    public ImmutableArray<OrderLine> Lines { get; init; } = [];
    public string? Store { get; init; }
    public string? Origin { get; init; }
    public long ContentVersion { get; init; }
    public long? PlacedAtMs { get; init; }
    public long? PaidAtMs { get; init; }
    public long? ShippedAtMs { get; init; }
    public long? CompletedAtMs { get; init; }
    public long? ClosedAtMs { get; init; }
    public long? LastRefundAtMs { get; init; }

    /// <summary>The keyed hash of the identifier that the buyer was known by; 0 for a guest.</summary>
    public long ViaKey { get; init; }

    /// <summary>When the purchase was made: the earliest of placed and paid, else of the later steps.</summary>
    public long OrderedAtMs => PlacedAtMs is { } placed && PaidAtMs is { } paid ? Math.Min(placed, paid)
        : PlacedAtMs ?? PaidAtMs ?? ShippedAtMs ?? CompletedAtMs ?? ClosedAtMs ?? LastRefundAtMs ?? 0;

    /// <summary>Money was paid and the order was not closed before that: it counts as a sale.</summary>
    public bool IsPaid => PaidAtMs is not null || ShippedAtMs is not null || CompletedAtMs is not null;

    public OrderStatus Status =>
        !HasContent ? OrderStatus.Announced
        : RefundedMinor > 0 && RefundedMinor >= TotalMinor ? OrderStatus.Refunded
        : RefundedMinor > 0 ? OrderStatus.PartlyRefunded
        : CompletedAtMs is not null ? OrderStatus.Completed
        : ClosedAtMs is not null ? OrderStatus.Closed
        : ShippedAtMs is not null ? OrderStatus.Shipped
        : PaidAtMs is not null ? OrderStatus.Paid
        : OrderStatus.Placed;
}

/// <summary>What a command did to an order; stages after Orders decide by it. <see cref="Before"/> is null for a new order.</summary>
public sealed record OrderChange(OrderState? Before, OrderState After);
