using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Definitions;
using Danke.Platform.Jobs;
using Danke.Platform.Json;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Simulation;

/// <summary><c>/v1/loyalty/simulations</c>: what a changed program would have done to the brand's history. Nothing of the brand's is changed.</summary>
internal static class SimulationEndpoints
{
    private const int MostMonths = 120;

    /// <summary>A draft of a program, by its version or as a document.</summary>
    /// <param name="Program">Left out: the document's, or the default program.</param>
    /// <param name="Version">Left out: the newest version of the program.</param>
    /// <param name="Document">A program's document that is not kept.</param>
    /// <param name="SamplePercent">Of the members; left out: all.</param>
    /// <param name="Seed">Which members a sample takes.</param>
    /// <param name="Months">How many are told, the current one last; what was before shows in what is owed.</param>
    /// <param name="ValueMinorPer1000">What a thousand of the program's own points are worth; left out: as the programs say, as of further types.</param>
    public sealed record SimulationBody(
        string? Program = null, long? Version = null, JsonNode? Document = null, double SamplePercent = 100, long Seed = 1, int Months = 24,
        [property: JsonPropertyName("value_minor_per_1000")] long? ValueMinorPer1000 = null);

    /// <param name="SimulationId">The job's number: /v1/jobs/{id}/cancellation stops it.</param>
    /// <param name="Done">Persons that were gone through, of <paramref name="Total"/>.</param>
    /// <param name="Report">Null until it is done.</param>
    public sealed record SimulationView(
        long SimulationId, string Program, long? DraftVersion, double SamplePercent, JobState State, long Done, long Total, string? Error, string CreatedBy, DateTimeOffset CreatedAt,
        DateTimeOffset? EndedAt, SimulationReport? Report);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var simulations = v1.MapGroup("/loyalty/simulations").WithTags("Loyalty");
        simulations.MapPost("", Start).RequireScope(Scopes.DefinitionsWrite).WithSummary("Replays history under a changed program and under the live one, as a job; changes nothing.")
            .Produces<SimulationView>(StatusCodes.Status202Accepted);
        simulations.MapGet("", List).RequireScope(Scopes.LoyaltyRead).WithSummary("Simulations, newest first, without their reports.").Produces<Page<SimulationView>>();
        simulations.MapGet("/{id:long}", Show).RequireScope(Scopes.LoyaltyRead).WithSummary("One simulation with its report.").Produces<SimulationView>();
    }

    private static async Task<IResult> Start(SimulationBody body, HttpContext context, DefinitionStore definitions, LivePrograms programs, JobRunner jobs, CancellationToken cancel)
    {
        if (!(body.SamplePercent is >= 0.01 and <= 100)) return Problem.Unacceptable("field_invalid", "$.sample_percent: 0.01 to 100.");
        if (body.Months is < 1 or > MostMonths) return Problem.Unacceptable("field_invalid", $"$.months: 1 to {MostMonths}.");
        if (body.ValueMinorPer1000 < 0) return Problem.Unacceptable("field_invalid", "$.value_minor_per_1000: Not negative.");
        var (document, version, problem) = await DraftOf(body, definitions, cancel);
        if (document is null) return problem!;
        if (ProgramDocument.TryRead(document, out var draft) is [var first, ..]) return Problem.Unacceptable("definition_invalid", $"{first.Path}: {first.Message}");
        if (await programs.Find(draft!.Name, cancel) is not { } live) return Problem.NotFound("no_such_program", $"There is no live program '{draft.Name}' to compare with.");
        var job = await jobs.Start(SimulationJob.KindName, $"{live.Title}: {(version is { } v ? $"v{v}" : "document")}",
            SimulationJob.DetailOf(draft, document, version, (int)Math.Round(body.SamplePercent * 100), body.Seed, body.Months, body.ValueMinorPer1000), context.Caller(), cancel: cancel);
        return Results.Json(View(job, isWhole: false), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<(JsonNode? Document, long? Version, IResult? Problem)> DraftOf(SimulationBody body, DefinitionStore definitions, CancellationToken cancel)
    {
        if (body.Document is { } document) return (document, null, null);
        var name = string.IsNullOrEmpty(body.Program) ? ProgramBook.DefaultName : body.Program;
        var draft = body.Version is { } version ? await definitions.Version("program", name, version, cancel) : (await definitions.Versions("program", name, cancel)).FirstOrDefault();
        return draft is null ? (null, null, Problem.NotFound("no_such_version", $"There is no such version of the program '{name}'.")) : (draft.Body, draft.Version, null);
    }

    private static async Task<IResult> List(JobRunner jobs, string? cursor, int? limit, CancellationToken cancel)
    {
        var most = Cursor.Limit(limit);
        var rows = await jobs.List(SimulationJob.KindName, null, Cursor.Before(cursor), most + 1, cancel);
        return Results.Ok(Page<SimulationView>.Of([.. rows.Select(j => View(j, isWhole: false))], most, s => [s.SimulationId]));
    }

    private static async Task<IResult> Show(long id, HttpContext context, JobRunner jobs, IEnumerable<IPersonFacet<PersonLabel>> labels, CancellationToken cancel)
    {
        if (await jobs.Find(id, cancel) is not { Kind: SimulationJob.KindName } job) return Problem.NotFound("no_such_simulation", $"There is no simulation {id}.");
        var view = View(job, isWhole: true);
        return Results.Ok(view.Report is { } report ? view with { Report = await Named(report, labels.FirstOrDefault(), context.Caller().Has(Scopes.PersonsReveal), cancel) } : view);
    }

    // Names are of now and of who asks: a report keeps numbers alone.
    private static async Task<SimulationReport> Named(SimulationReport report, IPersonFacet<PersonLabel>? labels, bool reveal, CancellationToken cancel)
    {
        if (labels is null) return report;
        var types = report.Types ?? [];
        var numbers = types.Select(t => t.People).Prepend(report.People).SelectMany(p => p.Winners.Concat(p.Losers).Concat(p.TierMoves)).Select(c => c.PersonId)
            .Concat(types.Select(t => t.Actual).Prepend(report.Actual).SelectMany(a => a?.Examples ?? []).Select(e => e.PersonId));
        var names = await labels.Of([.. numbers.Distinct()], cancel);
        string? Name(long person) => names.TryGetValue(person, out var label) ? reveal ? label.Name : Vault.Mask("name", label.Name) : null;
        List<PersonChange> Changes(IEnumerable<PersonChange> changes) => [.. changes.Select(c => c with { Name = Name(c.PersonId) })];
        PeopleSide People(PeopleSide people) => people with { Winners = Changes(people.Winners), Losers = Changes(people.Losers), TierMoves = Changes(people.TierMoves) };
        ActualSide Actual(ActualSide actual) => actual with { Examples = [.. actual.Examples.Select(e => e with { Name = Name(e.PersonId) })] };
        return report with
        {
            People = People(report.People),
            Actual = Actual(report.Actual),
            Types = [.. types.Select(t => t with { People = People(t.People), Actual = t.Actual is { } actual ? Actual(actual) : null })],
        };
    }

    private static SimulationView View(Job job, bool isWhole) => new(
        job.JobId, (string)job.Detail["program"]!, (long?)job.Detail["draft_version"], (long)job.Detail["share"]! / 100.0, job.State, job.Done, job.Total, job.Error, job.CreatedBy, job.CreatedAt, job.EndedAt,
        isWhole && job.Detail["report"] is { } report ? report.Deserialize<SimulationReport>(DankeJson.Options) : null);
}
