using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Danke.Engines.Benefits;
using Danke.Engines.Earning;
using Danke.Engines.Tiers;
using NodaTime;

namespace Danke.Engines.Ledger;

/// <summary>The program as people write it (samples/programs), and what must be true of it.</summary>
public static class ProgramDocument
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>JSON Schema (2020-12) of the document, for editors; what it cannot say, <see cref="TryRead"/> does.</summary>
    public static JsonNode Schema { get; } = JsonNode.Parse(typeof(ProgramDocument).Assembly.GetManifestResourceStream("program.schema.json")!)!;

    /// <summary>Reads a valid document.</summary>
    /// <exception cref="InvalidDataException">It is not valid; the message names the path.</exception>
    public static LoyaltyProgram Read(JsonNode document, long version) =>
        TryRead(document, out var program) is [var first, ..] ? throw new InvalidDataException($"{first.Path}: {first.Message}") : program! with { Version = version };

    /// <summary>Every problem of the document; none for a valid one.</summary>
    public static ImmutableArray<DefinitionProblem> TryRead(JsonNode document, out LoyaltyProgram? program)
    {
        program = null;
        if (DefinitionProblem.Nulls(document) is [var empty, ..]) return [empty];
        try
        {
            program = document.Deserialize<LoyaltyProgram>(Options);
        }
        catch (JsonException error)
        {
            return [DefinitionProblem.Of(error)];
        }
        if (program is null) return [new DefinitionProblem("$", "The document is empty.")];
        var ofEarning = new List<DefinitionProblem>();
        program = program with { Earn = EarningDocument.Read(program.Earn, ofEarning), PointTypes = [.. program.PointTypes.Select((type, i) => type with { Earn = Read(type.Earn, i, ofEarning) })] };
        return [.. Problems(program), .. ofEarning];
    }

    private static TypeEarning? Read(TypeEarning? earn, int place, List<DefinitionProblem> problems)
    {
        if (earn is null) return null;
        var found = new List<DefinitionProblem>();
        var rules = EarningDocument.Read(earn.Rule, found).Rules;
        problems.AddRange(found.Select(p => p with { Path = $"$.point_types[{place}]{p.Path[1..]}" }));
        return earn with { Rules = rules };
    }

    private static IEnumerable<DefinitionProblem> Problems(LoyaltyProgram p)
    {
        if (p.Name.Length is 0 or > 64 || p.Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')))
            yield return new("$.name", "1 to 64 of a-z, 0-9, - and _.");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(p.Zone) is null) yield return new("$.zone", $"'{p.Zone}' is no IANA time zone, e.g. Asia/Shanghai.");
        if (p.Currency.Length != 3 || !p.Currency.All(char.IsAsciiLetterUpper)) yield return new("$.currency", "An ISO 4217 code, e.g. CNY.");
        if (p.Growth.Points < 0) yield return new("$.growth.points", "Not negative.");
        if (p.Growth.EachMinor < 1) yield return new("$.growth.each_minor", "At least 1 minor unit.");
        foreach (var problem in LedgerProblems(p)) yield return problem;
        foreach (var problem in Engines.Ledger.PointTypes.Problems(p)) yield return problem;
        foreach (var problem in Ledger.Pooling.Problems(p.Pooling)) yield return problem;
        if (p.Tiers.IsDefaultOrEmpty)
        {
            yield return new("$.tiers", "At least one tier.");
            yield break;
        }
        if (p.Tiers[0].From != 0) yield return new("$.tiers[0].from", "The first tier starts at 0.");
        for (var i = 1; i < p.Tiers.Length; i++)
            if (p.Tiers[i].From <= p.Tiers[i - 1].From) yield return new($"$.tiers[{i}].from", "Higher than the tier before it.");
        for (var i = 0; i < p.Tiers.Length; i++)
            if (p.Tiers[i].EarnPercent is < 0 or > 10_000) yield return new($"$.tiers[{i}].earn_percent", "0 to 10000.");
        if (p.Tiers.Select(t => t.Name).Distinct().Count() != p.Tiers.Length) yield return new("$.tiers", "Tier names must differ.");
        foreach (var problem in TierProblems.Of(p)) yield return problem;
        foreach (var problem in BenefitProblems.Of(p)) yield return problem;
    }

    /// <summary>Of what each type of points has for itself.</summary>
    internal static IEnumerable<DefinitionProblem> LedgerProblems(LoyaltyProgram p)
    {
        if (p.Earn.Rate.Points < 0) yield return new("$.earn.rate.points", "Not negative.");
        if (p.Earn.Rate.EachMinor < 1) yield return new("$.earn.rate.each_minor", "At least 1 minor unit.");
        if (p.Validity.Months is < 0 or > 1200) yield return new("$.validity.months", "0 to 1200, or null for ever.");
        if (p.Validity.Days is < 0 or > 36_500) yield return new("$.validity.days", "0 to 36500, or null for whole months alone.");
        if (p.Pending?.Days is < 1 or > 3650) yield return new("$.pending.days", "1 to 3650.");
        if (p.Returns.ReissueDays is < 0 or > 36_500) yield return new("$.returns.reissue_days", "0 to 36500.");
        if (p.ReservationMinutes is < 1 or > 44_640) yield return new("$.reservation_minutes", "1 to 44640: a month.");
        foreach (var problem in p.Ledger.Problems()) yield return problem;
        foreach (var problem in Reminding.Problems(p.ExpiryReminders)) yield return problem;
    }
}
