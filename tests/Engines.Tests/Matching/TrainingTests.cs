using Danke.Engines.Matching;
using Danke.Engines.Randomness;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Matching;

public sealed class TrainingTests
{
    private const double Matches = 0.02;
    private const int Records = 700;

    /// <summary>Pairs made by known shares, their truth thrown away: what is learnt is what they were made by.</summary>
    [Fact]
    public void The_shares_that_pairs_were_made_by_are_found_again()
    {
        var model = Models.Unlearnt([new("given", ColumnRole.GivenName), new("surname", ColumnRole.Surname), new("sex", ColumnRole.Gender), new("city", ColumnRole.City), new("born", ColumnRole.BirthDate)]);
        double[][] m = [[0.6, 0.2, 0.1, 0.02, 0.03, 0.05], [0.7, 0.15, 0.05, 0.02, 0.02, 0.06], [0.75, 0.1, 0.07, 0.03, 0.05], [0.9, 0.1], [0.8, 0.05, 0.05, 0.1]];
        double[][] u = [[0.01, 0.01, 0.03, 0.005, 0.01, 0.935], [0.02, 0.01, 0.02, 0.005, 0.01, 0.935], [0.001, 0.004, 0.02, 0.03, 0.945], [0.5, 0.5], [0.1, 0.02, 0.08, 0.8]];
        var fields = model.Schema.Fields;
        fields.Select(f => f.Name).ShouldBe(["given_name", "surname", "birth_date", "gender", "city"]);
        var random = RandomStream.Of(7, 1);
        var candidates = Enumerable.Range(0, Records * (Records - 1) / 2).Select(_ => Pair(fields, random, random.Chance(Matches) ? m : u, u)).ToArray();
        var blind = Enumerable.Range(0, 200_000).Select(_ => Pair(fields, random, u, u)).ToArray();

        var learnt = new Training(model, Records, candidates, [.. candidates.Select(_ => uint.MaxValue)], blind).Learn();

        learnt.Prior.ShouldBe(Matches, 0.002);
        for (var f = 0; f < m.Length; f++)
            for (var l = 0; l < m[f].Length; l++)
            {
                learnt.Levels[f][l].M.ShouldBe(m[f][l], 0.025, $"m of {fields[f].Name}, level {l}");
                learnt.Levels[f][l].U.ShouldBe(u[f][l], 0.02, $"u of {fields[f].Name}, level {l}");
            }
    }

    // What is agreed on has the rarity that strangers agree by.
    private static Pattern Pair(System.Collections.Immutable.ImmutableArray<MatchField> fields, RandomStream random, double[][] shares, double[][] u)
    {
        var levels = 0UL;
        var rarities = default(UInt128);
        for (var f = 0; f < fields.Length; f++)
        {
            var level = Pick(shares[f], random);
            levels |= (ulong)(level + 1) << (3 * f);
            if (RarityLevels.Has(fields[f].Role, level)) rarities |= (UInt128)Math.Round(-2 * Bits.Of(u[f][level])) << (6 * f);
        }
        return new Pattern(levels, rarities);
    }

    private static int Pick(double[] shares, RandomStream random)
    {
        var draw = random.NextUnit();
        var level = 0;
        while (level < shares.Length - 1 && (draw -= shares[level]) >= 0) level++;
        return level;
    }

    [Fact]
    public void Weights_of_evidence_and_probabilities_are_two_ways_to_say_the_same()
    {
        foreach (var probability in new[] { 1e-6, 0.05, 0.5, 0.95, 0.999999 })
            Bits.ToProbability(Bits.Of(probability / (1 - probability))).ShouldBe(probability, 1e-9);
    }
}
