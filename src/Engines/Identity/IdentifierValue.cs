using System.Collections.Frozen;
using System.Text;

namespace Danke.Engines.Identity;

/// <summary>Turns values as received into values that can be compared, and keeps out those that identify nobody.</summary>
public static class IdentifierValue
{
    /// <summary>Longer values are no identifiers but somebody's mistake.</summary>
    public const int LongestValue = 256;

    private static readonly FrozenSet<string> Blocked = FrozenSet.ToFrozenSet(
        ["null", "nil", "none", "undefined", "anonymous", "unknown", "guest", "test", "n/a", "na", "-", "--", "-1", "0", "0-0-0", "无", "未知", "匿名"]);

    /// <summary>The comparable form; null when the value is empty, masked, blocked or malformed and so identifies nobody.</summary>
    public static string? Normalise(NamespaceRule rule, string value)
    {
        var text = Narrow(value).Trim();
        if (text.Length is 0 or > LongestValue || IsMasked(text) || IsBlocked(text) || text.Any(char.IsControl)) return null;
        var normal = rule.Kind switch
        {
            ValueKind.Phone => Phone(text),
            ValueKind.Email => Email(text),
            ValueKind.NotIdentity => null,
            _ => text,
        };
        return normal is not null && IsBlockedBy(rule, normal) ? null : normal;
    }

    private static bool IsBlockedBy(NamespaceRule rule, string value)
    {
        if (rule.BlockedValues.IsEmpty && rule.BlockedPatterns.IsEmpty) return false;
        if (rule.BlockedValues.Contains(value.ToLowerInvariant())) return true;
        foreach (var pattern in rule.BlockedPatterns)
            if (System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, value)) return true;
        return false;
    }

    /// <summary>Platforms blur what they do not want to share: <c>138****8000</c>, <c>t**1</c>, <c>张*</c>. Never identity, never a name.</summary>
    public static bool IsMasked(string text) => text.Contains('*') || text.Contains('＊') || text.Contains('×') || text.Contains('•');

    private static bool IsBlocked(string text) =>
        Blocked.Contains(text.ToLowerInvariant()) || (text.Length >= 4 && text.AsSpan().IndexOfAnyExcept('0') < 0) || text is "00000000-0000-0000-0000-000000000000";

    private static string? Phone(string text)
    {
        Span<char> digits = stackalloc char[24];
        var n = 0;
        foreach (var c in text)
        {
            if (c is >= '0' and <= '9')
            {
                if (n == digits.Length) return null;
                digits[n++] = c;
            }
            else if (c is not (' ' or '-' or '+' or '(' or ')' or '.')) return null;
        }
        var number = digits[..n];
        if (number.StartsWith("0086")) number = number[4..];
        else if (number.StartsWith("86") && number.Length == 13) number = number[2..];
        if (number.Length is < 6 or > 15 || number.IndexOfAnyExcept(number[0]) < 0) return null;
        return number.ToString();
    }

    private static string? Email(string text)
    {
        var at = text.IndexOf('@');
        if (at <= 0 || at != text.LastIndexOf('@') || text.IndexOf('.', at) < 0 || text.Contains(' ')) return null;
        return text.ToLowerInvariant();
    }

    // Full-width digits and letters (U+FF01..FF5E) are the same characters to the person who typed them.
    private static string Narrow(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uFF01', '\uFF5E') < 0) return text;
        var narrow = new StringBuilder(text.Length);
        foreach (var c in text) narrow.Append(c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c == '\u3000' ? ' ' : c);
        return narrow.ToString();
    }
}
