using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Scenarios;

namespace Danke.App.Scenarios;

/// <summary>One thing that is not as expected.</summary>
/// <param name="Path">e.g. <c>members.Ann.lots.A</c>.</param>
/// <param name="Line">Of what was expected, in the scenario's file.</param>
/// <param name="When">In which order of the steps, where several were played; else null.</param>
internal sealed record Difference(string Path, string Expected, string Got, int Line, string? When = null);

/// <summary>Compares what is expected with what is so: only what the expectation names, lists whole, instants and amounts by what they mean.</summary>
internal sealed class Comparison(ScenarioNames names, Lines lines)
{
    private const string Nothing = "nothing";

    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public List<Difference> Differences { get; } = [];

    /// <param name="at">For the line, where nothing is expected.</param>
    public void Compare(string path, JsonNode? expected, JsonNode? actual, JsonNode at)
    {
        if (expected is JsonObject fields && actual is JsonObject found)
            foreach (var (name, value) in fields) Compare($"{path}.{name}", value, found[name], value ?? at);
        else if (expected is JsonArray items && actual is JsonArray list)
            for (var i = 0; i < Math.Max(items.Count, list.Count); i++)
                Compare($"{path}[{i}]", i < items.Count ? items[i] : null, i < list.Count ? list[i] : null, i < items.Count && items[i] is { } item ? item : at);
        else if (!Same(expected, actual)) Differences.Add(new Difference(path, Say(expected), Say(actual), lines.Of(at)));
    }

    private bool Same(JsonNode? expected, JsonNode? actual)
    {
        if (JsonNode.DeepEquals(expected, actual)) return true;
        if (TextOf(expected) is not { } wanted || TextOf(actual) is not { } found) return false;
        if (names.InstantOf(wanted) is { } instant && names.InstantOf(found) is { } other) return instant == other;
        return EventWord.AmountOf(wanted) is { Currency.Length: > 0 } amount && amount == EventWord.AmountOf(found);
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private string Say(JsonNode? node) => node switch
    {
        null => Nothing,
        JsonValue when TextOf(node) is { } text => text.EndsWith('Z') && names.InstantOf(text) is { } ms ? names.Local(ms) : text,
        _ => node.ToJsonString(Readable),
    };
}
