using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Points;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Tiers;

/// <summary><c>/v1/persons/{id}/tier</c>: where a member stands, what is missing and until when, why it moved; tiers given and taken back by hand.</summary>
internal static class TierEndpoints
{
    private const long MostMoves = 100;

    /// <param name="KeptUntil">Until when it is kept whatever is counted; null when nothing says so.</param>
    /// <param name="Next">What is missing to the tier above; null at the top.</param>
    /// <param name="Keep">What will be missing to keep the tier when it would be lost; null when it is not about to be.</param>
    /// <param name="Moves">Newest first, a hundred at most.</param>
    public sealed record TierSheet(
        long PersonId, string Program, long ProgramVersion, string Tier, string TierTitle, DateTimeOffset Since, string Window, DateTimeOffset? WindowFrom, DateTimeOffset? WindowTo,
        DateTimeOffset? KeptUntil, GapView? Next, GapView? Keep, IReadOnlyList<GrantView> Grants, IReadOnlyList<MoveView> Moves);

    /// <param name="Any">One of the thresholds is enough.</param>
    /// <param name="Until">By when: the end of the window, or when the tier would be lost; null: no time is set.</param>
    /// <param name="Otherwise">The tier from then on if nothing more comes; only of the tier to keep.</param>
    public sealed record GapView(string Tier, string TierTitle, bool Any, IReadOnlyList<MissingView> Thresholds, DateTimeOffset? Until, string? Otherwise);

    /// <param name="Of">growth, spend (minor units) or orders.</param>
    public sealed record MissingView(string Of, long Have, long Need, long Missing);

    /// <param name="Kind">manual, match or paid.</param>
    /// <param name="Event">What gave it, as source/id.</param>
    public sealed record GrantView(long GrantId, string Tier, string TierTitle, string Kind, DateTimeOffset From, DateTimeOffset? Until, string? Reason, string? Proof, DateTimeOffset? EndedAt, bool IsOpen, string Event);

    /// <param name="Why">Cause, version, window and the numbers; null under the plain rule, whose reason says all.</param>
    public sealed record MoveView(long TierMoveId, DateTimeOffset At, string From, string To, long Growth, string Reason, long? ProgramVersion, bool AfterSplit, JsonNode? Why, string Event);

