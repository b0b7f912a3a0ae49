using System.Globalization;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Points;

/// <summary>What came of a rollback.</summary>
/// <param name="Attempt">The request under the key that is undone.</param>
/// <param name="NextAttempt">What the next request under the key is, if it is ever to be rolled back too.</param>
/// <param name="Redemption">As it is now: nothing of it is taken any more.</param>
public sealed record RollbackView(string Key, long Attempt, long NextAttempt, RedemptionView Redemption)
{
    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}

/// <summary>
/// <c>POST /v1/points/rollbacks</c>: a till undoes its own redemption or reservation by the key of the request, and may use the key for another. A request that
/// was rolled back stays in the records and takes nothing when it is sent again: docs/decisions/0020-a-key-is-free-after-a-rollback.md.
/// </summary>
internal static class RollbackEndpoint
{
    /// <param name="Key">The Idempotency-Key of the request.</param>
    /// <param name="Attempt">Which request under the key: left out, the first. After each rollback the next has one more.</param>
    public sealed record RollbackBody(string Key, long Attempt = 1);

    public static void Map(RouteGroupBuilder points) => points.MapPost("/rollbacks", RollBack).RequireScope(Scopes.LoyaltyWrite)
        .WithSummary("Undoes a redemption or reservation by the Idempotency-Key of its request, which is free again then.").Produces<RollbackView>();

    private static async Task<IResult> RollBack(RollbackBody body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (body.Key is null or "" || DirectCommands.WrongKey(body.Key) is not null) return Problem.Unacceptable("field_invalid", "$.key: The Idempotency-Key of the request.");
        if (body.Attempt < 1) return Problem.Unacceptable("field_invalid", "$.attempt: At least 1.");
        var request = DirectCommands.IdOf(context, body.Key);
        var redeemed = $"{DirectCommands.Source}/{IdOf(request, body.Attempt)}";
        if (await Find(books, redeemed, cancel) is not var (person, saidHash)) return Problem.NotFound("redemption_unknown", "Nothing was redeemed or reserved by such a request of yours.");
        // A space is in no caller's key: these ids meet no request's.
        var id = string.Create(CultureInfo.InvariantCulture, $"{request} rollback {body.Attempt}");
        var command = TillRequests.Command(id, clock.GetUtcNow().ToUnixTimeMilliseconds(), person, new RedemptionRolledBack(redeemed, request, body.Attempt, saidHash));
        return await commands.Answer(context, command.Saying(redeemed), new { attempt = body.Attempt });
    }

    /// <summary>The id under which the Door knows a request: the first under a key by the key alone.</summary>
    private static string IdOf(string request, long attempt) => attempt == 1 ? request : string.Create(CultureInfo.InvariantCulture, $"{request} {attempt}");

    /// <summary>
    /// Hands a request in under its key, and answers as the ledger did. Only when the key is known already is it asked whether requests under it were rolled
    /// back: then this is one of them, or the next.
    /// </summary>
    public static async Task<IResult> Answer(DirectCommands commands, BooksStore books, HttpContext context, Command command, object detail, CancellationToken cancel)
    {
        var (answer, problem) = await commands.Hand(context, command, command.Body.Type, detail);
        if (answer is not ({ Status: AnswerStatus.Duplicate } or { Code: "idempotency_conflict" })) return TillRequests.Said(answer, problem);
        var undone = await books.Read("select attempt, body_hash from redemption_rollbacks where request = @request", r => (Attempt: r.GetInt64(0), BodyHash: r.GetInt64(1)), [("request", command.Id)], cancel);
        if (undone.Count == 0) return TillRequests.Said(answer, problem);
        return undone.Any(u => u.BodyHash == command.BodyHash)
            ? Problem.Conflict("request_rolled_back", "This very request was rolled back, and takes nothing again. To do the same once more, send it with a new Idempotency-Key.")
            : await commands.Answer(context, command with { Id = IdOf(command.Id, undone.Max(u => u.Attempt) + 1) }, detail);
    }

    // What a pool spent has parts of many members: it is returned there.
    private static async Task<(long Person, long SaidHash)?> Find(BooksStore books, string command, CancellationToken cancel) => (await books.Read("""
        select r.person_id, c.body_hash from redemptions r join commands c on c.command_key = r.command_key
        where r.command_key = @command and not exists (select 1 from pool_redemptions p where p.redemption_id = r.redemption_id)
        """, r => ((long, long)?)(r.GetInt64(0), r.GetInt64(1)), [("command", command)], cancel)).FirstOrDefault();
}
