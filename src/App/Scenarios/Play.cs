using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Definitions;
using Danke.Platform.Insight;
using Danke.Platform.Scenarios;

namespace Danke.App.Scenarios;

/// <summary>In which order the steps of a play come, and how they are handed to the Door.</summary>
internal sealed record Staging(IReadOnlyList<int> Order, bool InOneBatch = false, bool EachTwice = false)
{
    public static Staging AsWritten(Scenario scenario) => new([.. Enumerable.Range(0, scenario.Steps.Count)]);

    public override string ToString() =>
        $"steps in the order {string.Join(" ", Order.Select(i => i + 1))}, {(InOneBatch ? "in one batch" : EachTwice ? "each delivered twice" : "one by one")}";
}

/// <summary>Plays a scenario once, on a stage of its own.</summary>
internal sealed class Play(Scenario scenario, ScenarioStage stage, Action<string>? trace)
{
    /// <summary>More than this in one step back and forth is a clock that does not move on.</summary>
    private const int MostSweeps = 100_000;

    private static readonly TimeSpan InsightWithin = TimeSpan.FromMinutes(1);

    private readonly VirtualClock clock = stage.Get<VirtualClock>();
    private readonly Comparison comparison = new(scenario.Names, scenario.Lines);

    /// <summary>In the order of the file, each step at its time.</summary>
    public async Task<IReadOnlyList<Difference>> AsWritten()
    {
        await Publish(scenario.Definitions);
        foreach (var step in scenario.Steps) await Perform(step);
        await Expect("expect", scenario.Expect);
        return comparison.Differences;
    }

    /// <summary>In another order, when everything has happened already.</summary>
    public async Task<IReadOnlyList<Difference>> As(Staging staging)
    {
        await Publish(scenario.Definitions);
        await PassTime(scenario.Steps.Max(s => s.ArrivesMs));
        var steps = staging.Order.Select(i => scenario.Steps[i]).ToList();
        if (staging.InOneBatch)
        {
            var commands = new List<(ScenarioStep Step, Command Command)>();
            foreach (var step in steps) commands.AddRange((await CommandsOf(step, 1)).Select(c => (step, c)));
            var answers = await stage.Get<IDoor>().SubmitMany([.. commands.Select(c => c.Command)], CancellationToken.None);
            for (var i = 0; i < answers.Length; i++) Check(commands[i].Step, answers[i], "applied");
        }
        else
            foreach (var step in steps)
            {
                await At(step.Node, () => Deliver(step, step.Delivered));
                if (staging.EachTwice) await Deliver(step, 1, again: true);
            }
        await PassTime(clock.NowMs);
        await Expect("expect", scenario.Expect);
        return comparison.Differences;
    }

    private async Task Publish(IReadOnlyList<DefinitionDraft> drafts)
    {
        var store = stage.Get<DefinitionStore>();
        // Programs first: audiences and journeys may name what they have.
        foreach (var draft in drafts.OrderBy(d => d.Kind != "program"))
        {
            if (!store.Kinds.ContainsKey(draft.Kind)) throw new ScenarioException(draft.At, $"There is no kind of definition '{draft.Kind}', but {string.Join(", ", store.Kinds.Keys.Order())}.");
            try
            {
                var kept = await store.Draft(draft.Kind, draft.Name, draft.Body, draft.Title, null, Caller.System);
                await store.Publish(kept.Kind, kept.Name, kept.Version, Caller.System);
                trace?.Invoke($"{Now}  {kept.Kind} {kept.Name} version {kept.Version} in force");
            }
            catch (DefinitionInvalidException invalid)
            {
                throw new ScenarioException(draft.At, $"{draft.Kind} {draft.Name}: {string.Join(" ", invalid.Problems.Take(3).Select(p => $"{p.Path}: {p.Detail}"))}");
            }
        }
    }

    private async Task Perform(ScenarioStep step)
    {
        await PassTime(step.ArrivesMs);
        await Publish(step.Publish);
        await At(step.Node, () => step.Repeat > 1 ? DeliverAtOnce(step) : Deliver(step, step.Delivered));
        // What a late event makes due at once is done before it is looked at.
        await PassTime(step.ArrivesMs);
        await Expect($"steps[{step.Number - 1}].expect", step.Expect);
    }

