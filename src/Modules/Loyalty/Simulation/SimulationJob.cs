using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using Danke.Loyalty.Reading;
using Danke.Platform.Jobs;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Loyalty.Simulation;

/// <summary>A simulation as a job: its detail says what is compared, and in the end holds the report. It changes nothing, so broken off it is run anew.</summary>
internal sealed class SimulationJob(Simulator simulator, LivePrograms programs) : IJobKind
{
    public const string KindName = "loyalty_simulation";

    public string Kind => KindName;
    public bool Resumes => true;

    public static JsonObject DetailOf(LoyaltyProgram draft, JsonNode document, long? draftVersion, int share, long seed, int months, long? value) => new()
    {
        ["program"] = draft.Name,
        ["document"] = document.DeepClone(),
        ["draft_version"] = draftVersion,
        ["share"] = share,
        ["seed"] = seed,
        ["months"] = months,
        ["value_minor_per_1000"] = value,
    };

    public async Task Run(JobRun job, CancellationToken cancel)
    {
        var detail = job.Detail;
        var draft = ProgramDocument.Read(detail["document"]!, (long?)detail["draft_version"] ?? 0);
        if (await programs.Find(draft.Name, cancel) is not { } live)
            throw new ProblemException(StatusCodes.Status409Conflict, "no_such_program", $"There is no live program '{draft.Name}' any more: nothing to compare with.");
        var plan = new SimulationPlan(live, draft, (long?)detail["draft_version"], (int)(long)detail["share"]!, (long)detail["seed"]!, (int)(long)detail["months"]!, (long?)detail["value_minor_per_1000"]);
        var report = await simulator.Run(plan, job.Report, cancel);
        detail["report"] = JsonSerializer.SerializeToNode(report, DankeJson.Options);
        job.Detail = detail;
    }
}
