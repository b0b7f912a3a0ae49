using System.Text.Json.Nodes;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Rebuilding;

/// <summary><c>POST /v1/identity/rebuilds</c>: everybody anew from all links, or first what that would change.</summary>
internal static class RebuildEndpoint
{
    /// <param name="DryRun">Only say what would change.</param>
    /// <param name="Rules">Other rules to try, as a definition's body; only with <paramref name="DryRun"/>.</param>
    public sealed record RebuildBody(bool DryRun = true, JsonNode? Rules = null);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/identity/rebuilds", Rebuild).RequireScope(Scopes.DefinitionsWrite).WithTags("Identity")
            .WithSummary("Resolves all persons anew by the rules in force, or says what would change.").Accepts<RebuildBody>("application/json").Produces<RebuildReport>();

    private static async Task<IResult> Rebuild(RebuildBody body, HttpContext context, IdentityRebuilder rebuilder, Audit audit, CancellationToken cancel)
    {
        IdentityRules? rules = null;
        if (body.Rules is not null && !body.DryRun)
            return Problem.Invalid("rules_only_tried", "Rules in the request can only be tried (dry_run: true). Publish them as definition identity/default, then rebuild without.");
        if (body.Rules is not null && IdentityDocument.TryRead(body.Rules, out rules) is [var first, ..]) return Problem.Invalid("rules_invalid", $"{first.Path}: {first.Message}");
        var report = await rebuilder.Run(body.DryRun, rules, cancel);
        if (!body.DryRun) await audit.Record(context.Caller(), "identity.rebuilt", "identity", after: new { report.RulesVersion, report.Affected, report.Merged, report.Divided, report.Born, report.ProfilesChanged });
        return Results.Ok(report);
    }
}
