using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Danke.Engines.Identity.Attributes;
using Danke.Engines.Ledger;

namespace Danke.Engines.Identity;

/// <summary>The rules as people write them (samples/identity): what must be true of them, and what they should know.</summary>
public static class IdentityDocument
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private sealed record Document(ImmutableArray<Namespace> Namespaces, LinkPolicy Policy = LinkPolicy.LastWins, int? MostIdentifiers = 500, IReadOnlyDictionary<string, Attribute>? Attributes = null,
        Matching? Matching = null);

    private sealed record Matching(double ReviewFrom = 0.5, double? LinkFrom = null);

    private sealed record Namespace(
        string Name, int Priority, ValueKind Kind = ValueKind.Opaque, int? ValuesPerPerson = null, int? WindowDays = null, WhenFull WhenFull = WhenFull.DropNew,
        bool Person = false, bool Contact = false, int? SharedAfter = null)
    {
        public ImmutableArray<string> BlockedValues { get; init; } = [];
        public ImmutableArray<string> BlockedPatterns { get; init; } = [];
    }

    /// <summary>The attribute that stands for those that are not named.</summary>
    private const string Others = "default";
    private const int MostAttributes = 200;
    private const int LongestAttribute = 110;
    private const int MostSources = 50;

    private sealed record Attribute(SurvivalPolicy Policy)
    {
        public ImmutableArray<string> Sources { get; init; } = [];
    }

    /// <summary>JSON Schema (2020-12) of the document, for editors; what it cannot say, <see cref="TryRead"/> does.</summary>
    public static JsonNode Schema { get; } = JsonNode.Parse(typeof(IdentityDocument).Assembly.GetManifestResourceStream("identity.schema.json")!)!;

    /// <summary>Reads a valid document.</summary>
    /// <exception cref="InvalidDataException">It is not valid; the message names the path.</exception>
    public static IdentityRules Read(JsonNode document, long version) =>
        TryRead(document, out var rules, version) is [var first, ..] ? throw new InvalidDataException($"{first.Path}: {first.Message}") : rules!;

    /// <summary>Rules as a document that says them: only what differs from what is left out.</summary>
    public static JsonObject Write(IdentityRules rules)
    {
        var document = new JsonObject { ["policy"] = Word(rules.Policy), ["most_identifiers"] = rules.MostIdentifiers };
        if (rules.Matching != MatchingRules.Default) document["matching"] = new JsonObject { ["review_from"] = rules.Matching.ReviewFrom, ["link_from"] = rules.Matching.LinkFrom };
        document["namespaces"] = new JsonArray([.. rules.Namespaces.Select(JsonNode (n) => Written(n))]);
        return document;
    }

    private static JsonObject Written(NamespaceRule n)
    {
        var written = new JsonObject { ["name"] = n.Name, ["priority"] = n.Priority };
        if (n.Kind != ValueKind.Opaque) written["kind"] = Word(n.Kind);
        if (n.ValuesPerPerson is { } values) written["values_per_person"] = values;
        if (n.WindowDays is { } days) written["window_days"] = days;
        if (n.WhenFull != WhenFull.DropNew) written["when_full"] = Word(n.WhenFull);
        if (n.IsPerson) written["person"] = true;
        if (n.IsContact) written["contact"] = true;
        if (n.SharedAfter is { } claims) written["shared_after"] = claims;
        if (!n.BlockedValues.IsDefaultOrEmpty) written["blocked_values"] = new JsonArray([.. n.BlockedValues.Select(v => (JsonNode)v)]);
        if (!n.BlockedPatterns.IsDefaultOrEmpty) written["blocked_patterns"] = new JsonArray([.. n.BlockedPatterns.Select(v => (JsonNode)v)]);
        return written;
    }

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Every problem of the document; none for a valid one.</summary>
    public static ImmutableArray<DefinitionProblem> TryRead(JsonNode document, out IdentityRules? rules, long version = 0)
    {
        rules = null;
        if (DefinitionProblem.Nulls(document) is [var empty, ..]) return [empty];
        Document? read;
        try
        {
            read = document.Deserialize<Document>(Options);
        }
        catch (JsonException error)
        {
            return [DefinitionProblem.Of(error)];
        }
        if (read is null || read.Namespaces.IsDefaultOrEmpty) return [new DefinitionProblem("$.namespaces", "At least one namespace.")];
        ImmutableArray<DefinitionProblem> problems = [.. Problems(read)];
        if (problems.IsEmpty) rules = new IdentityRules(read.Namespaces.Select(Rule), read.Policy, read.MostIdentifiers, version, Rules(read.Attributes))
        {
            Matching = read.Matching is { } matching ? new MatchingRules(matching.ReviewFrom, matching.LinkFrom) : MatchingRules.Default,
        };
        return problems;
    }

    private static NamespaceRule Rule(Namespace n) => new(n.Name, n.Priority)
    {
        Kind = n.Kind,
        ValuesPerPerson = n.ValuesPerPerson,
        WindowDays = n.WindowDays,
        WhenFull = n.WhenFull,
        IsPerson = n.Person,
        IsContact = n.Contact,
        SharedAfter = n.SharedAfter,
        BlockedValues = [.. n.BlockedValues.Select(v => v.ToLowerInvariant())],
        BlockedPatterns = n.BlockedPatterns,
    };

    private static AttributeRules Rules(IReadOnlyDictionary<string, Attribute>? attributes)
    {
        if (attributes is null) return AttributeRules.Default;
        var rules = attributes.ToDictionary(a => a.Key, a => new AttributeRule(a.Value.Policy, a.Value.Sources));
        return new AttributeRules(rules.GetValueOrDefault(Others, AttributeRule.MostRecent), rules.Where(r => r.Key != Others));
    }

    private static IEnumerable<DefinitionProblem> Problems(Document document)
    {
        foreach (var problem in AttributeProblems(document.Attributes ?? new Dictionary<string, Attribute>())) yield return problem;
        if (document.MostIdentifiers is < 2) yield return new("$.most_identifiers", "At least 2, or null for no bound.");
        if (document.Matching is { } matching)
        {
            if (matching.ReviewFrom is not (>= 0.05 and < 1)) yield return new("$.matching.review_from", "A probability from 0.05 to below 1.");
            if (matching.LinkFrom is not (null or (>= 0.8 and < 1))) yield return new("$.matching.link_from", "A probability from 0.8 to below 1, or left out: then nobody is linked by likeness.");
            if (matching.LinkFrom < matching.ReviewFrom) yield return new("$.matching.link_from", "Not below review_from.");
        }
        var names = new HashSet<string>();
        for (var i = 0; i < document.Namespaces.Length; i++)
        {
            var (n, path) = (document.Namespaces[i], $"$.namespaces[{i}]");
            if (n.Name.Length is 0 or > 64 || n.Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))) yield return new(path + ".name", "1 to 64 of a-z, 0-9 and _.");
            if (!names.Add(n.Name)) yield return new(path + ".name", $"'{n.Name}' is there twice.");
            if (n.Priority is < 1 or > 99) yield return new(path + ".priority", "1 (the strongest) to 99.");
            if (n.ValuesPerPerson is < 1 or > 10_000) yield return new(path + ".values_per_person", "1 to 10000, or left out for any number.");
            if (n.WindowDays is < 1 or > 3_650) yield return new(path + ".window_days", "1 to 3650, or left out for ever.");
            if (n.WindowDays is not null && n.ValuesPerPerson is null) yield return new(path + ".window_days", "Only together with values_per_person.");
            if (n.SharedAfter is < 2) yield return new(path + ".shared_after", "At least 2, or left out for never.");
        }
    }

    private static IEnumerable<DefinitionProblem> AttributeProblems(IReadOnlyDictionary<string, Attribute> attributes)
    {
        if (attributes.Count > MostAttributes) yield return new("$.attributes", $"At most {MostAttributes}; default stands for the others.");
        foreach (var (name, rule) in attributes)
        {
            var path = $"$.attributes['{name}']";
            if (name != Others && (!AttributeNames.IsName(name) || name.Length > LongestAttribute))
                yield return new(path, $"default, {string.Join(", ", AttributeNames.OfEverybody)}, or {AttributeNames.Further}NAME as sources call it.");
            if (rule.Policy == SurvivalPolicy.SourcePriority == rule.Sources.IsEmpty)
                yield return new(path + ".sources", "source_priority needs sources, the most trusted first; the other policies have none.");
            if (rule.Sources.Length > MostSources || rule.Sources.Any(s => s is not { Length: > 0 and <= 64 }) || rule.Sources.Distinct().Count() < rule.Sources.Length)
                yield return new(path + ".sources", $"At most {MostSources} different sources or channels, each of 1 to 64 characters.");
        }
    }

    /// <summary>What is allowed and yet rarely meant.</summary>
    public static IEnumerable<string> Warnings(IdentityRules rules)
    {
        if (!rules.Namespaces.Any(n => n is { IsPerson: true, OnePerScope: true }))
            yield return "No namespace of persons is unique (person: true, values_per_person: 1): two known persons who share anything become one.";
        foreach (var rule in rules.Namespaces.Where(n => n is { Kind: ValueKind.Phone or ValueKind.Email, SharedAfter: null }))
            yield return $"'{rule.Name}' has no shared_after: a family's address never loses its role as identity.";
    }
}
