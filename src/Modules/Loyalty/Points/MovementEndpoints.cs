using System.Globalization;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Points;

/// <summary>
/// <c>/v1/points/transfers</c>, <c>…/exchanges</c>, <c>…/entries/{id}/reversal</c>: points go to another member, come from a partner or go there,
/// and what was done by hand is undone. A request sent twice counts once: by its Idempotency-Key, an exchange by the partner's own reference.
/// </summary>
internal static class MovementEndpoints
{
    /// <param name="Reason">Shown to both members.</param>
    /// <param name="Program">Left out: the default program.</param>
    /// <param name="PointType">Which of the program's points; left out: its first type.</param>
    public sealed record TransferBody(long PersonId, long ToPersonId, long Points, string Reason, string? Program = null, string? PointType = null);

    /// <param name="Direction">bring or take.</param>
    /// <param name="TheirPoints">In the partner's points.</param>
    /// <param name="Reference">The partner's number of the exchange: sent again, it counts once.</param>
    public sealed record ExchangeBody(long PersonId, string Partner, string Direction, long TheirPoints, string Reference, string? Program = null, string? PointType = null);

    /// <param name="From">A type of the program's points; points is its first.</param>
    /// <param name="Points">So many of them: what does not come out even is refused.</param>
    public sealed record ConversionBody(long PersonId, string From, string To, long Points, string? Program = null);

    /// <param name="Reason">Shown to the member.</param>
    public sealed record ReversalBody(string Reason);

    /// <param name="Spendable">What the member may spend now.</param>
    /// <param name="Entries">What it made in the member's ledger.</param>
    public sealed record MovementView(long PersonId, string Event, long Spendable, IReadOnlyList<MovedView> Entries);

