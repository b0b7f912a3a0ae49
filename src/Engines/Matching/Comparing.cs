using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>
/// How alike two records are in all fields, as one number: three bits a field, 0 where nothing can be said, else the level plus 1. With the sum
/// of the rarities of what they agree on.
/// </summary>
internal readonly record struct Pattern(ulong Code, float Rarity)
{
    public int LevelOf(int field) => (int)(Code >> (3 * field) & 7) - 1;

    public static Pattern Of(FieldKind[] kinds, MatchRecord a, MatchRecord b)
    {
        var code = 0UL;
        var rarity = 0f;
        for (var f = 0; f < kinds.Length; f++)
        {
            if (a.Values[f] is not { } x || b.Values[f] is not { } y) continue;
            var agreement = kinds[f].Compare(x, y);
            code |= (ulong)(agreement.Level + 1) << (3 * f);
            if (agreement.Shared is { } term) rarity += term.Rarity;
        }
        return new Pattern(code, rarity);
    }
}

/// <summary>Compares many pairs at once; each answer stands where its pair stands, so that the order of work does not matter.</summary>
internal static class Comparing
{
    public static Pattern[] All(MatchSchema schema, MatchRecord[] records, int[] a, int[] b)
    {
        FieldKind[] kinds = [.. schema.Fields.Select(f => f.Kind)];
        var patterns = new Pattern[a.Length];
        const int Chunk = 4096;
        Parallel.For(0, (a.Length + Chunk - 1) / Chunk, chunk =>
        {
            for (var i = chunk * Chunk; i < Math.Min(a.Length, (chunk + 1) * Chunk); i++) patterns[i] = Pattern.Of(kinds, records[a[i]], records[b[i]]);
        });
        return patterns;
    }
}

/// <summary>Which levels of a field are weighed by the rarity of what is agreed on: those whose comparison names it.</summary>
internal static class RarityLevels
{
    public static bool Has(ColumnRole role, int level) => role switch
    {
        ColumnRole.Gender => false,
        ColumnRole.Email => level is 0 or 2 or 4,
        _ => level == 0,
    };
}
