using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using static Danke.Loyalty.Points.TillRequests;

namespace Danke.Loyalty.Points;

/// <summary>
/// <c>/v1/points/…</c>: tills and shops redeem a member's points, or reserve them and confirm or release later; what was bought is returned.
/// Every change needs an Idempotency-Key.
/// </summary>
internal static class RedemptionEndpoints
{
    /// <summary>A month.</summary>
    private const int LongestReservation = 44_640 * 60;

    /// <summary>Whose points, how many and for what.</summary>
    /// <param name="PersonId">The member by number; or <paramref name="Identifiers"/>, of which the first that somebody has says who.</param>
    /// <param name="Program">Left out: the default program.</param>
    /// <param name="PointType">Which of the program's points; left out: its first type.</param>
    /// <param name="Reason">Shown to the member.</param>
    /// <param name="Order">The number of the order that the points pay for, in <paramref name="Channel"/> and <paramref name="Shop"/>: its refunds bring points back.</param>
    /// <param name="TtlSeconds">Of a reservation: how long it holds; left out, as long as the program says.</param>
    public sealed record RedemptionBody(
        long Points, long? PersonId = null, IReadOnlyList<MemberIdentifier>? Identifiers = null, string? Program = null, string? Reason = null, string? Order = null,
        string? Channel = null, string? Shop = null, int? TtlSeconds = null, string? PointType = null) : ITillRequest;

