using System.Globalization;
using System.Text;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Jobs;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Privacy;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Danke.Privacy.Telling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;

namespace Danke.Privacy.Requests;

/// <summary>What persons ask for by law: <c>/v1/privacy</c>.</summary>
internal static class RequestEndpoints
{
    private const int LongestNote = 500;
    private const int MostDays = 365;

    /// <param name="Kind">export, erase or anonymise.</param>
    /// <param name="PersonId">Whom it is about, by number, a former one too; or</param>
    /// <param name="Identifier">by an identifier as <c>phone:13800138000</c> or <c>namespace@scope:value</c>.</param>
    /// <param name="Note">How it came in; nothing personal. Gone when the person is erased.</param>
    /// <param name="ReceivedAt">When the person asked; now when left out.</param>
    /// <param name="DueAt">Until when it is to be done; so many days after as the settings say when left out.</param>
    public sealed record RequestBody(string Kind, long? PersonId = null, string? Identifier = null, string? Note = null, DateTimeOffset? ReceivedAt = null, DateTimeOffset? DueAt = null);

    /// <param name="Confirm">For what cannot be undone: the person's number, typed in.</param>
    public sealed record StartBody(string? Confirm = null);

    /// <param name="Suppressed">Late events about the person that were dropped since.</param>
    /// <param name="DocumentUntil">Until when the export can be fetched; null when there is none.</param>
    public sealed record RequestView(
        long RequestId, string Kind, long PersonId, string State, string Note, DateTimeOffset ReceivedAt, DateTimeOffset DueAt, bool Overdue, string CreatedBy, string? StartedBy,
        DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long JobId, IReadOnlyList<RequestStep> Steps, string? Error, long Suppressed, DateTimeOffset? DocumentUntil);

    /// <param name="Waiting">Requests that are not done.</param>
    /// <param name="Overdue">Of them those whose time is over.</param>
    public sealed record RequestPage(IReadOnlyList<RequestView> Items, string? Next, long Waiting, long Overdue);

    /// <param name="Fate">deleted, or kept without what tells who it was.</param>
    public sealed record CountView(string Table, string TitleZh, string TitleEn, string Fate, long Rows);

