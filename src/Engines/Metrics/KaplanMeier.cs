using System.Collections.Immutable;

namespace Danke.Engines.Metrics;

/// <summary>How many persons' time ended after so many days: with the event, or with the end of observation.</summary>
/// <param name="Days">Time since the start, in whole days.</param>
/// <param name="Events">For how many the event came on that day.</param>
/// <param name="Censored">For how many observation ended on that day without it; they are at risk on the day itself.</param>
public readonly record struct Duration(long Days, long Events, long Censored);

/// <summary>The share still without the event after <paramref name="Days"/> days.</summary>
/// <param name="AtRisk">Persons observed without the event up to that day.</param>
/// <param name="Survival">The product-limit estimate S(t).</param>
/// <param name="StandardError">By Greenwood's formula.</param>
public readonly record struct SurvivalPoint(long Days, long AtRisk, long Events, double Survival, double StandardError);

/// <summary>
/// The product-limit estimate of the time to an event (Kaplan and Meier, JASA 53, 1958): those who have not come back <em>yet</em> count for
/// as long as they were watched, where a mean over those who did come back would be biased towards the quick.
/// </summary>
public sealed class KaplanMeier
{
    public required ImmutableArray<SurvivalPoint> Points { get; init; }

    /// <summary>Persons observed.</summary>
    public required long Persons { get; init; }

    /// <summary>Of them, with the event.</summary>
    public required long Events { get; init; }

    /// <summary>The first day on which half or more had the event; null when it was never reached.</summary>
    public long? MedianDays
    {
        get
        {
            foreach (var point in Points)
                if (point.Survival <= 0.5) return point.Days;
            return null;
        }
    }

    /// <summary>S(t): 1 before the first event. Null beyond the last observation, where nothing is known.</summary>
    public double? SurvivalAt(long days)
    {
        if (Points.IsEmpty || days > Points[^1].Days) return null;
        var survival = 1.0;
        foreach (var point in Points)
        {
            if (point.Days > days) break;
            survival = point.Survival;
        }
        return survival;
    }

    /// <param name="durations">At most one for each number of days, in any order.</param>
    public static KaplanMeier Estimate(IEnumerable<Duration> durations)
    {
        var ordered = durations.OrderBy(d => d.Days).ToArray();
        var persons = ordered.Sum(d => d.Events + d.Censored);
        var points = ImmutableArray.CreateBuilder<SurvivalPoint>(ordered.Length);
        var atRisk = persons;
        var survival = 1.0;
        var greenwood = 0.0;
        foreach (var (days, events, censored) in ordered)
        {
            if (events > 0) survival *= 1 - (double)events / atRisk;
            if (events > 0 && events < atRisk) greenwood += (double)events / ((double)atRisk * (atRisk - events));
            points.Add(new SurvivalPoint(days, atRisk, events, survival, survival * Math.Sqrt(greenwood)));
            atRisk -= events + censored;
        }
        return new KaplanMeier { Points = points.ToImmutable(), Persons = persons, Events = ordered.Sum(d => d.Events) };
    }
}
