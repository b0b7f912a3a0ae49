using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
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

namespace Danke.Loyalty.Splits;

/// <summary>
/// <c>/v1/split-shortfalls</c>: where a split left one side owing and the program allows no debt, the other side bears it. Somebody approves
/// that, or rejects it: then who bore it has the points back and the program bears them.
/// </summary>
internal static class ShortfallEndpoints
{
    public sealed record ShortfallList(IReadOnlyList<ShortfallView> Items, string? Next);

    /// <param name="DebtorPersonId">Who owed when the split was made.</param>
    /// <param name="BearerPersonId">Who bears; null: the program alone.</param>
    /// <param name="State">awaiting, approved, rejected.</param>
    /// <param name="Event">The event that made the split, as source/id.</param>
    /// <param name="DecidedBy">The event that decided, as source/id: it names who.</param>
    public sealed record ShortfallView(
        long ShortfallId, string Program, long DebtorPersonId, long? BearerPersonId, long BorneByOther, long BorneByProgram, string State, DateTimeOffset At, string Event,
        DateTimeOffset? DecidedAt, string? DecidedBy);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var shortfalls = v1.MapGroup("/split-shortfalls").WithTags("Loyalty");
        shortfalls.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("What splits left owing, newest first.").Produces<ShortfallList>();
        shortfalls.MapPost("/{id:long}/approval", Approve).RequireScope(Scopes.LoyaltyWrite).WithSummary("The other side goes on bearing it.").Produces<ShortfallView>();
        shortfalls.MapPost("/{id:long}/rejection", Reject).RequireScope(Scopes.LoyaltyWrite)
            .WithSummary("The other side has the points back, and the program bears them.").Produces<ShortfallView>();
    }

    private static async Task<IResult> List(string? state, string? cursor, int? limit, BooksStore books, CancellationToken cancel)
    {
        if (state is not (null or "" or ShortfallRow.Awaiting or ShortfallRow.Approved or ShortfallRow.Rejected))
            return Problem.Invalid("state_unknown", $"'{state}' is no state: awaiting, approved or rejected.");
        var after = Cursor.Read<long>(cursor, 1) ?? [long.MaxValue];
        var most = Cursor.Limit(limit);
        var page = Page<ShortfallView>.Of(await Read(books, "(@state = '' or state = @state) and shortfall_id < @after order by shortfall_id desc limit @limit",
            [("state", state ?? ""), ("after", after[0]), ("limit", most + 1L)], cancel), most, s => [s.ShortfallId]);
        return Results.Ok(new ShortfallList(page.Items, page.Next));
    }

    private static Task<List<ShortfallView>> Read(BooksStore books, string where, (string, object?)[] args, CancellationToken cancel) => books.Read($"""
        select shortfall_id, program, debtor_person, person_id, borne_by_other, borne_by_program, state, at_ms, command_key, decided_at_ms, decided_by
        from split_shortfalls where {where}
        """, r => new ShortfallView(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3) is not 0 and var bearer ? bearer : null, r.GetInt64(4), r.GetInt64(5), r.GetString(6),
            r.GetInt64(7).ToInstant(), r.GetString(8), r.LongOrNull(9).ToInstant(), r.TextOrNull(10)), args, cancel);

    private static Task<IResult> Approve(long id, HttpContext context, BooksStore books, IPersonDirectory directory, IDoor door, Audit audit, TimeProvider clock, CancellationToken cancel) =>
        Decide(id, true, context, books, directory, door, audit, clock, cancel);

    private static Task<IResult> Reject(long id, HttpContext context, BooksStore books, IPersonDirectory directory, IDoor door, Audit audit, TimeProvider clock, CancellationToken cancel) =>
        Decide(id, false, context, books, directory, door, audit, clock, cancel);

    private static async Task<IResult> Decide(
        long id, bool approve, HttpContext context, BooksStore books, IPersonDirectory directory, IDoor door, Audit audit, TimeProvider clock, CancellationToken cancel)
    {
        if ((await Read(books, "shortfall_id = @id", [("id", id)], cancel)).FirstOrDefault() is not { } shortfall)
            return Problem.NotFound("shortfall_unknown", $"There is no split shortfall {id}.");
        var person = shortfall.BearerPersonId ?? await directory.Current(shortfall.DebtorPersonId, cancel) ?? shortfall.DebtorPersonId;
        var answer = await door.Submit(CommandFor(id, approve, person, context.Caller().Actor, clock.GetUtcNow().ToUnixTimeMilliseconds()), cancel);
        if (answer.Status == AnswerStatus.Applied)
            await audit.Record(context.Caller(), approve ? "split_shortfall.approved" : "split_shortfall.rejected", $"split_shortfall/{id}",
                after: new { shortfall.Program, shortfall.BorneByOther, shortfall.BorneByProgram });
        return answer.Status is AnswerStatus.Applied or AnswerStatus.Duplicate
            ? Results.Ok((await Read(books, "shortfall_id = @id", [("id", id)], cancel))[0])
            : Problem.Of(StatusCodes.Status409Conflict, answer.Code!, answer.Detail!);
    }

    // The same decision by the same caller is the same command: sent twice, it counts once.
    private static Command CommandFor(long id, bool approve, long person, string actor, long nowMs)
    {
        var command = string.Create(CultureInfo.InvariantCulture, $"{actor}/split-shortfall/{id}/{(approve ? "approved" : "rejected")}");
        return new Command
        {
            Source = Sources.Operator,
            Id = command,
            AtMs = nowMs,
            Channel = DirectCommands.Source,
            PersonId = person,
            Body = new ShortfallDecided(id, approve),
            Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = Sources.Operator, ["id"] = command, ["type"] = "points.shortfall_decided" }.ToJsonString()),
        };
    }
}
