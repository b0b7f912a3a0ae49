using NodaTime;

namespace Danke.Engines.Ledger;

/// <summary>Days as numbers: days since 1970 in a zone.</summary>
public static class LocalDay
{
    private const long Milliseconds = 86_400_000;

    /// <param name="zone">IANA; null for UTC.</param>
    public static long Of(string? zone, long atMs)
    {
        var offset = zone is null ? 0 : DateTimeZoneProviders.Tzdb[zone].GetUtcOffset(Instant.FromUnixTimeMilliseconds(atMs)).Milliseconds;
        var local = atMs + offset;
        return local >= 0 ? local / Milliseconds : (local - Milliseconds + 1) / Milliseconds;
    }
}
