namespace Danke.Reports.Cohorts;

/// <summary>Buyers by the month of their first purchase: how many of them buy again, month by month.</summary>
public sealed record CohortsAnswer : ReportAnswer
{
    public required IReadOnlyList<Cohort> Cohorts { get; init; }

    /// <summary>Refunds of known persons that name no order: in no cohort's net, since no month of purchase is known.</summary>
    public required long UnlinkedRefundsMinor { get; init; }
}

/// <param name="Month">The first day of the month of the first purchase.</param>
/// <param name="Size">Distinct buyers.</param>
/// <param name="LeftCensored">In the first months of data, old customers look new.</param>
public sealed record Cohort(DateOnly Month, long Size, bool LeftCensored, bool Complete, IReadOnlyList<CohortCell> Cells);

/// <param name="Offset">Months since the cohort's own.</param>
/// <param name="Buyers">Distinct members of the cohort with a purchase in that month.</param>
/// <param name="NetMinor">Order totals less refunds of those orders, whenever they were made.</param>
/// <param name="Complete">False while the month is not over: never a fall.</param>
public sealed record CohortCell(int Offset, DateOnly Month, long Buyers, double? Share, long Orders, long SalesMinor, long NetMinor, bool Complete);

internal static class CohortsReport
{
    /// <summary>Cohorts shown: the last three years.</summary>
    public const int MostCohorts = 36;

    public static async Task<ReportAnswer> Make(ReportContext context) => new CohortsAnswer
    {
        Cohorts = await Cohorts(context),
        UnlinkedRefundsMinor = await context.Row("Cohorts/unlinked", r => r.Long("refunded_minor")),
    };

    public static async Task<IReadOnlyList<Cohort>> Cohorts(ReportContext context)
    {
        var censored = (int)ReportContext.Number(context.Parameters.CensoredMonths, "censored_months", 1, 0, 120);
        var known = new DateOnly(context.FirstDay.Year, context.FirstDay.Month, 1).AddMonths(censored);
        var rows = await context.Rows("Cohorts/cells", r => (Cohort: r.Day("cohort"), Month: r.Day("month"), Offset: (int)r.Long("offset"),
            Buyers: r.Long("buyers"), Orders: r.Long("orders"), Sales: r.Long("sales_minor"), Net: r.Long("net_minor")));
        return
        [
            .. rows.GroupBy(r => r.Cohort).OrderBy(g => g.Key).TakeLast(MostCohorts).Select(cohort =>
            {
                var size = cohort.Single(r => r.Offset == 0).Buyers;
                var byOffset = cohort.ToDictionary(r => r.Offset);
                return new Cohort(cohort.Key, size, cohort.Key < known, context.IsComplete(cohort.Key.AddMonths(1)),
                    [.. Enumerable.Range(0, Months(cohort.Key, context.AsOf) + 1).Select(offset => Cell(offset, cohort.Key.AddMonths(offset), byOffset.GetValueOrDefault(offset)))]);

                CohortCell Cell(int offset, DateOnly month, (DateOnly, DateOnly, int, long Buyers, long Orders, long Sales, long Net) row) =>
                    new(offset, month, row.Buyers, Ratio.Of(row.Buyers, size), row.Orders, row.Sales, row.Net, context.IsComplete(month.AddMonths(1)));
            }),
        ];
    }

    private static int Months(DateOnly from, DateOnly to) => (to.Year - from.Year) * 12 + to.Month - from.Month;
}
