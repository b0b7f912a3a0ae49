using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Platform.Access;

namespace Danke.Persons.Linking;

/// <summary>Which statement of a person's profile counts: the newest; older ones only fill what is empty. Masked and empty never count.</summary>
internal static class Survivorship
{
    /// <summary>True when something changed.</summary>
    public static bool Apply(PersonRow person, Profile profile, long atMs, Vault vault)
    {
        var newer = atMs >= person.ProfileAtMs;
        var before = (person.NameCipher, person.Gender, person.Birthday, person.Province, person.City, person.Language, person.Attributes, person.ProfileAtMs);
        if (PersonName.Normalise(profile.Name) is { } name && (newer || person.NameCipher is null))
        {
            person.NameCipher = vault.Seal(profile.Name!.Trim());
            person.NameKey = NameKey(vault, name);
        }
        person.Gender = Pick(person.Gender, profile.Gender, newer);
        person.Birthday = Pick(person.Birthday, profile.Birthday, newer);
        person.Province = Pick(person.Province, profile.Province, newer);
        person.City = Pick(person.City, profile.City, newer);
        person.Language = Pick(person.Language, profile.Language, newer);
        if (profile.Attributes.Count > 0) person.Attributes = Merge(person.Attributes, profile.Attributes, newer);
        if (newer) person.ProfileAtMs = atMs;
        return before != (person.NameCipher, person.Gender, person.Birthday, person.Province, person.City, person.Language, person.Attributes, person.ProfileAtMs);
    }

    /// <summary>What the survivor does not have, or has older, it takes from the one absorbed.</summary>
    public static void Unite(PersonRow person, PersonRow absorbed)
    {
        var newer = absorbed.ProfileAtMs > person.ProfileAtMs;
        if (absorbed.NameCipher is not null && (newer || person.NameCipher is null))
            (person.NameCipher, person.NameKey) = (absorbed.NameCipher, absorbed.NameKey);
        person.Gender = Pick(person.Gender, absorbed.Gender, newer);
        person.Birthday = Pick(person.Birthday, absorbed.Birthday, newer);
        person.Province = Pick(person.Province, absorbed.Province, newer);
        person.City = Pick(person.City, absorbed.City, newer);
        person.Language = Pick(person.Language, absorbed.Language, newer);
        person.Attributes = Merge(person.Attributes, Read(absorbed.Attributes), newer);
        person.ProfileAtMs = Math.Max(person.ProfileAtMs, absorbed.ProfileAtMs);
        if (absorbed.FirstSeenMs < person.FirstSeenMs) (person.FirstSeenMs, person.FirstChannel) = (absorbed.FirstSeenMs, absorbed.FirstChannel);
        person.LastSeenMs = Math.Max(person.LastSeenMs, absorbed.LastSeenMs);
    }

    public static byte[] NameKey(Vault vault, string normalisedName) => BitConverter.GetBytes(vault.Key("name", "", normalisedName));

    private static string? Pick(string? known, string? said, bool newer) =>
        string.IsNullOrWhiteSpace(said) || IdentifierValue.IsMasked(said) ? known : newer || known is null ? said : known;

    private static SortedDictionary<string, string> Read(string json) => JsonSerializer.Deserialize<SortedDictionary<string, string>>(json)!;

    private static string Merge(string json, IEnumerable<KeyValuePair<string, string>> said, bool newer)
    {
        var attributes = new SortedDictionary<string, string>(Read(json), StringComparer.Ordinal);
        foreach (var (name, value) in said)
            if (newer || !attributes.ContainsKey(name)) attributes[name] = value;
        return JsonSerializer.Serialize(attributes);
    }
}
