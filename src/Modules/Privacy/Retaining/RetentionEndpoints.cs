using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Jobs;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Privacy.Retaining;

/// <summary>For how long things are kept: <c>/v1/privacy/retention</c>.</summary>
internal static class RetentionEndpoints
{
    private const int MostDays = 36_500;

    /// <param name="Days">Null: for ever.</param>
    /// <param name="DefaultDays">When nothing is set; null: for ever.</param>
    public sealed record KindView(string Name, string TitleZh, string TitleEn, int? Days, int? DefaultDays);

    /// <param name="LastRun">The newest run that removed something or found nothing to remove; null: none yet.</param>
    public sealed record RetentionView(IReadOnlyList<KindView> Items, Job? LastRun);

    /// <param name="Days">By kind; null: for ever. Kinds that are not named stay as they are.</param>
    public sealed record RetentionBody(IReadOnlyDictionary<string, int?> Days);

    /// <param name="DryRun">Only count what would go.</param>
    public sealed record RunBody(bool DryRun = true);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var retention = v1.MapGroup("/privacy/retention").WithTags("Privacy");
        retention.MapGet("", Show).RequireScope(Scopes.PrivacyWrite).WithSummary("For how many days each kind of thing is kept.").Produces<RetentionView>();
        retention.MapPut("", Change).RequireScope(Scopes.Admin).WithSummary("Changes for how many days things are kept.").Produces<RetentionView>();
        retention.MapPost("/runs", Run).RequireScope(Scopes.PrivacyWrite).WithSummary("Removes what is older, or counts it, as a job. The same is done every night.").Produces<Job>(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Show(RetentionSettings settings, BooksStore books, JobRunner jobs, CancellationToken cancel) => Results.Ok(await View(settings, books, jobs, cancel));

    private static async Task<RetentionView> View(RetentionSettings settings, BooksStore books, JobRunner jobs, CancellationToken cancel)
    {
        var days = await settings.Days(cancel);
        var last = await books.Read("select job_id from jobs where kind = @kind and state = 'done' and detail like '%\"dry_run\":false%' order by job_id desc limit 1", r => r.GetInt64(0),
            [("kind", RetentionJob.KindName)], cancel);
        return new RetentionView([.. settings.Kinds.Select(k => new KindView(k.Name, k.Title.Zh, k.Title.En, days[k.Name], k.DefaultDays))], last is [var id] ? await jobs.Find(id, cancel) : null);
    }

    private static async Task<IResult> Change(RetentionBody body, HttpContext context, RetentionSettings settings, BooksStore books, JobRunner jobs, CancellationToken cancel)
    {
        if (body.Days is null || body.Days.Keys.FirstOrDefault(k => settings.Kinds.All(kind => kind.Name != k)) is not null)
            return Problem.Invalid("bad_choice", $"days are by kind: {string.Join(", ", settings.Kinds.Select(k => k.Name))}.");
        if (body.Days.Values.Any(d => d is < 1 or > MostDays)) return Problem.Invalid("field_invalid", $"Days are 1 to {MostDays}, or null for ever.");
        await settings.Change(body.Days, context.Caller(), cancel);
        return Results.Ok(await View(settings, books, jobs, cancel));
    }

    private static async Task<IResult> Run(RunBody body, HttpContext context, JobRunner jobs, CancellationToken cancel)
    {
        var title = body.DryRun ? "What is kept long enough, counted" : "What is kept long enough goes";
        return Results.Json(await jobs.Start(RetentionJob.KindName, title, RetentionJob.DetailOf(body.DryRun), context.Caller(), cancel: cancel), statusCode: StatusCodes.Status202Accepted);
    }
}
