using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using Danke.Platform.Definitions;

namespace Danke.Loyalty.Programs;

/// <summary>Loyalty programs as definitions.</summary>
internal sealed class ProgramKind : IDefinitionKind
{
    public string Kind => "program";

    public JsonNode JsonSchema { get; } = ProgramDocument.Schema;

    public IReadOnlyList<Platform.Definitions.DefinitionProblem> Validate(JsonNode body) => [.. ProgramDocument.TryRead(body, out _).Select(p => p.AsProblem())];
}
