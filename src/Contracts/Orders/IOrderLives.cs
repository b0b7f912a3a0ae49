using System.Collections.Immutable;
using Danke.Contracts.Commands;

namespace Danke.Contracts.Orders;

/// <summary>An order with all that came back of it, as it is known today.</summary>
/// <param name="Order">Without lines unless they were asked for, or no money was paid for it: then they alone tell how much of it came back.</param>
public sealed record OrderLife(OrderState Order, ImmutableArray<OrderReturn> Returns);

/// <param name="Lines">As of the order.</param>
public readonly record struct OrderReturn(long AtMs, long AmountMinor, ImmutableArray<RefundLine> Lines);

/// <summary>All orders of many persons, for who goes through history. From the Orders module.</summary>
public interface IOrderLives
{
    /// <summary>Of persons whose number is above the first and not above the second, by order number.</summary>
    /// <param name="withLines">Lines are text until somebody needs them.</param>
    Task<List<OrderLife>> Of(long afterPerson, long toPerson, bool withLines, CancellationToken cancel);
}
