using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity.Attributes;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Door;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Attributes;

/// <summary>Where a person's attributes come from, and what somebody decides of them by hand.</summary>
internal static class AttributeEndpoints
{
    private const int LongestReason = 500;

    /// <param name="Value">What the attribute is, whatever sources say; neither empty nor masked.</param>
    /// <param name="Reason">Kept with the pin, and in the audit log.</param>
    public sealed record PinBody(string Value, string Reason);

    public static void Map(RouteGroupBuilder persons)
    {
        persons.MapGet("/{id:long}/attributes", Read).RequireScope(Scopes.PersonsRead).WithSummary("What each attribute is, why, and all that was said of it.").Produces<AttributesView>();
        persons.MapPut("/{id:long}/attributes/{name}/pin", Pin).RequireScope(Scopes.PersonsWrite).WithSummary("Decides by hand what an attribute is: it holds whatever sources say, until it is unpinned.").Produces<AttributesView>();
        persons.MapDelete("/{id:long}/attributes/{name}/pin", Unpin).RequireScope(Scopes.PersonsWrite).WithSummary("Lets the rule decide the attribute again.").Produces<AttributesView>();
    }

    private static async Task<IResult> Read(long id, HttpContext context, IPersonDirectory directory, AttributeReader reader, CancellationToken cancel) =>
        await directory.Current(id, cancel) is { } current ? Results.Ok(await reader.Of(current, context.MayReveal(), cancel)) : PersonEndpoint.NoSuchPerson(id);

    private static async Task<IResult> Pin(
        long id, string name, PinBody body, HttpContext context, IPersonDirectory directory, AttributeReader reader, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is null) return PersonEndpoint.NoSuchPerson(id);
        if (!AttributeNames.IsName(name)) return NoSuchAttribute(name);
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > LongestReason || body.Reason.Any(char.IsControl))
            return Problem.Unacceptable("field_invalid", $"$.reason: Say why, in 1 to {LongestReason} characters.");
        if (Readable(context, id, name, body.Value, commands, out var problem) is not { } value) return problem!;
        var pin = new PinAttribute(name, value, context.Caller().Actor, body.Reason);
        return await Submit(id, commands.Make(context, id, pin, $"{name}\0{value}\0{body.Reason}"), "person.attribute_pinned", new { Attribute = name, body.Reason }, context, directory, reader, commands, cancel);
    }

    // What can be pinned is what an event can say.
    private static string? Readable(HttpContext context, long id, string name, string? value, DirectCommands commands, out IResult? problem)
    {
        var profile = name.StartsWith(AttributeNames.Further, StringComparison.Ordinal)
            ? new JsonObject { ["attributes"] = new JsonObject { [name[AttributeNames.Further.Length..]] = value } } : new JsonObject { [name] = value };
        var reading = commands.Read(context, id, "member.updated", JsonSerializer.SerializeToElement(profile), part: "profile");
        problem = reading.Problem;
        if (reading.Command is not { Body: MemberUpdated }) return null;
        if (value is not null && AttributeValue.Normalise(value) is not null) return AttributeValue.Clean(value);
        problem = Problem.Unacceptable("field_invalid", "$.value: Give the value as it is, neither empty nor masked.");
        return null;
    }

    private static async Task<IResult> Unpin(
        long id, string name, HttpContext context, IPersonDirectory directory, AttributeReader reader, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is null) return PersonEndpoint.NoSuchPerson(id);
        if (!AttributeNames.IsName(name)) return NoSuchAttribute(name);
        var unpin = new UnpinAttribute(name, context.Caller().Actor);
        return await Submit(id, commands.Make(context, id, unpin, name), "person.attribute_unpinned", new { Attribute = name }, context, directory, reader, commands, cancel);
    }

    private static async Task<IResult> Submit(
        long id, DirectCommands.Reading reading, string action, object detail, HttpContext context, IPersonDirectory directory, AttributeReader reader, DirectCommands commands, CancellationToken cancel)
    {
        if (reading.Command is not { } command) return reading.Problem!;
        return await commands.Submit(context, command, action, detail) ?? Results.Ok(await reader.Of(await directory.Current(id, cancel) ?? id, context.MayReveal(), cancel));
    }

    private static IResult NoSuchAttribute(string name) =>
        Problem.NotFound("no_such_attribute", $"'{name}' is no attribute: {string.Join(", ", AttributeNames.OfEverybody)}, or {AttributeNames.Further}NAME.");
}
