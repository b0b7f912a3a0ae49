using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Danke.App.Hosting;
using Danke.App.Scenarios;
using Danke.Platform.Json;
using Danke.Platform.Scenarios;

namespace Danke.App.Cli;

/// <summary>
/// <c>danke scenario run PATH…</c>: plays policy tests, each through the real Door on fresh Books with a virtual clock.
/// <c>danke scenario schema</c>: what a scenario file may say.
/// </summary>
internal static class ScenarioVerb
{
    private sealed record Outcome(string Name, string File, int Line, bool Passed, int Plays, double Ms, IReadOnlyList<Difference> Differences);

    /// <param name="Failed">Those that went otherwise than expected, and those that could not be played.</param>
    /// <param name="Problems">Why something could not be played.</param>
    private sealed record Report(int Passed, int Failed, double Seconds, IReadOnlyList<Outcome> Scenarios, IReadOnlyList<FileProblem> Problems);

    public static Command Create()
    {
        var verb = new Command("scenario", "Policy tests as code: these definitions, these events at these instants, then this is so (docs/scenarios.md).") { Run(), Schema() };
        return verb;
    }

    private static Command Run()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Scenario files, or folders: every .yaml, .yml and .json below that begins with a scenario.", Arity = ArgumentArity.OneOrMore };
        var filter = new Option<string?>("--filter") { Description = "Only scenarios whose name or file holds this text.", HelpName = "TEXT" };
        var trace = new Option<bool>("--trace") { Description = "Show what happened at each step." };
        var verb = new Command("run", "Play scenarios on fresh Books - SQLite in memory, or with --books postgres://… a database of each one's own, dropped afterwards. Exits 1 when one fails, 2 when one cannot be read.")
        {
            paths, filter, trace, CommonOptions.Json,
        };
        verb.SetAction(async (given, cancel) =>
        {
            // Only what is given on this command line: scenarios have nothing to do with an installation's Books.
            var books = given.GetValue<string?>("--books");
            if (books is not null && !books.StartsWith("postgres", StringComparison.Ordinal) && !books.Contains("Host=", StringComparison.OrdinalIgnoreCase))
                return Printing.Fail("--books is a PostgreSQL server here, e.g. postgres://danke@localhost; without it each scenario has a SQLite file of its own.", 2);
            return await Play(given.GetRequiredValue(paths), given.GetValue(filter), given.GetValue(trace), books, given.GetValue(CommonOptions.Json), cancel);
        });
        return verb;
    }

    private static Command Schema()
    {
        var verb = new Command("schema", "Print the JSON Schema of a scenario file, for editors.");
        verb.SetAction(_ => Console.WriteLine(JsonSerializer.Serialize(Vocabulary.All.Published(), Printing.Indented)));
        return verb;
    }

    private static async Task<int> Play(string[] paths, string? filter, bool trace, string? books, bool json, CancellationToken cancel)
    {
        if (paths.FirstOrDefault(p => !File.Exists(p) && !Directory.Exists(p)) is { } missing) return Printing.Fail($"There is no file or folder {missing}.", 2);
        var problems = new List<FileProblem>();
        var scenarios = ScenarioFiles.Below(paths).SelectMany(file => ScenarioReader.Read(file, problems)).ToList();
        foreach (var problem in Distinct(problems)) Console.Error.WriteLine(problem);
        var wanted = scenarios.Where(s => filter is null || s.Name.Contains(filter, StringComparison.OrdinalIgnoreCase) || s.File.Contains(filter, StringComparison.OrdinalIgnoreCase)).ToList();
        if (wanted.Count == 0 && problems.Count == 0) return Printing.Fail(filter is null ? "There is no scenario in these files." : $"There is no scenario with '{filter}' in its name or file.", 2);

        var started = TimeProvider.System.GetTimestamp();
        var results = new List<ScenarioResult>();
        await using (var runner = new ScenarioRunner(FreshBooks.On(books)))
            foreach (var scenario in wanted)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    if (trace && !json) Console.WriteLine($"\n{scenario.Name}");
                    var result = await runner.Run(scenario, trace && !json ? line => Console.WriteLine("      " + line) : null);
                    results.Add(result);
                    if (!json) Tell(result);
                }
                // One that cannot be played does not keep the others from it.
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    var at = (error as ScenarioException)?.At ?? scenario.Node;
                    problems.Add(new FileProblem(scenario.File, scenario.Lines.Of(at), FileProblem.PathOf(at), error.Message) { Begins = scenario.Line, Row = scenario.Row });
                    Console.Error.WriteLine(problems[^1]);
                }
            }
        var passed = results.Count(r => r.Passed);
        var failed = results.Count - passed + problems.DistinctBy(p => (p.File, p.Begins, p.Row)).Count();
        if (json) Printing.Json(new Report(passed, failed, TimeProvider.System.GetElapsedTime(started).TotalSeconds, [.. results.Select(r => new Outcome(
            r.Scenario.Name, r.Scenario.File, r.Scenario.Line, r.Passed, r.Plays, Math.Round(r.Ms, 1), r.Differences))], [.. Distinct(problems)]));
        else Console.WriteLine($"{passed} passed, {failed} failed");
        return problems.Count > 0 ? 2 : failed > 0 ? 1 : 0;
    }

    // Rows of a table have the same mistake.
    private static IEnumerable<FileProblem> Distinct(IEnumerable<FileProblem> problems) => problems.DistinctBy(p => p.ToString());

    private static void Tell(ScenarioResult result)
    {
        var how = result.Plays > 1 ? $", {result.Plays} plays" : "";
        Console.WriteLine($"{(result.Passed ? "ok   " : "FAIL ")} {result.Scenario.Name} ({result.Ms.ToString("0", CultureInfo.InvariantCulture)} ms{how})");
        if (!result.Passed) Console.WriteLine($"      {result.Scenario.File}:{result.Scenario.Line}");
        foreach (var difference in result.Differences)
        {
            Console.WriteLine($"      line {difference.Line}: {difference.Path}");
            Console.WriteLine($"        expected {difference.Expected}");
            Console.WriteLine($"        got      {difference.Got}");
        }
        if (result.Differences is [{ When: { } order }, ..]) Console.WriteLine($"      with {order}");
    }
}
