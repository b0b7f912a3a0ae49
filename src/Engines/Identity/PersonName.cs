using System.Text;

namespace Danke.Engines.Identity;

/// <summary>Names as people type them: compared without blanks and case; masked and empty ones are no names.</summary>
public static class PersonName
{
    /// <summary>The comparable form; null when the text is no name.</summary>
    public static string? Normalise(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || IdentifierValue.IsMasked(name)) return null;
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
            if (!char.IsWhiteSpace(c)) text.Append(char.ToLowerInvariant(c));
        return text.ToString();
    }
}
