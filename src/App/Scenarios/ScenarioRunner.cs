using System.Diagnostics;
using Danke.Platform.Scenarios;

namespace Danke.App.Scenarios;

/// <summary>How a scenario went.</summary>
/// <param name="Plays">How often it was played: more than once where every order is asked for.</param>
internal sealed record ScenarioResult(Scenario Scenario, IReadOnlyList<Difference> Differences, int Plays, double Ms)
{
    public bool Passed => Differences.Count == 0;
}

/// <summary>Plays scenarios, each on Books of its own.</summary>
internal sealed class ScenarioRunner(FreshBooks books) : IAsyncDisposable
{
    /// <exception cref="ScenarioException">The scenario says something that cannot be.</exception>
    public async Task<ScenarioResult> Run(Scenario scenario, Action<string>? trace = null)
    {
        var started = Stopwatch.GetTimestamp();
        var plays = 0;
        foreach (var staging in scenario.EveryOrder is { } every ? Stagings(scenario, every) : Enumerable.Repeat<Staging?>(null, 1))
        {
            await using var theatre = await Theatre.Open(books, scenario, trace);
            if (staging is not null) trace?.Invoke(staging.ToString());
            var play = new Play(scenario, theatre.Stage, trace);
            plays++;
            var differences = staging is null ? await play.AsWritten() : await play.As(staging);
            // One order that goes wrong says enough.
            if (differences.Count > 0) return Result([.. differences.Select(d => d with { When = staging?.ToString() })]);
        }
        return Result([]);

        ScenarioResult Result(IReadOnlyList<Difference> differences) => new(scenario, differences, plays, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static IEnumerable<Staging?> Stagings(Scenario scenario, EveryOrder every) =>
        Permutations.Of(scenario.Steps.Count, every.AtMost, every.Seed).SelectMany(order => new[] { new Staging(order), new Staging(order, InOneBatch: true), new Staging(order, EachTwice: true) });

    public ValueTask DisposeAsync() => books.DisposeAsync();
}

/// <summary>Orders of so many things.</summary>
internal static class Permutations
{
    /// <summary>Every permutation when there are at most so many, the written one first; else so many that the seed draws.</summary>
    public static IEnumerable<IReadOnlyList<int>> Of(int count, int atMost, int seed)
    {
        var all = 1L;
        for (var i = 2; i <= count && all <= atMost; i++) all *= i;
        return all <= atMost ? All([.. Enumerable.Range(0, count)], 0) : Drawn(count, atMost, seed);
    }

    private static IEnumerable<IReadOnlyList<int>> All(int[] items, int from)
    {
        if (from >= items.Length - 1) yield return items;
        else
            for (var i = from; i < items.Length; i++)
            {
                int[] next = [.. items];
                (next[from], next[i]) = (next[i], next[from]);
                foreach (var order in All(next, from + 1)) yield return order;
            }
    }

    private static IEnumerable<IReadOnlyList<int>> Drawn(int count, int atMost, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < atMost; i++)
        {
            var order = Enumerable.Range(0, count).ToArray();
            if (i > 0) random.Shuffle(order);
            yield return order;
        }
    }
}
