using System.Text.Json.Nodes;
using Danke.Platform.Access;
using Danke.Platform.Jobs;

namespace Danke.Privacy.Retaining;

/// <summary>Removes all whose time is over, kind by kind, or counts it. What is gone is gone: broken off, it goes on.</summary>
internal sealed class RetentionJob(RetentionSettings settings, Audit audit, TimeProvider clock) : IJobKind
{
    public const string KindName = "retention";

    public string Kind => KindName;
    public bool Resumes => true;

    public static JsonObject DetailOf(bool dryRun) => new() { ["dry_run"] = dryRun, ["rows"] = new JsonObject() };

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var detail = job.Detail;
        var dryRun = detail["dry_run"]!.GetValue<bool>();
        var days = await settings.Days(cancel);
        var rows = detail["rows"]!.AsObject();
        var done = 0;
        foreach (var kind in settings.Kinds)
        {
            cancel.ThrowIfCancellationRequested();
            job.Report(done++, settings.Kinds.Count);
            if (days[kind.Name] is not { } keep) continue;
            var before = clock.GetUtcNow().AddDays(-keep).ToUnixTimeMilliseconds();
            var count = dryRun ? await kind.Count(before, cancel) : await kind.Remove(before, cancel);
            rows[kind.Name] = count + (dryRun ? 0 : rows[kind.Name]?.GetValue<long>() ?? 0);
            job.Detail = (JsonObject)detail.DeepClone();
            await job.Keep();
        }
        job.Report(done, settings.Kinds.Count);
        if (!dryRun) await audit.Record(Caller.System, "privacy.retained", $"job/{job.JobId}", after: rows);
    }
}
