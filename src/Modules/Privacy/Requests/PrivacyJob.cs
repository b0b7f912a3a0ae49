using Danke.Platform.Jobs;
using Danke.Platform.Problems;
using Danke.Privacy.Erasing;
using Danke.Privacy.Telling;
using Microsoft.AspNetCore.Http;

namespace Danke.Privacy.Requests;

/// <summary>Works on one request, step by step. Every step may be run again; a restart goes on with the first that is not done.</summary>
internal sealed class PrivacyJob(RequestStore requests, Eraser eraser, Teller teller) : IJobKind
{
    public const string KindName = "privacy";

    public string Kind => KindName;
    public bool Resumes => true;

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var id = job.Detail["request_id"]!.GetValue<long>();
        var request = await requests.Find(id, cancel) ?? throw new ProblemException(StatusCodes.Status404NotFound, "no_such_request", "The request is not in the Books.");
        if (request.State != RequestStates.Running) return;
        try
        {
            IReadOnlyList<(string Name, Func<Task<long>> Do)> plan = request.IsErasing ? eraser.Plan(request, cancel) : [(RequestKinds.Export, () => teller.Write(request, cancel))];
            var steps = await RunAll(request, plan, job, cancel);
            await requests.Done(id, steps, request.IsErasing ? null : await teller.KeptUntil(cancel));
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            await requests.Failed(id, error is ProblemException ? error.Message : $"{error.GetType().Name}; see the server's log, job {job.JobId}.");
            throw;
        }
    }

    private async Task<List<RequestStep>> RunAll(PrivacyRequest request, IReadOnlyList<(string Name, Func<Task<long>> Do)> plan, JobRun job, CancellationToken cancel)
    {
        var before = request.Steps.Where(s => s.State == "done").ToDictionary(s => s.Name);
        var steps = plan.Select(p => before.GetValueOrDefault(p.Name) ?? new RequestStep(p.Name, "waiting", null, null)).ToList();
        for (var i = 0; i < plan.Count; i++)
        {
            job.Report(i, plan.Count);
            if (steps[i].State == "done") continue;
            cancel.ThrowIfCancellationRequested();
            steps[i] = steps[i] with { State = "running" };
            await requests.Keep(request.RequestId, steps);
            var count = await plan[i].Do();
            steps[i] = steps[i] with { State = "done", Count = count, At = eraser.Now };
            await requests.Keep(request.RequestId, steps);
        }
        job.Report(plan.Count, plan.Count);
        return steps;
    }
}
