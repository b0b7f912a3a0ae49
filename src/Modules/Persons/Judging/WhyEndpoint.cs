using Danke.Persons.Looking;
using Danke.Persons.Scenarios;
using Danke.Platform.Access;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Judging;

/// <summary><c>GET /v1/identity/why?a=…&amp;b=…</c></summary>
internal static class WhyEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/identity/why", Answer).RequireScope(Scopes.PersonsRead).WithTags("Persons")
        .WithSummary("Why two identifiers - ids, or namespace@scope:value - are one person's or not.").Produces<WhyView>();

    private static async Task<IResult> Answer(string a, string b, HttpContext context, Why why, PersonLookup lookup, CancellationToken cancel)
    {
        if (IdentifierName.KeyOf(a, lookup) is not { } first) return Unreadable("a");
        if (IdentifierName.KeyOf(b, lookup) is not { } second) return Unreadable("b");
        return await why.Of(first, second, context.MayReveal(), cancel) is { } view ? Results.Ok(view)
            : Problem.NotFound("no_such_identifier", "One of the two was never seen.");
    }

    private static IResult Unreadable(string name) =>
        Problem.Invalid("identifier_invalid", $"'{name}' names no identifier. Give an id, or namespace@scope:value with a value that can identify somebody.");
}
