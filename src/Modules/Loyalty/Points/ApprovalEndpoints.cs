using Danke.Engines.Ledger;
using Danke.Loyalty.Approving;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
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
        long RequestId, long PersonId, string Program, string PointType, long Points, string Reason, DateTimeOffset? ExpiresAt, string State, DateTimeOffset At, string RequestedBy, DateTimeOffset? DecidedAt, string? DecidedBy);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var requests = v1.MapGroup("/points-adjustment-requests").WithTags("Loyalty");
        requests.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("Adjustments that wait for a second person, or did; newest first.").Produces<RequestList>();
        requests.MapPost("/{id:long}/approval", Approve).RequireScope(Scopes.LoyaltyWrite).WithSummary("The points move. Never by who asked.").Produces<RequestView>();
        requests.MapPost("/{id:long}/rejection", Reject).RequireScope(Scopes.LoyaltyWrite).WithSummary("Nothing moves. Never by who asked.").Produces<RequestView>();
    }

    private static async Task<IResult> List(string? state, string? cursor, int? limit, BooksStore books, CancellationToken cancel) =>
        await Approvals.List(state, cursor, limit, "request_id", (where, args) => Read(books, where, args, cancel), r => r.RequestId) is (var page, null) ? Results.Ok(new RequestList(page!.Items, page.Next))
            : Approvals.StateUnknown(state);

    internal static async Task<RequestView?> Find(BooksStore books, string where, (string, object?)[] args, CancellationToken cancel) => (await Read(books, where, args, cancel)).FirstOrDefault();

    private static async Task<List<RequestView>> Read(BooksStore books, string where, (string, object?)[] args, CancellationToken cancel) =>
        [.. (await books.Read($"{RequestRow.Select} where {where}", RequestRow.Read, args, cancel)).Select(r => new RequestView(
            r.Id, r.PersonId, PointTypes.ProgramOf(r.Program), PointTypes.TypeOf(r.Program), r.Points, r.Reason, r.ExpiresAtMs.ToInstant(), r.State, r.AtMs.ToInstant(), r.RequestedBy, r.DecidedAtMs.ToInstant(), r.DecidedBy))];

    private static Task<IResult> Approve(long id, HttpContext context, BooksStore books, Approvals approvals, CancellationToken cancel) => Decide(id, true, context, books, approvals, cancel);

    private static Task<IResult> Reject(long id, HttpContext context, BooksStore books, Approvals approvals, CancellationToken cancel) => Decide(id, false, context, books, approvals, cancel);

    private static async Task<IResult> Decide(long id, bool approve, HttpContext context, BooksStore books, Approvals approvals, CancellationToken cancel)
    {
        if (await Find(books, "request_id = @id", [("id", id)], cancel) is not { } request) return Problem.NotFound("request_unknown", $"There is no request {id}.");
        var decision = new Approvals.Decision("adjustment_request", id, approve, request.PersonId, new AdjustmentDecided(id, approve, context.Caller().Actor),
            new { request = id, request.Program, request.PointType, request.Points });
        return await approvals.Decide(context, decision) ?? Results.Ok(await Find(books, "request_id = @id", [("id", id)], cancel));
    }
}
