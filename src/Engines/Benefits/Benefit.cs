using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Danke.Engines.Ledger;

namespace Danke.Engines.Benefits;

/// <summary>What members have beside points for spending: gifts that come by themselves, and what they may use.</summary>
/// <param name="Name">For records; lower-case.</param>
/// <param name="Title">For members.</param>
public sealed record Benefit(string Name, string Title, BenefitKind Kind)
{
    /// <summary>Who has it; of an entry gift: on entering which tier. Empty: every tier.</summary>
    public ImmutableArray<string> Tiers { get; init; } = [];

    /// <summary>The first and the last day on which it is there, in the program's zone.</summary>
    public DateOnly? From { get; init; }
    public DateOnly? Until { get; init; }

    /// <summary>Of a gift: what it gives.</summary>
    public Gift? Gives { get; init; }

    /// <summary>Of a gift: what it gives instead to members of a tier.</summary>
    public ImmutableSortedDictionary<string, Gift> ByTier { get; init; } = ImmutableSortedDictionary<string, Gift>.Empty;

    /// <summary>How long points of a gift last; null: as the program's.</summary>
    public Validity? Validity { get; init; }

    /// <summary>Of an entry gift.</summary>
    public GiftOnce Once { get; init; } = GiftOnce.Ever;

    /// <summary>Of a birthday or anniversary: so many days before the day.</summary>
    public int DaysBefore { get; init; }

    /// <summary>When who was born, or joined, on 29 February has the day in other years.</summary>
    public LeapDay LeapDay { get; init; } = LeapDay.February28;

    /// <summary>Of what may be used: how often; null: always.</summary>
    public Quota? Quota { get; init; }

    [JsonIgnore]
    public bool IsGift => Kind is BenefitKind.EntryGift or BenefitKind.Birthday or BenefitKind.Anniversary;

    /// <summary>It comes on a day, without anybody doing anything.</summary>
    [JsonIgnore]
    public bool IsTimed => Kind is BenefitKind.Birthday or BenefitKind.Anniversary;

    public bool IsFor(string tier) => Tiers.IsEmpty || Tiers.Contains(tier);

    public bool IsThereOn(DateOnly day) => (From is not { } from || day >= from) && (Until is not { } until || day <= until);

    /// <summary>What a member of the tier is given; null for nothing.</summary>
    public Gift? GiftFor(string tier) => !IsFor(tier) ? null : ByTier.GetValueOrDefault(tier) ?? Gives;
}

public enum BenefitKind
{
    /// <summary>Given on entering a tier.</summary>
    EntryGift,
    Birthday,

    /// <summary>Each year on the day of joining.</summary>
    Anniversary,
    FreeShipping,

    /// <summary>Goods that only these members may buy.</summary>
    Product,
    Service,
}

/// <param name="Voucher">What the shop or partner knows the coupon by that is to be handed out; Danke keeps and announces the reference.</param>
public sealed record Gift(long Points = 0, string? Voucher = null);

public enum GiftOnce
{
    /// <summary>A member has it once.</summary>
    Ever,

    /// <summary>Each time the tier is entered.</summary>
    PerEntry,
}

public enum LeapDay
{
    [JsonStringEnumMemberName("february_28")]
    February28,

    [JsonStringEnumMemberName("march_1")]
    March1,
}

/// <param name="Times">At least 1.</param>
public sealed record Quota(int Times, QuotaPeriod Per);

public enum QuotaPeriod
{
    Day,
    Month,
    Year,

    /// <summary>Since the member entered the tier.</summary>
    TierPeriod,
    Ever,
}
