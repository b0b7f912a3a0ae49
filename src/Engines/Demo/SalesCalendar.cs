using System.Collections.Immutable;
using System.Globalization;
using Danke.Engines.Randomness;
using NodaTime;

namespace Danke.Engines.Demo;

/// <summary>
/// The selling year of a Chinese brand: how strong each day is, and when in the day people buy. Days are numbered from 0, the
/// plan's first; instants are milliseconds since 1970 UTC. All of China keeps UTC+8 without summer time since 1991.
/// <para>
/// <em>Seasonal time</em> runs fast on strong days and slow on weak ones, one unit a day on the average of a calendar year.
/// A purchase process that is plain in seasonal time has the seasons in real time and keeps its statistics.
/// </para>
/// </summary>
public sealed class SalesCalendar
{
    public const long DayMs = 86_400_000;
    public const long ZoneMs = 8 * 3_600_000;

    private static readonly ChineseLunisolarCalendar Lunar = new();

    // Monday first.
    private static readonly double[] Weekdays = [0.96, 0.95, 0.96, 0.98, 1.02, 1.08, 1.05];

    private static readonly WeightedTable OnlineHours = new([14, 7, 4, 2, 2, 3, 8, 18, 30, 44, 56, 50, 52, 47, 48, 47, 46, 44, 46, 58, 78, 86, 70, 36]);
    private static readonly WeightedTable FestivalHours = new([160, 40, 12, 6, 4, 5, 12, 24, 40, 52, 62, 50, 52, 47, 48, 47, 46, 44, 50, 70, 110, 100, 84, 90]);
    private static readonly WeightedTable StoreHours = new([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 44, 52, 54, 62, 66, 64, 60, 66, 76, 66, 34, 0, 0]);

    private readonly ImmutableArray<double> strength;
    private readonly ImmutableArray<double> seasonalTime;
    private readonly LocalDate from;

    public SalesCalendar(LocalDate from, LocalDate until)
    {
        this.from = from;
        Days = Period.DaysBetween(from, until);
        StartMs = from.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant().ToUnixTimeMilliseconds() - ZoneMs;
        strength = [.. Enumerable.Range(0, Days).Select(day => Strength(from.PlusDays(day)))];
        seasonalTime = [0, .. RunningSum(strength)];
    }

    public int Days { get; }
    public long StartMs { get; }
    public long EndMs => StartMs + Days * DayMs;

    public LocalDate DateOf(int day) => from.PlusDays(day);
    public int DayOf(long atMs) => (int)((atMs - StartMs) / DayMs);
    public long StartOfDayMs(int day) => StartMs + day * DayMs;

    /// <summary>How strong a day is; 1 on the average of its calendar year.</summary>
    public double StrengthOf(int day) => strength[day];

    /// <summary>Seasonal time passed since the first day's start, at the start of a day; <see cref="Days"/> is allowed.</summary>
    public double SeasonalTimeAt(int day) => seasonalTime[day];

    /// <summary>Seasonal time at an instant of the time covered.</summary>
    public double SeasonalTimeAtMs(long atMs)
    {
        var day = DayOf(atMs);
        return seasonalTime[day] + strength[day] * ((atMs - StartOfDayMs(day)) / (double)DayMs);
    }

    /// <summary>The day on which a seasonal time is reached; <see cref="Days"/> when that is after the end.</summary>
    public int DayAtSeasonalTime(double time)
    {
        if (time >= seasonalTime[^1]) return Days;
        int low = 0, high = Days - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (seasonalTime[middle] <= time) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// <summary>An instant of a day as people buy: evenings online, opening hours in stores, midnight at the great festivals.</summary>
    public long PickInstant(RandomStream random, int day, bool inStore)
    {
        var hours = inStore ? StoreHours : IsFestival(DateOf(day)) ? FestivalHours : OnlineHours;
        return StartOfDayMs(day) + hours.Pick(random) * 3_600_000L + random.NextBelow(3_600_000);
    }

    /// <summary>The two nights when half the country sits up to buy.</summary>
    public static bool IsFestival(LocalDate date) => (date.Month, date.Day) is (6, 18) or (11, 11);

    /// <summary>The name of the sales promotion on a date, e.g. <c>2024-1111</c>; null on an ordinary day.</summary>
    public static string? PromotionOn(LocalDate date) => (date.Month, date.Day) switch
    {
        (3, >= 5 and <= 8) => $"{date.Year}-0308",
        (5, >= 31) or (6, <= 18) => $"{date.Year}-0618",
        (10, >= 31) or (11, <= 11) => $"{date.Year}-1111",
        (12, >= 10 and <= 12) => $"{date.Year}-1212",
        _ => null,
    };

    private static double Strength(LocalDate date) => Raw(date) / YearlyMean(date.Year);

    private static double Raw(LocalDate date) =>
        Weekdays[(int)date.DayOfWeek - 1] * Promotion(date) * NewYear(date);

    private static double YearlyMean(int year) => Means.GetOrAdd(year, static y =>
    {
        var days = CalendarSystem.Iso.GetDaysInYear(y);
        var first = new LocalDate(y, 1, 1);
        return Enumerable.Range(0, days).Sum(day => Raw(first.PlusDays(day))) / days;
    });

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, double> Means = new();

    private static double Promotion(LocalDate date) => (date.Month, date.Day) switch
    {
        (3, 8) => 2.4,
        (3, >= 5 and <= 7) => 1.3,
        (5, 20) => 1.8,
        (5, 31) => 1.6,
        (6, 1) => 2.2,
        (6, >= 2 and <= 15) => 1.25,
        (6, 16 or 17) => 2,
        (6, 18) => 4.5,
        (6, >= 19) => 0.75,
        (9, 9) => 1.4,
        (10, 31) => 2,
        (11, >= 1 and <= 3) => 2.5,
        (11, >= 4 and <= 9) => 1.35,
        (11, 10) => 2.4,
        (11, 11) => 7.5,
        (11, 12) => 1.2,
        (11, >= 13 and <= 25) => 0.75,
        (12, 12) => 2.2,
        _ => 1,
    };

    // People stock up before the lunar New Year; then parcels stop and everyone is at home.
    private static double NewYear(LocalDate date) => DaysFromNewYear(date) switch
    {
        >= -20 and <= -8 => 1.25,
        >= -7 and <= -4 => 0.8,
        >= -3 and <= 7 => 0.35,
        >= 8 and <= 12 => 0.8,
        _ => 1,
    };

    private static int DaysFromNewYear(LocalDate date) =>
        Period.DaysBetween(LocalDate.FromDateTime(Lunar.ToDateTime(date.Year, 1, 1, 0, 0, 0, 0)), date);

    private static IEnumerable<double> RunningSum(IEnumerable<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) yield return sum += value;
    }
}
