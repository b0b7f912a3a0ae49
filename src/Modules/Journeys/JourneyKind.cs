using System.Text.Json.Nodes;
using Danke.Engines.Journeys;
using Danke.Platform.Definitions;

namespace Danke.Journeys;

/// <summary>Journeys as definitions.</summary>
internal sealed class JourneyKind : IDefinitionKind
{
    public string Kind => "journey";

    public JsonNode JsonSchema { get; } = JourneyDocument.Schema;

    public IReadOnlyList<DefinitionProblem> Validate(JsonNode body) => [.. JourneyDocument.TryRead(body, out _).Select(p => p.AsProblem())];
}
