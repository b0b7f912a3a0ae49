using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Danke.Engines.Ledger;
using NodaTime;
using NodaTime.Text;

namespace Danke.Engines.Offers;

/// <summary>A discount definition (券模板). Coupons are persons' instances of one; an automatic offer and one with a shared code have none.</summary>
public sealed record Offer
{
    /// <summary>1 to 64 of a-z, 0-9, - and _.</summary>
    public required string Name { get; init; }

    /// <summary>The definition's version; coupons keep the terms of the one that they were issued under.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>In Chinese: what customers read.</summary>
    public required string Title { get; init; }

    /// <summary>In English.</summary>
    public required string TitleEn { get; init; }

    /// <summary>IANA zone in which days are meant.</summary>
    public required string Zone { get; init; }

    /// <summary>ISO 4217; of every amount here. The same in all versions, since budgets add up over them.</summary>
    public required string Currency { get; init; }
    public required Discount Discount { get; init; }

    /// <summary>A basket below it gets nothing; minor units.</summary>
    public long MinimumSpendMinor { get; init; }
    public OfferValidity Validity { get; init; } = new();
    public OfferCode Code { get; init; } = new();
    public OfferLimits Limits { get; init; } = new();
    public OverBudget OverBudget { get; init; }
    public ZeroEffect ZeroEffect { get; init; }

    /// <summary>How long a checkout's lock holds unless the lock says less: so many times 24 hours.</summary>
    public int LockDays { get; init; } = 7;

    [JsonIgnore]
    public bool IsPersonal => Code.Kind == CodeKind.Personal;

    /// <summary>The instant at which the validity begins; null: always was.</summary>
    public long? StartsAtMs() => Validity.From is { } day ? StartOf(OfferValidity.Day(day)!.Value) : null;

    /// <summary>The instant at which it is over, 00:00 after the last day; null: never.</summary>
    public long? EndsAtMs() => Validity.Until is { } day ? StartOf(OfferValidity.Day(day)!.Value.PlusDays(1)) : null;

    /// <summary>The instant at which a coupon issued then is over: with the offer, or after its own days, whichever comes first; null: never.</summary>
    public long? CouponEndsAtMs(long issuedAtMs)
    {
        long? own = Validity.DaysAfterIssuing is { } days ? Expiry.Of(new Validity(null, Days: days), Zone, issuedAtMs) : null;
        return EndsAtMs() is { } end && (own is null || end < own) ? end : own;
    }

    private long StartOf(LocalDate day) => day.AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[Zone]).ToInstant().ToUnixTimeMilliseconds();
}

/// <summary>How much: an amount off, or a percentage with or without a maximum. Minor units.</summary>
/// <param name="AmountMinor">Off the basket, never more than it; or <paramref name="Percent"/>.</param>
/// <param name="Percent">1 to 100; what it comes to is rounded down to a minor unit.</param>
/// <param name="MostMinor">Of a percentage: never more than this.</param>
public sealed record Discount(long? AmountMinor = null, int? Percent = null, long? MostMinor = null)
{
    /// <summary>What a basket should get, whatever is left of a budget.</summary>
    public long Of(long basketMinor)
    {
        var off = AmountMinor ?? (long)((Int128)basketMinor * Percent!.Value / 100);
        return Math.Clamp(off, 0, Math.Min(basketMinor, MostMinor ?? long.MaxValue));
    }
}

/// <summary>When it may be used.</summary>
/// <param name="From">The first day, as 2026-01-31; null: from ever.</param>
/// <param name="Until">The last day; null: for ever.</param>
/// <param name="DaysAfterIssuing">Of personal coupons: the last day is so many after the day of issuing.</param>
public sealed record OfferValidity(string? From = null, string? Until = null, int? DaysAfterIssuing = null)
{
    /// <summary>Null when the text is no day.</summary>
    public static LocalDate? Day(string text) => LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day } ? day : null;
}

/// <summary>How a customer comes by it.</summary>
/// <param name="Kind">none: applied by itself; shared: whoever knows the code; personal: who was issued a coupon.</param>
/// <param name="Code">Of a shared one, 3 to 40 of A-Z, 0-9, - and _. Customers may type it in small letters.</param>
public sealed record OfferCode(CodeKind Kind = CodeKind.None, string? Code = null)
{
    /// <summary>How codes are compared.</summary>
    public static string Normal(string code) => code.Trim().ToUpperInvariant();
}

/// <summary>How a customer comes by an offer.</summary>
public enum CodeKind
{
    None,
    Shared,
    Personal,
}

/// <summary>What stops it; null: no limit. All count over all versions of the offer.</summary>
/// <param name="Uses">In total; locks count. 0 stops the offer.</param>
/// <param name="UsesPerPerson">By one person; then a guest may not use it.</param>
/// <param name="BudgetMinor">What all uses together may discount.</param>
/// <param name="Coupons">How many personal coupons may be issued.</param>
public sealed record OfferLimits(long? Uses = null, long? UsesPerPerson = null, long? BudgetMinor = null, long? Coupons = null);

/// <summary>What a use gets that wants more than is left of the budget.</summary>
public enum OverBudget
{
    /// <summary>Nothing: it is refused.</summary>
    Refuse,

    /// <summary>What is left, as long as there is any.</summary>
    Partial,
}

/// <summary>Whether a use that discounts nothing uses the offer up.</summary>
public enum ZeroEffect
{
    /// <summary>It is recorded and counts against no limit; a coupon stays unused.</summary>
    NotCounted,

    /// <summary>It counts as any other.</summary>
    Counted,
}
