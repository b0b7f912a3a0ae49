namespace Danke.Contracts.Orders;

/// <summary>What to call orders when they are spoken of. From the Orders module.</summary>
public interface IOrderLabels
{
    Task<IReadOnlyDictionary<long, OrderLabel>> Of(IReadOnlyCollection<long> orders, CancellationToken cancel);
}

/// <summary>An order's number in its channel and shop.</summary>
public sealed record OrderLabel(string Channel, string Shop, string Number);
