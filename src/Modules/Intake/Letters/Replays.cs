using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Intake.Events;
using Danke.Intake.Imports;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.Intake.Letters;

/// <summary>
/// Hands letters to the Door again: an event as it is, rows of a file through their import's mapping. What is applied now
/// settles its letter; what is refused again keeps it, with the newest reason.
/// </summary>
internal sealed class Replays(BooksStore books, Reception reception, ImportStore imports, TimeProvider clock, EventTimes times)
{
    public const string Settled = "settled";
    private const int Portion = 200;

    /// <summary>A request replays at most these; ask again for more.</summary>
    private const int MostAtOnce = 10_000;

    internal sealed record Outcome(long DeadLetterId, string Status, string? Code, string? Detail, long? PersonId);

    internal sealed record Summary(int Replayed, int Applied, int Duplicate, int Declined, int Rejected, bool More);

    public async Task<Outcome?> One(long id, CancellationToken cancel)
    {
        if (await DeadLetterEndpoints.Find(books, id, cancel) is not { } letter) return null;
        if (letter.State != "open") return new Outcome(id, Settled, null, $"This letter was {letter.State} already.", null);
        return (await Replay([letter], cancel))[0];
    }

    public async Task<Summary> Many(DeadLetterEndpoints.Filter filter, CancellationToken cancel)
    {
        var outcomes = new List<Outcome>();
        var before = long.MaxValue;
        while (outcomes.Count < MostAtOnce)
        {
            var letters = await DeadLetterEndpoints.Letters(books, filter with { State = "open" }, before, Portion, cancel);
            if (letters.Count == 0) break;
            before = letters[^1].DeadLetterId;
            letters.Reverse(); // older first: a step may need the one before it
            outcomes.AddRange(await Replay(letters, cancel));
        }
        int Count(string status) => outcomes.Count(o => o.Status == status);
        return new Summary(outcomes.Count, Count("applied"), Count("duplicate"), Count("declined"), Count("rejected"), outcomes.Count >= MostAtOnce);
    }

    private async Task<List<Outcome>> Replay(IReadOnlyList<DeadLetterEndpoints.Letter> letters, CancellationToken cancel)
    {
        var parser = new EventJsonReader { Future = await times.Current(cancel) };
        var perLetter = new List<(DeadLetterEndpoints.Letter Letter, List<Received> Events, RowProblemOf? Problem)>();
        foreach (var letter in letters) perLetter.Add(await Read(letter, parser, cancel));
        await reception.Submit([.. perLetter.SelectMany(p => p.Events)], cancel);

        var outcomes = perLetter.Select(p => OutcomeOf(p.Letter, p.Events, p.Problem)).ToList();
        await books.Write(async transaction =>
        {
            foreach (var ((letter, events, _), outcome) in perLetter.Zip(outcomes)) await Settle(transaction, letter, events, outcome);
        }, cancel);
        return outcomes;
    }

    private sealed record RowProblemOf(string Code, string Detail);

    private async Task<(DeadLetterEndpoints.Letter, List<Received>, RowProblemOf?)> Read(DeadLetterEndpoints.Letter letter, EventJsonReader parser, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        Received Event(byte[] json) => new(1, parser.Read(json, now), json);
        if (!TryRows(letter.Body, out var letterBody, out var rows)) return (letter, [Event(Encoding.UTF8.GetBytes(letter.Body))], null);
        if (letter.ImportId is not { } import || await imports.MappingOf(import, cancel) is not { } mapping)
            return (letter, [], new RowProblemOf("mapping_unknown", "The import that these rows came by is not known any more. Write the event yourself."));
        var built = RowLetters.Build(rows, letterBody, mapping);
        return built.Problem is { } problem ? (letter, [], new RowProblemOf(problem.Code, problem.Detail)) : (letter, [.. built.Events.Select(Event)], null);
    }

    private static bool TryRows(string body, out JsonObject letter, out JsonArray rows)
    {
        (letter, rows) = ([], []);
        try
        {
            if (JsonNode.Parse(body) is not JsonObject root || root["rows"] is not JsonArray found || root.ContainsKey("source")) return false;
            (letter, rows) = (root, found);
            return true;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return false;
        }
    }

    private static Outcome OutcomeOf(DeadLetterEndpoints.Letter letter, List<Received> events, RowProblemOf? problem)
    {
        if (problem is not null) return new Outcome(letter.DeadLetterId, "rejected", problem.Code, problem.Detail, null);
        if (events.Count == 0) return new Outcome(letter.DeadLetterId, "applied", null, "The mapping skips these rows.", null);
        // The worst of several says what became of the letter.
        var worst = events.MaxBy(e => (int)e.Answer.Status)!.Answer;
        return new Outcome(letter.DeadLetterId, Words.Of(worst.Status), worst.Code, worst.Detail, worst.PersonId == 0 ? null : worst.PersonId);
    }

    private async Task Settle(BooksTransaction transaction, DeadLetterEndpoints.Letter letter, List<Received> events, Outcome outcome)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        // Refused under another id than its letter's: the Door wrote a new letter, and this one went into it.
        var movedOn = outcome.Status == "rejected" && events.Count > 0 && events.All(e => e.Source != letter.Source || e.Id != letter.Id);
        if (outcome.Status is "applied" or "duplicate" || movedOn)
            await transaction.Execute("update dead_letters set state = 'replayed', last_at_ms = @now where dead_letter_id = @id and state = 'open'", ("now", now), ("id", letter.DeadLetterId));
        else
            await transaction.Execute("update dead_letters set code = @code, detail = @detail, last_at_ms = @now where dead_letter_id = @id and state = 'open'",
                ("code", outcome.Code ?? letter.Code), ("detail", outcome.Detail ?? letter.Detail), ("now", now), ("id", letter.DeadLetterId));
    }
}
