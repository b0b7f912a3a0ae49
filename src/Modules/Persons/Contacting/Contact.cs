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

    private static ImmutableArray<ContactPoint> PointsOf(PersonRow person, LoadedPersons loaded, Vault vault) =>
    [
        .. from row in loaded.IdentifiersOf(person.PersonId)
           let via = row.Namespace switch { "phone" => ContactChannel.Sms, "email" => (ContactChannel?)ContactChannel.Email, _ => null }
           where via is not null
           orderby row.Verified descending, row.LastSeenMs descending, row.Key
           select new ContactPoint(via.Value, row.Key, vault.Open(row.ValueCipher), row.Verified, row.LastSeenMs),
    ];
}
