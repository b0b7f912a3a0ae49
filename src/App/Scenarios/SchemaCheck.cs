using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Danke.App.Scenarios;

/// <summary>What is wrong with a value at a place.</summary>
/// <param name="IsKind">It is not even the kind of value that is wanted: a text for a mapping.</param>
internal readonly record struct Objection(JsonNode? At, string Path, string Detail, bool IsKind = false);

/// <summary>Checks values against the scenario schema: the part of JSON Schema that it uses, with words for people.</summary>
internal sealed class SchemaCheck(JsonObject schema)
{
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new();

    public List<Objection> Check(JsonNode? value) => Check(value, value, schema, "");

    private List<Objection> Check(JsonNode? value, JsonNode? at, JsonObject shape, string path)
    {
        if (shape["$ref"] is { } reference) return Check(value, at, schema["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), path);
        if (shape["anyOf"] is JsonArray forms) return Nearest(path, [.. forms.Select(f => Check(value, at, f!.AsObject(), path))]);
        if (shape["type"]?.GetValue<string>() is { } type && !Is(type, value)) return [new(at, path, $"{Word(type)} is wanted here.", IsKind: true)];
        if (shape["enum"] is JsonArray words && !words.Any(w => JsonNode.DeepEquals(w, value)))
            return [new(at, path, $"'{value}' is none of {string.Join(", ", words.Select(w => w!.ToString()))}.")];
        if (shape["pattern"]?.GetValue<string>() is { } pattern && value?.GetValueKind() == JsonValueKind.String
            && !Patterns.GetOrAdd(pattern, p => new Regex(p, RegexOptions.CultureInvariant)).IsMatch(value.GetValue<string>()))
            return [new(at, path, $"'{value}' is not written as it should be. {shape["description"] ?? pattern}")];
        return value switch
        {
            JsonObject fields => CheckFields(fields, shape, path),
            JsonArray items when shape["items"] is JsonObject each => [.. items.SelectMany((item, i) => Check(item, item ?? items, each, $"{path}[{i}]"))],
            _ => [],
        };
    }

    private List<Objection> CheckFields(JsonObject fields, JsonObject shape, string path)
    {
        var found = new List<Objection>();
        var known = shape["properties"] as JsonObject ?? [];
        foreach (var (name, value) in fields)
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            if (known[name] is JsonObject field) found.AddRange(Check(value, value ?? fields, field, inner));
            else if (shape["additionalProperties"] is JsonObject any) found.AddRange(Check(value, value ?? fields, any, inner));
            else if (shape["additionalProperties"] is JsonValue) found.Add(new(value ?? fields, inner, $"There is no '{name}' here, but {string.Join(", ", known.Select(k => k.Key))}."));
        }
        foreach (var needed in shape["required"] as JsonArray ?? [])
            if (!fields.ContainsKey(needed!.ToString())) found.Add(new(fields, path, $"'{needed}' is missing."));
        return found;
    }

    // Of several forms, what is said against the one that comes closest: the one whose kind of value it has at all.
    private static List<Objection> Nearest(string path, List<List<Objection>> objections) =>
        objections.MinBy(o => o.Count == 0 ? 0 : o.Exists(one => one.IsKind && one.Path == path) ? 2 : 1)!;

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "null" => value is null,
        "integer" => value is JsonValue number && number.TryGetValue<long>(out _),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        _ => value?.GetValueKind() == JsonValueKind.String,
    };

    private static string Word(string type) => type switch
    {
        "object" => "A mapping",
        "array" => "A list",
        "integer" => "A whole number",
        "boolean" => "true or false",
        "null" => "Nothing",
        _ => "A text",
    };
}
