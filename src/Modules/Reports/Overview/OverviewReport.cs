using Danke.Reports.Channels;
using Danke.Reports.Gmv;
using Danke.Reports.Points;

namespace Danke.Reports.Overview;

/// <summary>How the brand did in a period against another, what moved it, and the calendar behind it.</summary>
public sealed record OverviewAnswer : ReportAnswer
{
    /// <summary>What the period is compared with.</summary>
    public required Period Previous { get; init; }
    public required OverviewFigures Now { get; init; }
    public required OverviewFigures Before { get; init; }
    public required GmvDecomposition Gmv { get; init; }

    /// <summary>From sales to what stayed, in the period; refunds at their own date.</summary>
    public required NetBridge Net { get; init; }

    /// <summary>Null when there is no loyalty program with entries.</summary>
    public required PointsFigures? Points { get; init; }
    public required IReadOnlyList<CalendarRow> Days { get; init; }

    /// <summary>The last 25 months up to the as-of day, whatever the period.</summary>
    public required IReadOnlyList<CalendarRow> Months { get; init; }
    public required IReadOnlyList<ChannelRow> Channels { get; init; }

    /// <summary>Everything up to the as-of day.</summary>
    public required Totals Totals { get; init; }
}

/// <param name="Buyers">Known persons with a purchase.</param>
/// <param name="NewBuyers">Of them, whose first purchase of all is in the period.</param>
/// <param name="RepeatBuyers">Of them, who have two or more purchases by the period's end.</param>
/// <param name="NewMembers">Persons who joined a program.</param>
public sealed record OverviewFigures(
    long Orders, long SalesMinor, long PersonOrders, long PersonSalesMinor, long Buyers, long NewBuyers, long RepeatBuyers, long NewMembers, long NetMinor)
{
    public double? RepeatShare => Ratio.Of(RepeatBuyers, Buyers);
    public double? OrderValueMinor => Ratio.Mean(SalesMinor, Orders);
}

/// <summary>net = sales + other lines + shipping − discounts − paid back. Other lines are those of adjustments and those not positive.</summary>
public sealed record NetBridge(long SalesMinor, long OtherLinesMinor, long ShippingMinor, long DiscountMinor, long PaidBackMinor, long NetMinor);

/// <param name="From">The day, or the month's first day.</param>
/// <param name="LeftCensored">The first month of data: its new buyers may have bought before.</param>
public sealed record CalendarRow(
    DateOnly From, long Orders, long SalesMinor, long PersonOrders, long PersonSalesMinor, long Buyers, long NewBuyers, long NetMinor, bool Complete, bool LeftCensored)
{
    public long ReturningBuyers => Buyers - NewBuyers;
}

public sealed record Totals(TotalsRow Persons, TotalsRow Guests)
{
    public TotalsRow All => new(Persons.Persons, Persons.Orders + Guests.Orders, Persons.Lines + Guests.Lines,
        Persons.SalesMinor + Guests.SalesMinor, Persons.NetMinor + Guests.NetMinor);
}

/// <param name="Persons">Known persons with sales; guests are nobody.</param>
/// <param name="Lines">Lines of positive amount in paid sales.</param>
public sealed record TotalsRow(long Persons, long Orders, long Lines, long SalesMinor, long NetMinor);

