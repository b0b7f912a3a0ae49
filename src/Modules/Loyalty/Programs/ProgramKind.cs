using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Danke.Engines.Ledger;
using Danke.Platform.Definitions;
using DefinitionProblem = Danke.Platform.Definitions.DefinitionProblem;

namespace Danke.Loyalty.Programs;

/// <summary>Loyalty programs as definitions (samples/programs).</summary>
internal sealed partial class ProgramKind : IDefinitionKind
{
    private static readonly string Schema = ReadSchema();

    public string Kind => "program";

    public JsonNode JsonSchema => JsonNode.Parse(Schema)!;

    public IReadOnlyList<DefinitionProblem> Validate(JsonNode body) =>
        [.. ProgramDocument.TryRead(body, out _).Select(p => new DefinitionProblem(Pointer(p.Path), "program_invalid", p.Message))];

    // $.tiers[1].from → /tiers/1/from
    private static string Pointer(string path) => Step().Replace(path.TrimStart('$'), match => "/" + (match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value));

    [GeneratedRegex(@"\.([^.\[\]]+)|\[(\d+)\]")]
    private static partial Regex Step();

    private static string ReadSchema()
    {
        using var reader = new StreamReader(typeof(ProgramKind).Assembly.GetManifestResourceStream("program.schema.json")!);
        return reader.ReadToEnd();
    }
}
