using Danke.Engines.Randomness;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Randomness;

public sealed class RandomStreamTests
{
    // The first numbers of the authors' reference programs.
    [Fact]
    public void Xoshiro_gives_the_reference_numbers()
    {
        var random = new RandomStream(1, 2, 3, 4);
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240];
        Enumerable.Range(0, 4).Select(_ => random.NextBits()).ShouldBe(expected);
    }

    [Fact]
    public void SplitMix_gives_the_reference_numbers()
    {
        ulong state = 1234567;
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        expected.Select(_ => SplitMix64.Next(ref state)).ShouldBe(expected);
    }

    [Fact]
    public void Streams_of_different_keys_are_unrelated()
    {
        var keys = from seed in new ulong[] { 0, 1 }
                   from purpose in new ulong[] { 0, 1 }
                   from item in new ulong[] { 0, 1 }
                   from part in new ulong[] { 0, 1 }
                   select RandomStream.Of(seed, purpose, item, part).NextBits();
        keys.Distinct().Count().ShouldBe(16);
    }

    [Fact]
    public void A_hash_is_different_for_every_value_of_one_key() =>
        Enumerable.Range(0, 100_000).Select(i => SplitMix64.Hash(7, (ulong)i)).Distinct().Count().ShouldBe(100_000);

    [Fact]
    public void Whole_numbers_are_evenly_spread_over_their_range()
    {
        var random = RandomStream.Of(1, 1);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++) counts[random.NextBelow(7)]++;
        counts.ShouldAllBe(c => Math.Abs(c - 10_000) < 400);
        Should.Throw<ArgumentOutOfRangeException>(() => random.NextBelow(0));
        Enumerable.Range(0, 1_000).Select(_ => random.NextBetween(-2, 2)).Distinct().Order().ShouldBe([-2, -1, 0, 1, 2]);
    }

    [Theory]
    [InlineData(1e-300), InlineData(1e-17), InlineData(0.1), InlineData(0.70710678), InlineData(0.99999999), InlineData(1), InlineData(1.5), InlineData(3), InlineData(1e10), InlineData(1e300)]
    public void The_portable_logarithm_agrees_with_the_platform(double x) =>
        PortableMath.Log(x).ShouldBe(Math.Log(x), Math.Max(1e-300, Math.Abs(Math.Log(x)) * 4e-16));

    [Theory]
    [InlineData(-700), InlineData(-20.5), InlineData(-1), InlineData(-1e-9), InlineData(0), InlineData(0.3), InlineData(1), InlineData(10.25), InlineData(700)]
    public void The_portable_exponential_agrees_with_the_platform(double x) =>
        PortableMath.Exp(x).ShouldBe(Math.Exp(x), Math.Exp(x) * 4e-16);

    [Fact]
    public void The_portable_functions_refuse_what_they_cannot_do()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Log(0));
        Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Log(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Log(double.NaN));
        Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Log(double.PositiveInfinity));
        Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Exp(701));
        Should.Throw<ArgumentOutOfRangeException>(() => PortableMath.Exp(double.NaN));
    }

    [Theory]
    [InlineData(0.3, 2), InlineData(0.9, 0.5), InlineData(1, 1), InlineData(3.5, 10), InlineData(20, 0.1)]
    public void Gamma_has_its_mean_and_variance(double shape, double scale)
    {
        var (mean, variance) = Moments(RandomStream.Of(1, 2), r => r.NextGamma(shape, scale));
        mean.ShouldBe(shape * scale, 0.03 * shape * scale);
        variance.ShouldBe(shape * scale * scale, 0.08 * shape * scale * scale);
    }

    [Fact]
    public void The_other_distributions_have_their_moments()
    {
        var (normal, one) = Moments(RandomStream.Of(1, 3), r => r.NextNormal());
        normal.ShouldBe(0, 0.02);
        one.ShouldBe(1, 0.03);
        var (beta, betaVariance) = Moments(RandomStream.Of(1, 4), r => r.NextBeta(0.9, 2.4));
        beta.ShouldBe(0.9 / 3.3, 0.005);
        betaVariance.ShouldBe(0.9 * 2.4 / (3.3 * 3.3 * 4.3), 0.002);
        var (exponential, exponentialVariance) = Moments(RandomStream.Of(1, 5), r => r.NextExponential(3));
        exponential.ShouldBe(3, 0.05);
        exponentialVariance.ShouldBe(9, 0.4);
        var (poisson, poissonVariance) = Moments(RandomStream.Of(1, 6), r => r.NextPoisson(2.5));
        poisson.ShouldBe(2.5, 0.03);
        poissonVariance.ShouldBe(2.5, 0.08);
    }

    [Fact]
    public void A_weighted_table_picks_in_proportion_and_never_what_weighs_nothing()
    {
        var random = RandomStream.Of(1, 7);
        var table = new WeightedTable([3, 0, 1]);
        var counts = new int[3];
        for (var i = 0; i < 40_000; i++) counts[table.Pick(random)]++;
        counts[0].ShouldBeInRange(29_500, 30_500);
        counts[1].ShouldBe(0);
        Should.Throw<ArgumentException>(() => new WeightedTable([0, 0]));
        Should.Throw<ArgumentOutOfRangeException>(() => new WeightedTable([1, -1]));
    }

    [Fact]
    public void Zipf_falls_as_its_exponent_says()
    {
        var random = RandomStream.Of(1, 8);
        var table = WeightedTable.Zipf(4, 1);
        var counts = new int[4];
        for (var i = 0; i < 50_000; i++) counts[table.Pick(random)]++;
        for (var rank = 2; rank <= 4; rank++) (counts[0] / (double)counts[rank - 1]).ShouldBe(rank, 0.1 * rank);
    }

    private static (double Mean, double Variance) Moments(RandomStream random, Func<RandomStream, double> draw)
    {
        var values = Enumerable.Range(0, 60_000).Select(_ => draw(random)).ToList();
        var mean = values.Average();
        return (mean, values.Average(v => (v - mean) * (v - mean)));
    }
}
