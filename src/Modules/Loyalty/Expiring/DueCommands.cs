using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Microsoft.Extensions.Logging;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// What every clock does with what it finds due in the Books: hands the Door a command for each, page by page. What is due lies in the
/// Books, so that it may be done once, often or on several nodes, and is made up for after any time of standing still.
/// </summary>
internal sealed class DueCommands(IDoor door, TimeProvider clock, ILogger<DueCommands> log)
{
    /// <summary>Small enough that a till's command never waits long behind a batch.</summary>
    public const long PageSize = 1_000;

    public long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Answers how many commands were applied.</summary>
    /// <param name="before">What comes before all that is due.</param>
    /// <param name="next">At most <see cref="PageSize"/> of what is due after another, in an order of its own.</param>
    public async Task<int> Submit<T>(T before, Func<T, Task<List<T>>> next, Func<T, Command> command, CancellationToken cancel)
    {
        var applied = 0;
        var reading = next(before);
        while (await reading is { Count: > 0 } page)
        {
            // While the Door is at this page the next one is read: it begins behind it, whatever becomes of this one.
            reading = next(page[^1]);
            var submitting = Submit([.. page.Select(command)], cancel);
            await Task.WhenAll(submitting, reading);
            applied += await submitting;
        }
        return applied;
    }

    private async Task<int> Submit(Command[] commands, CancellationToken cancel)
    {
        var answers = await door.SubmitMany(commands, cancel);
        foreach (var refused in answers.Where(a => a.Status is AnswerStatus.Rejected or AnswerStatus.Declined))
            log.LogError("What was due could not be done: {Code}", refused.Code);
        return answers.Count(a => a.Status == AnswerStatus.Applied);
    }

    /// <param name="id">The same for the same thing at the same instant, so that it is done once.</param>
    public static Command Command(string id, long personId, long atMs, CommandBody body) => new()
    {
        Source = Sources.Clock,
        Id = id,
        AtMs = atMs,
        Channel = "program",
        PersonId = personId,
        Body = body,
        Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Clock, ["id"] = id, ["type"] = body.Type }.ToJsonString()),
    };
}