    /// <param name="Points">How many of the points; left out: all.</param>
    public sealed record SettlementBody(long? Points = null);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var points = v1.MapGroup("/points").WithTags("Points");
        points.MapPost("/redemptions", Redeem).RequireScope(Scopes.LoyaltyWrite).WithSummary("Spends points of a member, those that end soonest first.").Produces<RedemptionView>();
        points.MapPost("/reservations", Reserve).RequireScope(Scopes.LoyaltyWrite).WithSummary("Keeps points of a member until they are confirmed, released or lapse.").Produces<RedemptionView>();
        points.MapGet("/redemptions/{id:long}", Read).RequireScope(Scopes.LoyaltyRead).WithSummary("A redemption or reservation, with the lots it came from.").Produces<RedemptionView>();
        RollbackEndpoint.Map(points);
        points.MapPost("/reservations/{id:long}/confirmation", Confirm).RequireScope(Scopes.LoyaltyWrite)
            .WithSummary("Spends reserved points; what is not confirmed of them is given back.").Produces<RedemptionView>();
        points.MapPost("/reservations/{id:long}/release", Release).RequireScope(Scopes.LoyaltyWrite).WithSummary("Gives reserved points back.").Produces<RedemptionView>();
        points.MapPost("/redemptions/{id:long}/returns", Return).RequireScope(Scopes.LoyaltyWrite)
            .WithSummary("What was bought with points came back: the points go to the lots they came from.").Produces<RedemptionView>();
    }

    private static Task<IResult> Redeem(RedemptionBody body, HttpContext context, BooksStore books, IPersonLookup lookup, LivePrograms programs,
        DirectCommands commands, TimeProvider clock, CancellationToken cancel) => Take(false, body, context, books, lookup, programs, commands, clock, cancel);

    private static Task<IResult> Reserve(RedemptionBody body, HttpContext context, BooksStore books, IPersonLookup lookup, LivePrograms programs,
        DirectCommands commands, TimeProvider clock, CancellationToken cancel) => Take(true, body, context, books, lookup, programs, commands, clock, cancel);

    private static async Task<IResult> Take(
        bool reserve, RedemptionBody body, HttpContext context, BooksStore books, IPersonLookup lookup, LivePrograms programs, DirectCommands commands,
        TimeProvider clock, CancellationToken cancel)
    {
        if (commands.IdOf(context, out var problem) is not { } id) return problem!;
        if (Wrong(reserve, body) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        var ledger = Ledgers.Of(body.Program, body.PointType);
        if (await programs.Unknown(ledger, cancel) is { } unknown) return unknown;
        if ((body.PersonId ?? await lookup.Find(body.Identifiers, cancel)) is not { } person) return Problem.Unacceptable("not_a_member", "Nobody is known by that.");

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var ends = body.TtlSeconds is { } ttl ? now + ttl * 1_000L : (long?)null;
        var command = Command(id, now, person, new PointsRedeemed(reserve, ledger, body.Points, body.Reason, body.Order, ends)) with
        {
            Channel = body.Channel ?? DirectCommands.Source,
            Shop = body.Shop ?? "",
        };
        // The instants are ours: what the caller said is whose, how many and for how long.
        var said = command with { AtMs = body.PersonId ?? 0, PersonId = 0, Identifiers = [.. TillRequests.Read(body.Identifiers)], Body = (PointsRedeemed)command.Body with { EndsAtMs = body.TtlSeconds } };
        return await RollbackEndpoint.Answer(commands, books, context, command with { BodyHash = EventHash.Of(said) }, new { program = ledger, body.Points }, cancel);
    }

    private static string? Wrong(bool reserve, RedemptionBody body) => body switch
    {
        { Points: < 1 or > EventJsonReader.MostPoints } => "$.points: At least 1.",
        { TtlSeconds: not null } when !reserve => "$.ttl_seconds: Only a reservation ends.",
        { TtlSeconds: < 1 or > LongestReservation } => $"$.ttl_seconds: 1 to {LongestReservation}.",
        _ => TillRequests.Wrong(body),
    };

    private static Task<IResult> Confirm(long id, SettlementBody? body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel) =>
        Settle(RedemptionStep.Confirmed, id, body, context, books, commands, clock, cancel);

    private static Task<IResult> Release(long id, SettlementBody? body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel) =>
        Settle(RedemptionStep.Released, id, body, context, books, commands, clock, cancel);

    private static Task<IResult> Return(long id, SettlementBody? body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel) =>
        Settle(RedemptionStep.Returned, id, body, context, books, commands, clock, cancel);

    private static async Task<IResult> Settle(
        RedemptionStep step, long id, SettlementBody? body, HttpContext context, BooksStore books, DirectCommands commands, TimeProvider clock, CancellationToken cancel)
    {
        if (commands.IdOf(context, out var problem) is not { } key) return problem!;
        if (body?.Points is < 1 or > EventJsonReader.MostPoints) return Problem.Unacceptable("field_invalid", "$.points: At least 1.");
        var code = step == RedemptionStep.Returned ? "redemption_unknown" : "reservation_unknown";
        if (await Find(books, "redemption_id = @key", id, cancel) is not { } row) return Problem.NotFound(code, $"There is no redemption {id}.");
        var command = Command(key, clock.GetUtcNow().ToUnixTimeMilliseconds(), row.PersonId, new RedemptionSettled(step, "", body?.Points, id));
        return await commands.Answer(context, command with { BodyHash = EventHash.Of(command with { AtMs = 0 }) }, new { redemption = id, body?.Points });
    }

    private static async Task<IResult> Read(long id, BooksStore books, CancellationToken cancel) =>
        await Find(books, "redemption_id = @key", id, cancel) is { } row ? Results.Ok(await View(books, row, cancel)) : Problem.NotFound("redemption_unknown", $"There is no redemption {id}.");

    private static async Task<RedemptionRow?> Find(BooksStore books, string where, object key, CancellationToken cancel) =>
        (await books.Read($"{RedemptionRow.Select} where {where}", RedemptionRow.Read, [("key", key)], cancel)).FirstOrDefault();

    private static async Task<RedemptionView> View(BooksStore books, RedemptionRow row, CancellationToken cancel)
    {
        var draws = await books.Read(DrawRow.Select + " where redemption_id = @id order by place", DrawRow.Read, [("id", row.Id)], cancel);
        var member = await PointsEndpoint.Find(books, row.PersonId, row.Program, cancel);
        var undone = await books.Read("select rolled_back_at_ms from redemption_rollbacks where redemption_id = @id", r => r.GetInt64(0), [("id", row.Id)], cancel);
        return RedemptionView.Of(row with { Redemption = row.Redemption with { Draws = [.. draws.Select(d => d.Draw)] } }, member?.Spendable ?? 0) with { RolledBackAt = undone is [var at] ? at.ToInstant() : null };
    }
}
