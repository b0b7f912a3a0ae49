using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Audiences;
using Danke.Contracts.Events;
using Danke.Engines.Ledger;
using Danke.Loyalty.Points;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Exports;
using Danke.Platform.Jobs;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Bulk;

/// <summary><c>/v1/loyalty/bulk-adjustments</c>: points given to or taken from a list of members, or an audience.</summary>
internal static class BulkEndpoints
{
    private const int AudiencePage = 5_000;
    private const int Shown = 20;

    /// <param name="State">checking, checked (a dry run that is over), awaiting (a second person), applying, done, rejected.</param>
    /// <param name="JobId">Of who has just begun it; /v1/jobs says how far it is.</param>
    /// <param name="Examples">The first lines.</param>
    public sealed record BulkView(
        long BulkId, string Program, string PointType, string Reason, string State, bool DryRun, string CreatedBy, DateTimeOffset At, string? DecidedBy, DateTimeOffset? DecidedAt, long? JobId,
        long Lines, long PointsGiven, long PointsTaken, IReadOnlyList<BulkOutcome> Outcomes, IReadOnlyList<BulkLineView> Examples);

    /// <param name="Outcome">new, ready, applied, known (applied before, by its key), refused.</param>
    public sealed record BulkOutcome(string Outcome, string? Code, long Lines, long Given, long Taken);

