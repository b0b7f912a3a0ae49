using System.Collections.Frozen;
using System.Text;

namespace Danke.Engines.Matching.Fields;

/// <summary>
/// How Chinese characters sound, without tones: what people write who heard a name. One reading a character, from Unihan's kMandarin
/// (Unicode licence, see NOTICE); surnames have their own where it differs.
/// </summary>
public static class Pinyin
{
    private static readonly FrozenDictionary<char, string> Readings = Load();

    // Read otherwise in a surname than elsewhere.
    private static readonly FrozenDictionary<string, string> OfSurnames = new Dictionary<string, string>
    {
        ["曾"] = "zeng",
        ["单"] = "shan",
        ["單"] = "shan",
        ["解"] = "xie",
        ["仇"] = "qiu",
        ["区"] = "ou",
        ["區"] = "ou",
        ["查"] = "zha",
        ["朴"] = "piao",
        ["盖"] = "ge",
        ["翟"] = "zhai",
        ["尉迟"] = "yuchi",
        ["长孙"] = "zhangsun",
        ["万俟"] = "moqi",
        ["乐"] = "yue",
        ["缪"] = "miao",
        ["覃"] = "qin",
        ["冼"] = "xian",
        ["洗"] = "xian",
        ["秘"] = "bi",
        ["种"] = "chong",
        ["重"] = "chong",
        ["员"] = "yun",
        ["令狐"] = "linghu",
        ["宓"] = "fu",
        ["吕"] = "lv",
        ["逄"] = "pang",
        ["郇"] = "xun",
    }.ToFrozenDictionary();

    /// <summary>The reading of a character; null when it has none here.</summary>
    public static string? Of(char character) => Readings.GetValueOrDefault(character);

    /// <summary>The readings of a text's characters run together; what has no reading stays as it is.</summary>
    public static string Of(string text)
    {
        var sound = new StringBuilder(text.Length * 4);
        foreach (var c in text)
            if (Readings.TryGetValue(c, out var reading)) sound.Append(reading);
            else sound.Append(c);
        return sound.ToString();
    }

    public static string OfSurname(string surname) => OfSurnames.GetValueOrDefault(surname) ?? Of(surname);

    /// <summary>The sound as many a speaker of the south has it: no difference of zh/z, ch/c, sh/s, n/l at the start, ng/n at the end, f/h before u.</summary>
    public static string Blurred(string sound) => sound
        .Replace("zh", "z").Replace("ch", "c").Replace("sh", "s").Replace("ng", "n").Replace("hu", "fu").Replace('l', 'n');

    private static FrozenDictionary<char, string> Load()
    {
        using var stream = typeof(Pinyin).Assembly.GetManifestResourceStream("pinyin.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var readings = new Dictionary<char, string>(9000);
        while (reader.ReadLine() is { } line)
            if (line[0] != '#' && line.Split(' ') is [var sound, var characters])
                foreach (var c in characters) readings[c] = sound;
        return readings.ToFrozenDictionary();
    }
}