    /// <param name="Until">Left out: for ever.</param>
    /// <param name="Proof">Of another program's tier: makes the grant a match.</param>
    /// <param name="Program">Left out: the default program.</param>
    public sealed record GrantBody(string Tier, string Reason, DateTimeOffset? Until = null, string? Proof = null, string? Program = null);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var tiers = v1.MapGroup("/persons/{id:long}").WithTags("Persons");
        tiers.MapGet("/tier", Read).RequireScope(Scopes.LoyaltyRead).WithSummary("A member's tier: since when, until when, what is missing, and why it moved.").Produces<TierSheet>();
        tiers.MapPost("/tier-grants", Grant).RequireScope(Scopes.LoyaltyWrite).WithSummary("Gives a tier: the member's is at least this until it ends.").Produces<TierSheet>();
        tiers.MapPost("/tier-grants/{grantId:long}/ending", End).RequireScope(Scopes.LoyaltyWrite).WithSummary("Takes a given tier back.").Produces<TierSheet>();
    }

    private static async Task<IResult> Read(long id, string? program, BooksStore books, IPersonDirectory directory, LivePrograms programs, TierReading reading, CancellationToken cancel) =>
        await directory.Current(id, cancel) is { } current ? await Sheet(current, Name(program), books, programs, reading, cancel) : NoPerson(id);

    private static async Task<IResult> Grant(
        long id, GrantBody body, HttpContext context, BooksStore books, IPersonDirectory directory, LivePrograms programs, TierReading reading, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return NoPerson(id);
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 200 || !TillRequests.IsText(body.Reason)) return Problem.Unacceptable("reason_missing", "$.reason: Say why, in 1 to 200 characters.");
        if (body.Proof is { Length: > 500 }) return Problem.Unacceptable("proof_too_long", "$.proof: 500 characters at most.");
        if (!TillRequests.IsText(body.Proof) || !TillRequests.IsText(body.Tier) || !TillRequests.IsText(body.Program)) return Problem.Unacceptable("field_invalid", "$: No control characters in proof, tier and program.");
        var grant = new GrantTier(Name(body.Program), body.Tier, body.Proof is null ? GrantKind.Manual : GrantKind.Match, body.Until?.ToUnixTimeMilliseconds(), body.Reason.Trim(), body.Proof);
        var made = commands.Make(context, current, grant, string.Join('\0', grant.Program, grant.Tier, grant.UntilMs, grant.Reason, grant.Proof));
        if (made.Command is not { } command) return made.Problem!;
        return await commands.Submit(context, command, "tier.granted", new { grant.Program, grant.Tier, body.Until, grant.Reason })
            ?? await Sheet(current, grant.Program, books, programs, reading, cancel);
    }

    private static async Task<IResult> End(
        long id, long grantId, string? program, HttpContext context, BooksStore books, IPersonDirectory directory, LivePrograms programs, TierReading reading, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return NoPerson(id);
        var end = new EndTierGrant(Name(program), grantId);
        var made = commands.Make(context, current, end, $"{end.Program}\0{grantId}");
        if (made.Command is not { } command) return made.Problem!;
        return await commands.Submit(context, command, "tier.grant_ended", new { end.Program, grantId }) ?? await Sheet(current, end.Program, books, programs, reading, cancel);
    }

    private static string Name(string? program) => string.IsNullOrEmpty(program) ? ProgramBook.DefaultName : program;

    private static IResult NoPerson(long id) => Problem.NotFound("no_such_person", $"There is no person {id}.");

    private static async Task<IResult> Sheet(long person, string name, BooksStore books, LivePrograms programs, TierReading reading, CancellationToken cancel)
    {
        if (await programs.FindProgram(name, cancel) is not { } program) return Problem.NotFound("no_such_program", $"There is no live program '{name}'.");
        if (await PointsEndpoint.Find(books, person, name, cancel) is not { } row) return Problem.NotFound("not_a_member", $"Person {person} never joined the program '{name}'.");
        var standing = await reading.Of(row, program, cancel) ?? Standings.At(program, row.JoinedAtMs, [new TierFact(row.JoinedAtMs, 0, 0, new Counts(row.Growth, 0, 0))], [], row.JoinedAtMs);
        var now = reading.NowMs;
        var grants = await books.Read(TierGrantRow.Select + " where person_id = @person and program = @program order by tier_grant_id desc", TierGrantRow.Read, [("person", person), ("program", name)], cancel);
        return Results.Ok(new TierSheet(person, name, program.Version, row.Tier, Title(program, row.Tier), row.TierSinceMs.ToInstant(), WhyMoved.Word(program.Rules.Window), standing.WindowFromMs.ToInstant(),
            standing.WindowToMs.ToInstant(), standing.KeptUntilMs.ToInstant(), View(program, Standings.ToNext(program, standing), null),
            View(program, Standings.ToKeep(program, standing), standing.NextQualified?.To), [.. grants.Select(g => View(program, g, now))], await Moves(books, person, name, cancel)));
    }

    private static GapView? View(LoyaltyProgram program, Standings.Gap? gap, int? otherwise) => gap is null ? null : new GapView(
        program.Tiers[gap.Tier].Name, program.Tiers[gap.Tier].Title, gap.IsAny, [.. gap.Missing.Select(m => new MissingView(WhyMoved.Word(m.Of), m.Have, m.Need, m.Left))],
        gap.UntilMs.ToInstant(), otherwise is { } place ? program.Tiers[place].Name : null);

    private static GrantView View(LoyaltyProgram program, TierGrantRow row, long nowMs) => new(
        row.Grant.GrantId, row.Grant.Tier, Title(program, row.Grant.Tier), TierGrantRow.Of(row.Grant.Kind), row.Grant.FromMs.ToInstant(), row.Grant.UntilMs.ToInstant(), row.Reason, row.Proof,
        row.Grant.EndedAtMs.ToInstant(), row.Grant.EndedAtMs is null && (row.Grant.UntilMs ?? long.MaxValue) > nowMs, row.CommandKey);

    private static string Title(LoyaltyProgram program, string tier) => program.Tiers.FirstOrDefault(t => t.Name == tier)?.Title ?? tier;

    private static Task<List<MoveView>> Moves(BooksStore books, long person, string program, CancellationToken cancel) => books.Read("""
        select tier_move_id, at_ms, from_tier, to_tier, growth, reason, program_version, is_grace, why, command_key from tier_moves
        where person_id = @person and program = @program order by at_ms desc, tier_move_id desc limit @most
        """, r => new MoveView(r.GetInt64(0), r.GetInt64(1).ToInstant(), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetString(5), r.GetInt64(6) is not 0 and var version ? version : null,
            r.GetInt64(7) != 0, r.TextOrNull(8) is { } why ? JsonNode.Parse(why) : null, r.GetString(9)), [("person", person), ("program", program), ("most", MostMoves)], cancel);
}
