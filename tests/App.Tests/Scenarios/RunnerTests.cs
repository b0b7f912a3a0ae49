using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Danke.App.Cli;
using Danke.App.Scenarios;
using Danke.App.Tests.Browser;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;
using Npgsql;

namespace Danke.App.Tests.Scenarios;

/// <summary>What the runner of scenarios says when something is not as it should be.</summary>
public sealed partial class RunnerTests(ScenarioStages stages) : IClassFixture<ScenarioStages>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("danke-test-").FullName;

    private string Write(string text)
    {
        var file = Path.Combine(folder, "test.yaml");
        File.WriteAllText(file, text);
        return file;
    }

    private (List<Scenario> Scenarios, List<FileProblem> Problems) Read(string text)
    {
        var problems = new List<FileProblem>();
        return (ScenarioReader.Read(Write(text), problems), problems);
    }

    [Fact]
    public async Task What_is_not_as_expected_is_told_with_path_line_and_both_values()
    {
        var (scenarios, _) = Read("""
            # a comment
            scenario: A yuan is a point
            people: { Ann: phone:13800000001 }
            steps:
              - { at: 2026-01-01, joined: Ann }
              - bought: { who: Ann, order: O1, amount: 60 CNY }
            expect:
              members:
                Ann:
                  spendable: 61
                  lots: { O1: { last_day: 2026-12-31 }, O2: 5 }
              orders: { O1: { total: 60.50 CNY } }
              persons: [[phone:13800000001], [phone:13800000002]]
            """);

        var result = await (await stages.On(Dialect.Sqlite)).Run(scenarios.Single());

        result.Differences.ShouldBe(
        [
            new Difference("expect.members.Ann.spendable", "61", "60", 10),
            new Difference("expect.members.Ann.lots.O1.last_day", "2026-12-31", "2027-01-31", 11),
            new Difference("expect.members.Ann.lots.O2", "5", "nothing", 11),
            new Difference("expect.orders.O1.total", "60.50 CNY", "60 CNY", 12),
            new Difference("expect.persons[1]", """["phone:13800000002"]""", "nothing", 13),
        ]);
    }

    [Fact]
    public async Task A_definition_that_asks_for_points_that_no_program_has_is_refused_with_the_types_that_there_are()
    {
        var (scenarios, _) = Read("""
            scenario: Coins of nobody
            definitions:
              - { kind: audience, name: rich, body: { condition: points.coins > 9 } }
            steps:
              - { at: 2026-01-01, joined: phone:13800000001 }
            """);

        var runner = await stages.On(Dialect.Sqlite);

        (await Should.ThrowAsync<Danke.Platform.Scenarios.ScenarioException>(() => runner.Run(scenarios.Single()))).Message.ShouldContain("/condition: The program 'default' has no points of the type 'coins', but points.");
    }

    [Theory]
    [InlineData("steps:\n  - seen: cookie:a\n  - bought: { who: cookie:a, order: O1, amount: 60.123 CNY }", "steps[1]", 4, "CNY has 2 decimals")]
    [InlineData("steps:\n  - seen: cookie:a\n  - united: [cookie:a]", "steps[1].united", 4, "Name two.")]
    [InlineData("steps:\n  - adjusted: { who: cookie:a, points: 5, last_day: 2026-02-30 }", "steps[0]", 3, "is no day")]
    [InlineData("steps: [{ seen: cookie:a }]\nexpect:\n  members:\n    Nobody: { spendable: 1 }", "expect.members", 5, "neither a name of people nor an identifier")]
    public async Task What_shows_only_in_the_play_is_told_with_its_place(string rest, string path, int line, string said)
    {
        var (scenarios, problems) = Read("scenario: Wrong\n" + rest);
        problems.ShouldBeEmpty();
        var runner = await stages.On(Dialect.Sqlite);

        var error = await Should.ThrowAsync<Danke.Platform.Scenarios.ScenarioException>(() => runner.Run(scenarios.Single()));

        error.Message.ShouldContain(said);
        (FileProblem.PathOf(error.At), scenarios.Single().Lines.Of(error.At)).ShouldBe((path, line));
    }

    [Fact]
    public async Task A_refused_step_fails_the_scenario_unless_it_is_expected_to_be()
    {
        var (scenarios, _) = Read("""
            scenario: More than there is
            steps:
              - { at: 2026-01-01, joined: phone:13800000001 }
              - { adjusted: { who: phone:13800000001, points: -5 } }
            ---
            scenario: More than there is, as expected
            steps:
              - { at: 2026-01-01, joined: phone:13800000001 }
              - { adjusted: { who: phone:13800000001, points: -5 }, answer: declined insufficient_balance }
            """);
        var runner = await stages.On(Dialect.Sqlite);

        var difference = (await runner.Run(scenarios[0])).Differences.ShouldHaveSingleItem();
        (difference.Path, difference.Expected, difference.Line).ShouldBe(("steps[1].adjusted", "applied", 4));
        difference.Got.ShouldStartWith("declined insufficient_balance");
        (await runner.Run(scenarios[1])).Passed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("steps: [{ buys: Ann }]", 2, "steps[0].buys: There is no 'buys' here")]
    [InlineData("steps:\n  - at: 2026-01-01\n  - at: tomorrow", 4, "steps[1].at: 'tomorrow' is not written as it should be")]
    [InlineData("steps: [{ seen: Ann }]", 2, "'Ann' is neither a name of people nor an identifier")]
    [InlineData("expect:\n  members:\n    Ann: { spendabel: 5 }", 4, "expect.members.Ann.spendabel: There is no 'spendabel' here")]
    [InlineData("steps: [{ seen: \"phone:${number}\" }]", 2, "There is no column 'number'")]
    [InlineData("steps: [{ seen: phone:1380000, joined: phone:1380000 }]", 2, "One thing happens in a step")]
    [InlineData("every_order: true\nsteps: [{ seen: cookie:a, expect: { nobody: [cookie:b] } }]", 3, "each step is one event")]
    [InlineData("definitions: [nowhere.yaml]", 2, "nowhere.yaml")]
    [InlineData("zone: Mars/Olympus", 2, "is no IANA time zone")]
    [InlineData("steps: [", 3, "Line 3")]
    [InlineData("about: nothing", 1, "Nothing happens and nothing is expected")]
    [InlineData("table: [5]\nsteps: [{ seen: cookie:a }]", 2, "table: A table is a list of rows")]
    [InlineData("every_order: { at_most: 0 }\nsteps: [{ seen: cookie:a }]", 2, "every_order.at_most: 1 to 100000.")]
    [InlineData("every_order: true\nexpect: { persons: [] }", 2, "every_order: There are no steps")]
    [InlineData("people: { Ann: Bob, Bob: Ann }\nsteps: [{ seen: Ann }]", 2, "names itself")]
    [InlineData("steps: [{ at: 0001-01-01, seen: cookie:a }]", 2, "steps[0].at: The year must lie between 1990 and 2100.")]
    public void What_is_wrong_in_a_file_is_told_with_its_line(string rest, int line, string said)
    {
        var (_, problems) = Read("scenario: Wrong\n" + rest);

        problems[0].ToString().ShouldContain(said);
        problems[0].Line.ShouldBe(line);
    }

    [Fact]
    public async Task An_order_of_arrival_that_comes_out_differently_is_named()
    {
        var (scenarios, _) = Read("""
            scenario: Allowed and forbidden at one instant
            every_order: true
            steps:
              - { at: 2026-01-01, consented: { who: cookie:k, via: sms } }
              - { at: 2026-01-01, consented: { who: cookie:k, via: sms, granted: false } }
            expect:
              consents: { "cookie:k": { sms: false } }
            """);

        var result = await (await stages.On(Dialect.Sqlite)).Run(scenarios.Single());

        result.Differences.ShouldNotBeEmpty();
        result.Differences[0].When.ShouldBe("steps in the order 2 1, one by one");
    }

    [Theory]
    [InlineData(3, 24, 6)]
    [InlineData(4, 24, 24)]
    [InlineData(5, 24, 24)]
    [InlineData(1, 24, 1)]
    public void All_orders_are_played_when_they_are_few_and_a_sample_when_not(int steps, int atMost, int orders)
    {
        var drawn = Permutations.Of(steps, atMost, seed: 7).Select(o => string.Join(" ", o)).ToList();

        drawn.Count.ShouldBe(orders);
        drawn[0].ShouldBe(string.Join(" ", Enumerable.Range(0, steps)));
        drawn.ShouldBe(Permutations.Of(steps, atMost, seed: 7).Select(o => string.Join(" ", o)));
        if (steps < 5) drawn.Distinct().Count().ShouldBe(orders);
    }

    [Fact]
    public async Task Nothing_is_left_behind_on_a_PostgreSQL_server()
    {
        Assert.SkipWhen(PostgresCluster.MissingBecause is not null && Environment.GetEnvironmentVariable("CI") != "true", PostgresCluster.MissingBecause ?? "");
        // A role of its own, so that databases of plays beside this one are not taken for its own.
        var server = await PostgresCluster.Server();
        await Execute(server, "create role leaves_nothing login createdb");
        var (scenarios, _) = Read("scenario: One\nsteps: [{ at: 2026-01-01, seen: cookie:c }]\nexpect: { persons: [[cookie:c]] }");
        await using (var runner = new ScenarioRunner(FreshBooks.On(new NpgsqlConnectionStringBuilder(server) { Username = "leaves_nothing" }.ConnectionString)))
        {
            (await runner.Run(scenarios.Single())).Passed.ShouldBeTrue();
            (await runner.Run(scenarios.Single())).Passed.ShouldBeTrue();
            (await DatabasesOf(server, "leaves_nothing")).ShouldNotBeEmpty();
        }

        (await DatabasesOf(server, "leaves_nothing")).ShouldBeEmpty();
    }

    private static async Task Execute(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> DatabasesOf(string server, string role)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select datname from pg_database where datdba = $1::regrole", connection) { Parameters = { new() { Value = role } } };
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) names.Add(reader.GetString(0));
        return names;
    }

    [Theory]
    [InlineData("scenario: Good\nsteps: [{ seen: cookie:c }]", 0, "1 passed, 0 failed")]
    [InlineData("scenario: Bad\nexpect: { persons: [[cookie:c]] }", 1, "0 passed, 1 failed")]
    [InlineData("scenario: Wrong\nstep: 1", 2, "0 passed, 1 failed")]
    [InlineData("scenario: Wrong\nstep: 1\nstops: 2\n---\nscenario: Good\nsteps: [{ seen: cookie:c }]", 2, "1 passed, 1 failed")]
    public async Task The_verb_ends_with_a_count_and_an_exit_code(string text, int exit, string last)
    {
        using var danke = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "danke"), ["scenario", "run", Write(text)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = danke.StandardError.ReadToEndAsync();
        var output = await danke.StandardOutput.ReadToEndAsync();
        await danke.WaitForExitAsync();

        danke.ExitCode.ShouldBe(exit, await errors);
        output.TrimEnd().Split('\n')[^1].ShouldBe(last);
        if (exit == 2) (await errors).ShouldContain("test.yaml:2: step: There is no 'step' here");
    }

    /// <summary>Editors complete scenarios by this file. After a change of words run this test with DANKE_TEST_UPDATE=1.</summary>
    [Fact]
    public void The_published_schema_is_what_the_modules_words_make()
    {
        var file = Path.Combine(ConsoleServer.InRepository("samples/scenarios")!, "scenario.schema.json");
        var schema = JsonSerializer.Serialize(Vocabulary.All.Published(), Printing.Indented) + "\n";
        if (Environment.GetEnvironmentVariable("DANKE_TEST_UPDATE") == "1") File.WriteAllText(file, schema);

        (File.ReadAllText(file) == schema).ShouldBeTrue($"{file} is of other words: run this test with DANKE_TEST_UPDATE=1");
    }

    public static TheoryData<string> Examples() => [.. Example().Matches(File.ReadAllText(ConsoleServer.InRepository("docs/scenarios.md")!)).Select(m => m.Groups[1].Value)];

    [Theory, MemberData(nameof(Examples))]
    public async Task An_example_of_the_guide_passes(string example)
    {
        // As if it lay in samples/scenarios.
        var (scenarios, problems) = Read(example.Replace("../", ConsoleServer.InRepository("samples") + "/", StringComparison.Ordinal));

        problems.ShouldBeEmpty();
        foreach (var scenario in scenarios) (await (await stages.On(Dialect.Sqlite)).Run(scenario)).Differences.ShouldBeEmpty();
    }

    [GeneratedRegex("```yaml\n(scenario:.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
