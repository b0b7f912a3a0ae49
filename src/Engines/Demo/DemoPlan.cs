using NodaTime;

namespace Danke.Engines.Demo;

/// <summary>
/// What to generate. Two equal plans give the same events, byte for byte, on every machine and in every year.
/// </summary>
public sealed record DemoPlan
{
    /// <summary>The first day when none is given: fixed, so that the same command gives the same output on any day.</summary>
    public static readonly LocalDate DefaultFrom = new(2024, 1, 1);

    public const int MostMembers = 50_000_000;
    public const int MostMonths = 120;
    public const double DefaultDisorder = 0.002;

    /// <summary>How many persons join the brand's program in the time covered. Buyers who never join come on top.</summary>
    public required int Members { get; init; }

    public required int Months { get; init; }
    public ulong Seed { get; init; }

    /// <summary>The first day, in Chinese time.</summary>
    public LocalDate From { get; init; } = DefaultFrom;

    /// <summary>The share of events that arrive late or, as often, a second time.</summary>
    public double Disorder { get; init; } = DefaultDisorder;

    public DemoModel Model { get; init; } = DemoModel.Default;

    /// <summary>The day after the last one.</summary>
    public LocalDate Until => From.PlusMonths(Months);

    /// <summary>The plan whose last event lies before the start of <paramref name="today"/>: a brand that is alive now.</summary>
    public static DemoPlan UpTo(LocalDate today, int members, int months, ulong seed) =>
        new() { Members = members, Months = months, Seed = seed, From = today.PlusMonths(-months) };

    /// <summary>Why the plan cannot be carried out, for a person to read; null when it can.</summary>
    public string? Fault() =>
        Members is < 1 or > MostMembers ? $"members must be 1 to {MostMembers}"
        : Months is < 1 or > MostMonths ? $"months must be 1 to {MostMonths}"
        : From.Year is < 2000 or > 2080 ? "the first day must lie in the years 2000 to 2080"
        : !(Disorder is >= 0 and <= 0.5) ? "disorder is a share from 0 to 0.5"
        : null;
}
