using NodaTime;

namespace Danke.Engines.Tiers;

/// <summary>Days and periods of a program's zone, as instants.</summary>
internal sealed class Calendar(string zone, long joinedAtMs)
{
    private readonly DateTimeZone local = DateTimeZoneProviders.Tzdb[zone];

    public LocalDate DayOf(long atMs) => Instant.FromUnixTimeMilliseconds(atMs).InZone(local).Date;

    public long StartOf(LocalDate day) => day.AtStartOfDayInZone(local).ToInstant().ToUnixTimeMilliseconds();

    public long EndOfDay(long atMs) => StartOf(DayOf(atMs).PlusDays(1));

    /// <summary>When so many days are over that begin with the next midnight, or now when it is midnight.</summary>
    public long AfterFullDays(long atMs, int days)
    {
        var day = DayOf(atMs);
        return StartOf((StartOf(day) == atMs ? day : day.PlusDays(1)).PlusDays(days));
    }

    public long PeriodStart(Period period, long atMs) => StartOf(StartDay(period, DayOf(atMs)));

    /// <summary>The end of the period that the instant is in: the start of the next.</summary>
    public long PeriodEnd(Period period, long atMs)
    {
        var start = StartDay(period, DayOf(atMs));
        return StartOf(period switch
        {
            Period.Month => start.PlusMonths(1),
            Period.Quarter => start.PlusMonths(3),
            Period.Year => start.PlusYears(1),
            _ => Anniversary(start.Year + 1),
        });
    }

    private LocalDate StartDay(Period period, LocalDate day) => period switch
    {
        Period.Month => new LocalDate(day.Year, day.Month, 1),
        Period.Quarter => new LocalDate(day.Year, (day.Month - 1) / 3 * 3 + 1, 1),
        Period.Year => new LocalDate(day.Year, 1, 1),
        _ => Anniversary(day.Year) <= day ? Anniversary(day.Year) : Anniversary(day.Year - 1),
    };

    // Who joined on 29 February has it on the 28th in other years.
    private LocalDate Anniversary(int year)
    {
        var joined = DayOf(joinedAtMs);
        return joined.PlusYears(year - joined.Year);
    }
}
