using Danke.Engines.Demo;
using Danke.Engines.Randomness;
using NodaTime;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Demo;

public sealed class SalesCalendarTests
{
    private static readonly SalesCalendar TwoYears = new(new LocalDate(2024, 1, 1), new LocalDate(2026, 1, 1));

    [Fact]
    public void A_calendar_year_has_as_much_seasonal_time_as_days()
    {
        TwoYears.Days.ShouldBe(366 + 365);
        TwoYears.SeasonalTimeAt(366).ShouldBe(366, 1e-9);
        TwoYears.SeasonalTimeAt(TwoYears.Days).ShouldBe(731, 1e-9);
    }

    [Fact]
    public void The_strongest_days_are_the_great_festivals()
    {
        var strongest = Enumerable.Range(0, TwoYears.Days).OrderByDescending(TwoYears.StrengthOf).Take(4).Select(TwoYears.DateOf).Order();
        strongest.ShouldBe([new(2024, 6, 18), new(2024, 11, 11), new(2025, 6, 18), new(2025, 11, 11)]);
    }

    // The lunar New Year was on 10 February 2024 and on 29 January 2025.
    [Theory]
    [InlineData(2024, 2, 10), InlineData(2025, 1, 29)]
    public void Little_is_sold_around_the_lunar_new_year(int year, int month, int day)
    {
        var calendar = new SalesCalendar(new LocalDate(year, 1, 1), new LocalDate(year, 12, 31));
        var index = Period.DaysBetween(new LocalDate(year, 1, 1), new LocalDate(year, month, day));
        Enumerable.Range(index - 3, 11).ShouldAllBe(d => calendar.StrengthOf(d) < 0.45);
        calendar.StrengthOf(index - 10).ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Seasonal_time_leads_back_to_its_day()
    {
        for (var day = 0; day < TwoYears.Days; day++)
            TwoYears.DayAtSeasonalTime((TwoYears.SeasonalTimeAt(day) + TwoYears.SeasonalTimeAt(day + 1)) / 2).ShouldBe(day);
        TwoYears.DayAtSeasonalTime(0).ShouldBe(0);
        TwoYears.DayAtSeasonalTime(731.5).ShouldBe(TwoYears.Days);
        TwoYears.DayAtSeasonalTime(double.PositiveInfinity).ShouldBe(TwoYears.Days);
    }

    [Fact]
    public void Days_begin_at_midnight_in_china()
    {
        TwoYears.StartMs.ShouldBe(Instant.FromUtc(2023, 12, 31, 16, 0).ToUnixTimeMilliseconds());
        TwoYears.DayOf(TwoYears.StartOfDayMs(5)).ShouldBe(5);
        TwoYears.DayOf(TwoYears.StartOfDayMs(5) - 1).ShouldBe(4);
        TwoYears.DateOf(59).ShouldBe(new LocalDate(2024, 2, 29));
    }

    [Fact]
    public void Stores_sell_in_their_opening_hours_and_the_net_sits_up_for_the_festival()
    {
        var random = RandomStream.Of(1, 1);
        int Hour(LocalDate date, bool inStore)
        {
            var at = TwoYears.PickInstant(random, Period.DaysBetween(new LocalDate(2024, 1, 1), date), inStore);
            return (int)((at - TwoYears.StartMs) % SalesCalendar.DayMs / 3_600_000);
        }
        double Midnight(LocalDate date) => Enumerable.Range(0, 4_000).Count(_ => Hour(date, false) == 0) / 4_000.0;

        Enumerable.Range(0, 2_000).Select(_ => Hour(new LocalDate(2024, 5, 4), true)).ShouldAllBe(h => h >= 10 && h <= 21);
        Midnight(new LocalDate(2024, 11, 11)).ShouldBeGreaterThan(0.09);
        Midnight(new LocalDate(2024, 11, 19)).ShouldBeLessThan(0.04);
    }

    [Fact]
    public void Promotions_have_names()
    {
        SalesCalendar.PromotionOn(new LocalDate(2025, 11, 11)).ShouldBe("2025-1111");
        SalesCalendar.PromotionOn(new LocalDate(2025, 10, 31)).ShouldBe("2025-1111");
        SalesCalendar.PromotionOn(new LocalDate(2025, 5, 31)).ShouldBe("2025-0618");
        SalesCalendar.PromotionOn(new LocalDate(2025, 6, 19)).ShouldBeNull();
    }
}
