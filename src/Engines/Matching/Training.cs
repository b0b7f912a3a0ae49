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
    /// <summary>What is expected of strangers counts as much as so many pairs.</summary>
    private const double WeightOfU = 12;

    private const int Turns = 3;

    /// <summary>Fewer strangers agreeing on a field say nothing about another; less lift is none.</summary>
    private const double FewestStrangers = 8, LeastStrangers = 0.5, LeastLift = 1.5, WeightOfMovers = 20;

    private const int MostTurns = 60;
    private const double Settled = 1e-5;

    /// <summary>Blind pairs to learn u from. Of small files all pairs are.</summary>
    private const int BlindPairs = 600_000;

    private readonly MatchSchema schema;
    private readonly Class[] candidates;
    private readonly Class[] blind;
    private readonly double allPairs;
    private readonly bool[][] byRarity;
    private readonly double[] rarest;
    private double[][] m;
    private double[][] kin;
    private double[][] u;
    private double prior;
    private double kinPrior;
    private ImmutableArray<Dependence> dependences = [];
    private Weighing weighing;

    public Training(MatchModel unlearnt, int records, Pattern[] patterns, uint[] free, Pattern[] blindPatterns)
    {
        schema = unlearnt.Schema;
        rarest = [.. unlearnt.Weights.Select(w => Bits.ToOdds(-w.RarityOf(0, 0, unlearnt.Persons)))];
        allPairs = (double)records * (records - 1) / 2;
        prior = Math.Min(0.1, 0.3 * records / Math.Max(1, allPairs));
        candidates = Class.Of(patterns, free);
        blind = Class.Of(blindPatterns, null);
        var levels = schema.Fields.Select(f => f.Kind.Levels).ToArray();
        byRarity = [.. schema.Fields.Select(f => Enumerable.Range(0, f.Kind.Levels.Length).Select(l => RarityLevels.Has(f.Role, l)).ToArray())];
        m = [.. levels.Select(l => l.Select(x => x.M).ToArray())];
        u = [.. levels.Select(l => l.Select(x => x.U).ToArray())];
        kin = KinShares();
        kinPrior = prior / 10;
        weighing = Weigh();
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

    public Learnt Learn()
    {
        // Blind pairs of a small file hold pairs of one person, too: once m is known they are set aside, and m is learnt again.
        LearnU(_ => 1);
        LearnM();
        for (var turn = 0; turn < Turns; turn++)
        {
            LearnU(pattern => weighing.Posterior(pattern.Pattern).Strangers);
            LearnDependences();
            LearnM();
        }
        var levels = schema.Fields.Select((f, i) => f.Kind.Levels.Select((level, l) => new TrainedLevel(level.Name, m[i][l], u[i][l], kin[i][l], byRarity[i][l])).ToImmutableArray());
        return new Learnt([.. levels], prior, kinPrior, dependences);
    }

    private void LearnU(Func<Class, double> weightOf)
    {
        var counts = Zero();
        foreach (var pattern in blind) Count(counts, pattern, weightOf(pattern) * pattern.Pairs, uint.MaxValue);
        u = Shares(counts, l => l.U, _ => WeightOfU);
        AtLeastAsRare();
        kin = KinShares();
        weighing = Weigh();
    }

    // What was not seen among so many blind pairs may still happen: no likeness is rarer among strangers than the rarest value they could share.
    private void AtLeastAsRare()
    {
        for (var f = 0; f < u.Length; f++)
            for (var l = 0; l < u[f].Length; l++) u[f][l] = Math.Max(u[f][l], rarest[f]);
    }

    private void LearnM()
    {
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var counts = Zero();
            double matches = 0, kindred = 0;
            foreach (var pattern in candidates)
            {
                var (same, related, _) = weighing.Posterior(pattern.Pattern);
                matches += same * pattern.Pairs;
                kindred += related * pattern.Pairs;
                Count(counts, pattern, same * pattern.Pairs, pattern.Free);
            }
            var next = Shares(counts, l => l.M, kind => kind.Trust);
            var change = next.Zip(m, (x, y) => x.Zip(y, (p, q) => Math.Abs(p - q)).Max()).Max();
            m = next;
            kin = KinShares();
            prior = Math.Clamp(matches / Math.Max(1, allPairs), 1e-12, 0.5);
            kinPrior = Math.Clamp(kindred / Math.Max(1, allPairs), 1e-12, 0.4);
            weighing = Weigh();
            if (change < Settled) break;
        }
    }

    // Kin live together as one person lives with himself; every second pair shares a phone, a surname; what is one's own they share as strangers do,
    // twins and names that go together aside.
    // Only how many kin there are is learnt: left free, the class would take in whatever strangers have in common.
    private double[][] KinShares() => [.. schema.Fields.Select((field, f) =>
        Kinship.IsPlace(field.Role) ? [.. m[f]]
        : Kinship.IsShared(field.Role) ? m[f].Zip(u[f], (one, two) => (one + two) / 2).ToArray()
        : Kinship.OwnShares(field.Role, m[f], u[f]))];

    /// <summary>
    /// How often strangers who agree on one field agree on another, and persons who differ in one differ in another. Learnt from candidates that
    /// the other field did not bring together: blind pairs agree on too little to tell.
    /// </summary>
    private void LearnDependences()
    {
        var known = candidates.Select(c => (Class: c, Posterior: weighing.Posterior(c.Pattern))).ToArray();
        var found = ImmutableArray.CreateBuilder<Dependence>();
        for (var given = 0; given < u.Length; given++)
        {
            var followers = Enumerable.Range(0, u.Length).Where(f => f != given && Kinship.MayFollow(schema.Fields[f].Role, schema.Fields[given].Role) && AgreeingShare(given) <= AgreeingShare(f)).ToArray();
            if (followers.Length == 0) continue;
            var strangers = AmongStrangers(known, given);
            var movers = AmongMovers(known, given);
            foreach (var f in followers)
            {
                var (agreeing, differing) = (strangers is null ? [] : Lifted(strangers[f], f), Kinship.MoveTogether(schema.Fields[f].Role, schema.Fields[given].Role) ? Moved(movers[f], f) : []);
                if (!agreeing.IsEmpty || !differing.IsEmpty) found.Add(new Dependence(f, given, agreeing, differing));
            }
        }
        dependences = found.ToImmutable();
        weighing = Weigh();
    }

    // The rarer agreement speaks for itself, the commoner in its light.
    private double AgreeingShare(int field) => u[field][0] + u[field][1];

    private double[][]? AmongStrangers((Class Class, (double Same, double Kin, double Strangers) Posterior)[] known, int given)
    {
        var counts = Zero();
        double strangers = 0, matches = 0;
        foreach (var (pattern, posterior) in known)
        {
            if (pattern.Pattern.LevelOf(given) is not (0 or 1)) continue;
            matches += posterior.Same * pattern.Pairs;
            if (posterior.Strangers < 0.5) continue;
            strangers += posterior.Strangers * pattern.Pairs;
            Count(counts, pattern, posterior.Strangers * pattern.Pairs, pattern.Free);
        }
        // Where next to all who agree are one person, the few that seem not to be are mistakes.
        return strangers < FewestStrangers || strangers < LeastStrangers * matches ? null : counts;
    }

    private double[][] AmongMovers((Class Class, (double Same, double Kin, double Strangers) Posterior)[] known, int given)
    {
        var counts = Zero();
        foreach (var (pattern, posterior) in known)
            if (pattern.Pattern.LevelOf(given) == u[given].Length - 1) Count(counts, pattern, posterior.Same * pattern.Pairs, pattern.Free);
        return counts;
    }

    private ImmutableArray<double> Lifted(double[] counts, int field)
    {
        var total = counts.Sum();
        if (total < FewestStrangers) return [];
        var shares = counts.Select((count, l) => (count + WeightOfU * u[field][l]) / (total + WeightOfU)).ToImmutableArray();
        return shares[0] > LeastLift * u[field][0] ? shares : [];
    }

    // Half of those who moved are expected to have left the town, too.
    private ImmutableArray<double> Moved(double[] counts, int field)
    {
        var (total, different) = (counts.Sum(), counts.Length - 1);
        return [.. counts.Select((count, l) => (count + WeightOfMovers * (l == different ? 0.5 : 0.5 * m[field][l] / (1 - m[field][different]))) / (total + WeightOfMovers))];
    }

    private Weighing Weigh() => new(schema, new PairClass(prior, m), new PairClass(kinPrior, kin), u, byRarity, dependences);

    private void Count(double[][] counts, Class pattern, double weight, uint free)
    {
        for (var f = 0; f < counts.Length; f++)
        {
            var level = pattern.Pattern.LevelOf(f);
            if (level >= 0 && (free >> f & 1) != 0) counts[f][level] += weight;
        }
    }

    private double[][] Zero() => [.. m.Select(levels => new double[levels.Length])];

    private double[][] Shares(double[][] counts, Func<Level, double> expected, Func<FieldKind, double> trust) => [.. counts.Select((levels, f) =>
    {
        var kind = schema.Fields[f].Kind;
        var weight = trust(kind);
        var total = levels.Sum() + weight;
        return levels.Select((count, l) => (count + weight * expected(kind.Levels[l])) / total).ToArray();
    })];

    /// <summary>Pairs that are alike in the same way, and how many there are.</summary>
    private sealed record Class(Pattern Pattern, uint Free, long Pairs)
    {
        // In a fixed order: sums of doubles depend on theirs.
        public static Class[] Of(Pattern[] patterns, uint[]? free)
        {
            var counts = new Dictionary<(Pattern Pattern, uint Free), long>();
            for (var i = 0; i < patterns.Length; i++)
            {
                var key = (patterns[i].Coarse, free?[i] ?? uint.MaxValue);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
            return [.. counts.Select(c => new Class(c.Key.Pattern, c.Key.Free, c.Value)).OrderBy(c => c.Pattern.Levels).ThenBy(c => c.Pattern.Rarities).ThenBy(c => c.Free)];
        }
    }
}

/// <summary>What came of <see cref="Training"/>.</summary>
internal sealed record Learnt(ImmutableArray<ImmutableArray<TrainedLevel>> Levels, double Prior, double KinPrior, ImmutableArray<Dependence> Dependences);
