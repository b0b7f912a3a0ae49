using System.Globalization;

namespace Danke.Platform.Access;

/// <summary>Shortens personal values so that a person can be recognised by who knows them already, and by nobody else.</summary>
internal static class Masking
{
    private const char Star = '*';

    public static string Mask(string @namespace, string value) => @namespace switch
    {
        _ when value.Length == 0 => "",
        "phone" => Phone(value),
        "email" => Email(value),
        "name" => Name(value),
        _ => Ends(value),
    };

    // The last eleven digits of a Chinese mobile number are the number; what stands before is the country.
    private static string Phone(string value)
    {
        if (value.Length < 7) return Ends(value);
        var tail = value[^4..];
        var head = value.Length >= 11 ? value[..^8] : value[..^7];
        return head + new string(Star, 4) + tail;
    }

    private static string Email(string value)
    {
        var at = value.LastIndexOf('@');
        return at <= 0 ? Ends(value) : FirstOf(value) + "***" + value[at..];
    }

    private static string Name(string value)
    {
        var letters = new StringInfo(value).LengthInTextElements;
        return FirstOf(value) + new string(Star, Math.Clamp(letters - 1, 1, 2));
    }

    private static string Ends(string value)
    {
        var letters = StringInfo.ParseCombiningCharacters(value);
        return letters.Length switch
        {
            <= 2 => new string(Star, letters.Length),
            <= 5 => FirstOf(value) + "***",
            _ => value[..letters[2]] + "***" + value[letters[^2]..],
        };
    }

    private static string FirstOf(string value) => StringInfo.GetNextTextElement(value);
}
