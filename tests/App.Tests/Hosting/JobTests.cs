using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Hosting;

public sealed class JobTests
{
    /// <summary>Counts to its total; stands still at a number until it is let go on.</summary>
    private sealed class Counting(bool resumes) : IJobKind
    {
        public TaskCompletionSource GoOn { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public List<long> Counted { get; } = [];
        public string Kind => "counting";
        public bool Resumes => resumes;

        public async Task Run(JobRun job, CancellationToken cancel)
        {
            var detail = job.Detail;
            for (var i = job.Done + 1; i <= (long)detail["to"]!; i++)
            {
                if (i == (long?)detail["fails_at"]) throw new InvalidOperationException("13800138000 cannot be counted");
                if (i == (long?)detail["waits_at"]) await GoOn.Task.WaitAsync(cancel);
                Counted.Add(i);
                job.Report(i, (long)detail["to"]!);
                await job.Keep();
            }
        }
    }

    private static async Task<DankeApp> Start(Dialect dialect, IJobKind kind) => await DankeApp.Start(dialect, s => s.AddSingleton(kind));

    private static Task<Job> Begin(DankeApp app, JsonObject detail) => app.Get<JobRunner>().Start("counting", "Counting", detail, Caller.Cli);

    private static Task<JsonElement> Until(DankeApp app, long id, Func<JsonElement, bool> reached) => app.Client.Until($"v1/jobs/{id}", reached);

    private static Task<JsonElement> UntilState(DankeApp app, long id, string state) => Until(app, id, j => j.GetProperty("state").GetString() == state);

    [Theory, OnBothBooks]
    public async Task A_job_runs_to_its_end_and_tells_its_progress(Dialect dialect)
    {
        var counting = new Counting(resumes: true);
        await using var app = await Start(dialect, counting);
        var job = await Begin(app, new JsonObject { ["to"] = 5, ["waits_at"] = 4 });

        var halfway = await Until(app, job.JobId, j => j.GetProperty("done").GetInt64() == 3);
        halfway.GetProperty("state").GetString().ShouldBe("running");
        counting.GoOn.SetResult();

        var ended = await UntilState(app, job.JobId, "done");
        (ended.GetProperty("done").GetInt64(), ended.GetProperty("total").GetInt64()).ShouldBe((5, 5));
        ended.GetProperty("ended_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await app.Client.GetJson("v1/jobs?state=done&kind=counting")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await app.Client.GetJson("v1/jobs?kind=other")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task A_job_that_resumes_goes_on_after_a_restart_where_it_was(Dialect dialect)
    {
        var counting = new Counting(resumes: true);
        await using var app = await Start(dialect, counting);
        var job = await Begin(app, new JsonObject { ["to"] = 5, ["waits_at"] = 4 });
        await Until(app, job.JobId, j => j.GetProperty("done").GetInt64() == 3);

        await app.Restart();
        counting.GoOn.SetResult();

        await UntilState(app, job.JobId, "done");
        counting.Counted.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Theory, OnBothBooks]
    public async Task A_job_that_cannot_resume_has_failed_after_a_restart(Dialect dialect)
    {
        await using var app = await Start(dialect, new Counting(resumes: false));
        var job = await Begin(app, new JsonObject { ["to"] = 5, ["waits_at"] = 4 });
        await Until(app, job.JobId, j => j.GetProperty("done").GetInt64() == 3);

        await app.Restart();

        var failed = await UntilState(app, job.JobId, "failed");
        failed.GetProperty("error").GetString()!.ShouldContain("Interrupted");
        failed.GetProperty("done").GetInt64().ShouldBe(3);
    }

    [Theory, OnBothBooks]
    public async Task A_job_is_cancelled_while_it_runs_and_while_it_waits(Dialect dialect)
    {
        await using var app = await Start(dialect, new Counting(resumes: true));
        var jobs = new List<Job>();
        for (var i = 0; i <= JobRunner.AtOnce; i++) jobs.Add(await Begin(app, new JsonObject { ["to"] = 5, ["waits_at"] = 2 }));
        await Until(app, jobs[0].JobId, j => j.GetProperty("done").GetInt64() == 1);
        (await app.Client.GetJson($"v1/jobs/{jobs[^1].JobId}")).GetProperty("state").GetString().ShouldBe("waiting");

        await app.Client.Post($"v1/jobs/{jobs[^1].JobId}/cancellation").Json(HttpStatusCode.Accepted);
        await app.Client.Post($"v1/jobs/{jobs[0].JobId}/cancellation").Json(HttpStatusCode.Accepted);

        await UntilState(app, jobs[^1].JobId, "cancelled");
        (await UntilState(app, jobs[0].JobId, "cancelled")).GetProperty("done").GetInt64().ShouldBe(1);
        (await app.Client.Post($"v1/jobs/{jobs[0].JobId}/cancellation").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("job_has_ended");
        (await app.Client.Post("v1/jobs/4711/cancellation").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_job");
    }

    [Theory, OnBothBooks]
    public async Task A_job_that_fails_says_so_without_what_may_be_personal(Dialect dialect)
    {
        await using var app = await Start(dialect, new Counting(resumes: true));
        var job = await Begin(app, new JsonObject { ["to"] = 5, ["fails_at"] = 3 });

        var failed = await UntilState(app, job.JobId, "failed");

        failed.GetProperty("done").GetInt64().ShouldBe(2);
        failed.GetProperty("error").GetString()!.ShouldNotContain("13800138000");
    }
}
