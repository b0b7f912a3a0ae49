using Danke.Engines.Matching.Fields;

namespace Danke.Engines.Matching;

/// <summary>
/// How alike two records are in every field, packed: three bits a field for the level plus 1, 0 where nothing can be said; six bits a field for the
/// rarity of what they agree on, in half bits.
/// </summary>
internal readonly record struct Pattern(ulong Levels, UInt128 Rarities)
{
    /// <summary>The rarest there is.</summary>
    public const double MostRarity = 31.5;

    public int LevelOf(int field) => (int)(Levels >> (3 * field) & 7) - 1;

    public double RarityOf(int field) => (int)(Rarities >> (6 * field) & 63) / 2.0;

    /// <summary>The rarities to whole even bits: few enough kinds of pairs to count them.</summary>
    public Pattern Coarse
    {
        get
        {
            var coarse = default(UInt128);
            for (var f = 0; f < MatchSchema.MostFields; f++) coarse |= (UInt128)(((int)(Rarities >> (6 * f) & 63) + 1) / 4 * 4) << (6 * f);
            return new Pattern(Levels, coarse);
        }
    }

    public static Pattern Of(FieldKind[] kinds, MatchRecord a, MatchRecord b)
    {
        var levels = 0UL;
        var rarities = default(UInt128);
        for (var f = 0; f < kinds.Length; f++)
        {
            if (a.Values[f] is not { } x || b.Values[f] is not { } y) continue;
            var agreement = kinds[f].Compare(x, y);
            levels |= (ulong)(agreement.Level + 1) << (3 * f);
            if (agreement.Shared is { } term) rarities |= (UInt128)(int)(term.Rarity * 2) << (6 * f);
        }
        return new Pattern(levels, rarities);
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

/// <summary>Weighs patterns: the sum of what the fields say, each seen in the light of the fields that say partly the same.</summary>
internal sealed class Weighing
{
    private readonly double[][] weights;
    private readonly bool[][] byRarity;
    private readonly (int Given, double[] Agreeing, double[] Differing)[][] given;
    private readonly int[] last;

    public Weighing(double prior, double[][] m, double[][] u, bool[][] byRarity, IEnumerable<Dependence> dependences)
    {
        PriorBits = Bits.Of(prior / (1 - prior));
        this.byRarity = byRarity;
        weights = [.. m.Select((levels, f) => levels.Select((share, l) => Bits.Of(byRarity[f][l] ? share : share / u[f][l])).ToArray())];
        last = [.. m.Select(levels => levels.Length - 1)];
        given = [.. m.Select((levels, f) => dependences.Where(d => d.Field == f).Select(d => (d.Given,
            d.U.IsEmpty ? [] : levels.Select((share, l) => Bits.Of(share / d.U[l])).ToArray(),
            d.M.IsEmpty ? [] : d.M.Select((share, l) => Bits.Of(share / u[f][l])).ToArray())).ToArray())];
    }

    public double PriorBits { get; }

    public double Of(Pattern pattern)
    {
        var bits = PriorBits;
        for (var f = 0; f < weights.Length; f++) bits += Of(pattern, f);
        return bits;
    }

    /// <summary>What one field says: agreement that comes with another's less, so difference that comes with another's; never the contrary.</summary>
    public double Of(Pattern pattern, int field)
    {
        var level = pattern.LevelOf(field);
        if (level < 0) return 0;
        var bits = Alone(pattern, field, level);
        foreach (var (other, agreeing, differing) in given[field])
        {
            var likeness = pattern.LevelOf(other);
            if (bits > 0 && agreeing.Length > 0 && likeness is 0 or 1) bits = Math.Min(bits, Math.Max(0, agreeing[level]));
            else if (bits < 0 && differing.Length > 0 && likeness == last[other]) bits = Math.Max(bits, Math.Min(0, differing[level]));
        }
        return bits;
    }

    private double Alone(Pattern pattern, int field, int level) => weights[field][level] + (byRarity[field][level] ? pattern.RarityOf(field) : 0);

    /// <summary>What the field would say if no other said partly the same.</summary>
    public double Alone(Pattern pattern, int field) => pattern.LevelOf(field) is >= 0 and var level ? Alone(pattern, field, level) : 0;
}
