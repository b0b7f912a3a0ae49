using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Looking;

/// <summary>
/// <c>GET /v1/persons/{id}/household</c>: who shares a phone or an address with a person and is somebody else. Read off the links each time: it follows
/// every merge, split and change of rules, in whatever order events came.
/// </summary>
internal static class HouseholdEndpoint
{
    /// <param name="Members">The others, by their numbers.</param>
    public sealed record HouseholdView(long PersonId, IReadOnlyList<HouseholdMember> Members);

    /// <param name="Name">Masked for callers who may not see names; null when not known.</param>
    /// <param name="Shares">By what they hang together.</param>
    public sealed record HouseholdMember(long PersonId, string? Name, IReadOnlyList<SharedPoint> Shares);

    /// <param name="OwnedBy">Whose it is; 0: nobody's.</param>
    public sealed record SharedPoint(string Id, string Namespace, string Value, long OwnedBy);

    public static void Map(RouteGroupBuilder persons) =>
        persons.MapGet("/{id:long}/household", Read).RequireScope(Scopes.PersonsRead).WithSummary("Who shares a phone or an address with the person.").Produces<HouseholdView>();

    private static async Task<IResult> Read(
        long id, HttpContext context, BooksStore books, Vault vault, IdentityRules rules, IPersonDirectory directory, Candidates candidates, IEnumerable<IPersonFacet<PersonLabel>> names, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);
        var reveal = context.MayReveal();
        var own = await books.Read(IdentifierRow.Select + " where person_id = @person", IdentifierRow.Reader(rules), [("person", current)], cancel);
        var shared = (await PersonEndpoint.Contested(own, books, rules, vault, candidates, reveal, cancel)).Select(p => (Point: p, Sharing: Sharing(p))).Where(p => p.Sharing.Count <= Households.Most).ToList();
        var members = shared.SelectMany(p => p.Sharing).Where(p => p != current).Distinct().Order().ToList();
        var known = await names.Shown(members, reveal, cancel);
        return Results.Ok(new HouseholdView(current, [.. members.Select(m => new HouseholdMember(m, known.GetValueOrDefault(m),
            [.. shared.Where(p => p.Sharing.Contains(m)).Select(p => new SharedPoint(p.Point.Id, p.Point.Namespace, p.Point.Value, p.Point.PersonId))]))]));
    }

    private static HashSet<long> Sharing(PersonEndpoint.ContestedView point) => [.. point.Candidates, .. point.PersonId == 0 ? Array.Empty<long>() : [point.PersonId]];
}
