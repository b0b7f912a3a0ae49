using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace Danke.Engines.Benefits;

/// <summary>A day of every year, without a year.</summary>
public readonly record struct MonthDay(int Month, int Day)
{
    /// <summary>As birthdays are written without their year: <c>02-29</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:00}-{Day:00}");
}

/// <summary>Birthdays and anniversaries: on which day of a year they fall. Days as numbers, days since 1970.</summary>
public static class YearlyDays
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private static readonly MonthDay Leap = new(2, 29);

    public static LocalDate Date(long day) => Epoch.PlusDays((int)day);

    /// <summary>Whose day it is: in a year without 29 February, theirs too who were born on it.</summary>
    public static ImmutableArray<MonthDay> On(LocalDate date, LeapDay leap)
    {
        var own = new MonthDay(date.Month, date.Day);
        var standsIn = leap == LeapDay.February28 ? new MonthDay(2, 28) : new MonthDay(3, 1);
        return own == standsIn && !CalendarSystem.Iso.IsLeapYear(date.Year) ? [own, Leap] : [own];
    }

    /// <summary>The next date of the day, the day itself included.</summary>
    public static LocalDate Next(MonthDay of, LocalDate from, LeapDay leap)
    {
        var date = InYear(of, from.Year, leap);
        return date >= from ? date : InYear(of, from.Year + 1, leap);
    }

    private static LocalDate InYear(MonthDay of, int year, LeapDay leap) =>
        of != Leap || CalendarSystem.Iso.IsLeapYear(year) ? new LocalDate(year, of.Month, of.Day)
        : leap == LeapDay.February28 ? new LocalDate(year, 2, 28) : new LocalDate(year, 3, 1);
}
