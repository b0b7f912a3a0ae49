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

    /// <summary>A message that names points of a type that the program does not have would never say them.</summary>
    public async Task<IReadOnlyList<DefinitionProblem>> ValidateBeside(JsonNode body, DefinitionsInSight others)
    {
        JourneyDocument.TryRead(body, out var journey);
        var problems = new List<DefinitionProblem>();
        for (var i = 0; i < journey!.Nodes.Length; i++)
            foreach (var name in (journey.Nodes[i] as SendNode)?.Variables.Keys ?? [])
                if (MessageTemplate.TypeOfPoints(name) is { } type && await others.PointTypeProblem(null, type, $"/nodes/{i}/variables/{name}") is { } problem) problems.Add(problem);
        return problems;
    }
}
