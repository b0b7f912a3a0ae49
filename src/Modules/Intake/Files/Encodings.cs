using System.Text;

namespace Danke.Intake.Files;

/// <summary>
/// Finds out in which encoding a text file is: by its byte-order mark, by being valid UTF-8, or by what its bytes would mean.
/// Old exports from Chinese systems are GBK or GB18030; when several readings make sense nobody but the sender can know.
/// </summary>
internal static class Encodings
{
    /// <summary>The encodings that a mapping may name.</summary>
    public static readonly IReadOnlyList<string> Known = ["utf-8", "utf-16le", "utf-16be", "gb18030", "big5", "shift_jis", "windows-1252"];

    static Encodings() => Register();

    /// <summary>Makes the code pages known that are not .NET's own; more than once does no harm.</summary>
    public static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding by name, marking undecodable bytes instead of failing on them.</summary>
    public static Encoding Get(string name) => Encoding.GetEncoding(Canonical(name), EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(DelimitedReader.Undecodable.ToString()));

    public static bool IsKnown(string name) => Known.Contains(Canonical(name));

    public static string Canonical(string name) => name.ToLowerInvariant().Replace('_', '-') switch
    {
        "utf8" or "utf-8-sig" => "utf-8",
        "utf-16" or "utf16" or "unicode" => "utf-16le",
        "gbk" or "gb2312" or "cp936" or "gb-18030" => "gb18030",
        "latin1" or "iso-8859-1" or "cp1252" => "windows-1252",
        "shift-jis" or "sjis" or "cp932" => "shift_jis",
        var known => known,
    };

    /// <param name="bytes">The beginning of the file.</param>
    /// <param name="whole">Whether that is all of it: else a character may be cut at the end.</param>
    /// <exception cref="FileException"><c>encoding_ambiguous</c> with the candidates, or <c>encoding_unknown</c>.</exception>
    public static string Detect(ReadOnlySpan<byte> bytes, bool whole)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) return "utf-8";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe])) return "utf-16le";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff])) return "utf-16be";
        if (IsUtf8(bytes, whole)) return bytes.Contains((byte)0) ? WithNuls(bytes) : "utf-8";
        if (bytes.Contains((byte)0)) return WithNuls(bytes);
        return ByMeaning(bytes, whole);
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes, bool whole)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return true;
        if (whole) return false;
        for (var cut = 1; cut <= 3 && cut < bytes.Length; cut++)
            if (bytes[^cut] >= 0xc0) return System.Text.Unicode.Utf8.IsValid(bytes[..^cut]);
        return false;
    }

    // ASCII characters in UTF-16 have their zero on one side.
    private static string WithNuls(ReadOnlySpan<byte> bytes)
    {
        int even = 0, odd = 0;
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] == 0) _ = i % 2 == 0 ? even++ : odd++;
        if (odd > bytes.Length / 8 && even < odd / 8) return "utf-16le";
        if (even > bytes.Length / 8 && odd < even / 8) return "utf-16be";
        throw new FileException("encoding_unknown", "The file holds NUL bytes and is no text in an encoding that Danke knows. Save it as UTF-8 CSV.", Known);
    }

    private static string ByMeaning(ReadOnlySpan<byte> bytes, bool whole)
    {
        var scores = new List<(string Name, double Score)>();
        foreach (var name in (string[])["gb18030", "big5", "shift_jis", "windows-1252"])
            if (Score(name, bytes, whole) is > 0 and var score) scores.Add((name, score));
        scores.Sort((a, b) => b.Score.CompareTo(a.Score));
        if (scores.Count == 0)
            throw new FileException("encoding_unknown", "The bytes make no sense in any encoding that Danke knows. Save the file as UTF-8 CSV, or name its encoding in the mapping.", Known);
        // A clear winner, or a question to whoever knows.
        if (scores.Count == 1 || scores[0].Score > 0.6 && scores[0].Score > 1.5 * scores[1].Score) return scores[0].Name;
        throw new FileException("encoding_ambiguous",
            $"The file could be {string.Join(" or ", scores.Select(s => s.Name))}. Look at the names in it and say which: file.encoding in the mapping.", [.. scores.Select(s => s.Name)]);
    }

    /// <summary>The share of the non-ASCII characters that people write in that encoding; 0 when the bytes are not of it.</summary>
    private static double Score(string name, ReadOnlySpan<byte> bytes, bool whole)
    {
        var text = Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uffff")).GetString(bytes);
        if (!whole && text.EndsWith(DelimitedReader.Undecodable)) text = text[..^1];
        int common = 0, other = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == DelimitedReader.Undecodable || letter is >= '\ue000' and <= '\uf8ff') return 0;
            if (letter < 0x80) continue;
            var neighbour = i > 0 && char.IsAsciiLetter(text[i - 1]) || i + 1 < text.Length && char.IsAsciiLetter(text[i + 1]);
            if (IsCommon(name, letter, neighbour)) common++; else other++;
        }
        return common + other == 0 ? 0 : (double)common / (common + other);
    }

    private static bool IsCommon(string name, char letter, bool besideLetter) => name switch
    {
        // The first level of GB2312 holds the 3,755 most used characters: lead bytes B0 to D7.
        "gb18030" => IsLead(name, letter, 0xb0, 0xd7) || IsPunctuation(letter),
        // Big5 likewise: A4 to C6.
        "big5" => IsLead(name, letter, 0xa4, 0xc6) || IsPunctuation(letter),
        "shift_jis" => letter is >= '\u3040' and <= '\u30ff' || IsPunctuation(letter),
        // In western text accented letters stand beside plain ones; signs such as £ and € stand alone.
        _ => char.IsLetter(letter) ? besideLetter : letter is '£' or '€' or '°' or '’' or '–' or '“' or '”' or '®' or '™' or '½',
    };

    private static bool IsPunctuation(char letter) => letter is >= '\u3000' and <= '\u3011' or >= '\uff00' and <= '\uff5e' or '“' or '”' or '…' or '·';

    private static bool IsLead(string name, char letter, int from, int to)
    {
        if (letter is < '\u4e00' or > '\u9fff') return false;
        Span<byte> bytes = stackalloc byte[4];
        var length = Encoding.GetEncoding(name).GetBytes([letter], bytes);
        return length == 2 && bytes[0] >= from && bytes[0] <= to;
    }
}
