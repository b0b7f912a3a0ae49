using Danke.App.Scenarios;
using Danke.App.Tests.Browser;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Scenarios;

/// <summary>Every scenario of tests/scenarios and samples/scenarios, on both databases. Add one to a file and it is a test.</summary>
public sealed class ScenarioTests(ScenarioStages stages) : IClassFixture<ScenarioStages>
{
    public static IEnumerable<TheoryDataRow<string, Dialect>> Cases() =>
        from scenario in All.Keys
        from dialect in new[] { Dialect.Sqlite, Dialect.Postgres }
        select new TheoryDataRow<string, Dialect>(scenario, dialect)
        {
            TestDisplayName = $"{scenario} · {dialect}",
            Skip = dialect == Dialect.Postgres && Environment.GetEnvironmentVariable("CI") != "true" ? PostgresCluster.MissingBecause : null,
        };

    private static readonly Dictionary<string, Scenario> All = Read();

    private static Dictionary<string, Scenario> Read()
    {
        var problems = new List<FileProblem>();
        var scenarios = ScenarioFiles.Below([ConsoleServer.InRepository("tests/scenarios")!, ConsoleServer.InRepository("samples/scenarios")!]).SelectMany(file => ScenarioReader.Read(file, problems)).ToList();
        problems.ShouldBeEmpty();
        return scenarios.ToDictionary(s => $"{Path.GetFileName(s.File)}: {s.Name}");
    }

    // Orders are decided above the database: all of them on one, some on the other.
    private static Scenario Sampled(Scenario scenario) => scenario.EveryOrder is { } every ? scenario with { EveryOrder = every with { AtMost = 4 } } : scenario;

    [Theory, MemberData(nameof(Cases))]
    public async Task It_is_as_the_scenario_says(string scenario, Dialect dialect)
    {
        var result = await (await stages.On(dialect)).Run(dialect == Dialect.Sqlite ? All[scenario] : Sampled(All[scenario]));

        string.Join("\n", result.Differences.Select(d => $"line {d.Line}: {d.Path}: expected {d.Expected}, got {d.Got} {d.When}")).ShouldBe("");
    }
}

/// <summary>One template of each database for all scenarios of the run.</summary>
public sealed class ScenarioStages : IAsyncDisposable
{
    private readonly Dictionary<Dialect, ScenarioRunner> runners = [];

    internal async Task<ScenarioRunner> On(Dialect dialect)
    {
        if (runners.TryGetValue(dialect, out var known)) return known;
        return runners[dialect] = new ScenarioRunner(FreshBooks.On(dialect == Dialect.Sqlite ? null : await PostgresCluster.Server()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in runners.Values) await runner.DisposeAsync();
    }
}
