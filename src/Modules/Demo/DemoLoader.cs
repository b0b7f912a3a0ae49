using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Engines.Demo;

namespace Danke.Demo;

/// <summary>What the Door said to a plan's events.</summary>
/// <param name="Refusals">How often each code was given, commonest first.</param>
internal sealed record DemoLoad(long Events, long Applied, long Duplicate, long Declined, long Rejected, IReadOnlyList<DemoRefusal> Refusals);

/// <param name="Example">The detail of the first one.</param>
internal sealed record DemoRefusal(string Code, long Count, string? Example);

/// <summary>Plays a plan through the Door. Safe to do again: the second time every event is a duplicate.</summary>
internal static class DemoLoader
{
    /// <summary>So many commands are handed to the Door at once: enough for a large batch, few enough to show progress.</summary>
    private const int ChunkSize = 2_000;

    public static async Task<DemoLoad> Load(IDoor door, DemoPlan plan, IProgress<DemoProgress>? progress, CancellationToken cancel)
    {
        var tally = new Tally();
        var answering = ValueTask.FromResult(Array.Empty<Answer>());
        // While the Door works on one chunk, the next is made. Never more than one is under way: order matters.
        foreach (var chunk in DemoCommands.Of(plan).Select(AsReceived).Chunk(ChunkSize))
        {
            tally.Add(await answering);
            answering = door.SubmitMany(chunk, cancel);
            progress?.Report(DemoProgress.Of(plan, tally.Events, chunk[0].AtMs));
        }
        tally.Add(await answering);
        progress?.Report(new DemoProgress(tally.Events, 1));
        return tally.Sum();
    }

    // A refused command is kept as the sender wrote it, so that it can be read, mended and replayed.
    private static Command AsReceived(Command command) => command with { Raw = EventJsonWriter.Encode(command) };

    private sealed class Tally
    {
        private readonly long[] byStatus = new long[Enum.GetValues<AnswerStatus>().Length];
        private readonly Dictionary<string, DemoRefusal> refusals = [];

        public long Events => byStatus.Sum();

        public void Add(Answer[] answers)
        {
            foreach (var answer in answers)
            {
                byStatus[(int)answer.Status]++;
                if (answer is not { Code: { } code, Status: AnswerStatus.Declined or AnswerStatus.Rejected }) continue;
                refusals[code] = refusals.TryGetValue(code, out var known) ? known with { Count = known.Count + 1 } : new DemoRefusal(code, 1, answer.Detail);
            }
        }

        public DemoLoad Sum() => new(
            Events, byStatus[(int)AnswerStatus.Applied], byStatus[(int)AnswerStatus.Duplicate], byStatus[(int)AnswerStatus.Declined], byStatus[(int)AnswerStatus.Rejected],
            [.. refusals.Values.OrderByDescending(r => r.Count).ThenBy(r => r.Code, StringComparer.Ordinal)]);
    }
}
