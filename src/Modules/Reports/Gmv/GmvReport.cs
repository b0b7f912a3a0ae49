using Danke.Engines.Metrics;

namespace Danke.Reports.Gmv;

/// <summary>GMV = members × conversion × frequency × order value, and what each did between two periods.</summary>
public sealed record GmvAnswer : ReportAnswer
{
    /// <summary>What the period is compared with.</summary>
    public required Period Previous { get; init; }
    public required GmvDecomposition Gmv { get; init; }
}

/// <param name="ChangeMinor">From before to now; the contributions add up to it exactly.</param>
public sealed record GmvDecomposition(GmvPeriod Before, GmvPeriod Now, long ChangeMinor, GmvMoves Contributions);

/// <summary>
/// One period. <see cref="PersonSalesMinor"/> is the product of the four factors; with guests' sales and with known persons' orders that
/// were refunded in full (no purchases, but sales) it adds up to <see cref="SalesMinor"/>.
/// </summary>
/// <param name="Members">Known persons who had joined or bought by the period's end.</param>
/// <param name="Buyers">Of them, with a purchase in the period.</param>
public sealed record GmvPeriod(
    long Members, long Buyers, long Orders, long PersonSalesMinor, long GuestSalesMinor, long RefundedInFullMinor)
{
    private GmvFactors Factors => new(Members, Buyers, Orders, PersonSalesMinor);
    internal GmvFactors ToFactors() => Factors;

    public long SalesMinor => PersonSalesMinor + GuestSalesMinor + RefundedInFullMinor;
    public double? Conversion => Ratio.Rounded(Factors.Conversion);
    public double? Frequency => Ratio.Rounded(Factors.Frequency);
    public double? OrderValueMinor => Ratio.Rounded(Factors.OrderValueMinor, 4);
}

/// <summary>What moved the sales, in minor units.</summary>
public sealed record GmvMoves(
    long MembersMinor, long ConversionMinor, long FrequencyMinor, long OrderValueMinor, long GuestsMinor, long RefundedInFullMinor)
{
    /// <summary>Of the four factors: the change of known persons' sales.</summary>
    public long PersonsMinor => MembersMinor + ConversionMinor + FrequencyMinor + OrderValueMinor;
}

internal static class GmvReport
{
    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var period = context.AskedPeriod();
        var previous = context.ComparedWith(period);
        return new GmvAnswer { Period = period, Previous = previous, Gmv = await Decompose(context, previous, period) };
    }

    public static async Task<GmvDecomposition> Decompose(ReportContext context, Period previous, Period period)
    {
        var (before, now) = (await Factors(context, previous), await Factors(context, period));
        var moved = Lmdi.Decompose(before.ToFactors(), now.ToFactors());
        return new GmvDecomposition(before, now, now.SalesMinor - before.SalesMinor, new GmvMoves(
            moved.Members, moved.Conversion, moved.Frequency, moved.OrderValue,
            now.GuestSalesMinor - before.GuestSalesMinor, now.RefundedInFullMinor - before.RefundedInFullMinor));
    }

    private static Task<GmvPeriod> Factors(ReportContext context, Period period) => context.Row("Gmv/factors", r =>
        new GmvPeriod(r.Long("members"), r.Long("buyers"), r.Long("orders"), r.Long("sales_minor"), r.Long("guest_sales_minor"), r.Long("refunded_in_full_minor")),
        context.Bounds(period));
}
