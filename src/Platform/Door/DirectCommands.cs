using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Platform.Access;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Door;

/// <summary>
/// A caller changes one person directly, from a screen or by the API: the request becomes an event of the source <c>console</c>, is read as
/// strictly as any other, goes through the Door, and is in the audit log. <c>Idempotency-Key</c> makes a repeated request the same one.
/// </summary>
public sealed class DirectCommands(IDoor door, Audit audit, TimeProvider clock)
{
    public const string Source = "console";
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 100;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is to be done to whom.</summary>
    /// <param name="Type">The event's type, e.g. <c>points.adjusted</c>.</param>
    /// <param name="Data">The event's data as on the wire; its problems are answered with paths into it.</param>
    /// <param name="Action">For the audit log.</param>
    /// <param name="Detail">For the audit log: nothing personal.</param>
    /// <param name="NeedsKey">Whether the request is refused without an <c>Idempotency-Key</c>; else it gets one of its own.</param>
    public sealed record Request(long PersonId, string Type, JsonObject Data, string Action, object? Detail, bool NeedsKey = false);

    /// <summary>Null when it is applied (or was before); else what to answer.</summary>
    public async Task<IResult?> Submit(HttpContext context, Request request)
    {
        var given = context.Request.Headers[KeyHeader].ToString();
        if (given.Length == 0 && request.NeedsKey)
            return Problem.Invalid("idempotency_key_missing", $"Send an {KeyHeader} header, a fresh UUID for each change: then a request that is sent twice counts once.");
        if (given.Length > LongestKey || given.Any(c => c is < '!' or > '~')) return Problem.Invalid("idempotency_key_invalid", $"An {KeyHeader} has 1 to {LongestKey} visible ASCII characters.");

        var now = clock.GetUtcNow();
        var key = given.Length > 0 ? given : Guid.CreateVersion7(now).ToString();
        var reading = Read(context.Caller(), key, request, now.ToUnixTimeMilliseconds());
        if (reading.Command is not { } command) return NotReadable(reading.Problems);

        var answer = await door.Submit(command, context.RequestAborted);
        if (answer.Status == AnswerStatus.Applied) await audit.Record(context.Caller(), request.Action, $"person/{answer.PersonId}", after: request.Detail);
        return answer.Status is AnswerStatus.Applied or AnswerStatus.Duplicate ? null : Problem.Of(StatusOf(answer), answer.Code!, answer.Detail!);
    }

    private static EventReading Read(Caller caller, string key, Request request, long nowMs)
    {
        var envelope = new JsonObject
        {
            ["source"] = Source,
            // Who did it stays in the ledger with the entry, and two callers' keys never meet.
            ["id"] = $"{caller.Actor}/{key}",
            ["type"] = request.Type,
            ["time"] = Rfc3339.Write(nowMs),
            ["channel"] = Source,
            ["data"] = request.Data.DeepClone(),
        };
        var reading = new EventJsonReader().Read(JsonSerializer.SerializeToUtf8Bytes(envelope, Plain), nowMs);
        if (reading.Command is not { } command) return reading;
        // The instant is ours and not the caller's: in its place, the person is part of what the request says.
        var said = command with { AtMs = request.PersonId };
        return reading with { Command = command with { PersonId = request.PersonId, BodyHash = EventHash.Of(said) } };
    }

    private static IResult NotReadable(IReadOnlyList<EventProblem> problems)
    {
        var within = problems.Select(p => p with { Path = p.Path.Replace("$.data", "$", StringComparison.Ordinal) }).ToList();
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, within[0].Code, $"{within[0].Path}: {within[0].Detail}",
            new Dictionary<string, object?> { ["problems"] = within });
    }

    private static int StatusOf(Answer answer) => answer.Code switch
    {
        "person_not_found" => StatusCodes.Status404NotFound,
        "idempotency_conflict" or "insufficient_balance" => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
