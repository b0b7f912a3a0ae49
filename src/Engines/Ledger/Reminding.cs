using System.Collections.Immutable;

namespace Danke.Engines.Ledger;

/// <summary>Members hear that points will end.</summary>
/// <param name="DaysBefore">So many days before the last day on which the points may be spent; at 00:00 of that day.</param>
public sealed record ReminderRule(ImmutableArray<int> DaysBefore);

public enum ReminderState
{
    Told,

    /// <summary>Nobody looked in time, and a later one of the same points is due already.</summary>
    Superseded,

    /// <summary>Nobody looked in time, and the points have been spent since.</summary>
    Gone,
}

/// <summary>When members hear of points that will end: days in the program's zone, as numbers (<see cref="LocalDay"/>).</summary>
public static class Reminding
{
    /// <summary>The day on which the reminder is due, so many days before the last day of points that end at the instant.</summary>
    public static long DueDay(string zone, long endsAtMs, int daysBefore) => LocalDay.Of(zone, endsAtMs - 1) - daysBefore;

    /// <summary>Whose end a reminder on the day is about: after the one instant, up to the other.</summary>
    public static (long AfterMs, long UpToMs) EndsRemindedOn(string zone, long day, int daysBefore) =>
        (LocalDay.StartOf(zone, day + daysBefore), LocalDay.StartOf(zone, day + daysBefore + 1));

    /// <summary>What becomes of a reminder; null when there is nothing to remind of.</summary>
    /// <param name="today">The day on which somebody looked, at the earliest that on which it was due: on the day itself it is told whatever happened since midnight.</param>
    /// <param name="pointsThen">What was to end when the reminder was due.</param>
    /// <param name="pointsNow">What of it is left.</param>
    public static ReminderState? Decide(ReminderRule rule, string zone, long endsAtMs, int daysBefore, long today, long pointsThen, long pointsNow)
    {
        if (pointsThen <= 0) return null;
        if (DueDay(zone, endsAtMs, daysBefore) >= today) return ReminderState.Told;
        var isSuperseded = LocalDay.StartOf(zone, today) >= endsAtMs || rule.DaysBefore.Any(d => d < daysBefore && DueDay(zone, endsAtMs, d) <= today);
        return isSuperseded ? ReminderState.Superseded : pointsNow <= 0 ? ReminderState.Gone : ReminderState.Told;
    }

    internal static IEnumerable<DefinitionProblem> Problems(ReminderRule? rule)
    {
        if (rule is null) yield break;
        if (rule.DaysBefore.IsDefaultOrEmpty || rule.DaysBefore.Length > 10) yield return new("$.expiry_reminders.days_before", "One to ten numbers of days, e.g. [30, 7, 1].");
        else if (rule.DaysBefore.Any(d => d is < 0 or > 365) || rule.DaysBefore.Distinct().Count() != rule.DaysBefore.Length)
            yield return new("$.expiry_reminders.days_before", "Each from 0 to 365, none twice; 0 is the last day itself.");
    }
}
