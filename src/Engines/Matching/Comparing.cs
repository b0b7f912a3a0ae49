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
        ColumnRole.Gender or ColumnRole.RecordType => false,
        ColumnRole.Email => level is 0 or 2 or 4,
        ColumnRole.GivenName or ColumnRole.Surname => level is NameKind.Same or NameKind.Swapped,
        _ => level == 0,
    };
}

/// <summary>What one class of pairs is like: shares of levels by field, and how common the class is beside that of strangers.</summary>
internal sealed record PairClass(double Prior, double[][] Shares);

/// <summary>
/// Weighs patterns against strangers: how much likelier they are among pairs of one person, and among pairs of kin - people of one household or firm,
/// who share what is shared and are otherwise strangers.
/// </summary>
internal sealed class Weighing
{
    /// <summary>What speaks against one person more than anything can speak for it.</summary>
    public const double Never = -1_000;

    /// <summary>Where birthdays are often wrong, another one weighs less against.</summary>
    private const double SeldomMistaken = -3;

    private readonly double[][] weights;
    private readonly double[][] kinWeights;
    private readonly bool[][] byRarity;
    private readonly (int Given, double[] Agreeing, double[] KinAgreeing, double[] Differing)[][] given;
    private readonly int[] last;
    private readonly bool[] isShared;
    private readonly bool[] isFirm;
    private readonly ColumnRole[] roles;
    private readonly int givenName;

    public Weighing(MatchSchema schema, PairClass same, PairClass kin, double[][] u, bool[][] byRarity, IEnumerable<Dependence> dependences)
    {
        var strangers = Math.Max(1e-9, 1 - same.Prior - kin.Prior);
        PriorBits = Bits.Of(same.Prior / strangers);
        KinPriorBits = Bits.Of(kin.Prior / strangers);
        this.byRarity = byRarity;
        isShared = [.. schema.Fields.Select(f => Kinship.IsShared(f.Role))];
        roles = [.. schema.Fields.Select(f => f.Role)];
        isFirm = [.. schema.Fields.Select(f => f.Role == ColumnRole.Organisation)];
        givenName = schema.Fields.Select((f, i) => (f, i)).FirstOrDefault(p => p.f.Role == ColumnRole.GivenName, (null!, -1)).i;
        weights = WeightsOf(same.Shares, u);
        for (var f = 0; f < roles.Length; f++)
            if (roles[f] == ColumnRole.RecordType) weights[f][^1] = Never;
        kinWeights = WeightsOf(kin.Shares, u);
        last = [.. u.Select(levels => levels.Length - 1)];
        given = [.. u.Select((levels, f) => dependences.Where(d => d.Field == f).Select(d => (d.Given,
            d.U.IsEmpty ? [] : Ratios(same.Shares[f], d.U),
            d.U.IsEmpty ? [] : Ratios(kin.Shares[f], d.U),
            d.M.IsEmpty ? [] : Ratios([.. d.M], [.. u[f]]))).ToArray())];
    }

    public double PriorBits { get; }
    public double KinPriorBits { get; }

    private double[][] WeightsOf(double[][] shares, double[][] u) =>
        [.. shares.Select((levels, f) => levels.Select((share, l) => Bits.Of(byRarity[f][l] ? share : share / u[f][l])).ToArray())];

    private static double[] Ratios(double[] shares, IReadOnlyList<double> to) => [.. shares.Select((share, l) => Bits.Of(share / to[l]))];

    /// <summary>One person against everything else, in bits.</summary>
    public double Of(Pattern pattern) => Same(pattern) + KinBits(pattern);

    /// <summary>What is to be taken off because kin would agree as much; never positive.</summary>
    public double KinBits(Pattern pattern)
    {
        var kin = Kin(pattern);
        return kin < -20 ? 0 : -Bits.Of(1 + Bits.ToOdds(kin));
    }

    /// <summary>The shares of one person, kin and strangers for such a pair.</summary>
    public (double Same, double Kin, double Strangers) Posterior(Pattern pattern)
    {
        var (same, kin) = (Bits.ToOdds(Same(pattern)), Bits.ToOdds(Kin(pattern)));
        var all = 1 + same + kin;
        return (same / all, kin / all, 1 / all);
    }

    private double Same(Pattern pattern)
    {
        var bits = PriorBits;
        for (var f = 0; f < weights.Length; f++) bits += Of(pattern, f);
        return bits;
    }

    private double Kin(Pattern pattern)
    {
        var bits = KinPriorBits;
        for (var f = 0; f < weights.Length; f++)
        {
            if (pattern.LevelOf(f) is not (>= 0 and var level)) continue;
            if (!isShared[f])
            {
                bits += KinOwn(pattern, f, level);
                continue;
            }
            // Colleagues share a firm; where no person is named the firm is what the record is about, and has no kin.
            if (isFirm[f] && (givenName < 0 || pattern.LevelOf(givenName) < 0)) return -100;
            var own = kinWeights[f][level] + RarityOf(pattern, f, level);
            foreach (var (other, _, agreeing, _) in given[f])
                if (own > 0 && agreeing.Length > 0 && pattern.LevelOf(other) is 0 or 1) own = Math.Min(own, Math.Max(0, agreeing[level]));
            bits += own;
        }
        return bits;
    }

    // Twins share their birthday as one person does with himself, the others as strangers; how rare the day is counts for twins only.
    private double KinOwn(Pattern pattern, int field, int level) => roles[field] switch
    {
        ColumnRole.BirthDate => Bits.Of(1 - Kinship.Twins + Kinship.Twins * Bits.ToOdds(weights[field][level] + RarityOf(pattern, field, level))),
        ColumnRole.GivenName when !byRarity[field][level] => kinWeights[field][level],
        _ => 0,
    };

    /// <summary>Whether the two were born on different days, in a file where that is seldom a mistake.</summary>
    public bool Contradicts(Pattern pattern)
    {
        for (var f = 0; f < roles.Length; f++)
            if (roles[f] == ColumnRole.BirthDate && pattern.LevelOf(f) == last[f] && weights[f][last[f]] < SeldomMistaken) return true;
        return false;
    }

    /// <summary>What one field says: agreement that comes with another's less, so difference that comes with another's; never the contrary.</summary>
    public double Of(Pattern pattern, int field)
    {
        var level = pattern.LevelOf(field);
        if (level < 0) return 0;
        var bits = weights[field][level] + RarityOf(pattern, field, level);
        foreach (var (other, agreeing, _, differing) in given[field])
        {
            var likeness = pattern.LevelOf(other);
            if (bits > 0 && agreeing.Length > 0 && likeness is 0 or 1) bits = Math.Min(bits, Math.Max(0, agreeing[level]));
            else if (bits < 0 && differing.Length > 0 && likeness == last[other]) bits = Math.Max(bits, Math.Min(0, differing[level]));
        }
        return bits;
    }

    /// <summary>What the field would say if no other said partly the same.</summary>
    public double Alone(Pattern pattern, int field) => pattern.LevelOf(field) is >= 0 and var level ? weights[field][level] + RarityOf(pattern, field, level) : 0;

    private double RarityOf(Pattern pattern, int field, int level) => byRarity[field][level] ? pattern.RarityOf(field) : 0;
}
