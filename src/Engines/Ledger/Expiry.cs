using NodaTime;

namespace Danke.Engines.Ledger;

/// <summary>When points end.</summary>
public static class Expiry
{
    /// <summary>
    /// The instant at which points that became spendable at <paramref name="activeAtMs"/> are gone: 00:00 of the day after the last valid
    /// day, in the program's zone. The last day is the active day plus whole months (31 January + 1 month = 28 February), moved to the
    /// end of its month, quarter or year when the rule says so. Null: never.
    /// </summary>
    public static long? Of(Validity validity, string zone, long activeAtMs)
    {
        if (validity.Months is not { } months) return null;
        var local = DateTimeZoneProviders.Tzdb[zone];
        var day = Instant.FromUnixTimeMilliseconds(activeAtMs).InZone(local).Date.PlusMonths(months);
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
