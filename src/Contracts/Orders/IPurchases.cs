using System.Collections.Immutable;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Orders;

/// <summary>What stages after Orders may ask about the orders of a batch, as they are after the commands so far. Reads only what somebody asks to be loaded.</summary>
public interface IPurchases
{
    /// <summary>To be called in Load by who will ask for <see cref="Returned"/>.</summary>
    ValueTask LoadReturns();

    /// <summary>To be called in Load by who will ask for <see cref="PaidOrders"/>.</summary>
    ValueTask LoadCounts();

    /// <summary>The order's lines, also where the command at hand did not repeat them.</summary>
    ImmutableArray<OrderLine> Lines(OrderState order);

    /// <summary>All that refunds said of the order's lines.</summary>
    ImmutableArray<RefundLine> Returned(long orderId);

    /// <summary>How many sales the person has paid for, refunded or not.</summary>
    long PaidOrders(long personId);
}

/// <summary>How many sales persons have paid for. From the Orders module.</summary>
public interface IPaidOrderCounts
{
    Task<long> Of(long personId, CancellationToken cancel);
}
