using System.Text.Json.Nodes;
using Danke.Contracts.Persons;
using Danke.Engines.Audiences;
using Danke.Platform.Access;
using Danke.Platform.Definitions;
using Danke.Platform.Exports;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Audiences;

/// <summary><c>/v1/audiences</c>: the audiences in force, who is in them and why, and what a draft would choose.</summary>
internal static class AudienceEndpoints
{
    private const int SampleSize = 20;

    public sealed record AudienceList(IReadOnlyList<AudienceView> Items, string? Next);

    /// <param name="Count">Null while Insight cannot be asked.</param>
    /// <param name="AsOf">When it was counted.</param>
    /// <param name="Text">The condition in words.</param>
    public sealed record AudienceView(string Name, string Title, long Version, long? Count, DateTimeOffset? AsOf, string Text, JsonNode Definition);

    /// <param name="Definition">An audience's body, or a condition alone, or one as text.</param>
    public sealed record PreviewBody(JsonNode Definition);

    /// <param name="Reachable">How many of them may be reached by each kind of contact.</param>
    /// <param name="Sample">Some of them from all over, the same each time.</param>
    /// <param name="Condition">The condition as it is kept.</param>
    /// <param name="Text">The condition in words.</param>
    public sealed record PreviewView(
        long Count, DateTimeOffset AsOf, IReadOnlyDictionary<string, long> Reachable, IReadOnlyList<AudiencePerson> Sample, JsonObject Condition, string Text);

    public sealed record ExplanationBody(JsonNode Definition, long PersonId);

    /// <param name="Member">In the audience.</param>
    /// <param name="Why">The condition with its answer at every part; null when Insight knows no such active person, who then is in no audience.</param>
    /// <param name="Instead">Who of the person's household is in the audience in their place, where it takes one per household; null otherwise.</param>
    public sealed record ExplanationView(long PersonId, bool Member, DateTimeOffset AsOf, Explanation? Why, long? Instead);

    public sealed record CatalogueView(IReadOnlyList<ScopeView> Scopes);

    public sealed record ScopeView(string Name, IReadOnlyList<FieldView> Fields, IReadOnlyList<CollectionView> Collections, string? OpenFields, FieldType? OpenFieldsType);

    public sealed record FieldView(string Name, FieldType Type);

