using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Points;

/// <summary><c>POST /v1/persons/{id}/points-adjustments</c>: points given or taken by hand.</summary>
internal static class AdjustmentsEndpoint
{
    /// <param name="Points">Positive gives, negative takes; not zero.</param>
    /// <param name="Reason">Shown to the member and kept in the ledger.</param>
    /// <param name="ExpiresAt">When given points end; left out: as the program says.</param>
    /// <param name="Program">Left out: the default program.</param>
    public sealed record AdjustmentBody(long Points, string Reason, DateTimeOffset? ExpiresAt = null, string? Program = null);

    public sealed record AdjustedView(long PersonId, string Program, long PointsPending, long PointsSpendable, string Tier);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/persons/{id:long}/points-adjustments", Adjust).RequireScope(Scopes.LoyaltyWrite).WithTags("Persons")
            .WithSummary("Gives or takes points. Needs an Idempotency-Key header: a request sent twice counts once.")
            .Accepts<AdjustmentBody>("application/json").Produces<AdjustedView>();

    private static async Task<IResult> Adjust(
        long id, JsonObject body, HttpContext context, BooksStore books, IPersonDirectory directory, LivePrograms programs, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var name = Text(body, "program") is { Length: > 0 } given ? given : ProgramBook.DefaultName;
        if (await programs.Find(name, cancel) is null) return Problem.Of(StatusCodes.Status422UnprocessableEntity, "program_unknown", $"There is no live program '{name}'.");
        if (EndsBefore(body, clock.GetUtcNow().ToUnixTimeMilliseconds()))
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "expires_in_past", "$.expires_at: Points that have ended already would be none. Give a time to come.");

        var request = new DirectCommands.Request(current, "points.adjusted", body, "points.adjusted", new { program = name, points = body["points"] }, NeedsKey: true);
        if (await commands.Submit(context, request) is { } problem) return problem;
        var row = (await PointsEndpoint.Find(books, current, name, cancel))!;
        return Results.Ok(new AdjustedView(current, name, row.Pending, row.Spendable, row.Tier));
    }

    // What is no time is refused where the whole body is read.
    private static bool EndsBefore(JsonObject body, long nowMs) =>
        Text(body, "expires_at") is { } text && Rfc3339.Read(Encoding.UTF8.GetBytes(text), out var ms) == Rfc3339.Reading.Ok && ms <= nowMs;

    private static string? Text(JsonObject body, string name) => body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
