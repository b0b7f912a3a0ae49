using NodaTime;

namespace Danke.Engines.Ledger;

/// <summary>When points begin and when they end.</summary>
public static class Expiry
{
    /// <summary>The instant from which the points of an order that was completed then may be spent.</summary>
    public static long ActiveFrom(PendingRule? pending, string zone, long completedAtMs)
    {
        if (pending is null) return completedAtMs;
        var local = DateTimeZoneProviders.Tzdb[zone];
        return Instant.FromUnixTimeMilliseconds(completedAtMs).InZone(local).Date.PlusDays(pending.Days).AtStartOfDayInZone(local).ToInstant().ToUnixTimeMilliseconds();
    }

    /// <summary>
    /// The instant at which points that became spendable at <paramref name="activeAtMs"/> are gone: 00:00 of the day after the last valid
    /// day, in the program's zone. The last day is the active day plus whole months and days (31 January + 1 month = 28 February), moved to the
    /// end of its month, quarter or year when the rule says so. Null: never.
    /// </summary>
    /// <param name="earnedAtMs">Counted from here when the rule says so; points that lasted no longer than they were pending end as they begin.</param>
    public static long? Of(Validity validity, string zone, long activeAtMs, long? earnedAtMs = null)
    {
        if (validity is { Months: null, Days: null }) return null;
        var local = DateTimeZoneProviders.Tzdb[zone];
        var start = validity.From == ValidityStart.Earning ? earnedAtMs ?? activeAtMs : activeAtMs;
        var day = Instant.FromUnixTimeMilliseconds(start).InZone(local).Date.PlusMonths(validity.Months ?? 0).PlusDays(validity.Days ?? 0);
        var last = validity.RoundUp switch
        {
            RoundUp.Month => day.With(DateAdjusters.EndOfMonth),
            RoundUp.Quarter => new LocalDate(day.Year, (day.Month + 2) / 3 * 3, 1).With(DateAdjusters.EndOfMonth),
            RoundUp.Year => new LocalDate(day.Year, 12, 31),
            _ => day,
        };
        return last.PlusDays(1).AtStartOfDayInZone(local).ToInstant().ToUnixTimeMilliseconds();
    }
}
