using System.Text;
using Danke.Contracts.Events;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace Danke.Platform.Settings;

/// <summary>Days on the brand's calendar.</summary>
public static class BrandDays
{
    /// <summary>Whole calendar days between two instants: 0 on the same day, whatever the hours.</summary>
    public static int Between(long fromMs, long toMs, string zone) => Period.DaysBetween(DayOf(fromMs, zone), DayOf(toMs, zone));

    private static LocalDate DayOf(long ms, string zone) => Instant.FromUnixTimeMilliseconds(ms).InZone(DateTimeZoneProviders.Tzdb[zone]).Date;

    /// <summary>The beginning of a range as the API takes it: a day of the brand's zone, or an instant. Null when not given.</summary>
    /// <exception cref="ProblemException">400 <c>bad_time</c>.</exception>
    public static long? From(string? text, string zone, string parameter) => Read(text, zone, parameter, daysLater: 0);

    /// <summary>The end of a range, exclusive: a day is meant with all of it.</summary>
    /// <exception cref="ProblemException">400 <c>bad_time</c>.</exception>
    public static long? To(string? text, string zone, string parameter) => Read(text, zone, parameter, daysLater: 1);

    private static long? Read(string? text, string zone, string parameter, int daysLater)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= Rfc3339.FirstYear and <= Rfc3339.LastYear } day })
            return day.PlusDays(daysLater).AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[zone]).ToInstant().ToUnixTimeMilliseconds();
        if (Rfc3339.Read(Encoding.UTF8.GetBytes(text), out var ms) == Rfc3339.Reading.Ok) return ms;
        throw new ProblemException(StatusCodes.Status400BadRequest, "bad_time", $"'{parameter}' is a day as 2026-11-11 or an instant as 2026-11-11T00:00:00+08:00, in the years 1990 to 2100.");
    }
}
