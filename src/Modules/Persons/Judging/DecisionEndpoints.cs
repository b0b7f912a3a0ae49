using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Judging;

/// <summary>Somebody says who is one person and who is not: merges, splits, and taking either back.</summary>
internal static class DecisionEndpoints
{
    private const int LongestReason = 500;

    /// <param name="Other">The other person's number, a former one too.</param>
    /// <param name="Reason">Kept with the decision, and in the audit log.</param>
    public sealed record MergeBody(long Other, string Reason);

    /// <param name="Identifiers">Those that are somebody else's, by the ids that the person's page and the links give. At least one must stay.</param>
    /// <param name="Reason">Kept with the decision, and in the audit log.</param>
    public sealed record SplitBody(IReadOnlyList<string> Identifiers, string Reason);

    /// <param name="PersonId">Where the number in the address leads now.</param>
    /// <param name="Persons">Whose the identifiers that were decided about are now.</param>
    public sealed record DecidedView(long PersonId, DecisionView? Decision, IReadOnlyList<long> Persons);

    public sealed record DecisionList(IReadOnlyList<DecisionView> Items, string? Next = null);

    public static void Map(RouteGroupBuilder persons)
    {
        persons.MapPost("/{id:long}/merge", Merge).RequireScope(Scopes.PersonsWrite)
            .WithSummary("Decides that two persons are one, whatever the rules say. With an Idempotency-Key header a request sent twice counts once.").Produces<DecidedView>();
        persons.MapPost("/{id:long}/split", Split).RequireScope(Scopes.PersonsWrite)
            .WithSummary("Decides that some of a person's identifiers are somebody else's. With an Idempotency-Key header a request sent twice counts once.").Produces<DecidedView>();
        persons.MapGet("/{id:long}/decisions", List).RequireScope(Scopes.PersonsRead).WithSummary("What was decided about the person's identifiers, newest first; what was taken back too.").Produces<DecisionList>();
        persons.MapDelete("/{id:long}/decisions/{decision:long}", Revoke).RequireScope(Scopes.PersonsWrite).WithSummary("Takes a decision back: the links alone say again who is who.").Produces<DecidedView>();
    }

    private static async Task<IResult> Merge(long id, MergeBody body, HttpContext context, IPersonDirectory directory, DecisionBook decisions, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is null) return PersonEndpoint.NoSuchPerson(id);
        if (await directory.Current(body.Other, cancel) is null) return PersonEndpoint.NoSuchPerson(body.Other);
        if (ReasonProblem(body.Reason) is { } problem) return problem;
        var unite = new UnitePersons(body.Other, context.Caller().Actor, body.Reason);
        return await Submit(id, commands.Make(context, id, unite, $"{body.Other}\0{body.Reason}"), "person.merged", new { body.Other, body.Reason }, context, directory, decisions, commands, cancel);
    }

    private static async Task<IResult> Split(long id, SplitBody body, HttpContext context, IPersonDirectory directory, DecisionBook decisions, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is null) return PersonEndpoint.NoSuchPerson(id);
        if (ReasonProblem(body.Reason) is { } problem) return problem;
        if (KeysOf(body.Identifiers) is not { } keys) return BadIdentifiers();
        var divide = new DividePerson(keys, context.Caller().Actor, body.Reason);
        var ids = keys.Select(IdentifierName.Of).ToList();
        return await Submit(id, commands.Make(context, id, divide, $"{string.Join(',', ids)}\0{body.Reason}"), "person.split", new { Identifiers = ids, body.Reason },
            context, directory, decisions, commands, cancel);
    }

    private static async Task<IResult> Revoke(long id, long decision, HttpContext context, IPersonDirectory directory, DecisionBook decisions, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is null) return PersonEndpoint.NoSuchPerson(id);
        var reading = commands.Make(context, id, new RevokeDecision(decision, context.Caller().Actor), $"{decision}");
        return await Submit(id, reading, "person.decision_revoked", new { Decision = decision }, context, directory, decisions, commands, cancel, decision);
    }

    private static async Task<IResult> Submit(
        long id, DirectCommands.Reading reading, string action, object detail, HttpContext context, IPersonDirectory directory, DecisionBook decisions, DirectCommands commands,
        CancellationToken cancel, long? revoked = null)
    {
        if (reading.Command is not { } command) return reading.Problem!;
        if (await commands.Submit(context, command, action, detail) is { } problem) return problem;
        var decision = await decisions.Find(revoked, command.Key, context.MayReveal(), cancel);
        var persons = decision?.Identifiers.Select(i => i.PersonId).Where(p => p != 0).Distinct().Order().ToList() ?? [];
        return Results.Ok(new DecidedView(await directory.Current(id, cancel) ?? id, decision, persons));
    }

    private static async Task<IResult> List(long id, HttpContext context, IPersonDirectory directory, DecisionBook decisions, CancellationToken cancel) =>
        await directory.Current(id, cancel) is not { } current ? PersonEndpoint.NoSuchPerson(id) : Results.Ok(new DecisionList(await decisions.Of(current, context.MayReveal(), cancel)));

    /// <summary>Null when any is no identifier's id, or there is none.</summary>
    internal static ImmutableArray<long>? KeysOf(IReadOnlyList<string>? identifiers)
    {
        var keys = (identifiers ?? []).Select(i => i is null ? null : IdentifierName.KeyOf(i)).ToList();
        return keys.Count == 0 || keys.Contains(null) ? null : [.. keys.Select(k => k!.Value).Distinct().Order()];
    }

    internal static IResult BadIdentifiers() => Problem.Unacceptable("field_invalid", "$.identifiers: Give at least one identifier's id, as the person's page shows it.");

    private static IResult? ReasonProblem(string? reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason || reason.Any(char.IsControl)
        ? Problem.Unacceptable("field_invalid", $"$.reason: Say why, in 1 to {LongestReason} characters.") : null;
}
