using System.Buffers;
using System.Globalization;
using System.Text;
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
public sealed class DirectCommands(IDoor door, TimeProvider clock)
{
    public const string Source = "console";
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 100;

    /// <summary>A request that could be read as a command, or what to answer instead.</summary>
    public readonly record struct Reading(Command? Command, IResult? Problem);

    /// <summary>Reads the request as an event of the person.</summary>
    /// <param name="type">The event's type, e.g. <c>points.adjusted</c>.</param>
    /// <param name="body">The event's data as on the wire, or the part of it that <paramref name="part"/> names.</param>
    /// <param name="needsKey">Whether the request is refused without an <c>Idempotency-Key</c>; else it gets one of its own.</param>
    public Reading Read(HttpContext context, long personId, string type, JsonElement body, string? part = null, bool needsKey = false)
    {
        if (IdOf(context, out var problem, needsKey) is not { } id) return new(null, problem);
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var reading = new EventJsonReader().Read(Event(id, type, nowMs, body, part), nowMs);
        if (reading.Command is not { } command) return new(null, NotReadable(reading.Problems, part is null ? "$.data" : $"$.data.{part}"));
        // The instant is ours and not the caller's: in its place, the person is part of what the request says.
        var said = command with { AtMs = personId };
        return new(command with { PersonId = personId, BodyHash = EventHash.Of(said) }, null);
    }

    /// <summary>A command that is no event on the wire: only a screen or the API says it.</summary>
    /// <param name="said">All that the body says, for telling a repeated request from another one with the same key.</param>
    /// <param name="needsKey">Whether the request is refused without an <c>Idempotency-Key</c>; else it gets one of its own.</param>
    public Reading Make(HttpContext context, long personId, CommandBody body, string said, bool needsKey = false)
    {
        if (IdOf(context, out var problem, needsKey) is not { } id) return new(null, problem);
        return new(new Command
        {
            Source = Sources.Operator,
            Id = id,
            AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Channel = Source,
            PersonId = personId,
            Body = body,
            BodyHash = unchecked((long)EventHash.XxHash64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{body.Type}\0{personId}\0{said}")))),
            Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Operator, ["id"] = id, ["type"] = body.Type }.ToJsonString()),
        }, null);
    }

    /// <summary>The command's id, of the caller and the <c>Idempotency-Key</c>; null when the header is not usable, and what to answer then.</summary>
    public string? IdOf(HttpContext context, out IResult? problem, bool needsKey = true)
    {
        var given = context.Request.Headers[KeyHeader].ToString();
        problem = given.Length == 0 && needsKey
                ? Problem.Invalid("idempotency_key_missing", $"Send an {KeyHeader} header, a fresh UUID for each change: then a request that is sent twice counts once.")
            : WrongKey(given) is { } wrong ? Problem.Invalid("idempotency_key_invalid", wrong)
            : null;
        return problem is not null ? null : IdOf(context, given.Length > 0 ? given : Guid.CreateVersion7(clock.GetUtcNow()).ToString());
    }

    /// <summary>The command's id for a key of the caller. Who did it stays in the ledger with the entry, and two callers' keys never meet.</summary>
    public static string IdOf(HttpContext context, string key) => $"{context.Caller().Actor}/{key}";

    /// <summary>What is wrong with a key; null when nothing is.</summary>
    public static string? WrongKey(string key) => key.Length > LongestKey || key.Any(c => c is < '!' or > '~') ? $"An {KeyHeader} has 1 to {LongestKey} visible ASCII characters." : null;

    private static ReadOnlyMemory<byte> Event(string id, string type, long nowMs, JsonElement body, string? part)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("source", Source);
            json.WriteString("id", id);
            json.WriteString("type", type);
            json.WriteString("time", Rfc3339.Write(nowMs));
            json.WriteString("channel", Source);
            json.WritePropertyName("data");
            if (part is not null)
            {
                json.WriteStartObject();
                json.WritePropertyName(part);
            }
            json.WriteRawValue(body.GetRawText(), skipInputValidation: true);
            if (part is not null) json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    // The caller knows nothing of the event around the body.
    private static IResult NotReadable(IReadOnlyList<EventProblem> problems, string around)
    {
        var within = problems.Select(p => p.Path.StartsWith(around, StringComparison.Ordinal) ? p with { Path = "$" + p.Path[around.Length..] } : p).ToList();
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, within[0].Code, $"{within[0].Path}: {within[0].Detail}",
            new Dictionary<string, object?> { ["problems"] = within });
    }

    /// <summary>Hands the command to the Door. Null when it is applied (or was before); else what to answer.</summary>
    /// <param name="action">For the audit log; <paramref name="detail"/> too: nothing personal.</param>
    public async Task<IResult?> Submit(HttpContext context, Command command, string action, object? detail) => (await Hand(context, command, action, detail)).Problem;

    /// <summary>Likewise, for a caller who wants to know what came of it.</summary>
    public async Task<(Answer Answer, IResult? Problem)> Hand(HttpContext context, Command command, string action, object? detail)
    {
        var answer = await door.Submit(command with { Audit = Audit.Of(context.Caller(), action, detail) }, context.RequestAborted);
        return (answer, answer.Status is AnswerStatus.Applied or AnswerStatus.Duplicate ? null : Problem.Of(StatusOf(answer), answer.Code!, answer.Detail!));
    }

    private static int StatusOf(Answer answer) => answer.Code switch
    {
        "person_not_found" or "no_such_order" or "no_such_decision" or "grant_unknown" or "entry_unknown" or "request_unknown" or "use_unknown" or "pool_unknown" or "shortfall_unknown" or "offer_unknown" or "code_unknown" or "coupon_unknown" => StatusCodes.Status404NotFound,
        "idempotency_conflict" or "insufficient_balance" or "already_one_person" or "reservation_ended" or "reservation_exceeded" or "redemption_not_spent" or "return_exceeds_redemption"
            or "grant_ended" or "transfer_quota_exceeded" or "entry_reversed" or "lot_moved" or "lot_ended" or "lot_spent" or "request_decided" or "same_person" or "quota_exceeded" or "use_reversed" or "pool_closed" or "pool_full" or "in_pool_already" or "limit_is_the_members" or "request_rolled_back"
            or "shortfall_decided" or "shortfall_moved" or "already_answered" or "not_answered" or "orders_of_two" or "order_no_sale"
            or "grant_key_taken" or "usage_counted" or "lock_ended" or "use_not_redeemed" or "revert_exceeds_use" or "coupon_used" or "coupon_locked" or "coupons_exhausted" or "quantity_exceeded" or "person_limit_exceeded" or "budget_exceeded" =>
            StatusCodes.Status409Conflict,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
