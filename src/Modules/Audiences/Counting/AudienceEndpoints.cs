using System.Text.Json.Nodes;
using Danke.Audiences.Defining;
using Danke.Engines.Audiences;
using Danke.Platform.Access;
using Danke.Platform.Definitions;
using Danke.Platform.Paging;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Audiences.Counting;

/// <param name="Text">The condition in words.</param>
internal sealed record AudienceLine(string Name, string Title, long Version, long Count, DateTimeOffset AsOf, string Text, JsonNode Definition);

/// <param name="Sample">Up to 20 of them.</param>
internal sealed record AudiencePreview(long Count, DateTimeOffset AsOf, string Text, IReadOnlyList<AudiencePerson> Sample);

internal sealed record PreviewRequest(JsonNode? Definition);

internal sealed record AudienceMembership(long PersonId, bool IsIn, DateTimeOffset AsOf, string Text);

internal static class AudienceEndpoints
{
    private const int SampleSize = 20;

    public static void Map(IEndpointRouteBuilder v1)
    {
        var audiences = v1.MapGroup("/audiences").WithTags("Audiences");
        audiences.MapGet("", List).RequireScope(Scopes.AudiencesRead).WithSummary("Audiences in force, each with how many are in it now.").Produces<Page<AudienceLine>>();
        audiences.MapGet("/{name}/persons", Persons).RequireScope(Scopes.AudiencesRead).WithSummary("Who is in an audience now.").Produces<Page<AudiencePerson>>();
        audiences.MapGet("/{name}/persons/{id:long}", Membership).RequireScope(Scopes.AudiencesRead).WithSummary("Whether a person is in an audience now.").Produces<AudienceMembership>();
        audiences.MapPost("/preview", Preview).RequireScope(Scopes.AudiencesRead).WithSummary("How many a definition would hold, and some of them; nothing is kept.").Produces<AudiencePreview>();
    }

    private static async Task<IResult> List(DefinitionStore definitions, AudienceCounter counter, TimeProvider clock, CancellationToken cancel)
    {
        var lines = new List<AudienceLine>();
        foreach (var live in await definitions.AllLive("audience", cancel))
        {
            var audience = AudienceDefinition.Read(live.Body);
            lines.Add(new AudienceLine(live.Name, live.Title, live.Version, await counter.Count(audience, cancel), clock.GetUtcNow(), ConditionText.Write(audience.Condition), live.Body));
        }
        return Results.Ok(new Page<AudienceLine>(lines, null));
    }

    private static async Task<IResult> Persons(
        string name, string? cursor, int? limit, HttpContext context, DefinitionStore definitions, AudienceCounter counter, CancellationToken cancel)
    {
        if (await Find(name, definitions, cancel) is not { } audience) return Unknown(name);
        var after = Cursor.Read<long>(cursor, 1)?[0] ?? 0;
        var persons = await counter.Persons(audience, after, Cursor.Limit(limit) + 1, cancel);
        var page = Page<long>.Of(persons, Cursor.Limit(limit), person => [person]);
        return Results.Ok(new Page<AudiencePerson>(await counter.Lines(page.Items, audience.Program, context.MayReveal(), cancel), page.Next));
    }

    private static async Task<IResult> Membership(string name, long id, DefinitionStore definitions, AudienceCounter counter, TimeProvider clock, CancellationToken cancel) =>
        await Find(name, definitions, cancel) is not { } audience ? Unknown(name)
        : Results.Ok(new AudienceMembership(id, await counter.Contains(audience, id, cancel), clock.GetUtcNow(), ConditionText.Write(audience.Condition)));

    private static async Task<IResult> Preview(PreviewRequest request, HttpContext context, AudienceCounter counter, TimeProvider clock, CancellationToken cancel)
    {
        AudienceDefinition audience;
        try
        {
            audience = AudienceDefinition.Read(request.Definition);
        }
        catch (ConditionException error)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "definition_invalid", string.Join(" ", error.Problems.Select(p => $"{p.Path}: {p.Detail}")),
                new Dictionary<string, object?> { ["problems"] = error.Problems });
        }
        var count = await counter.Count(audience, cancel);
        var sample = await counter.Lines(await counter.Persons(audience, 0, SampleSize, cancel), audience.Program, context.MayReveal(), cancel);
        return Results.Ok(new AudiencePreview(count, clock.GetUtcNow(), ConditionText.Write(audience.Condition), sample));
    }

    private static async Task<AudienceDefinition?> Find(string name, DefinitionStore definitions, CancellationToken cancel) =>
        await definitions.Live("audience", name, cancel) is { } live ? AudienceDefinition.Read(live.Body) : null;

    private static IResult Unknown(string name) => Problem.NotFound("audience_unknown", $"No audience '{name}' is in force.");
}
