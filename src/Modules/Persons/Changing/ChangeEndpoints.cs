using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Door;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Changing;

/// <summary>What an operator changes of a person: the profile and consents. Through the Door, like everything that sources say.</summary>
internal static class ChangeEndpoints
{
    /// <summary>What is new; what is left out or null stays. The newest statement counts, so a later event may change it again.</summary>
    /// <param name="Gender">f, m or x.</param>
    /// <param name="Birthday"><c>1990-05-17</c>, or <c>--05-17</c> when the year is not known.</param>
    public sealed record ProfileBody(
        string? Name = null, string? Gender = null, string? Birthday = null, string? Province = null, string? City = null, string? Language = null,
        IReadOnlyDictionary<string, string>? Attributes = null);

    /// <param name="Via">sms, email, wecom, wechat, phone, push or post.</param>
    /// <param name="Purpose">marketing, service, profiling, …</param>
    /// <param name="Point">The number or address; left out: all of the kind.</param>
    /// <param name="Evidence">How it is known: a form, a call.</param>
    public sealed record ConsentBody(string Via, string Purpose, bool Granted, string? Point = null, string? Evidence = null);

    public sealed record ChangedView(long PersonId);

    public sealed record ConsentsView(long PersonId, IReadOnlyList<ConsentView> Consents);

    public static void Map(RouteGroupBuilder persons)
    {
        persons.MapPatch("/{id:long}", ChangeProfile).RequireScope(Scopes.PersonsWrite).WithSummary("Changes the profile.")
            .Accepts<ProfileBody>("application/json").Produces<ChangedView>();
        persons.MapPost("/{id:long}/consents", ChangeConsent).RequireScope(Scopes.PersonsWrite).WithSummary("Records a consent, or its withdrawal.")
            .Accepts<ConsentBody>("application/json").Produces<ConsentsView>();
    }

    private static async Task<IResult> ChangeProfile(long id, JsonElement body, HttpContext context, IPersonDirectory directory, DirectCommands commands, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);
        var reading = commands.Read(context, current, "member.updated", body, part: "profile");
        if (reading.Command is not { Body: MemberUpdated updated } command) return reading.Problem!;
        return await commands.Submit(context, command, "person.profile_changed", new { fields = FieldsOf(updated.Profile) }) ?? Results.Ok(new ChangedView(current));
    }

    private static List<string> FieldsOf(Profile p) =>
    [
        .. new[] { ("name", p.Name), ("gender", p.Gender), ("birthday", p.Birthday), ("province", p.Province), ("city", p.City), ("language", p.Language) }
            .Where(f => f.Item2 is not null).Select(f => f.Item1),
        .. p.Attributes.Count > 0 ? ["attributes"] : Array.Empty<string>(),
    ];

    private static async Task<IResult> ChangeConsent(
        long id, JsonElement body, HttpContext context, IPersonDirectory directory, DirectCommands commands, Consents consents, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return PersonEndpoint.NoSuchPerson(id);
        var reading = commands.Read(context, current, "consent.changed", body);
        if (reading.Command is not { Body: ConsentChanged consent } command) return reading.Problem!;
        return await commands.Submit(context, command, "person.consent_changed", new { consent.Via, consent.Purpose, consent.Granted })
            ?? Results.Ok(new ConsentsView(current, await consents.Of(current, context.MayReveal(), cancel)));
    }
}
