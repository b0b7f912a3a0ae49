using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Definitions;
using Danke.Platform.Json;
using Danke.Reports;

namespace Danke.App.Tests.Reports;

/// <summary>Every row of tests/conformance/analytics.yaml: a report over public data gives the published or twice computed figures.</summary>
[Collection(nameof(InsightChild))]
public sealed class ConformanceTests(RetailInsight retail)
{
    public static TheoryData<string> Cases() => [.. Rows().Select(row => row["case"]!.ToString())];

    private static IEnumerable<JsonNode> Rows() => YamlJson.Read(File.ReadAllText(Conformance.Path("analytics.yaml")))!["rows"]!.AsArray().Select(row => row!);

    [Theory, MemberData(nameof(Cases))]
    public async Task The_report_gives_the_figures(string @case)
    {
        var row = Rows().Single(r => r["case"]!.ToString() == @case);
        var database = await retail.Load();
        var parameters = ReportParameters.Of(row["params"]!.AsObject().Select(p => (p.Key, p.Value!.ToString())));

        var answer = await database.Reports("UTC", "GBP").Run(row["report"]!.ToString(), parameters, default);

        var json = JsonSerializer.SerializeToNode<object>(answer, DankeJson.Options)!;
        foreach (var (path, expected) in row["expect"]!.AsObject())
        {
            var actual = JsonPath.Find(json, path);
            JsonPath.Fits(actual, expected).ShouldBeTrue($"{path} is {actual?.ToJsonString() ?? "missing"}, expected {expected?.ToJsonString() ?? "null"}");
        }
    }
}

internal static class Conformance
{
    /// <summary>A file of tests/conformance.</summary>
    public static string Path(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Combine(folder.FullName, "tests", "conformance", name) is var file && File.Exists(file)) return file;
        throw new FileNotFoundException($"tests/conformance/{name} is not above {AppContext.BaseDirectory}.");
    }
}
