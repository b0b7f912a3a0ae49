using Danke.Engines.Metrics;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Metrics;

public class DistributionTests
{
    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(1, 2, 2)]
    [InlineData(51, 100, 3)]
    [InlineData(3, 4, 3)]
    [InlineData(1, 1, 4)]
    public void A_quantile_is_a_value_that_occurs(int numerator, int denominator, long value) =>
        new Distribution([(4, 1), (1, 1), (3, 1), (2, 1)]).Quantile(numerator, denominator).ShouldBe(value);

    [Fact]
    public void Counts_weigh()
    {
        var distribution = new Distribution([(1, 98), (1_000, 2)]);
        distribution.Count.ShouldBe(100);
        distribution.Mean.ShouldBe(20.98);
        distribution.Quantile(1, 2).ShouldBe(1);
        distribution.Quantile(99, 100).ShouldBe(1_000);
        distribution.Max.ShouldBe(1_000);
    }

    [Fact]
    public void A_range_holds_its_upper_edge() =>
        new Distribution([(7, 1), (8, 2), (14, 4), (400, 8)]).Histogram([7, 14]).ShouldBe([1, 6, 8]);

    [Fact]
    public void An_empty_distribution_has_no_mean_and_no_median()
    {
        var empty = new Distribution([]);
        empty.Mean.ShouldBeNull();
        empty.Quantile(1, 2).ShouldBeNull();
        empty.Max.ShouldBeNull();
    }
}