    /// <param name="PointType">points: the program's first type.</param>
    public sealed record MovedView(long EntryId, string Program, string PointType, string Kind, long Spendable, long LotId);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var points = v1.MapGroup("/points").WithTags("Points").RequireScope(Scopes.LoyaltyWrite);
        points.MapPost("/transfers", Transfer).WithSummary("Points go from one member to another; they keep the end that they had unless the program says otherwise.").Produces<MovementView>();
        points.MapPost("/exchanges", Exchange).WithSummary("Points are brought from a partner or taken there, at the program's rate; once for each of the partner's references.").Produces<MovementView>();
        points.MapPost("/conversions", Convert).WithSummary("Points of one type become points of another, at the program's rate.").Produces<MovementView>();
        points.MapPost("/entries/{id:long}/reversal", Reverse)
            .WithSummary("Undoes an entry and what the same command made with it: exactly, in the same lots, or not at all.").Produces<MovementView>();
    }

    private static async Task<IResult> Transfer(TransferBody body, HttpContext context, BooksStore books, IPersonDirectory directory, DirectCommands commands, CancellationToken cancel)
    {
        if ((Wrong(body.Points, "points") ?? WrongText(body.Reason, "reason", 500)) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        if (await directory.Current(body.PersonId, cancel) is not { } from) return Problem.NotFound("no_such_person", $"There is no person {body.PersonId}.");
        if (await directory.Current(body.ToPersonId, cancel) is not { } to) return Problem.NotFound("no_such_person", $"There is no person {body.ToPersonId}.");
        var transfer = new PointsTransferred(Ledger(body.Program, body.PointType), body.Points, to, body.Reason);
        return await Submit(commands.Make(context, from, transfer, $"{Ledger(body.Program, body.PointType)}\0{body.Points}\0{to}\0{body.Reason}", needsKey: true), new { to, body.Points }, context, books, commands, cancel);
    }

    private static async Task<IResult> Exchange(ExchangeBody body, HttpContext context, BooksStore books, IPersonDirectory directory, DirectCommands commands, CancellationToken cancel)
    {
        if ((Wrong(body.TheirPoints, "their_points") ?? WrongText(body.Partner, "partner", 64) ?? WrongText(body.Reference, "reference", 100)
            ?? (body.Direction is "bring" or "take" ? null : "$.direction: bring or take.")) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        if (await directory.Current(body.PersonId, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {body.PersonId}.");
        var exchange = new PointsExchanged(Ledger(body.Program, body.PointType), body.Partner, body.Direction == "bring", body.TheirPoints, body.Reference);
        var reading = commands.Make(context, person, exchange, $"{Ledger(body.Program, body.PointType)}\0{body.Partner}\0{body.Direction}\0{body.TheirPoints}");
        // The partner's reference is the key, whoever sends it and how often.
        if (reading.Command is { } command) reading = reading with { Command = command with { Id = $"exchange/{body.Partner}/{body.Reference}" } };
        return await Submit(reading, new { body.Partner, body.Direction, body.TheirPoints }, context, books, commands, cancel);
    }

    private static async Task<IResult> Convert(ConversionBody body, HttpContext context, BooksStore books, IPersonDirectory directory, DirectCommands commands, CancellationToken cancel)
    {
        if ((Wrong(body.Points, "points") ?? WrongText(body.From, "from", 32) ?? WrongText(body.To, "to", 32)) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        if (await directory.Current(body.PersonId, cancel) is not { } person) return Problem.NotFound("no_such_person", $"There is no person {body.PersonId}.");
        var conversion = new PointsConverted(body.Program ?? "", body.From, body.To, body.Points);
        return await Submit(commands.Make(context, person, conversion, $"{body.Program}\0{body.From}\0{body.To}\0{body.Points}", needsKey: true), new { body.From, body.To, body.Points }, context, books, commands, cancel);
    }

    // As it was always called where the first type is meant: a request sent again is the same.
    private static string Ledger(string? program, string? type) => PointTypes.IsFirst(type) ? program ?? "" : Ledgers.Of(program, type);

    private static async Task<IResult> Reverse(long id, ReversalBody body, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        if (WrongText(body.Reason, "reason", 500) is { } wrong) return Problem.Unacceptable("field_invalid", wrong);
        var persons = await books.Read("select person_id from points_entries where entry_id = @id", r => r.GetInt64(0), [("id", id)], cancel);
        if (persons is not [var person]) return Problem.NotFound("entry_unknown", $"There is no entry {id}.");
        return await Submit(commands.Make(context, person, new EntryReversed(id, body.Reason), string.Create(CultureInfo.InvariantCulture, $"{id}\0{body.Reason}"), needsKey: true),
            new { entry = id }, context, books, commands, cancel);
    }

    private static async Task<IResult> Submit(DirectCommands.Reading reading, object detail, HttpContext context, BooksStore books, DirectCommands commands, CancellationToken cancel)
    {
        if (reading.Command is not { } command) return reading.Problem!;
        if (await commands.Submit(context, command, command.Body.Type, detail) is { } problem) return problem;
        var entries = await books.Read("select entry_id, program, kind, spendable, lot_id from points_entries where person_id = @person and command_key = @key order by entry_id",
            r => new MovedView(r.GetInt64(0), PointTypes.ProgramOf(r.GetString(1)), PointTypes.TypeOf(r.GetString(1)), r.GetString(2), r.GetInt64(3), r.GetInt64(4)), [("person", command.PersonId), ("key", command.Key)], cancel);
        var member = entries.Count == 0 ? null : await PointsEndpoint.Find(books, command.PersonId, Ledgers.Of(entries[0].Program, entries[0].PointType), cancel);
        return Results.Ok(new MovementView(command.PersonId, command.Key, member?.Spendable ?? 0, entries));
    }

    private static string? Wrong(long points, string field) => points is < 1 or > EventJsonReader.MostPoints ? $"$.{field}: At least 1." : null;

    private static string? WrongText(string? text, string field, int most) => text is null or "" || text.Length > most || !TillRequests.IsText(text) ? $"$.{field}: 1 to {most} characters, none a control character." : null;
}
