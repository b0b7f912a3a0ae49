using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Privacy;

namespace Danke.Intake.Events;

/// <summary>One event that was received, with its answer once there is one.</summary>
internal sealed class Received(long line, EventReading reading, ReadOnlyMemory<byte> raw)
{
    public long Line => line;
    public Command? Command => reading.Command;
    public IReadOnlyList<EventProblem> Problems => reading.Problems;
    public ReadOnlyMemory<byte> Raw => raw;
    public string Source { get; } = reading.Source ?? Reception.UnknownSource;

    /// <summary>The event's id; of one that has none, a hash of its bytes.</summary>
    public string Id { get; } = reading is { Source: not null, Id: { } id } ? id : Reception.IdFor(raw.Span);
    public string Type => reading.Type ?? "";
    public Answer Answer { get; set; } = null!;

    /// <summary>Where and how it came in when it was a file.</summary>
    public (long ImportId, long Row)? Import { get; init; }
}

/// <summary>Takes events that were read to the Door, and those that could not be read to the dead letters.</summary>
internal sealed class Reception(IDoor door, BooksStore books, TimeProvider clock, RecentEvents recent, SourceCounts sources, IErasedTexts erased)
{
    public const string UnknownSource = "unknown";

    /// <summary>Answers all. The events' bytes may be reused afterwards.</summary>
    public async Task Submit(IReadOnlyList<Received> events, CancellationToken cancel)
    {
        var commands = new List<Command>(events.Count);
        var refused = new List<Received>();
        foreach (var received in events)
            if (received.Command is { } command) commands.Add(command); else refused.Add(received);

        var answering = door.SubmitMany(commands, cancel);
        if (refused.Count > 0) await Keep(refused);
        var answers = await answering;
        var next = 0;
        foreach (var received in events)
            if (received.Command is not null) received.Answer = answers[next++];
        recent.Note(events);
        sources.Count(events);
    }

    private async Task Keep(List<Received> refused)
    {
        foreach (var received in refused) received.Answer = AnswerTo(received.Problems);
        var letters = refused.Select(LetterOf).ToList();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await books.Write(async transaction =>
        {
            // Nobody can read it, and it speaks of somebody who was erased: nothing of it is kept.
            var suppressed = await erased.Suppress(transaction, [.. letters.Select(l => (l.Body, l.CommandKey))], now);
            await DeadLetters.Keep(transaction, [.. letters.Where((_, i) => !suppressed[i])], now);
            for (var i = 0; i < refused.Count; i++)
                if (suppressed[i]) refused[i].Answer = Refusal.Suppressed.ToAnswer();
        });
    }

    private static Answer AnswerTo(IReadOnlyList<EventProblem> problems)
    {
        var first = problems[0];
        var detail = $"{first.Path}: {first.Detail}";
        return Answer.Rejected(first.Code, problems.Count == 1 ? detail : $"{detail} (and {problems.Count - 1} more: {string.Join(", ", problems.Skip(1).Select(p => p.Path))})");
    }

    private static DeadLetter LetterOf(Received received) => new()
    {
        CommandKey = $"{received.Source}/{received.Id}",
        Source = received.Source,
        Type = received.Type,
        Code = received.Answer.Code!,
        Detail = received.Answer.Detail!,
        Body = Storable(received.Raw.Span),
        ImportId = received.Import?.ImportId,
        ImportRow = received.Import?.Row,
    };

    /// <summary>As text that both databases take: bytes that are no UTF-8 and NULs show as U+FFFD.</summary>
    public static string Storable(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(raw).Replace('\0', '\ufffd');

    /// <summary>For what has no id of its own; the same bytes sent again are the same letter.</summary>
    public static string IdFor(ReadOnlySpan<byte> raw) => "bytes:" + EventHash.XxHash64(raw).ToString("x16", CultureInfo.InvariantCulture);
}
