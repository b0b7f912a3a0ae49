namespace Danke.Contracts.Persons;

/// <summary>
/// What a module keeps of persons by the identifier that it came in by: that goes where the identifier goes, so it tells
/// beforehand what a merge or a split will move. A module registers <c>services.AddSingleton&lt;IPersonHoldings, …&gt;()</c>.
/// </summary>
public interface IPersonHoldings
{
    /// <param name="persons">Numbers as of today.</param>
    /// <returns>Sums; several of one person, identifier, measure and subject add up.</returns>
    Task<IReadOnlyList<PersonHolding>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel);
}

/// <summary>So much of something.</summary>
/// <param name="ViaKey">The identifier it came in by; 0: none in particular, so that it stays with the person.</param>
/// <param name="Measure">One of <see cref="HoldingMeasures"/>.</param>
/// <param name="Of">The currency of an amount, the program of points; else empty.</param>
/// <param name="PointType">Of points: which of the program's; else empty.</param>
public readonly record struct PersonHolding(long PersonId, long ViaKey, string Measure, string Of, long Value, string PointType = "");

/// <summary>What is counted.</summary>
public static class HoldingMeasures
{
    public const string Orders = "orders";

    /// <summary>Totals less refunds, in minor units of a currency.</summary>
    public const string OrdersMinor = "orders_minor";
    public const string PointsEntries = "points_entries";
    public const string PointsSpendable = "points_spendable";
    public const string PointsPending = "points_pending";
    public const string Growth = "growth";
    public const string Consents = "consents";
    public const string Interactions = "interactions";
    public const string Journeys = "journeys";
    public const string Messages = "messages";
    public const string Coupons = "coupons";

    /// <summary>In the order in which they are shown.</summary>
    public static readonly IReadOnlyList<string> All =
        [Orders, OrdersMinor, PointsSpendable, PointsPending, Growth, PointsEntries, Coupons, Consents, Journeys, Messages, Interactions];
}
