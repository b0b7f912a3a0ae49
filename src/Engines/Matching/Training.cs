using System.Collections.Immutable;
using Danke.Engines.Matching.Fields;
using Danke.Engines.Randomness;

namespace Danke.Engines.Matching;

/// <summary>
/// Learns what agreement weighs without being told who is who. u, the share of agreement among strangers, from pairs drawn blindly; m, the share
/// among pairs that are one person, by expectation and maximisation over the candidate pairs. Source: Fellegi and Sunter, "A theory for record
/// linkage", JASA 64, 1969; Winkler, "Using the EM algorithm for weight computation in the Fellegi-Sunter model", 1988; Dempster, Laird and Rubin 1977.
/// <para>
/// Both are drawn towards what is expected of such fields (<see cref="Level"/>), which matters in files of a few hundred records only.
/// </para>
/// </summary>
internal sealed class Training
{
    /// <summary>What is expected counts as much as so many pairs.</summary>
    private const double WeightOfM = 12, WeightOfU = 12;

    private const int MostTurns = 60;
    private const double Settled = 1e-5;

    /// <summary>Blind pairs to learn u from. Of small files all pairs are.</summary>
    private const int BlindPairs = 1_500_000;

    private readonly MatchSchema schema;
    private readonly Class[] candidates;
    private readonly Class[] blind;
    private readonly double allPairs;
    private readonly bool[][] byRarity;
    private double[][] m;
    private double[][] u;
    private double prior;

    public Training(MatchSchema schema, int records, Pattern[] patterns, uint[] free, Pattern[] blindPatterns)
    {
        this.schema = schema;
        allPairs = (double)records * (records - 1) / 2;
        prior = Math.Min(0.1, 0.3 * records / Math.Max(1, allPairs));
        candidates = Class.Of(patterns, free);
        blind = Class.Of(blindPatterns, null);
        var levels = schema.Fields.Select(f => f.Kind.Levels).ToArray();
        byRarity = [.. schema.Fields.Select(f => Enumerable.Range(0, f.Kind.Levels.Length).Select(l => RarityLevels.Has(f.Role, l)).ToArray())];
        m = [.. levels.Select(l => l.Select(x => x.M).ToArray())];
        u = [.. levels.Select(l => l.Select(x => x.U).ToArray())];
    }

    /// <summary>Pairs drawn blindly, or all of a small file.</summary>
    public static (int[] A, int[] B) DrawBlindly(int records, ulong seed)
    {
        var all = (long)records * (records - 1) / 2;
        if (all <= BlindPairs) return AllPairs(records, (int)all);
        var (a, b) = (new int[BlindPairs], new int[BlindPairs]);
        var random = RandomStream.Of(seed, 1);
        for (var i = 0; i < BlindPairs; i++)
        {
            a[i] = (int)random.NextBelow(records);
            do b[i] = (int)random.NextBelow(records); while (a[i] == b[i]);
        }
        return (a, b);
    }

    private static (int[] A, int[] B) AllPairs(int records, int count)
    {
        var (a, b) = (new int[count], new int[count]);
        var at = 0;
        for (var i = 0; i < records; i++)
            for (var j = i + 1; j < records; j++) (a[at], b[at++]) = (i, j);
        return (a, b);
    }

    public (ImmutableArray<ImmutableArray<TrainedLevel>> Levels, double Prior, ImmutableArray<Dependence> Dependences) Learn()
    {
        // Blind pairs of a small file hold pairs of one person, too: once m is known they are set aside, and m is learnt again.
        LearnU(_ => 1);
        LearnM();
        for (var turn = 0; turn < 2; turn++)
        {
            LearnU(pattern => 1 - Posterior(pattern));
            LearnM();
        }
        var levels = schema.Fields.Select((f, i) => f.Kind.Levels.Select((level, l) => new TrainedLevel(level.Name, m[i][l], u[i][l], byRarity[i][l])).ToImmutableArray());
        return ([.. levels], prior, []);
    }

    private void LearnU(Func<Class, double> weightOf)
    {
        var counts = Zero();
        foreach (var pattern in blind) Count(counts, pattern, weightOf(pattern) * pattern.Pairs, uint.MaxValue);
        u = Shares(counts, l => l.U, WeightOfU);
    }

    private void LearnM()
    {
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var counts = Zero();
            var matches = 0.0;
            foreach (var pattern in candidates)
            {
                var expected = Posterior(pattern) * pattern.Pairs;
                matches += expected;
                Count(counts, pattern, expected, pattern.Free);
            }
            var next = Shares(counts, l => l.M, WeightOfM);
            var change = next.Zip(m, (x, y) => x.Zip(y, (p, q) => Math.Abs(p - q)).Max()).Max();
            m = next;
            prior = Math.Clamp(matches / Math.Max(1, allPairs), 1e-12, 0.5);
            if (change < Settled) break;
        }
    }

    private double Posterior(Class pattern)
    {
        var bits = Bits.Of(prior / (1 - prior)) + pattern.Rarity;
        for (var f = 0; f < m.Length; f++)
        {
            var level = (int)(pattern.Code >> (3 * f) & 7) - 1;
            if (level >= 0) bits += LogWeight(f, level);
        }
        return Bits.ToProbability(bits);
    }

    private double LogWeight(int field, int level) => byRarity[field][level] ? Bits.Of(m[field][level]) : Bits.Of(m[field][level] / u[field][level]);

    private void Count(double[][] counts, Class pattern, double weight, uint free)
    {
        for (var f = 0; f < counts.Length; f++)
        {
            var level = (int)(pattern.Code >> (3 * f) & 7) - 1;
            if (level >= 0 && (free >> f & 1) != 0) counts[f][level] += weight;
        }
    }

    private double[][] Zero() => [.. m.Select(levels => new double[levels.Length])];

    private double[][] Shares(double[][] counts, Func<Level, double> expected, double weight) => [.. counts.Select((levels, f) =>
    {
        var kind = schema.Fields[f].Kind.Levels;
        var total = levels.Sum() + weight;
        return levels.Select((count, l) => (count + weight * expected(kind[l])) / total).ToArray();
    })];

    /// <summary>Pairs that are alike in the same way, and how many there are.</summary>
    private sealed record Class(ulong Code, uint Free, float Rarity, long Pairs)
    {
        // In a fixed order: sums of doubles depend on theirs.
        public static Class[] Of(Pattern[] patterns, uint[]? free)
        {
            var counts = new Dictionary<(ulong, uint, int), long>();
            for (var i = 0; i < patterns.Length; i++)
            {
                var key = (patterns[i].Code, free?[i] ?? uint.MaxValue, (int)Math.Round(patterns[i].Rarity * 2));
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
            return [.. counts.OrderBy(c => c.Key.Item1).ThenBy(c => c.Key.Item2).ThenBy(c => c.Key.Item3).Select(c => new Class(c.Key.Item1, c.Key.Item2, c.Key.Item3 / 2f, c.Value))];
        }
    }
}
