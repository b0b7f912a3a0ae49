using System.Text.Json.Serialization;

namespace Danke.Reports;

/// <summary>
/// What every report says of itself before its figures. Amounts are whole minor units of <see cref="Currency"/>; an average of
/// amounts may have a fraction. Days and months are the brand's, in <see cref="Zone"/>.
/// </summary>
public abstract record ReportAnswer
{
    [JsonPropertyOrder(-30)] public string Report { get; internal set; } = "";
    [JsonPropertyOrder(-29)] public string Title { get; internal set; } = "";

    /// <summary>Keys of the texts that say how each figure is defined; the texts come with <c>GET /v1/reports</c>.</summary>
    [JsonPropertyOrder(-28)] public IReadOnlyList<string> Definitions { get; internal set; } = [];

    /// <summary>Everything known at the end of this day, and nothing later.</summary>
    [JsonPropertyOrder(-27)] public DateOnly AsOf { get; internal set; }
    [JsonPropertyOrder(-26)] public string Zone { get; internal set; } = "";

    [JsonPropertyOrder(-25)] public string Currency { get; internal set; } = "";

    /// <summary>Other currencies that sales were made in; they are in no figure here.</summary>
    [JsonPropertyOrder(-24)] public IReadOnlyList<OtherCurrency> OtherCurrencies { get; internal set; } = [];

    /// <summary>The only channel that is counted; null for all.</summary>
    [JsonPropertyOrder(-23)] public string? Channel { get; internal set; }

    /// <summary>sales: positive lines of paid sales. net: order totals and adjustments less refunds. points: points, no money.</summary>
    [JsonPropertyOrder(-22)] public string View { get; internal set; } = "sales";

    /// <summary>order_date: a refund belongs to its order's day. cash: a refund belongs to its own day.</summary>
    [JsonPropertyOrder(-21)] public string Basis { get; internal set; } = "order_date";

    /// <summary>False while the period, or the as-of day itself, is not over: such figures must not be read as a fall.</summary>
    [JsonPropertyOrder(-20)] public bool Complete { get; internal set; }

    /// <summary>The report's period; null for one that is about everything up to the as-of day.</summary>
    [JsonPropertyOrder(-19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Period? Period { get; internal set; }

    /// <summary>How much of the sales is known to belong to somebody.</summary>
    [JsonPropertyOrder(-18)] public Coverage Coverage { get; internal set; } = null!;

    /// <summary>How far Insight is behind the Books.</summary>
    [JsonPropertyOrder(-17)] public Freshness Insight { get; internal set; } = new(0, 0, null);
}

public sealed record OtherCurrency(string Currency, long Orders);

/// <param name="From">First day.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Complete">The last day is over and before the end of the as-of day.</param>
public sealed record Period(DateOnly From, DateOnly To, bool Complete);

/// <summary>Guests' orders count in sales and in no figure about persons. Shares are null when there is nothing to share.</summary>
public sealed record Coverage(long Orders, long SalesMinor, long PersonOrders, long PersonSalesMinor)
{
    public double? ShareOfOrders => Ratio.Of(PersonOrders, Orders);
    public double? ShareOfSales => Ratio.Of(PersonSalesMinor, SalesMinor);
}

/// <param name="LagEvents">Changes in the Books that these figures do not show yet.</param>
/// <param name="LagSeconds">Age of the oldest of them.</param>
/// <param name="DataUntil">The newest instant in the data that was counted; null without data.</param>
public sealed record Freshness(long LagEvents, double LagSeconds, DateTimeOffset? DataUntil);

internal static class Ratio
{
    /// <summary>Six decimals: enough to see one in a million, short enough to read.</summary>
    public static double? Of(long part, long whole) => whole == 0 ? null : Math.Round((double)part / whole, 6);

    /// <summary>An average amount, to a ten-thousandth of a minor unit.</summary>
    public static double? Mean(long sum, long count) => count == 0 ? null : Math.Round((double)sum / count, 4);

    public static double? Rounded(double? value, int digits = 6) => value is { } number ? Math.Round(number, digits) : null;
}
