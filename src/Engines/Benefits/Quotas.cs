using Danke.Engines.Ledger;
using NodaTime;

namespace Danke.Engines.Benefits;

/// <summary>How much of a benefit is used and left.</summary>
/// <param name="Left">Null: as often as the member likes.</param>
/// <param name="ResetsAtMs">When it counts from nothing again; null when no time is set.</param>
public readonly record struct QuotaUse(long Used, long? Left, long? ResetsAtMs);

public static class Quotas
{
    /// <param name="uses">Instants of the member's uses that stand, each with how many it was.</param>
    /// <param name="tierSinceMs">Since when the member holds the tier.</param>
    public static QuotaUse At(Quota? quota, string zone, long tierSinceMs, IEnumerable<(long AtMs, long Times)> uses, long atMs)
    {
        if (quota is null) return new QuotaUse(uses.Sum(u => u.Times), null, null);
        var (from, to) = Window(quota.Per, zone, tierSinceMs, atMs);
        var used = uses.Where(u => u.AtMs >= from && u.AtMs < to).Sum(u => u.Times);
        return new QuotaUse(used, Math.Max(0, quota.Times - used), to == long.MaxValue ? null : to);
    }

    private static (long FromMs, long ToMs) Window(QuotaPeriod per, string zone, long tierSinceMs, long atMs)
    {
        if (per == QuotaPeriod.Ever) return (long.MinValue, long.MaxValue);
        if (per == QuotaPeriod.TierPeriod) return (tierSinceMs, long.MaxValue);
        var local = DateTimeZoneProviders.Tzdb[zone];
        var day = Instant.FromUnixTimeMilliseconds(atMs).InZone(local).Date;
        var (first, next) = per switch
        {
            QuotaPeriod.Day => (day, day.PlusDays(1)),
            QuotaPeriod.Month => (new LocalDate(day.Year, day.Month, 1), new LocalDate(day.Year, day.Month, 1).PlusMonths(1)),
            _ => (new LocalDate(day.Year, 1, 1), new LocalDate(day.Year + 1, 1, 1)),
        };
        return (Start(first), Start(next));
        long Start(LocalDate date) => local.AtStartOfDay(date).ToInstant().ToUnixTimeMilliseconds();
    }
}
