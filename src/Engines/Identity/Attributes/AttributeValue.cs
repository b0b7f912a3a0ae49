using System.Text;

namespace Danke.Engines.Identity.Attributes;

/// <summary>What sources say of an attribute, made comparable. What is empty or blurred says nothing.</summary>
public static class AttributeValue
{
    /// <summary>As it is kept: without blanks around it.</summary>
    public static string Clean(string said) => said.Trim();

    /// <summary>Without blanks, full-width forms and case, so that <c>张 三</c> and <c>张三</c> are one; null when the text is empty or masked.</summary>
    public static string? Normalise(string said)
    {
        if (IdentifierValue.IsMasked(said)) return null;
        var text = new StringBuilder(said.Length);
        foreach (var c in said)
            if (!char.IsWhiteSpace(c)) text.Append(char.ToLowerInvariant(c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c));
        return text.Length == 0 ? null : text.ToString();
    }
}