internal static class OverviewReport
{
    private const int MonthsShown = 25;

    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var period = context.AskedPeriod();
        var previous = context.ComparedWith(period);
        // Two rows of questions side by side: one alone leaves a processor idle for much of its time.
        var beside = Beside(context, period);
        var net = await Net(context, period);
        var now = await Figures(context, period, net.NetMinor);
        var before = await Figures(context, previous, (await Net(context, previous)).NetMinor);
        var gmv = await GmvReport.Decompose(context, previous, period);
        var points = await PointsReport.Figures(context, period);
        var (days, months, channels, totals) = await beside;
        return new OverviewAnswer
        {
            Period = period,
            Coverage = new Coverage(now.Orders, now.SalesMinor, now.PersonOrders, now.PersonSalesMinor),
            Previous = previous,
            Now = now,
            Before = before,
            Gmv = gmv,
            Net = net,
            Points = points,
            Days = days,
            Months = months,
            Channels = channels,
            Totals = totals,
        };
    }

    private static async Task<(IReadOnlyList<CalendarRow>, IReadOnlyList<CalendarRow>, IReadOnlyList<ChannelRow>, Totals)> Beside(ReportContext context, Period period)
    {
        var (days, months) = await Calendars(context, period);
        return (days, months, await ChannelsReport.Rows(context, period), await TotalsUpTo(context));
    }

    private static Task<OverviewFigures> Figures(ReportContext context, Period period, long netMinor) => context.Row("Overview/period", r =>
        new OverviewFigures(r.Long("orders"), r.Long("sales_minor"), r.Long("person_orders"), r.Long("person_sales_minor"),
            r.Long("buyers"), r.Long("new_buyers"), r.Long("repeat_buyers"), r.Long("new_members"), netMinor), context.Bounds(period));

    private static Task<NetBridge> Net(ReportContext context, Period period) => context.Row("Overview/net", r =>
        new NetBridge(r.Long("sales_minor"), r.Long("other_lines_minor"), r.Long("shipping_minor"), r.Long("discount_minor"), r.Long("paid_back_minor"), r.Long("net_minor")),
        context.Bounds(period));

    private static async Task<(IReadOnlyList<CalendarRow> Days, IReadOnlyList<CalendarRow> Months)> Calendars(ReportContext context, Period period)
    {
        var (firstMonth, endDay) = (FirstOfMonth(context.AsOf).AddMonths(1 - MonthsShown), period.To < context.End ? period.To : context.End);
        var rows = await context.Rows("Overview/calendar", r => (ByMonth: r.Long("by_month") == 1,
            Row: new CalendarRow(r.Day("bucket"), r.Long("orders"), r.Long("sales_minor"), r.Long("person_orders"), r.Long("person_sales_minor"), r.Long("buyers"), r.Long("new_buyers"),
                r.Long("net_minor"), Complete: false, LeftCensored: false)),
            ("first_day", period.From), ("end_day", endDay), ("first_month", firstMonth), ("end_month", context.End));
        var byMonth = rows.ToLookup(r => r.ByMonth, r => r.Row);
        return (Calendar(context, byMonth[false], period.From, endDay, byMonth: false), Calendar(context, byMonth[true], firstMonth, context.End, byMonth: true));
    }

    private static List<CalendarRow> Calendar(ReportContext context, IEnumerable<CalendarRow> found, DateOnly first, DateOnly end, bool byMonth)
    {
        var rows = found.ToDictionary(r => r.From);
        // Days and months without a sale are there too, from the first sale on: a hole in the calendar would read as "next day".
        var shown = new List<CalendarRow>();
        for (var day = first; day < end; day = byMonth ? day.AddMonths(1) : day.AddDays(1))
            if (rows.TryGetValue(day, out var row)) shown.Add(Placed(row));
            else if (context.Scope.FirstMs is not null && day >= context.FirstDay) shown.Add(Placed(new CalendarRow(day, 0, 0, 0, 0, 0, 0, 0, false, false)));
        return shown;

        CalendarRow Placed(CalendarRow row) => row with
        {
            Complete = context.IsComplete(byMonth ? row.From.AddMonths(1) : row.From.AddDays(1)),
            LeftCensored = FirstOfMonth(row.From) == FirstOfMonth(context.FirstDay),
        };
    }

    private static async Task<Totals> TotalsUpTo(ReportContext context)
    {
        var rows = await context.Rows("Overview/totals", r => (Known: r.Long("known") == 1,
            Row: new TotalsRow(r.Long("persons"), r.Long("orders"), r.Long("lines"), r.Long("sales_minor"), r.Long("net_minor"))));
        var none = new TotalsRow(0, 0, 0, 0, 0);
        var guests = rows.FirstOrDefault(r => !r.Known).Row ?? none;
        return new Totals(rows.FirstOrDefault(r => r.Known).Row ?? none, guests with { Persons = 0 });
    }

    private static DateOnly FirstOfMonth(DateOnly day) => new(day.Year, day.Month, 1);
}
