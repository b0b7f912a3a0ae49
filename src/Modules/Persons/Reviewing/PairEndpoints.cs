using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Persons.Judging;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Jobs;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Reviewing;

/// <summary>Who may be one person: finding them, looking at them, saying what they are.</summary>
internal static class PairEndpoints
{
    public sealed record PairList(IReadOnlyList<PairView> Items, string? Next, PairCounts Counts);

    /// <param name="ChangedOnly">Only who changed since the last run is compared with all, by what that run learnt.</param>
    public sealed record MatchBody(bool ChangedOnly = false);

    /// <param name="Answer">same, different or later.</param>
    public sealed record AnswerBody(string Answer);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/identity/matchings", Match).RequireScope(Scopes.PersonsWrite).WithTags("Identity")
            .WithSummary("Compares all persons without a common identifier, as a job: who may be one waits among the pairs, who surely is one is linked where the rules say so.").Produces<Job>(StatusCodes.Status202Accepted);
        var pairs = v1.MapGroup("/identity/pairs").WithTags("Identity");
        pairs.MapGet("", List).RequireScope(Scopes.PersonsRead).WithSummary("Persons who may be one, likeliest first.").Produces<PairList>();
        pairs.MapGet("/evaluation", Evaluate).RequireScope(Scopes.PersonsRead).WithSummary("What the answers say of thresholds: precision and recall.").Produces<EvaluationView>();
        pairs.MapGet("/{id:long}", Show).RequireScope(Scopes.PersonsRead).WithSummary("Two persons side by side.").Produces<PairView>();
        pairs.MapPost("/{id:long}/answer", Answer).RequireScope(Scopes.PersonsWrite).WithSummary("Says that they are the same, different, or to be looked at later.").Produces<PairView>();
        pairs.MapDelete("/{id:long}/answer", Undo).RequireScope(Scopes.PersonsWrite).WithSummary("Takes the answer back, with the decision that it made.").Produces<PairView>();
    }

    private static async Task<IResult> Match(MatchBody? body, HttpContext context, JobRunner jobs, BooksStore books, CancellationToken cancel)
    {
        if (await RunningJob.Of(books, MatchingJob.KindName, cancel) is { } running)
            return Problem.Conflict("already_running", $"Job {running} compares all persons already.");
        var job = await jobs.Start(MatchingJob.KindName, "Persons compared", body is { ChangedOnly: true } ? new JsonObject { ["changed_only"] = true } : [], context.Caller(), cancel: cancel);
        return Results.Json(job, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(string? state, string? cursor, int? limit, HttpContext context, PairReader pairs, CancellationToken cancel)
    {
        var wanted = state ?? PairStates.Waiting;
        if (!PairStates.All.Contains(wanted)) return Problem.Invalid("bad_choice", $"state is one of {string.Join(", ", PairStates.All)}.");
        var most = Cursor.Limit(limit);
        var after = Cursor.Read<long>(cursor, 2);
        var found = await pairs.List(wanted, after is null ? null : (after[0], after[1]), most + 1, cancel);
        var page = Page<PairReader.Found>.Of(found, most, f => [f.Pair.ProbabilityPpm, f.Pair.PairId]);
        return Results.Ok(new PairList(await pairs.Views(page.Items, context.MayReveal(), cancel), page.Next, await pairs.Counts(cancel)));
    }

    private static async Task<IResult> Evaluate(Evaluation evaluation, CancellationToken cancel) => Results.Ok(await evaluation.Of(cancel));

    private static async Task<IResult> Show(long id, HttpContext context, PairReader pairs, CancellationToken cancel) => await View(id, context, pairs, cancel) is { } view ? Results.Ok(view) : NoPair(id);

    private static async Task<PairView?> View(long id, HttpContext context, PairReader pairs, CancellationToken cancel) =>
        await pairs.Find(id, cancel) is { } found ? (await pairs.Views([found], context.MayReveal(), cancel)).FirstOrDefault() : null;

    private static async Task<IResult> Answer(
        long id, AnswerBody body, HttpContext context, PairReader pairs, DirectCommands commands, BooksStore books, Audit audit, TimeProvider clock, CancellationToken cancel)
    {
        if (body.Answer is not (PairStates.Same or PairStates.Different or PairStates.Later)) return Problem.Invalid("bad_choice", "answer is one of same, different, later.");
        if (await pairs.Find(id, cancel) is not { } found) return NoPair(id);
        if (found.Pair.State is PairStates.Same or PairStates.Different) return Problem.Conflict("already_answered", "Somebody answered this already. Take that answer back first.");
        var reading = await Command(found, body.Answer, context, pairs, commands, cancel);
        if (reading.Problem is { } unreadable) return unreadable;
        if (reading.Command is { } command)
        {
            var action = body.Answer == PairStates.Same ? "person.merged" : found.A == found.B ? "person.split" : "person.kept_apart";
            if (await commands.Submit(context, command, action, new { Pair = id, Persons = new[] { found.A, found.B } }) is { } refused) return refused;
        }
        var by = context.Caller();
        await books.Write(async t =>
        {
            await t.Execute("update identity_pairs set state = @state, answered_by = @by, answered_ms = @now, command_key = @key where pair_id = @id",
                ("state", body.Answer), ("by", by.Actor), ("now", clock.GetUtcNow().ToUnixTimeMilliseconds()), ("key", reading.Command?.Key), ("id", id));
            await audit.Record(t, by, "identity.pair_answered", found.Pair.Name, before: new { found.Pair.State }, after: new { State = body.Answer });
        }, cancel);
        return Results.Ok(await View(id, context, pairs, cancel));
    }

    /// <summary>What the answer means for who is who; no command when it changes nothing.</summary>
    private static async Task<DirectCommands.Reading> Command(PairReader.Found found, string answer, HttpContext context, PairReader pairs, DirectCommands commands, CancellationToken cancel)
    {
        var (by, reason) = (context.Caller().Actor, $"Pair {found.Pair.PairId}, compared without a common identifier");
        switch (answer)
        {
            case PairStates.Same when found.A != found.B:
                return commands.Make(context, found.A, new UnitePersons(found.B, by, reason), found.Pair.Name);
            case PairStates.Different when found.A != found.B:
                return commands.Make(context, found.A, new KeepApart(found.B, by, reason), found.Pair.Name);
            case PairStates.Different:
                var side = await pairs.SideOf(found.A, found.Pair.BKey, found.Pair.AKey, cancel);
                return side.Count == 0
                    ? new(null, Problem.Conflict("otherwise_linked", "Other evidence says that they are one person too. Split the person on the person's page, where it can be seen."))
                    : commands.Make(context, found.A, new DividePerson([.. side], by, reason), found.Pair.Name);
            default:
                return default;
        }
    }

    private static async Task<IResult> Undo(
        long id, HttpContext context, PairReader pairs, DecisionBook decisions, DirectCommands commands, BooksStore books, Audit audit, CancellationToken cancel)
    {
        if (await pairs.Find(id, cancel) is not { } found) return NoPair(id);
        if (found.Pair.State is PairStates.Waiting or PairStates.Linked) return Problem.Conflict("not_answered", "Nobody has answered this.");
        if (found.Pair.CommandKey is { } key && await decisions.Find(null, key, reveal: false, cancel) is { RevokedAt: null } decision)
        {
            var reading = commands.Make(context, found.A, new RevokeDecision(decision.Decision, context.Caller().Actor), found.Pair.Name);
            if (reading.Command is not { } command) return reading.Problem!;
            if (await commands.Submit(context, command, "person.decision_revoked", new { decision.Decision }) is { } refused) return refused;
        }
        await books.Write(async t =>
        {
            // Whom likeness had linked it links again.
            await t.Execute("""
                update identity_pairs set answered_ms = null, command_key = null,
                  state = case when (select person_id from identifiers where identifier_key = a_key) = (select person_id from identifiers where identifier_key = b_key) then 'linked' else 'waiting' end,
                  answered_by = case when (select person_id from identifiers where identifier_key = a_key) = (select person_id from identifiers where identifier_key = b_key) then 'matching' else null end
                where pair_id = @id
                """, ("id", id));
            await audit.Record(t, context.Caller(), "identity.pair_reopened", found.Pair.Name, before: new { found.Pair.State });
        }, cancel);
        return Results.Ok(await View(id, context, pairs, cancel));
    }

    private static IResult NoPair(long id) => Problem.NotFound("no_such_pair", $"There is no pair {id} of two persons (any more).");
}

/// <summary>Work of which one at a time is enough.</summary>
internal static class RunningJob
{
    public static async Task<long?> Of(BooksStore books, string kind, CancellationToken cancel) =>
        (await books.Read("select job_id from jobs where kind = @kind and state in ('waiting', 'running') order by job_id", r => (long?)r.GetInt64(0), [("kind", kind)], cancel)).FirstOrDefault();
}
