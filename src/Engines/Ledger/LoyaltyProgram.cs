using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Danke.Engines.Benefits;
using Danke.Engines.Earning;
using Danke.Engines.Tiers;

namespace Danke.Engines.Ledger;

/// <summary>
/// A loyalty program as data: what earns points, when they may be spent, how long they last, what a refund takes back and
/// which growth value makes which tier. Versioned; the ledger records the version that decided.
/// </summary>
public sealed record LoyaltyProgram
{
    /// <summary>Lower-case name; events that name no program mean the one called <c>default</c>.</summary>
    public required string Name { get; init; }
    public required string Title { get; init; }
    public long Version { get; init; }

    /// <summary>The first day, in the program's zone, whose events this version decides; earlier events are the versions' before it. Null: any.</summary>
    public DateOnly? EffectiveFrom { get; init; }

    /// <summary>IANA zone in which days and months are counted.</summary>
    public required string Zone { get; init; }

    /// <summary>ISO 4217; orders in another currency earn nothing.</summary>
    public required string Currency { get; init; }

    /// <summary>Who is a member: who joins, or everybody who buys.</summary>
    public Enrolment Enrolment { get; init; } = Enrolment.OnJoining;
    public required EarnRule Earn { get; init; }
    public required Validity Validity { get; init; }

    /// <summary>How long points wait after the order's completion; null: not at all.</summary>
    public PendingRule? Pending { get; init; }
    public RefundPolicy RefundPolicy { get; init; } = RefundPolicy.WithinBalance;

    /// <summary>What comes back of points when an order that was paid with them is refunded.</summary>
    public ReturnRule Returns { get; init; } = new();

    /// <summary>How long a reservation holds that does not say until when.</summary>
    public int ReservationMinutes { get; init; } = 30;

    /// <summary>What points are worth, and how they may move beside earning and spending.</summary>
    public LedgerRule Ledger { get; init; } = new();

    /// <summary>When members hear that points will end; null: never.</summary>
    public ReminderRule? ExpiryReminders { get; init; }

    /// <summary>What members call the program's points; null: points.</summary>
    public string? PointsTitle { get; init; }

    /// <summary>As <see cref="PointType.Scale"/>, of the program's first type.</summary>
    public int Scale { get; init; }

    /// <summary>Points of further types, beside the program's own.</summary>
    public ImmutableArray<PointType> PointTypes { get; init; } = [];

    /// <summary>Which types may become which.</summary>
    public ImmutableArray<Conversion> Conversions { get; init; } = [];

    /// <summary>This is the ledger of a further type: members and tiers are the program's.</summary>
    [JsonIgnore]
    public bool IsOfFurtherType => Engines.Ledger.PointTypes.IsOfFurtherType(Name);

    /// <summary>Members may spend together; null: they may not.</summary>
    public PoolRule? Pooling { get; init; }

    /// <summary>What makes growth: points of growth for money spent, counted when the order completes.</summary>
    public required Rate Growth { get; init; }

    /// <summary>Ascending by <see cref="TierRule.From"/>; the first starts at 0.</summary>
    public required ImmutableArray<TierRule> Tiers { get; init; }

    /// <summary>What members have beside points for spending.</summary>
    public ImmutableArray<Benefit> Benefits { get; init; } = [];

    /// <summary>How tiers are reached, kept and lost; null: growth ever counted, at once.</summary>
    public Qualification? Qualification { get; init; }

    [JsonIgnore]
    public Qualification Rules => Qualification ?? Qualification.Plain;

    /// <summary>The tier is a function of the growth value alone, without regard to time.</summary>
    [JsonIgnore]
    public bool HasPlainTiers => IsOfFurtherType || Rules.IsPlain && Tiers.All(t => t is { IsReached: true, Needs: null });

    /// <summary>Whether this version decides what happened at the instant, if no later one does.</summary>
    public bool DecidesAt(long atMs) => EffectiveFrom is not { } day
        || atMs >= new NodaTime.LocalDate(day.Year, day.Month, day.Day).AtStartOfDayInZone(NodaTime.DateTimeZoneProviders.Tzdb[Zone]).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The tier of a growth value: the highest whose threshold is reached; exactly on the threshold is reached.</summary>
    public TierRule TierFor(long growth)
    {
        var tier = Tiers[0];
        foreach (var candidate in Tiers)
            if (candidate.IsReached && growth >= candidate.From) tier = candidate;
        return tier;
    }

    /// <summary>A tier's place on the ladder, from 0; -1 for none of the name.</summary>
    public int PlaceOf(string tier)
    {
        for (var i = 0; i < Tiers.Length; i++)
            if (Tiers[i].Name == tier) return i;
        return -1;
    }

    /// <summary>The tier after this one; null at the top.</summary>
    public TierRule? TierAfter(string name)
    {
        var index = -1;
        for (var i = 0; i < Tiers.Length; i++)
            if (Tiers[i].Name == name) index = i;
        return index + 1 < Tiers.Length ? Tiers[index + 1] : null;
    }

    public TierRule Tier(string name) => Tiers.FirstOrDefault(t => t.Name == name) ?? Tiers[0];
}

