using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Audiences;
using Danke.Platform.Definitions;

namespace Danke.Audiences;

/// <summary>An audience as its document says it.</summary>
/// <param name="Program">Whose membership tier, points, … are about; null for the default program.</param>
/// <param name="Currency">In which amounts are compared; null for the brand's.</param>
/// <param name="IsOnePerHousehold">Of each household only one of those of whom the condition holds; see <see cref="OnePerHousehold"/>.</param>
internal sealed record AudienceDefinition(Condition Condition, string? Program, string? Currency, bool IsOnePerHousehold = false)
{
    private const string Household = "household";

    private static readonly string[] Fields = ["name", "title", "description", "condition", "one_per", "program", "currency"];

    /// <summary>Reads a document's body, or a bare condition, or one written as text; says all that is wrong with it.</summary>
    public static IReadOnlyList<DefinitionProblem> TryRead(JsonNode? body, out AudienceDefinition? definition)
    {
        definition = null;
        var problems = new List<DefinitionProblem>();
        if (body is not JsonObject fields || !fields.ContainsKey("condition")) fields = IsCondition(body) ? new JsonObject { ["condition"] = body!.DeepClone() } : [];
        foreach (var (name, _) in fields)
            if (!Fields.Contains(name)) problems.Add(new("/" + Pointer(name), "unknown_field", $"An audience has no '{name}', but {string.Join(", ", Fields)}."));
        var condition = fields["condition"] is { } given ? Read(given, problems) : Missing(problems);
        var program = Text(fields, "program", problems);
        var currency = Text(fields, "currency", problems);
        if (currency is { } code && (code.Length != 3 || !code.All(char.IsAsciiLetterUpper))) problems.Add(new("/currency", "bad_currency", "currency is an ISO code such as CNY."));
        var onePer = Text(fields, "one_per", problems);
        if (onePer is not (null or Household)) problems.Add(new("/one_per", "bad_choice", $"one_per is {Household}, or left out."));
        foreach (var word in (string[])["name", "title", "description"]) Text(fields, word, problems);
        if (problems.Count == 0) definition = new AudienceDefinition(condition, program, currency, onePer == Household);
        return problems;
    }

    private static bool IsCondition(JsonNode? node) => node is JsonObject fields
        ? fields.Any(f => f.Key is "all" or "any" or "not" or "field" or "count" or "sum" or "days_since_first" or "days_since_last")
        : node?.GetValueKind() == JsonValueKind.String;

    private static Condition Missing(List<DefinitionProblem> problems)
    {
        problems.Add(new("/condition", "missing", "An audience has a condition: who is in it, e.g. any(purchases last 90 days)."));
        return Condition.Nobody;
    }

    private static Condition Read(JsonNode given, List<DefinitionProblem> problems)
    {
        try
        {
            return ConditionJson.Read(JsonSerializer.SerializeToElement(given), Catalogue.Person);
        }
        catch (ConditionException error)
        {
            problems.AddRange(error.Problems.Select(p => p.Path.Contains("column", StringComparison.Ordinal)
                ? new DefinitionProblem("/condition", p.Code, $"{p.Path}: {p.Detail}")
                : new DefinitionProblem("/condition" + ToPointer(p.Path), p.Code, p.Detail)));
        }
        catch (Exception error) when (error is InvalidOperationException or JsonException)
        {
            // Halves of surrogate pairs get as far as this: JSON may hold them, text may not.
            problems.Add(new("/condition", "bad_text", "A text in the condition is not well-formed."));
        }
        return Condition.Nobody;
    }

    private static string? Text(JsonObject fields, string name, List<DefinitionProblem> problems)
    {
        if (fields[name] is not { } value) return null;
        if (value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= 2_000 } text) return text;
        problems.Add(new("/" + name, "not_a_text", $"{name} is a text."));
        return null;
    }

    /// <summary>Where in a body a part of its condition stands. Inside of a condition that is written as text there are no places: then where the text stands.</summary>
    public static string PathOf(string path, JsonNode body)
    {
        var (node, found) = (body is JsonObject fields && fields.ContainsKey("condition") ? fields["condition"] : body, "/condition");
        foreach (var step in ToPointer(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node switch { JsonObject o => o[step], JsonArray a when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < a.Count => a[i], _ => null };
            if (node is null) break;
            found += "/" + step;
        }
        return found;
    }

    // all[1].where → /all/1/where
    private static string ToPointer(string path) =>
        path.Length == 0 ? "" : "/" + path.Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '/');

    private static string Pointer(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
