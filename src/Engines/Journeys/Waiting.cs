using NodaTime;
using NodaTime.Text;

namespace Danke.Engines.Journeys;

/// <summary>When a wait is over.</summary>
public static class Waiting
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>
    /// The instant at which somebody who arrives at <paramref name="fromMs"/> goes on. A clock time that the zone skips moves
    /// forward by the gap (02:30 becomes 03:30); one that comes twice is the first.
    /// </summary>
    public static long Until(WaitNode wait, string zone, long fromMs)
    {
        var from = Instant.FromUnixTimeMilliseconds(fromMs);
        if (wait.Duration is { } text) return (from + ElapsedOf(text)!.Value).ToUnixTimeMilliseconds();
        var local = DateTimeZoneProviders.Tzdb[zone];
        var here = from.InZone(local).LocalDateTime;
        var day = here.Date.PlusDays(wait.Days ?? 0);
        if (wait.At is null) return Lenient(local, day + here.TimeOfDay);
        var clock = ClockOf(wait.At)!.Value;
        var until = Lenient(local, day + clock);
        return wait.Days is null && until < fromMs ? Lenient(local, day.PlusDays(1) + clock) : until;
    }

    private static long Lenient(DateTimeZone zone, LocalDateTime local) => zone.AtLeniently(local).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>An elapsed time; null when the text is none: months and years have no fixed length.</summary>
    public static Duration? ElapsedOf(string text) =>
        PeriodPattern.NormalizingIso.Parse(text) is { Success: true, Value: { Months: 0, Years: 0 } period } ? period.ToDuration() : null;

    /// <summary>A clock time; null when the text is none.</summary>
    public static LocalTime? ClockOf(string text) => Clock.Parse(text) is { Success: true } parsed ? parsed.Value : null;
}
