using System.Collections.Immutable;

namespace Danke.Engines.Audiences;

/// <summary>
/// Who or what something applies to: one tree, asked about a scope of the <see cref="Catalogue"/>. As JSON by
/// <see cref="ConditionJson"/>, as readable text by <see cref="ConditionText"/>; answered by <see cref="Evaluator"/> from facts and by
/// <see cref="ConditionSql"/> in Insight.
/// </summary>
public abstract record Condition
{
    /// <summary>Every part holds; of no parts: everyone.</summary>
    public sealed record All(ImmutableArray<Condition> Parts) : Condition;

    /// <summary>At least one part holds; of no parts: nobody.</summary>
    public sealed record Any(ImmutableArray<Condition> Parts) : Condition;

    public sealed record Not(Condition Part) : Condition;

    /// <summary>A text field is one of the values. The unknown is the empty text.</summary>
    public sealed record TextIn(string Field, ImmutableArray<string> Values) : Condition;

    /// <summary>A field of many texts holds at least one of the values.</summary>
    public sealed record Contains(string Field, ImmutableArray<string> Values) : Condition;

    public sealed record NumberIs(string Field, Comparison Comparison, long Value) : Condition;

    public sealed record FlagIs(string Field) : Condition;

    /// <summary>A moment lies in the window. A missing moment lies in none.</summary>
    public sealed record InstantIn(string Field, Window Window) : Condition;

    /// <summary>A measure over the elements of a collection that lie in the window and satisfy <see cref="Where"/>, compared with a value.</summary>
    /// <param name="Field">What is summed; null for the other measures.</param>
    /// <param name="Where">Asked of each element as a whole: two requirements must be met by the same element.</param>
    public sealed record Measured(
        Measure Measure, string Collection, string? Field, Window? Window, Condition? Where, Comparison Comparison, long Value) : Condition;

    public static readonly Condition Everyone = new All([]);
    public static readonly Condition Nobody = new Any([]);
}

public enum Comparison { Equal, NotEqual, Less, AtMost, Greater, AtLeast }

/// <summary>What is measured over elements. Of no elements the count and the sum are 0, and the days since are unknown: no comparison holds.</summary>
public enum Measure { Count, Sum, DaysSinceFirst, DaysSinceLast }

/// <summary>A stretch of time that ends with the moment of asking, or lies between days of the brand's calendar.</summary>
public abstract record Window
{
    /// <summary>The last so many times 24 hours: later than then, up to and including now.</summary>
    public sealed record LastDays(int Days) : Window;

    /// <summary>From the start of one day (or ever) to before the start of another (or now). ISO dates; at least one is given.</summary>
    public sealed record Between(DateOnly? From, DateOnly? Before) : Window;
}

/// <summary>When, where and in which money a condition is asked.</summary>
/// <param name="AtMs">Milliseconds since 1970 UTC: what happened later is not known yet.</param>
/// <param name="Zone">The brand's time zone (IANA), in which days begin.</param>
/// <param name="Currency">Amounts are compared and summed in this currency only; others count as no amount.</param>
/// <param name="Program">Whose membership <c>tier</c>, <c>points</c>, … speak of.</param>
public sealed record Asked(long AtMs, string Zone, string Currency, string Program)
{
    public const long DayMs = 86_400_000;

    /// <summary>The window as a half-open stretch of milliseconds (after, upTo].</summary>
    internal (long After, long UpTo) Bounds(Window? window) => window switch
    {
        null => (long.MinValue, AtMs),
        Window.LastDays last => (AtMs - last.Days * DayMs, AtMs),
        Window.Between between => (
            between.From is { } from ? StartOf(from) - 1 : long.MinValue,
            Math.Min(between.Before is { } before ? StartOf(before) - 1 : AtMs, AtMs)),
        _ => throw new ArgumentOutOfRangeException(nameof(window)),
    };

    private long StartOf(DateOnly day) => new NodaTime.LocalDate(day.Year, day.Month, day.Day)
        .AtStartOfDayInZone(NodaTime.DateTimeZoneProviders.Tzdb[Zone]).ToInstant().ToUnixTimeMilliseconds();
}
