using System.Collections.Immutable;

namespace Danke.Engines.Metrics;

/// <summary>One cohort's members in one later period.</summary>
/// <param name="Size">Members of the cohort.</param>
/// <param name="Offset">Periods since the cohort's own; 0 is the cohort's own period.</param>
/// <param name="Returned">Members who bought in that period.</param>
/// <param name="ReturnedLater">Members who bought in that or any later complete period.</param>
/// <param name="Complete">The period is over and its data is in; others are shown but never pooled.</param>
public readonly record struct CohortPeriod(string Cohort, long Size, int Offset, long Returned, long ReturnedLater, bool Complete);

/// <summary>Retention pooled over the cohorts whose period is complete: sums over sums, so that a large cohort weighs as much as it is.</summary>
/// <param name="Cohorts">How many cohorts it is pooled over.</param>
/// <param name="OnOrAfterLinked">
/// The share that bought in this or a later complete period, linked step by step: each step compares the same cohorts with themselves one
/// period earlier. The plain share is over fewer and older cohorts the further it goes, and so may rise for that reason alone; this one cannot.
/// </param>
public readonly record struct PooledRetention(int Offset, int Cohorts, long Members, long Returned, long ReturnedLater, double OnOrAfterLinked)
{
    public double ReturnOn => (double)Returned / Members;
    public double ReturnOnOrAfter => (double)ReturnedLater / Members;
}

public static class Retention
{
    /// <param name="periods">Every cohort's periods from offset 0 on, without holes, in any order.</param>
    public static ImmutableArray<PooledRetention> Pool(IEnumerable<CohortPeriod> periods)
    {
        var complete = periods.Where(p => p.Complete && p.Size > 0).ToArray();
        var laterBefore = complete.ToDictionary(p => (p.Cohort, p.Offset), p => p.ReturnedLater);
        var pooled = ImmutableArray.CreateBuilder<PooledRetention>();
        var linked = 1.0;
        foreach (var cohorts in complete.GroupBy(p => p.Offset).OrderBy(g => g.Key))
        {
            var later = cohorts.Sum(p => p.ReturnedLater);
            var before = cohorts.Sum(p => p.Offset == 0 ? p.Size : laterBefore[(p.Cohort, p.Offset - 1)]);
            linked *= before == 0 ? 0 : (double)later / before;
            pooled.Add(new PooledRetention(cohorts.Key, cohorts.Count(), cohorts.Sum(p => p.Size), cohorts.Sum(p => p.Returned), later, linked));
        }
        return pooled.ToImmutable();
    }
}
