using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Reports;
using Danke.Engines.Identity.Attributes;
using Danke.Platform.Definitions;

namespace Danke.App.Tests.Identity;

/// <summary>Every row of tests/conformance/attributes.yaml.</summary>
public sealed class SurvivorshipCaseTests
{
    public static TheoryData<string> Cases() => [.. Rows().Select(row => row["case"]!.ToString())];

    private static IEnumerable<JsonNode> Rows() => YamlJson.Read(File.ReadAllText(Conformance.Path("attributes.yaml")))!["rows"]!.AsArray().Select(row => row!);

    [Theory, MemberData(nameof(Cases))]
    public void This_survives(string @case)
    {
        var row = Rows().Single(r => r["case"]!.ToString() == @case);
        var policy = Enum.Parse<SurvivalPolicy>(row["rule"]!["policy"]!.ToString().Replace("_", ""), ignoreCase: true);
        var rule = new AttributeRule(policy, [.. (row["rule"]!["sources"]?.AsArray() ?? []).Select(s => s!.ToString())]);
        var said = row["said"]!.AsArray().Select(s => new Statement(s!["via"]?.GetValue<long>() ?? 1, s["source"]!.ToString(), s["channel"]?.ToString() ?? "", s["value"]!.ToString(),
            s["from"]?.GetValue<long>() ?? s["at"]!.GetValue<long>(), s["at"]!.GetValue<long>())).ToList();
        var pins = (row["pins"]?.AsArray() ?? []).Select(p => new AttributePin(1, p!["value"]!.ToString(), p["at"]!.GetValue<long>())).ToList();

        foreach (var order in new[] { said, [.. said.AsEnumerable().Reverse()], [.. said, .. said] })
        {
            var decided = Survivorship.Decide(rule, order, pins);

            decided.Value.ShouldBe(row["survives"]?.ToString());
            said.Select(s => JsonNamingPolicy.SnakeCaseLower.ConvertName(decided.Statements.Single(d => d.Statement == s).Standing.ToString()))
                .ShouldBe(row["standing"]!.AsArray().Select(s => s!.ToString()));
        }
    }
}
