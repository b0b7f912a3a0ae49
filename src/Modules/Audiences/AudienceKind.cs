using System.Text.Json.Nodes;
using Danke.Engines.Audiences;
using Danke.Platform.Definitions;

namespace Danke.Audiences;

/// <summary>Audiences as definitions.</summary>
internal sealed class AudienceKind : IDefinitionKind
{
    public string Kind => "audience";

    public JsonNode JsonSchema { get; } = Load();

    public IReadOnlyList<DefinitionProblem> Validate(JsonNode body) => AudienceDefinition.TryRead(body, out _);

    /// <summary>Points of a type that its program does not have would be 0 for everybody: most likely a mistyped name.</summary>
    public async Task<IReadOnlyList<DefinitionProblem>> ValidateBeside(JsonNode body, DefinitionsInSight others)
    {
        AudienceDefinition.TryRead(body, out var audience);
        var problems = new List<DefinitionProblem>();
        foreach (var (path, field) in ConditionFields.OfPerson(audience!.Condition).Where(f => f.Field.StartsWith(Catalogue.PointsOfType.Name, StringComparison.Ordinal)))
            if (await others.PointTypeProblem(audience.Program, field[Catalogue.PointsOfType.Name.Length..], AudienceDefinition.PathOf(path, body)) is { } problem) problems.Add(problem);
        return problems;
    }

    private static JsonNode Load()
    {
        using var stream = typeof(AudienceKind).Assembly.GetManifestResourceStream("Danke.Audiences.audience.schema.json")!;
        return JsonNode.Parse(stream)!;
    }
}
