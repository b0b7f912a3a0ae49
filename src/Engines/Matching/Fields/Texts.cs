using System.Collections.Frozen;
using System.Text;
using Danke.Engines.Randomness;

namespace Danke.Engines.Matching.Fields;

/// <summary>Texts as they are compared: narrow, in small letters, without accents.</summary>
internal static class Texts
{
    private static readonly FrozenDictionary<char, string> Plain = Folding(
        "a àáâãäåāăąạảấầẩẫậắằẳẵặ|c çćĉċč|d ďđð|e èéêëēĕėęěẹẻẽếềểễệ|g ĝğġģ|h ĥħ|i ìíîïĩīĭįıỉị|j ĵ|k ķ|l ĺļľŀł|n ñńņňŉ|o òóôõöøōŏőơọỏốồổỗộớờởỡợ|r ŕŗř|s śŝşšș|t ţťŧț|u ùúûüũūŭůűųưụủứừửữự|w ŵ|y ýÿŷỳỵỷỹ|z źżž|ss ß|ae æ|oe œ|th þ");

    private static readonly FrozenSet<string> SaysNothing = FrozenSet.ToFrozenSet(
        ["null", "nil", "none", "undefined", "unknown", "n/a", "na", "nan", "-", "--", "?", ".", "无", "未知", "不详", "暂无", "匿名", "没有", "\\n"]);

    /// <summary>The text in one writing: full-width letters narrow, small letters, no accents, single blanks; "" when it says nothing or is masked.</summary>
    public static string Fold(string raw)
    {
        var text = new StringBuilder(raw.Length);
        foreach (var c in raw)
        {
            var letter = c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c;
            if (letter is '*' or '×' or '•') return "";
            letter = char.ToLowerInvariant(letter);
            if (Plain.TryGetValue(letter, out var plain)) text.Append(plain);
            else if (letter is >= '\u0300' and <= '\u036f') continue;
            else if (!char.IsWhiteSpace(letter)) text.Append(letter is '’' or '‘' or '`' or '´' ? '\'' : letter);
            else if (text.Length > 0 && text[^1] != ' ') text.Append(' ');
        }
        if (text.Length > 0 && text[^1] == ' ') text.Length--;
        var folded = text.ToString();
        return SaysNothing.Contains(folded) ? "" : folded;
    }

    public static bool IsHan(char c) => c is >= '\u4e00' and <= '\u9fff' or >= '\u3400' and <= '\u4dbf';

    /// <summary>The letters and digits of the text, nothing else.</summary>
    public static string Letters(string text)
    {
        if (text.All(char.IsLetterOrDigit)) return text;
        return string.Concat(text.Where(char.IsLetterOrDigit));
    }

    /// <summary>A number for a text, the same on every machine. Never zero. After FNV-1a (Fowler, Noll, Vo), mixed.</summary>
    public static ulong Hash(ReadOnlySpan<char> text, ulong purpose = 0)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var c in text) hash = unchecked((hash ^ c) * 0x100000001b3);
        return SplitMix64.Hash(purpose, hash) is 0 or 1 ? 1 : SplitMix64.Hash(purpose, hash);
    }

    private static FrozenDictionary<char, string> Folding(string rows) =>
        rows.Split('|').Select(row => row.Split(' ')).SelectMany(row => row[1].Select(c => (c, row[0]))).ToFrozenDictionary(p => p.c, p => p.Item2);
}
