using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Audiences;

namespace Danke.Audiences.Defining;

/// <summary>An audience as people write it: whom, in the one grammar of conditions, and of which program membership speaks.</summary>
/// <param name="Condition">As JSON or as text; see <see cref="ConditionJson"/>.</param>
internal sealed record AudienceDefinition(Condition Condition, string Program)
{
    private static readonly string[] Fields = ["name", "title", "description", "program", "condition"];

    /// <exception cref="ConditionException">Says everything that is wrong, with where.</exception>
    public static AudienceDefinition Read(JsonNode? body)
    {
        if (body is not JsonObject document) throw Problem("", "audience_invalid", "An audience is an object with a condition.");
        if (document.FirstOrDefault(f => !Fields.Contains(f.Key)).Key is { } unknown)
            throw Problem("/" + unknown, "unknown_field", $"An audience has {string.Join(", ", Fields)}.");
        if (document["condition"] is not { } condition)
            throw Problem("/condition", "missing", """Say whom, e.g. "count(purchases last 90 days) >= 2" or {"count":"purchases","within":{"last_days":90},"op":">=","value":2}.""");
        var program = document["program"] is JsonValue given && given.TryGetValue<string>(out var name) ? name : "default";
        try
        {
            return new AudienceDefinition(ConditionJson.Read(condition.Deserialize<JsonElement>(), Catalogue.Person), program);
        }
        catch (ConditionException error)
        {
            throw new ConditionException([.. error.Problems.Select(p => p with { Path = "/condition" + p.Path })]);
        }
    }

    private static ConditionException Problem(string path, string code, string detail) => new([new ConditionProblem(path, code, detail)]);
}
