namespace Danke.Engines.Metrics;

/// <summary>
/// One period's sales to members as a product: members × conversion × frequency × order value.
/// Counts of persons and orders; sales in minor units of one currency.
/// </summary>
public readonly record struct GmvFactors(long Members, long Buyers, long Orders, long SalesMinor)
{
    /// <summary>Buyers per member; null without members.</summary>
    public double? Conversion => Share(Buyers, Members);

    /// <summary>Orders per buyer; null without buyers.</summary>
    public double? Frequency => Share(Orders, Buyers);

    /// <summary>Minor units per order; null without orders.</summary>
    public double? OrderValueMinor => Share(SalesMinor, Orders);

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
}

/// <summary>What each factor did to the sales between two periods, in minor units. The four add up to the difference exactly.</summary>
public readonly record struct GmvContributions(long Members, long Conversion, long Frequency, long OrderValue)
{
    public long Total => Members + Conversion + Frequency + OrderValue;
}
