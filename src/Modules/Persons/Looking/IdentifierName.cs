using System.Globalization;
using Danke.Contracts.Commands;
using Danke.Persons.Scenarios;

namespace Danke.Persons.Looking;

/// <summary>What an identifier is called where its value must not be said: its key, 16 lower-case hex digits.</summary>
internal static class IdentifierName
{
    public static string Of(long key) => key.ToString("x16", CultureInfo.InvariantCulture);

    public static long? KeyOf(string name) =>
        name.Length == 16 && long.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key) && key > 0 ? key : null;

    /// <summary>A name as above, or <c>namespace@scope:value</c> (<c>namespace:value</c> where there is no scope); null when it is neither.</summary>
    public static long? KeyOf(string text, PersonLookup lookup)
    {
        if (KeyOf(text) is { } key) return key;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return null;
        var place = text[..colon].Split('@', 2);
        return lookup.KeyOf(new Identifier(place[0], place.Length == 2 ? place[1] : "", text[(colon + 1)..]));
    }
}
