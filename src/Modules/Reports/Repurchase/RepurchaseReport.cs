using Danke.Engines.Metrics;

namespace Danke.Reports.Repurchase;

/// <summary>How long until the next purchase.</summary>
public sealed record RepurchaseAnswer : ReportAnswer
{
    public required GapFigures Gaps { get; init; }

    /// <summary>From the first purchase day to the second, those who have not come back yet counted for as long as they were watched.</summary>
    public required SecondPurchase SecondPurchase { get; init; }
}

/// <summary>Days between one purchase day and the next of the same person; purchases of one day are one.</summary>
public sealed record GapFigures(long Gaps, double? MeanDays, long? MedianDays, long? FirstQuartileDays, long? ThirdQuartileDays, long? MaxDays, IReadOnlyList<GapRange> Histogram);

/// <param name="FromDays">First day of the range.</param>
/// <param name="ToDays">Last day of the range; null for the open end.</param>
public sealed record GapRange(long FromDays, long? ToDays, long Gaps);

/// <param name="MedianDays">After so many days half have come back (Kaplan-Meier); null while it is not reached.</param>
/// <param name="NaiveMedianDays">The median of those who did come back: too short, given for comparison only.</param>
/// <param name="Curve">Every day on which somebody came back, and the last day watched.</param>
public sealed record SecondPurchase(
    long Persons, long CameBack, long? MedianDays, long? NaiveMedianDays, IReadOnlyList<StillAway> At, IReadOnlyList<CurvePoint> Curve);

/// <summary>The share that has not come back after so many days; null beyond what was watched.</summary>
public sealed record StillAway(long Days, double? StillAwayShare);

/// <param name="Survival">The share that has not come back yet.</param>
public sealed record CurvePoint(long Days, long AtRisk, long CameBack, double Survival, double StandardError);

internal static class RepurchaseReport
{
    private static readonly long[] GapEdges = [7, 14, 30, 60, 90, 180, 365];
    private static readonly long[] Milestones = [7, 14, 30, 60, 90, 120, 180, 365];

    public static async Task<ReportAnswer> Make(ReportContext context) => new RepurchaseAnswer
    {
        Gaps = Figures(new Distribution(await context.Rows("Repurchase/gaps", r => (r.Long("gap_days"), r.Long("gaps"))))),
        SecondPurchase = Second(await context.Rows("Repurchase/durations", r => new Duration(r.Long("days"), r.Long("came_back"), r.Long("still_waiting")))),
    };

    private static GapFigures Figures(Distribution gaps)
    {
        var counts = gaps.Histogram(GapEdges);
        return new GapFigures(gaps.Count, Ratio.Rounded(gaps.Mean, 3), gaps.Quantile(1, 2), gaps.Quantile(1, 4), gaps.Quantile(3, 4), gaps.Max,
            [.. counts.Select((count, i) => new GapRange(i == 0 ? 1 : GapEdges[i - 1] + 1, i < GapEdges.Length ? GapEdges[i] : null, count))]);
    }

    private static SecondPurchase Second(List<Duration> durations)
    {
        var estimate = KaplanMeier.Estimate(durations);
        var naive = new Distribution(durations.Select(d => (d.Days, d.Events))).Quantile(1, 2);
        return new SecondPurchase(estimate.Persons, estimate.Events, estimate.MedianDays, naive,
            [.. Milestones.Select(days => new StillAway(days, Ratio.Rounded(estimate.SurvivalAt(days))))],
            [.. estimate.Points.Where((p, i) => p.Events > 0 || i == estimate.Points.Length - 1)
                .Select(p => new CurvePoint(p.Days, p.AtRisk, p.Events, Math.Round(p.Survival, 6), Math.Round(p.StandardError, 6)))]);
    }
}
