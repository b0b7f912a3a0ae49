using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Points;

/// <summary><c>/v1/points-adjustment-requests</c>: points given or taken by hand beyond the program's limit, which a second person approves or rejects.</summary>
internal static class ApprovalEndpoints
{
    public sealed record RequestList(IReadOnlyList<RequestView> Items, string? Next);

    /// <param name="State">awaiting, approved, rejected.</param>
    /// <param name="RequestedBy">Who asked, as in the audit log: somebody else decides.</param>
    /// <param name="DecidedBy">The command that decided; it names who.</param>
    public sealed record RequestView(
        long RequestId, long PersonId, string Program, long Points, string Reason, DateTimeOffset? ExpiresAt, string State, DateTimeOffset At, string RequestedBy, DateTimeOffset? DecidedAt, string? DecidedBy);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var requests = v1.MapGroup("/points-adjustment-requests").WithTags("Loyalty");
        requests.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("Adjustments that wait for a second person, or did; newest first.").Produces<RequestList>();
        requests.MapPost("/{id:long}/approval", Approve).RequireScope(Scopes.LoyaltyWrite).WithSummary("The points move. Never by who asked.").Produces<RequestView>();
        requests.MapPost("/{id:long}/rejection", Reject).RequireScope(Scopes.LoyaltyWrite).WithSummary("Nothing moves. Never by who asked.").Produces<RequestView>();
    }

    private static async Task<IResult> List(string? state, string? cursor, int? limit, BooksStore books, CancellationToken cancel)
    {
        if (state is not (null or "" or ShortfallRow.Awaiting or ShortfallRow.Approved or ShortfallRow.Rejected))
            return Problem.Invalid("state_unknown", $"'{state}' is no state: awaiting, approved or rejected.");
        var after = Cursor.Read<long>(cursor, 1) ?? [long.MaxValue];
        var most = Cursor.Limit(limit);
        var page = Page<RequestView>.Of(await Read(books, "(@state = '' or state = @state) and request_id < @after order by request_id desc limit @limit",
            [("state", state ?? ""), ("after", after[0]), ("limit", most + 1L)], cancel), most, r => [r.RequestId]);
        return Results.Ok(new RequestList(page.Items, page.Next));
    }

    internal static async Task<RequestView?> Find(BooksStore books, string where, (string, object?)[] args, CancellationToken cancel) => (await Read(books, where, args, cancel)).FirstOrDefault();

    private static async Task<List<RequestView>> Read(BooksStore books, string where, (string, object?)[] args, CancellationToken cancel) =>
        [.. (await books.Read($"{RequestRow.Select} where {where}", RequestRow.Read, args, cancel)).Select(r => new RequestView(
            r.Id, r.PersonId, r.Program, r.Points, r.Reason, r.ExpiresAtMs.ToInstant(), r.State, r.AtMs.ToInstant(), r.RequestedBy, r.DecidedAtMs.ToInstant(), r.DecidedBy))];

    private static Task<IResult> Approve(long id, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel) =>
        Decide(id, true, context, books, commands, clock, cancel);

    private static Task<IResult> Reject(long id, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel) =>
        Decide(id, false, context, books, commands, clock, cancel);

    private static async Task<IResult> Decide(long id, bool approve, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (await Find(books, "request_id = @id", [("id", id)], cancel) is not { } request) return Problem.NotFound("request_unknown", $"There is no request {id}.");
        var actor = context.Caller().Actor;
        // A refusal is an answer for good: while the request waits, each attempt is a command of its own.
        var command = string.Create(CultureInfo.InvariantCulture, $"{actor}/adjustment-request/{id}/{(approve ? "approved" : "rejected")}/{Guid.CreateVersion7(clock.GetUtcNow())}");
        var decided = new Command
        {
            Source = Sources.Operator,
            Id = command,
            AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Channel = DirectCommands.Source,
            PersonId = request.PersonId,
            Body = new AdjustmentDecided(id, approve, actor),
            Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Operator, ["id"] = command, ["type"] = "points.adjustment_decided" }.ToJsonString()),
        };
        return await commands.Submit(context, decided, approve ? "adjustment_request.approved" : "adjustment_request.rejected", new { request = id, request.Program, request.Points })
            ?? Results.Ok(await Find(books, "request_id = @id", [("id", id)], cancel));
    }
}
