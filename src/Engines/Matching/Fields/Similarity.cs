namespace Danke.Engines.Matching.Fields;

/// <summary>How alike two short texts are.</summary>
public static class Similarity
{
    private const int Longest = 64;

    /// <summary>
    /// Jaro's measure with Winkler's bonus for a common beginning, 0 to 1. Texts are compared to their 64th letter. Source: Winkler,
    /// "String comparator metrics and enhanced decision rules in the Fellegi-Sunter model of record linkage", 1990.
    /// </summary>
    public static double JaroWinkler(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = Cut(a);
        b = Cut(b);
        if (a.Length == 0 || b.Length == 0) return a.Length == b.Length ? 1 : 0;
        var jaro = Jaro(a, b);
        var prefix = 0;
        while (prefix < Math.Min(4, Math.Min(a.Length, b.Length)) && a[prefix] == b[prefix]) prefix++;
        return jaro + prefix * 0.1 * (1 - jaro);
    }

    private static double Jaro(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var window = Math.Max(0, Math.Max(a.Length, b.Length) / 2 - 1);
        ulong inA = 0, inB = 0;
        var common = 0;
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j < Math.Min(b.Length, i + window + 1); j++)
            {
                if ((inB >> j & 1) != 0 || a[i] != b[j]) continue;
                inA |= 1UL << i;
                inB |= 1UL << j;
                common++;
                break;
            }
        }
        if (common == 0) return 0;

        int outOfOrder = 0, at = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if ((inA >> i & 1) == 0) continue;
            while ((inB >> at & 1) == 0) at++;
            if (a[i] != b[at++]) outOfOrder++;
        }
        double m = common;
        return (m / a.Length + m / b.Length + (m - outOfOrder / 2) / m) / 3;
    }

    /// <summary>
    /// How many letters must be typed, dropped, replaced or exchanged with their neighbour to make one text of the other (optimal string
    /// alignment); <paramref name="most"/> + 1 when it is more than <paramref name="most"/>. Source: Damerau, CACM 7:3, 1964.
    /// </summary>
    public static int Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int most)
    {
        a = Cut(a);
        b = Cut(b);
        var prefix = a.CommonPrefixLength(b);
        a = a[prefix..];
        b = b[prefix..];
        while (a.Length > 0 && b.Length > 0 && a[^1] == b[^1])
        {
            a = a[..^1];
            b = b[..^1];
        }
        if (Math.Abs(a.Length - b.Length) > most) return most + 1;
        if (a.Length == 0 || b.Length == 0) return Math.Max(a.Length, b.Length);

        var width = b.Length + 1;
        Span<int> cells = stackalloc int[3 * (Longest + 1)];
        var before = cells[..width];
        var last = cells.Slice(width, width);
        var now = cells.Slice(2 * width, width);
        for (var j = 0; j < width; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            var best = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var edits = Math.Min(Math.Min(last[j], now[j - 1]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) edits = Math.Min(edits, before[j - 2] + 1);
                now[j] = edits;
                best = Math.Min(best, edits);
            }
            if (best > most) return most + 1;
            var free = before;
            before = last;
            last = now;
            now = free;
        }
        return Math.Min(last[b.Length], most + 1);
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text) => text.Length > Longest ? text[..Longest] : text;
}
