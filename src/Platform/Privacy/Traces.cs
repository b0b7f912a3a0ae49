using System.Globalization;
using System.Text;

namespace Danke.Platform.Privacy;

/// <summary>
/// Finds a person's identifiers in text of whatever form: as they are, as JSON escapes them, phones with blanks and dashes between
/// the digits. A value counts where no letter or digit goes on beside it, so that a short number is not found in every long one.
/// </summary>
public sealed class Traces
{
    /// <summary>Shorter values (a till's customer 7) stand in too many texts that have nothing to do with the person.</summary>
    private const int Shortest = 4;

    private readonly string[] values;
    private readonly string[] numbers;

    public Traces(Subject subject)
    {
        Subject = subject;
        values = [.. subject.Values.Where(v => v.Length >= Shortest).Select(v => v.ToLowerInvariant()).Distinct().OrderByDescending(v => v.Length)];
        numbers = [.. values.Where(v => v.Length >= 7 && v.All(char.IsAsciiDigit))];
    }

    public Subject Subject { get; }

    /// <summary>What is looked for, in lower case, the longest first.</summary>
    public IReadOnlyList<string> Values => values;

    public bool IsIn(string? text)
    {
        if (string.IsNullOrEmpty(text)) return false;
        var plain = Unescaped(text).ToLowerInvariant();
        return values.Any(v => Stands(v, plain)) || (numbers.Length > 0 && IsNumberIn(plain));
    }

    private bool IsNumberIn(string plain)
    {
        var digits = Squeezed(plain);
        return numbers.Any(n => digits.Contains(n, StringComparison.Ordinal) && digits.Split(n).Length > 1 && HasPhone(digits, n));
    }

    // After the squeezing a country's code may stand before a number: that is the same number.
    private static bool HasPhone(string digits, string number)
    {
        for (var at = digits.IndexOf(number, StringComparison.Ordinal); at >= 0; at = digits.IndexOf(number, at + 1, StringComparison.Ordinal))
        {
            var before = at;
            while (before > 0 && char.IsAsciiDigit(digits[before - 1])) before--;
            var end = at + number.Length;
            if ((end == digits.Length || !char.IsAsciiDigit(digits[end])) && digits[before..at] is "" or "86" or "0086") return true;
        }
        return false;
    }

    private static bool Stands(string value, string text)
    {
        for (var at = text.IndexOf(value, StringComparison.Ordinal); at >= 0; at = text.IndexOf(value, at + 1, StringComparison.Ordinal))
        {
            var end = at + value.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }
        return false;
    }

    /// <summary>Only what stands between two digits goes: 138-0013 8000 becomes 13800138000.</summary>
    private static string Squeezed(string text)
    {
        var squeezed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is ' ' or '-' or '(' or ')' or '.' && squeezed.Length > 0 && char.IsAsciiDigit(squeezed[^1]) && NextIsDigit(text, i)) continue;
            squeezed.Append(text[i]);
        }
        return squeezed.ToString();
    }

    private static bool NextIsDigit(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '-' or '(' or ')' or '.') at++;
        return at < text.Length && char.IsAsciiDigit(text[at]);
    }

    /// <summary>A text as its JSON escapes mean it.</summary>
    public static string Unescaped(string text)
    {
        if (!text.Contains("\\u", StringComparison.OrdinalIgnoreCase) && !text.Contains('\\')) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 5 < text.Length && text[i + 1] is 'u' or 'U' && ushort.TryParse(text.AsSpan(i + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 5;
            }
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '/' or '"' or '\\') plain.Append(text[++i]);
            else plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
