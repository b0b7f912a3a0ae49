using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using NodaTime;

namespace Danke.Engines.Offers;

/// <summary>The offer as people write it (samples/offers, <c>offer.schema.json</c>), and what must be true of it.</summary>
public static class OfferDocument
{
    /// <summary>Amounts in minor units and counts: larger ones are mistakes, and sums of them stay far from the end of numbers.</summary>
    public const long Most = 1_000_000_000_000;

    private const int MostDays = 3_660;

    /// <summary>JSON Schema (2020-12) of the document, for editors; what it cannot say, <see cref="TryRead"/> does.</summary>
    public static JsonNode Schema { get; } = JsonNode.Parse(typeof(OfferDocument).Assembly.GetManifestResourceStream("offer.schema.json")!)!;

    /// <summary>Reads a valid document.</summary>
    /// <exception cref="InvalidDataException">It is not valid; the message names the path.</exception>
    public static Offer Read(JsonNode document, long version) =>
        TryRead(document, out var offer) is [var first, ..] ? throw new InvalidDataException($"{first.Path}: {first.Message}") : offer! with { Version = version };

    /// <summary>Every problem of the document; none for a valid one.</summary>
    public static ImmutableArray<DefinitionProblem> TryRead(JsonNode document, out Offer? offer)
    {
        offer = null;
        if (DefinitionProblem.Nulls(document) is [var empty, ..]) return [empty];
        try
        {
            offer = document.Deserialize<Offer>(DefinitionJson.Options);
        }
        catch (JsonException error)
        {
            return [DefinitionProblem.Of(error)];
        }
        return offer is null ? [new DefinitionProblem("$", "The document is empty.")] : [.. Problems(offer)];
    }

    private static IEnumerable<DefinitionProblem> Problems(Offer offer) => [.. ProblemsOfName(offer), .. ProblemsOf(offer.Discount), .. ProblemsOfUsing(offer), .. ProblemsOf(offer.Validity, offer), .. ProblemsOf(offer.Code), .. ProblemsOf(offer.Limits, offer)];

    private static IEnumerable<DefinitionProblem> ProblemsOfName(Offer offer)
    {
        if (offer.Name.Length is 0 or > 64 || !offer.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')) yield return new("$.name", "1 to 64 of a-z, 0-9, - and _.");
        if (string.IsNullOrWhiteSpace(offer.Title) || offer.Title.Length > 100) yield return new("$.title", "1 to 100 characters: customers read it.");
        if (string.IsNullOrWhiteSpace(offer.TitleEn) || offer.TitleEn.Length > 100) yield return new("$.title_en", "1 to 100 characters: customers read it.");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(offer.Zone) is null) yield return new("$.zone", $"'{offer.Zone}' is no IANA time zone, e.g. Asia/Shanghai.");
        if (offer.Currency.Length != 3 || !offer.Currency.All(char.IsAsciiLetterUpper)) yield return new("$.currency", "Three capital letters, e.g. CNY.");
    }

    private static IEnumerable<DefinitionProblem> ProblemsOf(Discount discount)
    {
        if (discount.AmountMinor is null == discount.Percent is null) yield return new("$.discount", "Either amount_minor or percent.");
        if (discount.AmountMinor is < 1 or > Most) yield return new("$.discount.amount_minor", $"1 to {Most}.");
        if (discount.Percent is < 1 or > 100) yield return new("$.discount.percent", "1 to 100.");
        if (discount is { MostMinor: not null, Percent: null }) yield return new("$.discount.most_minor", "Only a percentage has it.");
        if (discount.MostMinor is < 1 or > Most) yield return new("$.discount.most_minor", $"1 to {Most}.");
    }

    private static IEnumerable<DefinitionProblem> ProblemsOfUsing(Offer offer)
    {
        if (offer.MinimumSpendMinor is < 0 or > Most) yield return new("$.minimum_spend_minor", $"0 to {Most}.");
        if (offer.LockDays is < 1 or > 366) yield return new("$.lock_days", "1 to 366.");
    }

    private static IEnumerable<DefinitionProblem> ProblemsOf(OfferValidity validity, Offer offer)
    {
        var (from, until) = (validity.From is { } f ? OfferValidity.Day(f) : null, validity.Until is { } u ? OfferValidity.Day(u) : null);
        if (validity.From is not null && from is null) yield return new("$.validity.from", "A day as 2026-01-31.");
        if (validity.Until is not null && until is null) yield return new("$.validity.until", "A day as 2026-01-31.");
        if (until < from) yield return new("$.validity.until", "Not before from.");
        if (validity.DaysAfterIssuing is < 0 or > MostDays) yield return new("$.validity.days_after_issuing", $"0 to {MostDays}.");
        if (validity.DaysAfterIssuing is not null && !offer.IsPersonal) yield return new("$.validity.days_after_issuing", "Only personal coupons are issued.");
    }

    private static IEnumerable<DefinitionProblem> ProblemsOf(OfferCode code)
    {
        if (code.Kind == CodeKind.Shared && code.Code is null) yield return new("$.code.code", "Say which code.");
        if (code is { Kind: not CodeKind.Shared, Code: not null }) yield return new("$.code.code", "Only a shared code is said here.");
        if (code.Code is { } text && (text.Length is < 3 or > 40 || !text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_')))
            yield return new("$.code.code", "3 to 40 of A-Z, 0-9, - and _.");
    }

    private static IEnumerable<DefinitionProblem> ProblemsOf(OfferLimits limits, Offer offer)
    {
        foreach (var (value, name) in new[] { (limits.Uses, "uses"), (limits.UsesPerPerson, "uses_per_person"), (limits.BudgetMinor, "budget_minor"), (limits.Coupons, "coupons") })
            if (value is < 0 or > Most) yield return new($"$.limits.{name}", $"0 to {Most}; leave it out for no limit.");
        if (limits.Coupons is not null && !offer.IsPersonal) yield return new("$.limits.coupons", "Only personal coupons are issued.");
    }
}
