using System.Text;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Persons;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Http;

namespace Danke.Loyalty.Points;

/// <summary>One of a member's identifiers, as tills and shops send them.</summary>
public sealed record MemberIdentifier(string Namespace, string Value, string? Scope = null);

/// <summary>Whose it is, and what it is for.</summary>
internal interface ITillRequest
{
    /// <summary>The member by number; or <see cref="Identifiers"/>, of which the first that somebody has says who.</summary>
    long? PersonId { get; }

    IReadOnlyList<MemberIdentifier>? Identifiers { get; }

    string? Reason { get; }

    /// <summary>The number of an order, in <see cref="Channel"/> and <see cref="Shop"/>.</summary>
    string? Order { get; }

    string? Channel { get; }

    string? Shop { get; }
}

/// <summary>What requests of tills and shops have in common: a member named one way or the other, a command whose instant is ours, and the ledger's own answer.</summary>
internal static class TillRequests
{
    /// <summary>What is wrong with whose and what for, as path and sentence; null when nothing is.</summary>
    public static string? Wrong(ITillRequest body) => body switch
    {
        { PersonId: null, Identifiers: null or { Count: 0 } } => "$.identifiers: Say whose: identifiers, or person_id.",
        { Reason.Length: 0 or > 500 } => "$.reason: 1 to 500 characters.",
        { Order.Length: 0 or > 100 } => "$.order: 1 to 100 characters.",
        _ when !IsText(body.Reason) => "$.reason: No control characters.",
        _ when !IsText(body.Order) || !IsText(body.Channel) || !IsText(body.Shop) => "$.order: No control characters in it, its channel and shop.",
        { Order: not null, Channel: null or "" } => "$.channel: Say on which channel the order was made.",
        _ when body.Channel?.AsSpan().ContainsAny(':', '/') == true => "$.channel: No colon or slash.",
        _ when body.Shop?.Contains('/') == true => "$.shop: Must not hold a slash.",
        { Channel.Length: > 32 } => "$.channel: At most 32 characters.",
        { Shop.Length: > 64 } => "$.shop: At most 64 characters.",
        _ => WrongWhose(body.PersonId, body.Identifiers),
    };

    /// <summary>Lines of text: nothing that databases do not keep or screens do not show.</summary>
    public static bool IsText(string? text) => text is null || !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));

    /// <summary>What is wrong with who is named, if anybody is.</summary>
    public static string? WrongWhose(long? personId, IReadOnlyList<MemberIdentifier>? identifiers) =>
        personId is not null && identifiers is { Count: > 0 } ? "$.person_id: Either person_id or identifiers, not both."
        : identifiers is { Count: > EventJsonReader.MostIdentifiers } ? $"$.identifiers: At most {EventJsonReader.MostIdentifiers}."
        : identifiers is not null && identifiers.Any(i => i is null) ? "$.identifiers: Each with a namespace and a value."
        : null;

    public static IEnumerable<Identifier> Read(IReadOnlyList<MemberIdentifier>? identifiers) => (identifiers ?? []).Select(i => new Identifier(i.Namespace, i.Scope ?? "", i.Value));

    /// <summary>Whose the first of them is that is anybody's.</summary>
    public static async Task<long?> Find(this IPersonLookup lookup, IReadOnlyList<MemberIdentifier>? identifiers, CancellationToken cancel)
    {
        foreach (var identifier in Read(identifiers))
            if (await lookup.Find(identifier, cancel) is { } found) return found;
        return null;
    }

    /// <summary>A command of the API's own. It still wants a <see cref="Command.BodyHash"/> of all that the caller said.</summary>
    public static Command Command(string id, long nowMs, long person, CommandBody body) => new()
    {
        Source = DirectCommands.Source,
        Id = id,
        AtMs = nowMs,
        Channel = DirectCommands.Source,
        PersonId = person,
        Body = body,
        Raw = Encoding.UTF8.GetBytes(new JsonObject { ["source"] = DirectCommands.Source, ["id"] = id, ["type"] = body.Type }.ToJsonString()),
    };

    /// <summary>With the hash of what the caller said; the instant is ours and no part of it.</summary>
    public static Command Saying(this Command command, string said) =>
        command with { BodyHash = unchecked((long)EventHash.XxHash64(Encoding.UTF8.GetBytes($"{command.Body.Type}\0{said}"))) };

    /// <summary>Hands it to the Door and answers as the ledger did: the same again for a repeated request.</summary>
    public static async Task<IResult> Answer(this DirectCommands commands, HttpContext context, Command command, object? detail)
    {
        var (answer, problem) = await commands.Hand(context, command, command.Body.Type, detail);
        return Said(answer, problem);
    }

    /// <summary>What the ledger answered, or the problem.</summary>
    public static IResult Said(Answer answer, IResult? problem)
    {
        if (answer.Code == "person_not_found") return Problem.Unacceptable("not_a_member", "Nobody is known by that.");
        // Null only where a request is repeated that was answered before outcomes were kept.
        return problem ?? (answer.Outcome is { } said ? Results.Text(said, "application/json", Encoding.UTF8) : Results.Ok());
    }
}
