using NodaTime;

namespace Danke.Engines.Ledger;

/// <summary>Days as numbers: days since 1970 in a zone.</summary>
public static class LocalDay
{
    private const long Milliseconds = 86_400_000;

    /// <summary>The instant at which the day begins.</summary>
    public static long StartOf(string zone, long day) =>
        new LocalDate(1970, 1, 1).PlusDays((int)day).AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[zone]).ToInstant().ToUnixTimeMilliseconds();

    /// <param name="zone">IANA; null for UTC.</param>
    public static long Of(string? zone, long atMs)
    {
        var offset = zone is null ? 0 : DateTimeZoneProviders.Tzdb[zone].GetUtcOffset(Instant.FromUnixTimeMilliseconds(atMs)).Milliseconds;
        var local = atMs + offset;
        return local >= 0 ? local / Milliseconds : (local - Milliseconds + 1) / Milliseconds;
    }
}
