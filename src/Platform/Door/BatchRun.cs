using System.Text;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Outbox;

namespace Danke.Platform.Door;

/// <summary>
/// One batch in one transaction: who was answered before, load, then command by command check and apply in memory, save,
/// outbox, commit. A refused command is kept in the dead letters (or, when the "no" is a business answer, as the answer).
/// </summary>
internal static class BatchRun
{
    private sealed record CommandRow(string Key, long BodyHash, Answer Answer, long AtMs);

    private static readonly Table<CommandRow> Commands = new Table<CommandRow>("commands", "command_key")
        .Text("command_key", r => r.Key).Long("body_hash", r => r.BodyHash).Long("status", r => (long)r.Answer.Status).Text("code", r => r.Answer.Code)
        .Text("detail", r => r.Answer.Detail).Long("person_id", r => r.Answer.PersonId).Long("answered_at_ms", r => r.AtMs)
        .Text("outcome", r => r.Answer.Outcome);

    public static async Task<Answer[]> Apply(
        BooksStore store, IReadOnlyList<IStage> stages, Sequences ids, Command[] commands, object?[] prepared, long nowMs, BatchTimes times)
    {
        await using var books = store.BeginOnThread();
        var all = commands.Zip(prepared, (command, found) => new Step(command, found)).ToArray();
        var first = books.Ask();
        var asked = AskKnown(first, commands);
        var letters = DeadLetters.AskOpen(first);
        var audited = all.Where(s => s.Command.Audit is not null).ToList();
        var audits = Audit.AskNumbers(first, audited.Count);
        foreach (var stage in stages) stage.Ask(all, first);
        await first.Send();
        times.Mark("load", "Door");
        var known = asked.Rows.ToDictionary(r => r.Key, r => (r.BodyHash, r.Answer));
        var steps = all.Where(s => !known.ContainsKey(s.Command.Key)).ToList();
        var batch = new Batch(steps, ids, books, nowMs);
        foreach (var stage in stages)
        {
            await stage.Load(batch, books);
            times.Mark("load", stage);
        }

        var answers = Decide(commands, known, steps, stages);
        times.Mark("decide", "Door");
        await Save(batch, stages, books, steps, nowMs, times);
        if (audits is not null) await Audit.Record(books, [.. audited.Select(AuditOf)], audits.Rows[0], nowMs);
        if (letters.Rows.Count > 0 || steps.Exists(s => s.Answer is { Status: AnswerStatus.Rejected })) await DeadLetters.Settle(books, [.. steps.Where(IsFinal).Select(s => s.Command.Key)], nowMs);
        times.Mark("save", "Door");
        await books.Commit();
        times.Mark("commit", "Door");
        return answers;
    }

    private static Question<(string Key, long BodyHash, Answer Answer)> AskKnown(Questions first, Command[] commands) =>
        first.Rows("select command_key, body_hash, status, code, detail, person_id, outcome from commands where command_key in ({keys:text})",
            r => (Key: r.GetString(0), BodyHash: r.GetInt64(1),
                Answer: new Answer((AnswerStatus)r.GetInt64(2), r.TextOrNull(3), r.TextOrNull(4), r.GetInt64(5)) { Outcome = r.TextOrNull(6) }),
            ("keys", commands.Select(c => c.Key).ToArray()));

    private static Answer[] Decide(
        Command[] commands, Dictionary<string, (long BodyHash, Answer Answer)> known, List<Step> steps, IReadOnlyList<IStage> stages)
    {
        var answers = new Answer[commands.Length];
        var next = 0;
        for (var i = 0; i < commands.Length; i++)
        {
            var command = commands[i];
            var step = next < steps.Count && ReferenceEquals(steps[next].Command, command) ? steps[next++] : null;
            if (known.TryGetValue(command.Key, out var first))
            {
                answers[i] = AnswerAgain(command, first.BodyHash, first.Answer);
                continue;
            }
            answers[i] = step!.Answer = Decide(step, stages);
            if (step.Answer.Status is AnswerStatus.Applied or AnswerStatus.Declined) known[command.Key] = (command.BodyHash, step.Answer);
        }
        return answers;
    }

    private static Answer AnswerAgain(Command command, long firstHash, Answer first)
    {
        if (firstHash != command.BodyHash)
            return Answer.Declined("idempotency_conflict", $"'{command.Key}' was answered before with another body. Send a changed event under a new id.");
        return first.Status == AnswerStatus.Applied ? first with { Status = AnswerStatus.Duplicate } : first;
    }

    private static Answer Decide(Step step, IReadOnlyList<IStage> stages)
    {
        foreach (var stage in stages)
            if (stage.Check(step) is { } refusal) return refusal.ToAnswer();
        foreach (var stage in stages) stage.Apply(step);
        return Answer.Applied(step.Person.PersonId) with { Outcome = step.Outcome };
    }

    private static bool IsFinal(Step step) => step.Answer is { Status: AnswerStatus.Applied or AnswerStatus.Declined };

    private static (CommandAudit Said, string Target)? AuditOf(Step step) =>
        step.Answer is { Status: AnswerStatus.Applied } answer ? (step.Command.Audit!, $"person/{answer.PersonId}") : null;

    private static async Task Save(Batch batch, IReadOnlyList<IStage> stages, BooksTransaction books, List<Step> steps, long nowMs, BatchTimes times)
    {
        if (steps.Count == 0) return;
        foreach (var stage in stages)
        {
            await stage.Save(batch, books);
            times.Mark("save", stage);
        }

        var final = steps.Where(IsFinal).ToList();
        await books.Insert(Commands, final.Select(s => new CommandRow(s.Command.Key, s.Command.BodyHash, s.Answer!, nowMs)).ToList());

        var announcing = final.Where(s => s.Announcements.Count > 0).ToList();
        await batch.Reserve("outbox", announcing.Count);
        await books.Insert(OutboxWriter.Table, announcing.Select(s =>
            new OutboxRow(batch.NewId("outbox"), nowMs, s.Command.Key, s.Answer!.PersonId, OutboxWriter.ToJson(s.Announcements))).ToList());

        await DeadLetters.Keep(books, steps.Where(s => s.Answer is { Status: AnswerStatus.Rejected }).Select(s => LetterOf(s.Command, s.Answer!)).ToList(), nowMs);
    }

    public static DeadLetter LetterOf(Command command, Answer answer) => new()
    {
        CommandKey = command.Key,
        Source = command.Source,
        Type = command.Body.Type,
        Code = answer.Code!,
        Detail = answer.Detail!,
        Body = Encoding.UTF8.GetString(command.Raw.Span),
    };
}
