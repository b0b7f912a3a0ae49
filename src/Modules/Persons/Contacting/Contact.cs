using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Door;

namespace Danke.Persons.Contacting;

/// <summary>Tells the later stages where a command's person can be reached, what they allow and what they are called.</summary>
internal static class Contact
{
    public static void Tell(Step step, PersonRow person, LoadedPersons loaded, ConsentBook consents, Vault vault)
    {
        var touches = step.Command.Body is ITouches;
        if (!touches && step.Command.Body is not ConsentChanged && step.Person.Absorbs.Length == 0) return;
        step.Contact = new ContactSheet(touches ? PointsOf(person, loaded, vault) : [],
            [.. consents.Of(person.PersonId).Select(c => new ConsentStatement(c.Via, c.Purpose, c.PointKey, c.Granted, c.AtMs))]);
        if (!touches) return;
        if (person.NameCipher is { } name) step.Facts["person.name"] = vault.Open(name);
        if (person.Province is { } province) step.Facts["person.province"] = province;
        if (person.City is { } city) step.Facts["person.city"] = city;
    }

    // What reaches the person and is the person's comes before what only may.
    private static ImmutableArray<ContactPoint> PointsOf(PersonRow person, LoadedPersons loaded, Vault vault) =>
    [
        .. from point in loaded.IdentifiersOf(person.PersonId).Select(row => (Row: row, IsOwn: true, row.LastSeenMs))
               .Concat(loaded.ContactsBeside(person.PersonId).Select(p => (Row: p.Point, IsOwn: false, LastSeenMs: p.ClaimedMs)))
           let via = point.Row.Namespace switch { "phone" => ContactChannel.Sms, "email" => (ContactChannel?)ContactChannel.Email, _ => null }
           where via is not null
           orderby point.Row.Verified descending, point.LastSeenMs descending, point.IsOwn descending, point.Row.Key
           select new ContactPoint(via.Value, point.Row.Key, vault.Open(point.Row.ValueCipher), point.Row.Verified, point.LastSeenMs),
    ];
}
