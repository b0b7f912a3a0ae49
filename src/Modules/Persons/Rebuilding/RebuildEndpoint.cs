using System.Text.Json.Nodes;
using Danke.Engines.Identity;
using Danke.Persons.Reviewing;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Jobs;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Rebuilding;

/// <summary><c>POST /v1/identity/rebuilds</c>: everybody anew from all links, or first what that would change. A job, whose detail ends with the report.</summary>
internal static class RebuildEndpoint
{
    /// <param name="DryRun">Only say what would change.</param>
    /// <param name="Rules">Other rules to try, as a definition's body; only with <paramref name="DryRun"/>.</param>
    public sealed record RebuildBody(bool DryRun = true, JsonNode? Rules = null);

    /// <summary>The rules that ship, as a definition's body: what to begin with.</summary>
    public sealed record RulesView(long Version, JsonNode Body, IReadOnlyList<string> Warnings);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/identity/rebuilds", Rebuild).RequireScope(Scopes.DefinitionsWrite).WithTags("Identity")
            .WithSummary("Resolves all persons anew by the rules in force, or says what would change: a job, in whose detail the report is.").Accepts<RebuildBody>("application/json")
            .Produces<Job>(StatusCodes.Status202Accepted);
        v1.MapGet("/identity/shipped-rules", Shipped).RequireScope(Scopes.DefinitionsRead).WithTags("Identity")
            .WithSummary("The rules that ship, in force until others are published.").Produces<RulesView>();
    }

    private static IResult Shipped() => Results.Ok(new RulesView(0, IdentityDocument.Write(IdentityRules.Default), [.. IdentityDocument.Warnings(IdentityRules.Default)]));

    private static async Task<IResult> Rebuild(RebuildBody body, HttpContext context, JobRunner jobs, BooksStore books, CancellationToken cancel)
    {
        if (body.Rules is not null && !body.DryRun)
            return Problem.Invalid("rules_only_tried", "Rules in the request can only be tried (dry_run: true). Publish them as definition identity/default, then rebuild without.");
        if (body.Rules is not null && IdentityDocument.TryRead(body.Rules, out _) is [var first, ..]) return Problem.Invalid("rules_invalid", $"{first.Path}: {first.Message}");
        if (!body.DryRun && await RunningJob.Of(books, RebuildJob.KindName, cancel) is { } running)
            return Problem.Conflict("already_running", $"Job {running} resolves everybody already.");
        var job = await jobs.Start(body.DryRun ? RebuildJob.TrialKindName : RebuildJob.KindName, body.DryRun ? "What identity rules would change" : "Everybody resolved anew",
            RebuildJob.DetailOf(body.Rules), context.Caller(), cancel: cancel);
        return Results.Json(job, statusCode: StatusCodes.Status202Accepted);
    }
}
