using System.Text.Json.Nodes;

namespace Danke.Platform.Scenarios;

/// <summary>JSON Schema in few words. Each call makes a new node.</summary>
public static class Shape
{
    public static JsonObject Text(string? description = null) => Typed("string", description);
    public static JsonObject Whole(string? description = null) => Typed("integer", description);
    public static JsonObject Flag(string? description = null) => Typed("boolean", description);

    /// <summary>A name of people, an identifier, or a list of such.</summary>
    public static JsonObject Who() => Ref("who");

    /// <summary>A local time in the scenario's zone, or RFC 3339.</summary>
    public static JsonObject Time(string? description = null) => Described(Ref("instant"), description);

    /// <summary>A day as 2026-03-31.</summary>
    public static JsonObject Day(string? description = null) => Described(Ref("day"), description);

    public static JsonObject Ref(string name) => new() { ["$ref"] = "#/$defs/" + name };

    public static JsonObject OneOf(params string[] words) => new() { ["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]) };

    /// <summary>Either of several forms.</summary>
    public static JsonObject Either(params JsonObject[] forms) => new() { ["anyOf"] = new JsonArray([.. forms]) };

    /// <summary>The value may also be null: expected not to be there.</summary>
    public static JsonObject OrNothing(this JsonObject shape) => Either(shape, Typed("null"));

    /// <summary>Named fields and no others.</summary>
    public static JsonObject Fields(params (string Name, JsonObject Shape)[] fields) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject([.. fields.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Shape))]),
        ["additionalProperties"] = false,
    };

    /// <summary>Anything by name, each of one shape.</summary>
    public static JsonObject Map(JsonObject of) => new() { ["type"] = "object", ["additionalProperties"] = of };

    public static JsonObject List(JsonObject of) => new() { ["type"] = "array", ["items"] = of };

    public static JsonObject Needs(this JsonObject shape, params string[] names)
    {
        shape["required"] = new JsonArray([.. names.Select(n => (JsonNode)n)]);
        return shape;
    }

    public static JsonObject Says(this JsonObject shape, string description) => Described(shape, description);

    private static JsonObject Typed(string type, string? description = null) => Described(new JsonObject { ["type"] = type }, description);

    private static JsonObject Described(JsonObject shape, string? description)
    {
        if (description is not null) shape["description"] = description;
        return shape;
    }
}
