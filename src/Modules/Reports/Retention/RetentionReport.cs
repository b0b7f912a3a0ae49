using System.Globalization;
using Danke.Engines.Metrics;
using Danke.Reports.Cohorts;

namespace Danke.Reports.Retention;

/// <summary>How many come back in a month, and how many in it or later: by cohort and pooled over complete months.</summary>
public sealed record RetentionAnswer : ReportAnswer
{
    public required IReadOnlyList<RetentionPooled> Pooled { get; init; }
    public required IReadOnlyList<RetentionCohort> Cohorts { get; init; }
}

/// <param name="Cohorts">How many cohorts' months are complete at this offset.</param>
/// <param name="Members">Their members.</param>
/// <param name="Returned">Of them, buyers in the month.</param>
/// <param name="ReturnedLater">Of them, buyers in the month or a later complete one.</param>
/// <param name="OnOrAfter">returned_later / members. Over fewer and older cohorts as the offset grows, so it may rise for that reason alone.</param>
/// <param name="OnOrAfterLinked">Each step compared within the same cohorts, then multiplied: never rises. Draw this one.</param>
public sealed record RetentionPooled(int Offset, int Cohorts, long Members, long Returned, double ReturnOn, long ReturnedLater, double OnOrAfter, double OnOrAfterLinked);

public sealed record RetentionCohort(DateOnly Month, long Size, bool LeftCensored, IReadOnlyList<RetentionCell> Cells);

/// <param name="ReturnedLater">Null while the month is not complete.</param>
public sealed record RetentionCell(int Offset, long Returned, double? ReturnOn, long? ReturnedLater, double? OnOrAfter, bool Complete);

internal static class RetentionReport
{
    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var cohorts = await CohortsReport.Cohorts(context);
        var completeUntil = CompleteUntil(context);
        var last = (await context.Rows("Retention/last", r => (Cohort: r.Day("cohort"), Offset: (int)r.Long("offset"), Persons: r.Long("persons")),
            ("complete_until", completeUntil))).ToLookup(r => r.Cohort);
        var periods = cohorts.SelectMany(cohort => cohort.Cells.Select(cell => new CohortPeriod(
            Key(cohort.Month), cohort.Size, cell.Offset, cell.Buyers, last[cohort.Month].Where(l => l.Offset >= cell.Offset).Sum(l => l.Persons), cell.Complete))).ToArray();
        var byCohort = periods.ToLookup(p => p.Cohort);
        return new RetentionAnswer
        {
            Pooled = [.. Engines.Metrics.Retention.Pool(periods).Select(p => new RetentionPooled(p.Offset, p.Cohorts, p.Members, p.Returned,
                Math.Round(p.ReturnOn, 6), p.ReturnedLater, Math.Round(p.ReturnOnOrAfter, 6), Math.Round(p.OnOrAfterLinked, 6)))],
            Cohorts = [.. cohorts.Select(c => new RetentionCohort(c.Month, c.Size, c.LeftCensored, [.. byCohort[Key(c.Month)].Select(Cell)]))],
        };
    }

    private static RetentionCell Cell(CohortPeriod period) => new(period.Offset, period.Returned, Ratio.Of(period.Returned, period.Size),
        period.Complete ? period.ReturnedLater : null, period.Complete ? Ratio.Of(period.ReturnedLater, period.Size) : null, period.Complete);

    // The first month that is not complete.
    private static DateOnly CompleteUntil(ReportContext context)
    {
        var month = new DateOnly(context.AsOf.Year, context.AsOf.Month, 1).AddMonths(1);
        while (!context.IsComplete(month) && month > context.FirstDay) month = month.AddMonths(-1);
        return month;
    }

    private static string Key(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