    /// <summary>Goes to an instant over every instant before it at which a clock has something to do, in order.</summary>
    private async Task PassTime(long untilMs)
    {
        for (var sweeps = 0; await NextDue(untilMs) is var (work, due); sweeps++)
        {
            if (sweeps == MostSweeps) throw new InvalidOperationException($"'{work.Name}' is due at {scenario.Names.Local(due)} again and again.");
            clock.NowMs = Math.Max(clock.NowMs, due);
            var done = await work.Run(stage);
            trace?.Invoke($"{Now}  {work.Name}: {done}");
            // What stays due is somebody's mistake, not a reason to stand still.
            if (done == 0) stuck.Add((work, due));
        }
        clock.NowMs = Math.Max(clock.NowMs, untilMs);
    }

    private readonly HashSet<(DueWork, long)> stuck = [];

    private async Task<(DueWork Work, long DueMs)?> NextDue(long untilMs)
    {
        (DueWork Work, long DueMs)? first = null;
        foreach (var work in Vocabulary.All.Clocks)
            if (await work.NextMs(stage) is { } due && due <= untilMs && (first is null || due < first.Value.DueMs) && !stuck.Contains((work, due))) first = (work, due);
        return first;
    }

    private async Task Deliver(ScenarioStep step, int times, bool again = false)
    {
        for (var i = 0; i < times; i++)
            try
            {
                foreach (var command in await CommandsOf(step, 1))
                    Check(step, await stage.Get<IDoor>().Submit(command, CancellationToken.None), i > 0 || again ? "duplicate" : "applied");
            }
            catch (ScenarioException error) when (error.Code is { } code && step.Answer is not null)
            {
                Check(step, Answer.Rejected(code, error.Message), step.Answer);
            }
    }

    private async Task DeliverAtOnce(ScenarioStep step)
    {
        var commands = new List<Command>();
        for (var i = 1; i <= step.Repeat; i++) commands.AddRange(await CommandsOf(step, i));
        var answers = await Task.WhenAll(commands.Select(c => stage.Get<IDoor>().Submit(c, CancellationToken.None).AsTask()));
        var counts = answers.GroupBy(Say).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count());
        trace?.Invoke($"{Now}  {step.Happens!.Value.Word.Name} × {step.Repeat}: {string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))}");
        var expected = step.Answers ?? new JsonObject { [step.Answer ?? "applied"] = step.Repeat };
        comparison.Compare($"steps[{step.Number - 1}].answers", expected, new JsonObject(counts.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)(long)c.Value))), step.Node);
    }

    private async Task<IReadOnlyList<Command>> CommandsOf(ScenarioStep step, int time) => step.Happens is not var (word, given) ? []
        : await word.Commands(stage, new Happening(given, step.Repeat == 1 ? $"{step.Number}" : $"{step.Number}/{time}", step.AtMs));

    private void Check(ScenarioStep step, Answer answer, string usual)
    {
        trace?.Invoke($"{Now}  {step.Happens!.Value.Word.Name} {step.Happens.Value.Given.ToJsonString(Comparison.Readable)}: {Say(answer)}{(answer.Detail is { } why ? $" ({why})" : "")}");
        var expected = step.Answer is null || (usual == "duplicate" && step.Answer == "applied") ? usual : step.Answer;
        if (Say(answer) != expected)
            comparison.Differences.Add(new Difference($"steps[{step.Number - 1}].{step.Happens!.Value.Word.Name}", expected, answer.Detail is { } detail ? $"{Say(answer)}: {detail}" : Say(answer), scenario.Lines.Of(step.Node)));
    }

    // What a word says of a value that it made of the file's is said of the step.
    private async Task At(JsonNode place, Func<Task> play)
    {
        try
        {
            await play();
        }
        catch (ScenarioException error) when (!scenario.Lines.Has(error.At))
        {
            throw new ScenarioException(place, error.Message) { Code = error.Code };
        }
    }

    private static string Say(Answer answer) => answer.Status.ToString().ToLowerInvariant() + (answer.Code is { } code ? " " + code : "");

    private async Task Expect(string path, JsonObject? expected)
    {
        foreach (var (name, wanted) in expected ?? [])
        {
            var word = Vocabulary.All.Expectations[name];
            var at = wanted ?? expected!;
            if (word.NeedsInsight) await WaitForInsight(at);
            JsonNode? actual = null;
            if (wanted is not null) await At(at, async () => actual = await word.Actual(stage, wanted));
            comparison.Compare($"{path}.{name}", wanted, actual, at);
        }
    }

    private async Task WaitForInsight(JsonNode at)
    {
        using var limit = new CancellationTokenSource(InsightWithin);
        try
        {
            await stage.Get<InsightFeeder>().WaitUntilCaughtUp(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ScenarioException(at, $"Insight did not answer within {InsightWithin.TotalSeconds} s: {stage.Get<InsightFeeder>().Status.Error}. ./danke doctor says what it needs.");
        }
    }

    private string Now => scenario.Names.Local(clock.NowMs);
}
