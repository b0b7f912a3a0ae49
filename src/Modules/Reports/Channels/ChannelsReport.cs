namespace Danke.Reports.Channels;

/// <summary>What each channel sold, to whom, and how channels share buyers.</summary>
public sealed record ChannelsAnswer : ReportAnswer
{
    public required IReadOnlyList<ChannelRow> Rows { get; init; }

    /// <summary>Buyers of two channels both; a channel with itself is its buyers.</summary>
    public required IReadOnlyList<ChannelPair> Overlap { get; init; }

    /// <summary>Buyers by how many channels they bought on.</summary>
    public required IReadOnlyList<ChannelBreadth> Breadth { get; init; }
}

/// <param name="NewBuyers">Whose first purchase of all was here and in the period.</param>
/// <param name="NetMinor">Money in less money out, each at its own date.</param>
public sealed record ChannelRow(
    string Channel, long Orders, long SalesMinor, double? ShareOfSales, long PersonOrders, long PersonSalesMinor, long Buyers, long NewBuyers, long NetMinor)
{
    public double? OrderValueMinor => Ratio.Mean(SalesMinor, Orders);
    public double? PersonShareOfSales => Ratio.Of(PersonSalesMinor, SalesMinor);
}

public sealed record ChannelPair(string Channel, string Other, long Buyers);

public sealed record ChannelBreadth(long Channels, long Buyers, long Orders, long SalesMinor)
{
    public double? SalesPerBuyerMinor => Ratio.Mean(SalesMinor, Buyers);
}

internal static class ChannelsReport
{
    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var period = context.AskedPeriod();
        return new ChannelsAnswer
        {
            Period = period,
            Rows = await Rows(context, period),
            Overlap = await context.Rows("Channels/overlap", r => new ChannelPair(r.Text("channel"), r.Text("other"), r.Long("buyers")), context.Bounds(period)),
            Breadth = await context.Rows("Channels/breadth", r => new ChannelBreadth(r.Long("channels"), r.Long("buyers"), r.Long("orders"), r.Long("sales_minor")), context.Bounds(period)),
        };
    }

    public static async Task<IReadOnlyList<ChannelRow>> Rows(ReportContext context, Period period)
    {
        var rows = await context.Rows("Channels/channels", r => new ChannelRow(r.Text("channel"), r.Long("orders"), r.Long("sales_minor"), null,
            r.Long("person_orders"), r.Long("person_sales_minor"), r.Long("buyers"), r.Long("new_buyers"), r.Long("net_minor")), context.Bounds(period));
        var all = rows.Sum(r => r.SalesMinor);
        return [.. rows.Select(r => r with { ShareOfSales = Ratio.Of(r.SalesMinor, all) })];
    }
}
