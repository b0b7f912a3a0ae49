using System.Text.Json.Nodes;
using Danke.Platform.Definitions;

namespace Danke.Audiences;

/// <summary>Audiences as definitions.</summary>
internal sealed class AudienceKind : IDefinitionKind
{
    public string Kind => "audience";

    public JsonNode JsonSchema { get; } = Load();

    public IReadOnlyList<DefinitionProblem> Validate(JsonNode body) => AudienceDefinition.TryRead(body, out _);

    private static JsonNode Load()
    {
        using var stream = typeof(AudienceKind).Assembly.GetManifestResourceStream("Danke.Audiences.audience.schema.json")!;
        return JsonNode.Parse(stream)!;
    }
}
