using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Danke.Engines.Ledger;

/// <summary>What is wrong with a definition, and where.</summary>
/// <param name="Path">JSON path, e.g. <c>$.tiers[1].from</c>.</param>
public sealed partial record DefinitionProblem(string Path, string Message)
{
    /// <summary>What the serializer found, in words for who writes the definition: of types of ours they know nothing.</summary>
    internal static DefinitionProblem Of(JsonException error)
    {
        var path = error.Path ?? "$";
        if (Missing().Match(error.Message) is { Success: true } missing) return new(path, $"Missing: {missing.Groups[1].Value.Replace("'", "")}.");
        if (Unknown().Match(error.Message) is { Success: true } unknown) return new(path, $"There is no field '{unknown.Groups[1].Value}' here.");
        return new(path, "This value does not fit here: another kind of value, or another word, is wanted.");
    }

    /// <summary>Lists with nothing in one of their places, which no definition has.</summary>
    internal static ImmutableArray<DefinitionProblem> Nulls(JsonNode document)
    {
        var found = ImmutableArray.CreateBuilder<DefinitionProblem>();
        Find(document, "$");
        return found.ToImmutable();

        void Find(JsonNode? node, string path)
        {
            if (node is JsonObject fields)
                foreach (var (name, value) in fields) Find(value, $"{path}.{name}");
            else if (node is JsonArray items)
                for (var i = 0; i < items.Count; i++)
                    if (items[i] is null) found.Add(new($"{path}[{i}]", "Nothing stands here."));
                    else Find(items[i], $"{path}[{i}]");
        }
    }

    [GeneratedRegex("missing required properties including: (.+?)\\.?( Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex("The JSON property '(.+?)' could not be mapped")]
    private static partial Regex Unknown();
}
