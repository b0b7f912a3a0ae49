using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Jobs;
using Danke.Platform.Json;

namespace Danke.Persons.Rebuilding;

/// <summary>
/// A rebuild, or the trial of one, as a job. Killed in the middle it begins again: what was changed before is found as it should be, so only the
/// rest is left. The Door works on meanwhile.
/// </summary>
internal sealed class RebuildJob(IdentityRebuilder rebuilder, Audit audit) : IJobKind
{
    public const string KindName = "identity_rebuild";
    public const string TrialKindName = "identity_trial";

    public string Kind => KindName;
    public bool Resumes => true;

    public Task Run(JobRun job, CancellationToken cancel) => Run(job, dryRun: false, rebuilder, audit, cancel);

    public static JsonObject DetailOf(JsonNode? rules) => rules is null ? [] : new JsonObject { ["rules"] = rules.DeepClone() };

    internal static async Task Run(JobRun job, bool dryRun, IdentityRebuilder rebuilder, Audit audit, CancellationToken cancel)
    {
        var rules = job.Detail["rules"] is { } tried ? IdentityDocument.Read(tried, 0) : null;
        var report = await rebuilder.Run(dryRun, rules, (phase, done, total) =>
        {
            job.Detail = With(job.Detail, "phase", phase);
            job.Report(done, total);
        }, cancel);
        job.Detail = With(With(job.Detail, "phase", "done"), "report", JsonSerializer.SerializeToNode(report, DankeJson.Options));
        if (!dryRun)
            await audit.Record(Caller.System, "identity.rebuilt", "identity", after: new { report.RulesVersion, report.Affected, report.Merged, report.Divided, report.Born, report.ProfilesChanged });
    }

    private static JsonObject With(JsonObject detail, string name, JsonNode? value)
    {
        detail[name] = value;
        return detail;
    }
}

/// <summary>What a rebuild would change, by the rules in force or by others; changes nothing.</summary>
internal sealed class RebuildTrialJob(IdentityRebuilder rebuilder, Audit audit) : IJobKind
{
    public string Kind => RebuildJob.TrialKindName;
    public bool Resumes => true;

    public Task Run(JobRun job, CancellationToken cancel) => RebuildJob.Run(job, dryRun: true, rebuilder, audit, cancel);
}