    /// <param name="PersonId">Null when it is nobody.</param>
    public sealed record BulkLineView(long Line, long? PersonId, long Points, string Reason, DateTimeOffset? ExpiresAt, string Outcome, string? Code);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var bulk = v1.MapGroup("/loyalty/bulk-adjustments").WithTags("Loyalty");
        bulk.MapPost("", Begin).RequireScope(Scopes.LoyaltyWrite).Accepts<string>("text/csv", "application/x-ndjson").Produces<BulkView>(StatusCodes.Status202Accepted)
            .WithSummary("Hands in a list (CSV or NDJSON: person_id, card, phone, or namespace and value; points; reason, expires_at, key) or names an audience with points. A dry run unless dry_run=false.");
        bulk.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("Bulk adjustments, of one state when asked, newest first, without examples.").Produces<Page<BulkView>>();
        bulk.MapGet("/{id:long}", Show).RequireScope(Scopes.LoyaltyRead).WithSummary("One with what came of its lines.").Produces<BulkView>();
        bulk.MapGet("/{id:long}/export.csv", Export).RequireScope(Scopes.LoyaltyRead).WithSummary("Every line with what came of it.").ProducesCsv();
        bulk.MapPost("/{id:long}/application", Apply).RequireScope(Scopes.LoyaltyWrite).WithSummary("What was looked at is applied; beyond the program's limit a second person approves first.").Produces<BulkView>(StatusCodes.Status202Accepted);
        bulk.MapPost("/{id:long}/approval", Approve).RequireScope(Scopes.LoyaltyWrite).WithSummary("The points move. Never by who handed it in.").Produces<BulkView>(StatusCodes.Status202Accepted);
        bulk.MapPost("/{id:long}/rejection", Reject).RequireScope(Scopes.LoyaltyWrite).WithSummary("Nothing moves. Never by who handed it in.").Produces<BulkView>();
    }

    private static async Task<IResult> Begin(string reason, string? program, string? point_type, bool? dry_run, string? audience, long? points, HttpContext context, BulkBook book, LivePrograms programs, IEnumerable<IAudienceMembers> audiences,
        JobRunner jobs, TimeProvider clock, CancellationToken cancel)
    {
        var (own, name) = (Ledgers.Of(program, null), Ledgers.Of(program, point_type));
        if (await programs.Find(own, cancel) is not { } live) return Problem.NotFound("no_such_program", $"There is no live program '{own}'.");
        if (live.FindLedger(name) is null) return Problem.NotFound("point_type_unknown", $"The program '{own}' has no points of the type '{point_type}'.");
        if (reason.Trim().Length is 0 or > 200 || !TillRequests.IsText(reason)) return Problem.Unacceptable("reason_missing", "reason: 1 to 200 characters; shown to the members whose lines bring none.");
        List<BulkLine> lines;
        try
        {
            lines = audience is { Length: > 0 } ? await OfAudience(audience, points, audiences.FirstOrDefault(), cancel) : BulkFile.Read(await Body(context, cancel), IsJson(context));
        }
        catch (InvalidDataException error)
        {
            return Problem.Unacceptable("list_invalid", error.Message);
        }
        var id = await book.Keep(name, reason.Trim(), dry_run ?? true, lines, context.Caller(), clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel);
        return await Run(id, context, book, jobs, cancel);
    }

    private static bool IsJson(HttpContext context) => context.Request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    private static async Task<string> Body(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.ContentLength > BulkFile.MostBytes) throw new InvalidDataException($"At most {BulkFile.MostBytes >> 20} MB at once.");
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = new StringBuilder();
        var buffer = new char[64 * 1024];
        while (await reader.ReadAsync(buffer, cancel) is > 0 and var read)
            if (text.Append(buffer, 0, read).Length > BulkFile.MostBytes) throw new InvalidDataException($"At most {BulkFile.MostBytes >> 20} MB at once.");
        return text.ToString();
    }

    private static async Task<List<BulkLine>> OfAudience(string audience, long? points, IAudienceMembers? members, CancellationToken cancel)
    {
        if (points is null or 0 || Math.Abs((decimal)points) > EventJsonReader.MostPoints) throw new InvalidDataException("points: how many each member of the audience is given, or (negative) loses.");
        var lines = new List<BulkLine>();
        for (long? after = 0; after is { } from;)
        {
            if (members is null || await members.Page(audience, from, AudiencePage, cancel) is not { } page) throw new InvalidDataException($"There is no live audience '{audience}'.");
            lines.AddRange(page.Persons.Select(p => new BulkLine(0, $"person:{p}", points.Value, null, null, null, null)));
            if (lines.Count > BulkFile.MostLines) throw new InvalidDataException($"At most {BulkFile.MostLines} members at once.");
            after = page.Next;
        }
        return lines.Count == 0 ? throw new InvalidDataException("The audience is empty.") : [.. lines.Select((l, i) => l with { Line = i + 1 })];
    }

    private static async Task<IResult> Run(long id, HttpContext context, BulkBook book, JobRunner jobs, CancellationToken cancel)
    {
        var job = await jobs.Start(BulkJob.KindName, $"Points for many: {id}", new JsonObject { ["bulk_id"] = id }, context.Caller(), cancel: cancel);
        return Results.Json(await View((await book.Find(id, cancel))!, book, 0, cancel) with { JobId = job.JobId }, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> List(string? state, string? cursor, int? limit, BulkBook book, CancellationToken cancel)
    {
        var most = Cursor.Limit(limit);
        var views = new List<BulkView>();
        foreach (var row in await book.List(state, Cursor.Before(cursor), most + 1, cancel)) views.Add(await View(row, book, 0, cancel));
        return Results.Ok(Page<BulkView>.Of(views, most, b => [b.BulkId]));
    }

    private static async Task<IResult> Show(long id, BulkBook book, CancellationToken cancel) =>
        await book.Find(id, cancel) is { } row ? Results.Ok(await View(row, book, Shown, cancel)) : NoBulk(id);

    private static async Task<IResult> Apply(long id, HttpContext context, BulkBook book, JobRunner jobs, CancellationToken cancel)
    {
        if (await book.Find(id, cancel) is null) return NoBulk(id);
        return await book.Begin(id, context.Caller(), cancel) ? await Run(id, context, book, jobs, cancel) : Problem.Conflict("not_checked", "Only what was looked at in a dry run that is over can be applied.");
    }

    private static async Task<IResult> Approve(long id, HttpContext context, BulkBook book, JobRunner jobs, TimeProvider clock, CancellationToken cancel) =>
        await Decide(id, BulkBook.Applying, "bulk_adjustment.approved", context, book, clock, cancel) ?? await Run(id, context, book, jobs, cancel);

    private static async Task<IResult> Reject(long id, HttpContext context, BulkBook book, TimeProvider clock, CancellationToken cancel) =>
        await Decide(id, BulkBook.Rejected, "bulk_adjustment.rejected", context, book, clock, cancel) ?? Results.Ok(await View((await book.Find(id, cancel))!, book, Shown, cancel));

    private static async Task<IResult?> Decide(long id, string to, string action, HttpContext context, BulkBook book, TimeProvider clock, CancellationToken cancel)
    {
        if (await book.Find(id, cancel) is not { } row) return NoBulk(id);
        if (row.CreatedBy == context.Caller().Actor) return Problem.Conflict("same_person", "Who handed it in does not decide. Ask somebody else.");
        return await book.Decide(id, BulkBook.Awaiting, to, context.Caller(), action, clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel) ? null : Problem.Conflict("request_decided", "It does not wait for a decision.");
    }

    private static async Task<BulkView> View(BulkRow row, BulkBook book, int examples, CancellationToken cancel)
    {
        var sums = await book.Sums(row.Id, cancel);
        // What is refused moves nothing, and what was known already moved before.
        var moving = sums.Where(s => s.Outcome is not (BulkBook.Refused or BulkBook.Known)).ToList();
        return new BulkView(row.Id, PointTypes.ProgramOf(row.Program), PointTypes.TypeOf(row.Program), row.Title, row.State, row.IsDryRun, row.CreatedBy, row.AtMs.ToInstant(), row.DecidedBy, row.DecidedAtMs.ToInstant(), null,
            sums.Sum(s => s.Lines), moving.Sum(s => s.Given), moving.Sum(s => s.Taken), [.. sums.Select(s => new BulkOutcome(s.Outcome, s.Code, s.Lines, s.Given, s.Taken))],
            examples == 0 ? [] : [.. (await book.Lines(row.Id, null, 0, examples, cancel)).Select(View)]);
    }

    private static BulkLineView View(BulkLineRow l) => new(l.Line, l.PersonId == 0 ? null : l.PersonId, l.Points, l.Reason, l.ExpiresAtMs.ToInstant(), l.Outcome, l.Code);

    private static readonly CsvTable<BulkLineView> Table = new("bulk_adjustments",
    [
        new("line", "行号", "Line", l => l.Line),
        new("person_id", "OneID", "Person", l => l.PersonId),
        new("points", "积分", "Points", l => l.Points),
        new("reason", "原因", "Reason", l => l.Reason),
        new("outcome", "结果", "Outcome", l => l.Outcome),
        new("code", "拒绝原因", "Why refused", l => l.Code),
    ]);

    private static async Task<IResult> Export(long id, string? lang, BulkBook book, CsvExports exports, CancellationToken cancel) =>
        await book.Find(id, cancel) is null ? NoBulk(id) : exports.Of(Table, $"bulk_adjustment/{id}", new { id }, lang, Pages(id, book, cancel));

    private static async IAsyncEnumerable<IReadOnlyList<BulkLineView>> Pages(long id, BulkBook book, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0L; await book.Lines(id, null, after, CsvExports.RowsAtOnce, cancel) is [.., var last] page; after = last.Line) yield return [.. page.Select(View)];
    }

    private static IResult NoBulk(long id) => Problem.NotFound("no_such_bulk_adjustment", $"There is no bulk adjustment {id}.");
}
