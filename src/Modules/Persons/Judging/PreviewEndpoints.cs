using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Judging;

/// <summary>What a merge or a split would change, before anybody decides.</summary>
internal static class PreviewEndpoints
{
    public sealed record MergePreviewBody(long Other);

    public sealed record SplitPreviewBody(IReadOnlyList<string> Identifiers);

    public static void Map(RouteGroupBuilder persons)
    {
        persons.MapPost("/{id:long}/merge/preview", Merge).RequireScope(Scopes.PersonsWrite).WithSummary("What a merge would change. Changes nothing.").Produces<PreviewView>();
        persons.MapPost("/{id:long}/split/preview", Split).RequireScope(Scopes.PersonsWrite).WithSummary("What a split would change. Changes nothing.").Produces<PreviewView>();
    }

    private static async Task<IResult> Merge(
        long id, MergePreviewBody body, HttpContext context, IPersonDirectory directory, Foresight foresight, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);
        if (await directory.Current(body.Other, cancel) is not { } other) return PersonEndpoint.NoSuchPerson(body.Other);
        return await Answer(new UnitePersons(other, "", ""), [current, other], context, foresight, clock, cancel);
    }

    private static async Task<IResult> Split(
        long id, SplitPreviewBody body, HttpContext context, IPersonDirectory directory, Foresight foresight, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);
        if (DecisionEndpoints.KeysOf(body.Identifiers) is not { } keys) return DecisionEndpoints.BadIdentifiers();
        return await Answer(new DividePerson(keys, "", ""), [current], context, foresight, clock, cancel);
    }

    private static async Task<IResult> Answer(CommandBody body, IReadOnlyList<long> persons, HttpContext context, Foresight foresight, TimeProvider clock, CancellationToken cancel)
    {
        var (view, refusal) = await foresight.Play(body, persons, clock.GetUtcNow().ToUnixTimeMilliseconds(), context.MayReveal(), cancel);
        return view is not null ? Results.Ok(view)
            : Problem.Of(refusal!.Code == "already_one_person" ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity, refusal.Code, refusal.Detail);
    }
}