    /// <param name="FormerNumbers">Persons who turned out to be this one: they are meant too.</param>
    /// <param name="Elsewhere">Places besides rows that are looked through when the person is erased.</param>
    public sealed record PreviewView(long PersonId, IReadOnlyList<long> FormerNumbers, long Identifiers, long PointsForfeited, IReadOnlyList<CountView> Tables, IReadOnlyList<string> Elsewhere);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var privacy = v1.MapGroup("/privacy").WithTags("Privacy");
        privacy.MapGet("/requests", List).RequireScope(Scopes.PrivacyWrite).WithSummary("Requests, newest first; of one state, kind or person when asked.").Produces<RequestPage>();
        privacy.MapPost("/requests", Add).RequireScope(Scopes.PrivacyWrite).WithSummary("Registers what a person asked for, with a deadline. Nothing is done yet.").Produces<RequestView>(StatusCodes.Status201Created);
        privacy.MapGet("/requests/{id:long}", Show).RequireScope(Scopes.PrivacyWrite).WithSummary("One request with its steps.").Produces<RequestView>();
        privacy.MapPost("/requests/{id:long}/start", Start).RequireScope(Scopes.PrivacyWrite).WithSummary("Does what was asked for, as a job; goes on with one that failed.").Produces<RequestView>(StatusCodes.Status202Accepted);
        privacy.MapPost("/requests/{id:long}/withdrawal", Withdraw).RequireScope(Scopes.PrivacyWrite).WithSummary("Takes back a request that was not begun.").Produces<RequestView>();
        privacy.MapGet("/requests/{id:long}/document", Json).RequireScope(Scopes.PrivacyWrite).WithSummary("An export as JSON. In the audit log.").Produces(StatusCodes.Status200OK, contentType: "application/json");
        privacy.MapGet("/requests/{id:long}/document.html", Html).RequireScope(Scopes.PrivacyWrite).WithSummary("An export as a page to read or print, in Chinese or English. In the audit log.").Produces(StatusCodes.Status200OK, contentType: "text/html");
        privacy.MapDelete("/requests/{id:long}/document", Delete).RequireScope(Scopes.PrivacyWrite).WithSummary("Deletes an export before its time is over.").Produces(StatusCodes.Status204NoContent);
        privacy.MapGet("/persons/{id:long}/preview", Preview).RequireScope(Scopes.PrivacyWrite).WithSummary("What an erasing would take and keep, counted. Changes nothing.").Produces<PreviewView>();
        privacy.MapGet("/settings", async (PrivacySettings settings, CancellationToken cancel) => Results.Ok(await settings.Current(cancel)))
            .RequireScope(Scopes.PrivacyWrite).WithSummary("Deadlines and how long exports are kept.").Produces<PrivacyRules>();
        privacy.MapPut("/settings", Change).RequireScope(Scopes.Admin).WithSummary("Changes deadlines and how long exports are kept.").Produces<PrivacyRules>();
    }

    private static async Task<IResult> List(RequestStore requests, ISubjects subjects, TimeProvider clock, string? state, string? kind, long? person, string? cursor, int? limit, CancellationToken cancel)
    {
        if (state is not null && !RequestStates.All.Contains(state)) return Problem.Invalid("bad_choice", $"state is one of {string.Join(", ", RequestStates.All)}.");
        if (kind is not null && !RequestKinds.All.Contains(kind)) return Problem.Invalid("bad_choice", $"kind is one of {string.Join(", ", RequestKinds.All)}.");
        var most = Cursor.Limit(limit);
        var rows = await requests.List(state, kind, person, Cursor.Before(cursor), most + 1, cancel);
        var suppressed = await subjects.Suppressed(cancel);
        var page = Page<PrivacyRequest>.Of(rows, most, r => [r.RequestId]);
        var (waiting, overdue) = await requests.Waiting(cancel);
        return Results.Ok(new RequestPage([.. page.Items.Select(r => View(r, suppressed, clock))], page.Next, waiting, overdue));
    }

    private static async Task<IResult> Add(
        RequestBody body, HttpContext context, RequestStore requests, PrivacySettings settings, ISubjects subjects, IPersonDirectory directory, IPersonLookup lookup, TimeProvider clock, CancellationToken cancel)
    {
        if (!RequestKinds.All.Contains(body.Kind)) return Problem.Invalid("bad_choice", $"kind is one of {string.Join(", ", RequestKinds.All)}.");
        if (body.Note is { } note && (note.Length > LongestNote || note.Any(char.IsControl))) return Problem.Invalid("field_invalid", $"note is one line of at most {LongestNote} characters.");
        if (await PersonOf(body, directory, lookup, cancel) is not { } person) return Problem.NotFound("no_such_person", "Nobody has this number or identifier.");
        var now = clock.GetUtcNow();
        var received = body.ReceivedAt ?? now;
        var due = body.DueAt ?? received.AddDays((await settings.Current(cancel)).DueDays);
        if (received > now.AddDays(1) || due < received || due > received.AddDays(MostDays)) return Problem.Invalid("bad_time", "A request was received by now and is due within a year of that.");
        var id = await requests.Add(body.Kind, person, body.Note ?? "", received.ToUnixTimeMilliseconds(), due.ToUnixTimeMilliseconds(), context.Caller());
        return Results.Json(await ViewOf(id, requests, subjects, clock, cancel), DankeJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<long?> PersonOf(RequestBody body, IPersonDirectory directory, IPersonLookup lookup, CancellationToken cancel)
    {
        if (body.PersonId is { } number) return await directory.Current(number, cancel);
        if (body.Identifier is not { } text || text.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) return null;
        var place = text[..colon].Split('@', 2);
        return await lookup.Find(new Identifier(place[0], place.Length == 2 ? place[1] : "", text[(colon + 1)..]), cancel) is { } found and not 0 ? await directory.Current(found, cancel) : null;
    }

    private static async Task<IResult> Show(long id, RequestStore requests, ISubjects subjects, TimeProvider clock, CancellationToken cancel) =>
        await ViewOf(id, requests, subjects, clock, cancel) is { } view ? Results.Ok(view) : NoRequest(id);

    private static async Task<IResult> Start(
        long id, StartBody? body, HttpContext context, RequestStore requests, JobRunner jobs, ISubjects subjects, TimeProvider clock, CancellationToken cancel)
    {
        if (await requests.Find(id, cancel) is not { } request) return NoRequest(id);
        if (request.IsErasing && body?.Confirm?.Trim() != request.PersonId.ToString(CultureInfo.InvariantCulture))
            return Problem.Invalid("not_confirmed", $"This cannot be undone. Confirm it with the person's number: {{\"confirm\": \"{request.PersonId}\"}}.");
        // A job that was cancelled left the request as it was.
        if (request.State == RequestStates.Running && await jobs.Find(request.JobId, cancel) is { HasEnded: true }) await requests.Failed(id, "The job was stopped.");
        if (!await requests.Begin(id, context.Caller())) return Problem.Conflict("request_not_open", $"Request {id} is {request.State}.");
        var job = await jobs.Start(PrivacyJob.KindName, $"{request.Kind} {request.RequestId}", new System.Text.Json.Nodes.JsonObject { ["request_id"] = id }, context.Caller(), cancel: cancel);
        await requests.RunBy(id, job.JobId);
        return Results.Json(await ViewOf(id, requests, subjects, clock, cancel), DankeJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Withdraw(long id, HttpContext context, RequestStore requests, ISubjects subjects, TimeProvider clock, CancellationToken cancel)
    {
        if (await requests.Find(id, cancel) is not { } request) return NoRequest(id);
        if (!await requests.Withdraw(id, context.Caller())) return Problem.Conflict("request_not_open", $"Request {id} is {request.State}.");
        return Results.Ok(await ViewOf(id, requests, subjects, clock, cancel));
    }

    private static async Task<IResult> Json(long id, HttpContext context, RequestStore requests, Teller teller, Audit audit, CancellationToken cancel)
    {
        if (await requests.Find(id, cancel) is not { } request) return NoRequest(id);
        if (teller.Read(request) is not { } document) return NoDocument(id);
        await audit.Record(context.Caller(), "privacy.export_fetched", $"privacy-request/{id}", after: new { form = "json" });
        return Results.File(Encoding.UTF8.GetBytes(document.ToJsonString(DankeJson.Options)), "application/json", $"person-{request.PersonId}.json");
    }

    private static async Task<IResult> Html(
        long id, string? lang, HttpContext context, RequestStore requests, Teller teller, PersonalData data, BrandSettings brand, Audit audit, CancellationToken cancel)
    {
        if (await requests.Find(id, cancel) is not { } request) return NoRequest(id);
        if (teller.Read(request) is not { } document) return NoDocument(id);
        await audit.Record(context.Caller(), "privacy.export_fetched", $"privacy-request/{id}", after: new { form = "html" });
        var isChinese = lang is null || lang.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var page = new ReadablePage(data.Tables, isChinese, DateTimeZoneProviders.Tzdb[(await brand.Current(cancel)).Zone]).Of(document);
        return Results.File(Encoding.UTF8.GetBytes(page), "text/html; charset=utf-8", $"person-{request.PersonId}.html");
    }

    private static async Task<IResult> Delete(long id, HttpContext context, RequestStore requests, Teller teller, Audit audit, CancellationToken cancel)
    {
        if (await requests.Find(id, cancel) is not { } request) return NoRequest(id);
        if (request.DocumentUntilMs is null) return NoDocument(id);
        await teller.Delete(request);
        await audit.Record(context.Caller(), "privacy.export_deleted", $"privacy-request/{id}");
        return Results.NoContent();
    }

    private static async Task<IResult> Preview(
        long id, ISubjects subjects, PersonalData data, IPersonFacet<PersonMemberships> memberships, IEnumerable<ISweepsTraces> sweepers, CancellationToken cancel)
    {
        if (await subjects.Find(id, cancel) is not { } subject) return Problem.NotFound("no_such_person", $"There is no person {id}.");
        var counts = await data.Count(subject, cancel);
        var points = (await memberships.Of([subject.PersonId], cancel)).GetValueOrDefault(subject.PersonId)?.Memberships.Sum(m => Math.Max(0, m.PointsSpendable)) ?? 0;
        return Results.Ok(new PreviewView(subject.PersonId, [.. subject.Persons.Skip(1)], subject.Keys.Length, points,
            [.. counts.Select(c => new CountView(c.Table, c.Title.Zh, c.Title.En, c.Fate == Fate.Deleted ? "deleted" : "kept", c.Rows))], [.. sweepers.Select(s => s.Name), "insight", "files"]));
    }

    private static async Task<IResult> Change(PrivacyRules body, HttpContext context, PrivacySettings settings)
    {
        if (body.DueDays is < 1 or > MostDays || body.DocumentDays is < 1 or > MostDays) return Problem.Invalid("field_invalid", $"Days are 1 to {MostDays}.");
        await settings.Change(body, context.Caller());
        return Results.Ok(body);
    }

    private static async Task<RequestView?> ViewOf(long id, RequestStore requests, ISubjects subjects, TimeProvider clock, CancellationToken cancel) =>
        await requests.Find(id, cancel) is { } request ? View(request, await subjects.Suppressed(cancel), clock) : null;

    private static RequestView View(PrivacyRequest r, IReadOnlyDictionary<long, long> suppressed, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isWaiting = r.State is RequestStates.Open or RequestStates.Running or RequestStates.Failed;
        return new RequestView(r.RequestId, r.Kind, r.PersonId, r.State, r.Note, r.ReceivedAtMs.ToInstant(), r.DueAtMs.ToInstant(), isWaiting && r.DueAtMs < now, r.CreatedBy, r.StartedBy,
            r.StartedAtMs.ToInstant(), r.EndedAtMs.ToInstant(), r.JobId, r.Steps, r.Error, suppressed.GetValueOrDefault(r.RequestId), r.DocumentUntilMs > now ? r.DocumentUntilMs.ToInstant() : null);
    }

    private static IResult NoRequest(long id) => Problem.NotFound("no_such_request", $"There is no privacy request {id}.");

    private static IResult NoDocument(long id) => Problem.NotFound("no_document", $"Request {id} has no document, or its time is over.");
}
