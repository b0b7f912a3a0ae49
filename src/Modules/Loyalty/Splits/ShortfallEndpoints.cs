using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
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

namespace Danke.Loyalty.Splits;

/// <summary>
/// <c>/v1/split-shortfalls</c>: where a split left one side owing and the program allows no debt, the other side bears it. Somebody approves
/// that, or rejects it: then who bore it has the points back and the program bears them.
/// </summary>
internal static class ShortfallEndpoints
{
    public sealed record ShortfallList(IReadOnlyList<ShortfallView> Items, string? Next);

    /// <param name="PointType">Which of the program's points; points: its first type.</param>
    /// <param name="DebtorPersonId">Who owed when the split was made.</param>
    /// <param name="BearerPersonId">Who bears; null: the program alone.</param>
    /// <param name="State">awaiting, approved, rejected.</param>
    /// <param name="Event">The event that made the split, as source/id.</param>
    /// <param name="DecidedBy">The event that decided, as source/id: it names who.</param>
    public sealed record ShortfallView(
        long ShortfallId, string Program, string PointType, long DebtorPersonId, long? BearerPersonId, long BorneByOther, long BorneByProgram, string State, DateTimeOffset At, string Event,
        DateTimeOffset? DecidedAt, string? DecidedBy);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var shortfalls = v1.MapGroup("/split-shortfalls").WithTags("Loyalty");
        shortfalls.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("What splits left owing, newest first.").Produces<ShortfallList>();
        shortfalls.MapPost("/{id:long}/approval", Approve).RequireScope(Scopes.LoyaltyWrite).WithSummary("The other side goes on bearing it.").Produces<ShortfallView>();
        shortfalls.MapPost("/{id:long}/rejection", Reject).RequireScope(Scopes.LoyaltyWrite)
            .WithSummary("The other side has the points back, and the program bears them.").Produces<ShortfallView>();
    }

    private static async Task<IResult> List(string? state, string? cursor, int? limit, BooksStore books, CancellationToken cancel) =>
        await Approvals.List(state, cursor, limit, "shortfall_id", (where, args) => Read(books, where, args, cancel), s => s.ShortfallId) is (var page, null) ? Results.Ok(new ShortfallList(page!.Items, page.Next))
            : Approvals.StateUnknown(state);

    private static Task<List<ShortfallView>> Read(BooksStore books, string where, (string, object?)[] args, CancellationToken cancel) => books.Read($"""
        select shortfall_id, program, debtor_person, person_id, borne_by_other, borne_by_program, state, at_ms, command_key, decided_at_ms, decided_by
        from split_shortfalls where {where}
        """, r => new ShortfallView(r.GetInt64(0), PointTypes.ProgramOf(r.GetString(1)), PointTypes.TypeOf(r.GetString(1)), r.GetInt64(2), r.GetInt64(3) is not 0 and var bearer ? bearer : null, r.GetInt64(4), r.GetInt64(5), r.GetString(6),
            r.GetInt64(7).ToInstant(), r.GetString(8), r.LongOrNull(9).ToInstant(), r.TextOrNull(10)), args, cancel);

    private static Task<IResult> Approve(long id, HttpContext context, BooksStore books, IPersonDirectory directory, Approvals approvals, CancellationToken cancel) =>
        Decide(id, true, context, books, directory, approvals, cancel);

    private static Task<IResult> Reject(long id, HttpContext context, BooksStore books, IPersonDirectory directory, Approvals approvals, CancellationToken cancel) =>
        Decide(id, false, context, books, directory, approvals, cancel);

    private static async Task<IResult> Decide(long id, bool approve, HttpContext context, BooksStore books, IPersonDirectory directory, Approvals approvals, CancellationToken cancel)
    {
        if ((await Read(books, "shortfall_id = @id", [("id", id)], cancel)).FirstOrDefault() is not { } shortfall)
            return Problem.NotFound("shortfall_unknown", $"There is no split shortfall {id}.");
        var person = shortfall.BearerPersonId ?? await directory.Current(shortfall.DebtorPersonId, cancel) ?? shortfall.DebtorPersonId;
        var decision = new Approvals.Decision("split_shortfall", id, approve, person, new ShortfallDecided(id, approve), new { shortfall = id, shortfall.Program, shortfall.PointType, shortfall.BorneByOther, shortfall.BorneByProgram });
        return await approvals.Decide(context, decision) ?? Results.Ok((await Read(books, "shortfall_id = @id", [("id", id)], cancel))[0]);
    }
}
