using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
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
    /// <param name="PointType">Which of the program's points; left out: its first type.</param>
    public sealed record AdjustmentBody(long Points, string Reason, DateTimeOffset? ExpiresAt = null, string? Program = null, string? PointType = null);

    public sealed record AdjustedView(long PersonId, string Program, string PointType, long PointsPending, long PointsSpendable, string Tier);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/persons/{id:long}/points-adjustments", Adjust).RequireScope(Scopes.LoyaltyWrite).WithTags("Persons")
            .WithSummary("Gives or takes points; beyond the program's limit a second person approves (202). Needs an Idempotency-Key header: a request sent twice counts once.")
            .Accepts<AdjustmentBody>("application/json").Produces<AdjustedView>().Produces<ApprovalEndpoints.RequestView>(StatusCodes.Status202Accepted);

    private static async Task<IResult> Adjust(
        long id, JsonElement body, HttpContext context, BooksStore books, IPersonDirectory directory, LivePrograms programs, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var reading = commands.Read(context, current, "points.adjusted", body, needsKey: true);
        if (reading.Command is not { Body: PointsAdjusted adjusted } command) return reading.Problem!;
        var ledger = adjusted.Program.Length == 0 ? ProgramBook.DefaultName : adjusted.Program;
        if (await programs.Unknown(ledger, cancel) is { } unknown) return unknown;
        if (adjusted.ExpiresAtMs <= command.AtMs) return Problem.Unacceptable("expires_in_past", "$.expires_at: Points that have ended already would be none. Give a time to come.");

        if (await commands.Submit(context, command, "points.adjusted", new { program = ledger, adjusted.Points }) is { } problem) return problem;
        if (await ApprovalEndpoints.Find(books, "person_id = @id and command_key = @key", [("id", current), ("key", command.Key)], cancel) is { } request)
            return Results.Json(request, statusCode: StatusCodes.Status202Accepted);
        var program = PointTypes.ProgramOf(ledger);
        var row = (await PointsEndpoint.Find(books, current, ledger, cancel))!;
        var member = row.IsLedgerAlone ? await PointsEndpoint.Find(books, current, program, cancel) : row;
        return Results.Ok(new AdjustedView(current, program, PointTypes.TypeOf(ledger), row.Pending, row.Spendable, member?.Tier ?? ""));
    }
}
