using System.Text.Json;
using Danke.Engines.Identity;
using Danke.Engines.Identity.Attributes;
using Danke.Persons.Linking;
using Danke.Platform.Access;

namespace Danke.Persons.Attributes;

/// <summary>A person's profile as a function of statements and pins: what searches, lists and Insight read is written from it.</summary>
internal static class Profiles
{
    /// <summary>What each attribute is and why; attributes of which anything was said, by name.</summary>
    public static SortedDictionary<string, Survivor> Decide(AttributeRules rules, IEnumerable<StatementRow> statements, IEnumerable<PinRow> pins, Vault vault)
    {
        var said = statements.ToLookup(s => s.Key.Attribute, s => s.Open(vault));
        var pinned = pins.ToLookup(p => p.Attribute, p => p.Open(vault));
        var decided = new SortedDictionary<string, Survivor>(StringComparer.Ordinal);
        foreach (var attribute in said.Select(s => s.Key).Concat(pinned.Select(p => p.Key)).Distinct())
            decided[attribute] = Survivorship.Decide(rules[attribute], said[attribute], [.. pinned[attribute]]);
        return decided;
    }

    /// <summary>Writes what survives into the person. True when something is other than before.</summary>
    public static bool Put(PersonRow person, IReadOnlyDictionary<string, Survivor> decided, Vault vault)
    {
        var before = Written(person);
        string? Value(string attribute) => decided.GetValueOrDefault(attribute)?.Value;
        var name = Value("name");
        person.NameCipher = name is null ? null : vault.Seal(name);
        person.NameKey = PersonName.Normalise(name) is { } normal ? NameKey(vault, normal) : null;
        person.Gender = Value("gender");
        person.Birthday = Value("birthday");
        person.Province = Value("province");
        person.City = Value("city");
        person.Language = Value("language");
        person.Attributes = Further(decided);
        person.ProfileAtMs = decided.Values.Select(s => s.SaidMs).DefaultIfEmpty().Max();
        return before != Written(person);
    }

    private static (string, string, string?, string?, string?, string?, string?, string, long) Written(PersonRow p) =>
        (Convert.ToHexString(p.NameCipher ?? []), Convert.ToHexString(p.NameKey ?? []), p.Gender, p.Birthday, p.Province, p.City, p.Language, p.Attributes, p.ProfileAtMs);

    private static string Further(IReadOnlyDictionary<string, Survivor> decided) => JsonSerializer.Serialize(new SortedDictionary<string, string>(
        decided.Where(a => a.Value.Value is not null && a.Key.StartsWith(AttributeNames.Further, StringComparison.Ordinal)).ToDictionary(a => a.Key[AttributeNames.Further.Length..], a => a.Value.Value!),
        StringComparer.Ordinal));

    public static byte[] NameKey(Vault vault, string normalisedName) => BitConverter.GetBytes(vault.Key("name", "", normalisedName));
}