    public sealed record CollectionView(string Name, string Of, bool Timed);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var audiences = v1.MapGroup("/audiences").WithTags("Audiences").RequireScope(Scopes.AudiencesRead);
        audiences.MapGet("", List).WithSummary("The audiences in force, with how many are in them.").Produces<AudienceList>();
        audiences.MapGet("/catalogue", Words).WithSummary("Everything that a condition may name.").Produces<CatalogueView>();
        audiences.MapGet("/{name}/persons", Persons).RequireScope(Scopes.PersonsRead).WithSummary("Who is in an audience, by number.").Produces<Page<AudiencePerson>>();
        audiences.MapGet("/{name}/persons/export.csv", Export).RequireScope(Scopes.PersonsRead).WithSummary("Who is in an audience, as a file for a spreadsheet.").ProducesCsv();
        audiences.MapGet("/{name}/persons/{personId:long}", ExplainOf).RequireScope(Scopes.PersonsRead)
            .WithSummary("Whether a person is in an audience, and why.").Produces<ExplanationView>();
        audiences.MapPost("/preview", Preview).RequireScope(Scopes.PersonsRead).WithSummary("Whom a definition would choose: count, reach and samples. Changes nothing.").Produces<PreviewView>();
        audiences.MapPost("/explanations", ExplainDraft).RequireScope(Scopes.PersonsRead).WithSummary("Whether a definition would choose a person, and why. Changes nothing.").Produces<ExplanationView>();
    }

    private static async Task<IResult> List(LiveAudiences live, CancellationToken cancel)
    {
        var items = new List<AudienceView>();
        foreach (var audience in await live.All(cancel))
        {
            var count = await live.Count(audience, cancel);
            items.Add(new AudienceView(audience.Name, audience.Title, audience.Version, count.Persons, count.AsOf, ConditionText.Write(audience.Definition.Condition), audience.Body));
        }
        return Results.Ok(new AudienceList(items, null));
    }

    private static IResult Words() => Results.Ok(new CatalogueView([.. new[] { Catalogue.Person, Catalogue.Order, Catalogue.Line, Catalogue.Refund, Catalogue.Interaction }
        .Select(s => new ScopeView(s.Name, [.. s.Fields.Select(f => new FieldView(f.Name, f.Type))], [.. s.Collections.Select(c => new CollectionView(c.Name, c.Of.Name, c.Timed))], s.OpenFields?.Name, s.OpenFields?.Type))]));

    private static async Task<IResult> Persons(
        string name, string? cursor, int? limit, HttpContext context, LiveAudiences live, AudienceQueries queries, AudienceLines lines, CancellationToken cancel)
    {
        if (await live.Find(name, cancel) is not { } audience) return NoSuchAudience(name);
        var asked = await queries.Ask(audience.Definition, cancel);
        var found = await queries.Page(audience.Definition, asked, Cursor.Read<long>(cursor, 1)?[0] ?? 0, Cursor.Limit(limit), cancel);
        var shown = await lines.Of(found.Persons, asked.Program, context.MayReveal(), cancel);
        return Results.Ok(new Page<AudiencePerson>(shown, found.Next is { } next ? Cursor.Of(next) : null));
    }

    private static async Task<IResult> Export(
        string name, string? lang, HttpContext context, LiveAudiences live, AudienceExport export, CsvExports exports, CancellationToken cancel) =>
        await live.Find(name, cancel) is { } audience
            ? exports.Of(AudienceExport.Table, $"audience/{name}@{audience.Version}", new { }, lang, export.Pages(audience.Definition, context.MayReveal(), cancel))
            : NoSuchAudience(name);

    private static async Task<IResult> Preview(PreviewBody body, HttpContext context, DefinitionStore definitions, AudienceQueries queries, AudienceLines lines, CancellationToken cancel)
    {
        var definition = await Read(body.Definition, definitions, cancel);
        var asked = await queries.Ask(definition, cancel);
        var sample = await queries.Sample(definition, asked, SampleSize, cancel);
        return Results.Ok(new PreviewView(
            await queries.Count(definition, asked, cancel), DateTimeOffset.FromUnixTimeMilliseconds(asked.AtMs), await queries.Reachable(definition, asked, cancel),
            await lines.Of(sample, asked.Program, context.MayReveal(), cancel), ConditionJson.Write(definition.Condition), ConditionText.Write(definition.Condition)));
    }

    private static async Task<IResult> ExplainOf(
        string name, long personId, LiveAudiences live, AudienceQueries queries, PersonFacts facts, IPersonDirectory persons, CancellationToken cancel) =>
        await live.Find(name, cancel) is { } audience ? await Why(audience.Definition, personId, queries, facts, persons, cancel) : NoSuchAudience(name);

    private static async Task<IResult> ExplainDraft(
        ExplanationBody body, DefinitionStore definitions, AudienceQueries queries, PersonFacts facts, IPersonDirectory persons, CancellationToken cancel) =>
        await Why(await Read(body.Definition, definitions, cancel), body.PersonId, queries, facts, persons, cancel);

    private static async Task<IResult> Why(
        AudienceDefinition definition, long personId, AudienceQueries queries, PersonFacts facts, IPersonDirectory persons, CancellationToken cancel)
    {
        if (await persons.Current(personId, cancel) is not { } current) return Problem.NotFound("no_such_person", $"There is no person {personId}.");
        var asked = await queries.Ask(definition, cancel);
        var known = await facts.Of(current, asked, cancel);
        var why = known is null ? null : Evaluator.Explain(definition.Condition, known, Catalogue.Person, asked);
        var chosen = why is { Holds: true } && definition.IsOnePerHousehold ? await OneOf(known!, current, definition, asked, queries, facts, cancel) : current;
        return Results.Ok(new ExplanationView(current, why is { Holds: true } && chosen == current, DateTimeOffset.FromUnixTimeMilliseconds(asked.AtMs), why, chosen == current ? null : chosen));
    }

    private static async Task<long> OneOf(Facts known, long person, AudienceDefinition definition, Asked asked, AudienceQueries queries, PersonFacts facts, CancellationToken cancel)
    {
        if (known.Number("household.id") is not (not 0 and var household)) return person;
        List<OnePerHousehold.Candidate> candidates = [OnePerHousehold.Candidate.Of(person, known)];
        foreach (var other in (await queries.Household(household, cancel)).Where(p => p != person))
            if (await facts.Of(other, asked, cancel) is { } theirs && Evaluator.Holds(definition.Condition, theirs, Catalogue.Person, asked)) candidates.Add(OnePerHousehold.Candidate.Of(other, theirs));
        return OnePerHousehold.Choose(candidates.Select(c => c with { HouseholdId = household })).Single();
    }

    private static async Task<AudienceDefinition> Read(JsonNode? body, DefinitionStore definitions, CancellationToken cancel)
    {
        var problems = AudienceDefinition.TryRead(body, out var definition);
        if (definition is not null) problems = await definitions.Problems("audience", body!, cancel: cancel);
        if (problems.Count == 0) return definition!;
        throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "definition_invalid", problems[0].Detail,
            new Dictionary<string, object?> { ["problems"] = problems });
    }

    private static IResult NoSuchAudience(string name) => Problem.NotFound("no_such_audience", $"There is no audience '{name}' in force. GET /v1/audiences lists them.");
}
