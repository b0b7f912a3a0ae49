using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Door;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Loyalty.Approving;

/// <summary>What waits for somebody's approval or rejection: lists of it, and the decision as a command with its line in the audit log.</summary>
internal sealed class Approvals(DirectCommands commands, TimeProvider clock)
{
    /// <param name="Noun">As in the command's type and the audit log: <c>split_shortfall</c>.</param>
    /// <param name="PersonId">Whose points move.</param>
    /// <param name="Detail">For the audit log; nothing personal.</param>
    public sealed record Decision(string Noun, long Id, bool IsApproved, long PersonId, CommandBody Body, object Detail);

    /// <summary>A page of what is in a state, newest first; no page for a state that is none.</summary>
    /// <param name="read">Rows for a where clause with what it asks for.</param>
    public static async Task<(Page<T>? Page, string? UnknownState)> List<T>(
        string? state, string? cursor, int? limit, string key, Func<string, (string, object?)[], Task<List<T>>> read, Func<T, long> idOf)
    {
        if (state is not (null or "" or ShortfallRow.Awaiting or ShortfallRow.Approved or ShortfallRow.Rejected)) return (null, state);
        var most = Cursor.Limit(limit);
        var rows = await read($"(@state = '' or state = @state) and {key} < @after order by {key} desc limit @limit",
            [("state", state ?? ""), ("after", Cursor.Before(cursor)), ("limit", most + 1L)]);
        return (Page<T>.Of(rows, most, r => [idOf(r)]), null);
    }

    public static IResult StateUnknown(string? state) => Problem.Invalid("state_unknown", $"'{state}' is no state: awaiting, approved or rejected.");

    /// <summary>Null when it is decided so; else what to answer.</summary>
    public Task<IResult?> Decide(HttpContext context, Decision decision)
    {
        var word = decision.IsApproved ? "approved" : "rejected";
        // A refusal is an answer for good: while it waits, each attempt is a command of its own.
        var id = string.Create(CultureInfo.InvariantCulture, $"{context.Caller().Actor}/{decision.Noun.Replace('_', '-')}/{decision.Id}/{word}/{Guid.CreateVersion7(clock.GetUtcNow())}");
        return commands.Submit(context, new Command
        {
            Source = Sources.Operator,
            Id = id,
            AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Channel = DirectCommands.Source,
            PersonId = decision.PersonId,
            Body = decision.Body,
            Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Operator, ["id"] = id, ["type"] = decision.Body.Type }.ToJsonString()),
        }, $"{decision.Noun}.{word}", decision.Detail);
    }
}
