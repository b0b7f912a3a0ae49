using Danke.Platform.Access;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Jobs;

/// <summary>Long work and how far it is: <c>/v1/jobs</c>.</summary>
public static class JobEndpoints
{
    public static void AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<JobRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<JobRunner>());
    }

    public static void MapJobs(this IEndpointRouteBuilder v1)
    {
        var jobs = v1.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", List).RequireScope(Scopes.JobsRead).WithSummary("Jobs, newest first; of one kind or state when asked.").Produces<Page<Job>>();
        jobs.MapGet("/{id:long}", Show).RequireScope(Scopes.JobsRead).WithSummary("One job with its progress.").Produces<Job>();
        jobs.MapPost("/{id:long}/cancellation", Cancel).RequireScope(Scopes.JobsWrite)
            .WithSummary("Asks a job to stop. It stops at its next safe point.").Produces<Job>(StatusCodes.Status202Accepted);
    }

    private static readonly string[] States = [.. Enum.GetValues<JobState>().Select(JobTable.Word)];

    private static async Task<IResult> List(JobRunner jobs, string? kind, string? state, string? cursor, int? limit, CancellationToken cancel)
    {
        if (state is not null && !States.Contains(state)) return Problem.Invalid("bad_choice", $"state is one of {string.Join(", ", States)}.");
        var most = Cursor.Limit(limit);
        var rows = await jobs.List(kind, state, Cursor.Before(cursor), most + 1, cancel);
        return Results.Ok(Page<Job>.Of(rows, most, j => [j.JobId]));
    }

    private static async Task<IResult> Show(long id, JobRunner jobs, CancellationToken cancel) =>
        await jobs.Find(id, cancel) is { } job ? Results.Ok(job) : NoJob(id);

    private static async Task<IResult> Cancel(long id, HttpContext context, JobRunner jobs)
    {
        if (await jobs.Find(id) is null) return NoJob(id);
        if (!await jobs.Cancel(id, context.Caller())) return Problem.Conflict("job_has_ended", "The job has ended already.");
        return Results.Json(await jobs.Find(id), statusCode: StatusCodes.Status202Accepted);
    }

    private static IResult NoJob(long id) => Problem.NotFound("no_such_job", $"There is no job {id}.");
}
