using System.Text.Json.Nodes;
using Danke.Engines.Audiences;
using Danke.Platform.Definitions;

namespace Danke.Audiences.Defining;

/// <summary>Audiences as definitions (samples/audiences).</summary>
internal sealed class AudienceKind : IDefinitionKind
{
    public string Kind => "audience";

    public JsonNode JsonSchema => JsonNode.Parse("""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Audience", "type": "object", "additionalProperties": false, "required": ["condition"],
          "properties": {
            "name": { "type": "string" }, "title": { "type": "string" }, "description": { "type": "string" },
            "program": { "type": "string", "default": "default", "description": "Whose membership tier, points and joining speak of." },
            "condition": { "type": ["string", "object"], "description": "Whom: text such as 'count(purchases last 90 days) >= 2', or the same as JSON." }
          }
        }
        """)!;

    public IReadOnlyList<DefinitionProblem> Validate(JsonNode body)
    {
        try
        {
            AudienceDefinition.Read(body);
            return [];
        }
        catch (ConditionException error)
        {
            return [.. error.Problems.Select(p => new DefinitionProblem(p.Path, p.Code, p.Detail))];
        }
    }
}
