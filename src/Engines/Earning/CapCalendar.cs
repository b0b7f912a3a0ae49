using NodaTime;

namespace Danke.Engines.Earning;

/// <summary>What was given on one day.</summary>
/// <param name="Times">How many orders and interactions gained.</param>
public readonly record struct DayUse(long Day, long Points, long Times);

/// <summary>Days, months and years of caps, in a program's zone.</summary>
public static class CapCalendar
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    public static long Day(long atMs, string zone) => Period.DaysBetween(Epoch, Instant.FromUnixTimeMilliseconds(atMs).InZone(DateTimeZoneProviders.Tzdb[zone]).Date);

    /// <summary>What was given on the days so far, as caps of an event on the day count it.</summary>
    public static CapUse Use(IEnumerable<DayUse> gains, long day, long budget)
    {
        var today = Epoch.PlusDays((int)day);
        var use = new CapUse(0, 0, 0, 0, budget, 0, 0, 0);
        foreach (var gain in gains)
        {
            var on = Epoch.PlusDays((int)gain.Day);
            use = use with { Person = use.Person + gain.Points, TimesPerson = use.TimesPerson + gain.Times };
            if (on.Year != today.Year) continue;
            use = use with { Year = use.Year + gain.Points };
            if (on.Month != today.Month) continue;
            use = use with { Month = use.Month + gain.Points, TimesMonth = use.TimesMonth + gain.Times };
            if (on == today) use = use with { Day = use.Day + gain.Points, TimesDay = use.TimesDay + gain.Times };
        }
        return use;
    }
}
