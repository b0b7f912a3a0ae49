using System.Collections.Immutable;

namespace Danke.Engines.Tiers;

/// <summary>What thresholds count.</summary>
public enum Measure { Growth, Spend, Orders }

/// <summary>Over which time thresholds are counted.</summary>
public enum CountingWindow
{
    Ever, Month, Quarter, Year,

    /// <summary>The last days or months, today among them.</summary>
    Rolling,

    /// <summary>A year from the day of joining, and again.</summary>
    Anniversary,

    /// <summary>Since the tier was entered or kept anew.</summary>
    SinceTier,
}

/// <summary>What "the period" is where something happens at its end.</summary>
public enum Period { Month, Quarter, Year, Anniversary }

public enum Upgrade { AtOnce, PeriodEnd }

public enum Downgrade
{
    None,

    /// <summary>One tier, and at the end of the period the next.</summary>
    OneStep,
    ToValue,
}

/// <summary>What a refund does to a tier that the refunded order helped to reach.</summary>
public enum TierRefunds
{
    /// <summary>What was bought counts, whatever came back.</summary>
    Never,
    AtOnce,

    /// <summary>Looked at when the day of the return is over: at most one tier down, and only when that order had moved the member up.</summary>
    EndOfDay,
    EndOfPeriod,
}

public enum KeepUntil { PeriodEnd, NextPeriodEnd }

/// <summary>How long a tier is kept once it is reached, whatever is counted meanwhile.</summary>
/// <param name="Days">After the day on which it was reached, or after the end of the period.</param>
public sealed record Keep(int Days = 0, KeepUntil? Until = null);

/// <summary>So much of one measure within the window.</summary>
public sealed record Threshold(Measure Of, long From);

/// <summary>Several thresholds: any of them, or all.</summary>
public sealed record Needs(ImmutableArray<Threshold>? Any = null, ImmutableArray<Threshold>? All = null)
{
    public IEnumerable<Threshold> Thresholds => (Any ?? []).Concat(All ?? []);
}

/// <summary>A tier that is bought: an order with one of the goods gives it for so many days after the day of completion.</summary>
public sealed record PaidTier(ImmutableArray<string> Skus, int Days);

/// <summary>How tiers are reached, kept and lost.</summary>
public sealed record Qualification
{
    /// <summary>What a program means that says nothing: growth ever counted, at once, refunds too.</summary>
    public static readonly Qualification Plain = new() { Refunds = TierRefunds.AtOnce };

    /// <summary>What the tiers' <c>from</c> counts.</summary>
    public Measure Of { get; init; } = Measure.Growth;
    public CountingWindow Window { get; init; } = CountingWindow.Ever;
    public int? RollingDays { get; init; }
    public int? RollingMonths { get; init; }

    /// <summary>Null: the window's own, and a month where it has none.</summary>
    public Period? Period { get; init; }
    public Upgrade Upgrade { get; init; } = Upgrade.AtOnce;
    public Downgrade Downgrade { get; init; } = Downgrade.ToValue;

    /// <summary>Full days after the day on which too little is counted.</summary>
    public int GraceDays { get; init; }
    public Keep? Keep { get; init; }
    public TierRefunds Refunds { get; init; } = TierRefunds.EndOfDay;

    /// <summary>Whether an order earns at the rate of the tier that it reaches itself.</summary>
    public bool UpgradeFirst { get; init; }

    public bool IsPlain => this with { UpgradeFirst = false } == Plain;

    public Period ReviewPeriod => Period ?? Window switch
    {
        CountingWindow.Quarter => Tiers.Period.Quarter,
        CountingWindow.Year => Tiers.Period.Year,
        CountingWindow.Anniversary => Tiers.Period.Anniversary,
        _ => Tiers.Period.Month,
    };
}