/// <param name="Days">Spendable from 00:00 of so many days after the day of completion.</param>
public sealed record PendingRule(int Days);

public enum Enrolment { OnJoining, OnPurchase }

/// <summary>So many points for each so many minor units; what is left over earns nothing.</summary>
/// <param name="Points">At least 0.</param>
/// <param name="EachMinor">At least 1.</param>
public sealed record Rate(long Points, long EachMinor)
{
    /// <summary>Floor of base × points × percent ÷ (each × 100), exact at any size that fits the result.</summary>
    public long For(long baseMinor, int percent = 100) =>
        baseMinor <= 0 ? 0 : (long)((Int128)baseMinor * Points * percent / ((Int128)EachMinor * 100));
}

/// <summary>Points for spending.</summary>
/// <param name="Rate">Before the tier's multiplier.</param>
/// <param name="WithShipping">Whether shipping counts as spending.</param>
/// <param name="Base">Whether the order's own discount is spending.</param>
/// <param name="Rounding">How refunds are rounded.</param>
public sealed record EarnRule(Rate Rate, bool WithShipping = false, EarnBase Base = EarnBase.AfterDiscount, RefundRounding Rounding = RefundRounding.Cumulative)
{
    /// <summary>What earns beside the rate.</summary>
    public ImmutableArray<PointsRule> Rules { get; init; } = [];

    /// <summary>Which of the rules count when several hold.</summary>
    public Stacking Stacking { get; init; } = Stacking.Sum;

    /// <summary>What several multipliers come to: ×2 and ×3 make ×4 when added, ×6 when multiplied.</summary>
    public Multipliers Multipliers { get; init; } = Multipliers.Add;

    /// <summary>Of all rules together, the rate included.</summary>
    public Caps? Caps { get; init; }

    /// <summary>Nothing but the rate: no facts beyond the order's amounts and its tier are needed.</summary>
    [JsonIgnore]
    public bool IsRateAlone => Rules.IsDefaultOrEmpty && Caps is null;

    /// <summary>Whether orders earn at all.</summary>
    [JsonIgnore]
    public bool IsOfOrders => Rate.Points > 0 || !Rules.IsDefaultOrEmpty && Rules.Any(r => r.On != RuleTarget.Interaction);
}

public enum EarnBase { AfterDiscount, BeforeDiscount }

public enum RefundRounding
{
    /// <summary>An order keeps what the part that was kept earns.</summary>
    Cumulative,

    /// <summary>Each refund takes what its own amount earns, rounded down: many small ones may take nothing until nothing is kept.</summary>
    PerRefund,
}

/// <summary>What becomes of points that paid for something that is returned.</summary>
/// <param name="Restore">Whether they have the life that they had, or a new one.</param>
/// <param name="ReissueDays">How many days re-issued points last after the day of the return.</param>
public sealed record ReturnRule(Restore Restore = Restore.OriginalExpiry, int ReissueDays = 30);

public enum Restore { OriginalExpiry, Reissue }

/// <summary>How long points last after they became spendable.</summary>
/// <param name="Months">Null: for ever.</param>
/// <param name="RoundUp">To which end the last day is moved.</param>
/// <param name="Days">Days beside the months; with days and no months, days alone.</param>
/// <param name="From">Counted from when points became spendable, or from when they were earned.</param>
public sealed record Validity(int? Months, RoundUp RoundUp = RoundUp.None, int? Days = null, ValidityStart From = ValidityStart.Activation);

public enum ValidityStart { Activation, Earning }

public enum RoundUp { None, Month, Quarter, Year }

/// <summary>What happens when a refund takes back points that are spent already.</summary>
public enum RefundPolicy
{
    /// <summary>Only points still pending are taken.</summary>
    OnlyPending,

    /// <summary>As many as the balance holds; the rest is written off and reported.</summary>
    WithinBalance,

    /// <summary>All; the balance may become a debt, which the next earning pays first.</summary>
    Unlimited,
}

/// <summary>One tier.</summary>
/// <param name="From">The growth value (or what the qualification counts) from which it is reached; with needs only its place on the ladder.</param>
/// <param name="EarnPercent">100 is once, 150 one and a half times the points.</param>
/// <param name="Needs">Instead of <paramref name="From"/>: several thresholds.</param>
/// <param name="ByInvitation">Held only by who was granted it.</param>
/// <param name="Paid">Held only by who bought it, or was granted it.</param>
public sealed record TierRule(string Name, string Title, long From, int EarnPercent, Needs? Needs = null, bool ByInvitation = false, PaidTier? Paid = null)
{
    /// <summary>By what is counted, and not only by a grant.</summary>
    [JsonIgnore]
    public bool IsReached => !ByInvitation && Paid is null;

    public bool IsMetBy(Counts counts, Measure of) =>
        Needs is null ? counts.Of(of) >= From
        : Needs.Any is { } any ? any.Any(t => counts.Of(t.Of) >= t.From)
        : Needs.All is { } all && all.All(t => counts.Of(t.Of) >= t.From);
}
