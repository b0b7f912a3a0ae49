using Danke.Engines.Metrics;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Metrics;

public class KaplanMeierTests
{
    // Freireich's 6-MP arm (remission in weeks; Kaplan-Meier's standard example): 6,6,6,6+,7,9+,10,10+,11+,13,16,17+,19+,20+,22,23,25+,32+,32+,34+,35+.
    private static readonly KaplanMeier Remission = KaplanMeier.Estimate(
    [
        new(6, 3, 1), new(7, 1, 0), new(9, 0, 1), new(10, 1, 1), new(11, 0, 1), new(13, 1, 0), new(16, 1, 0), new(17, 0, 1), new(19, 0, 1),
        new(20, 0, 1), new(22, 1, 0), new(23, 1, 0), new(25, 0, 1), new(32, 0, 2), new(34, 0, 1), new(35, 0, 1),
    ]);

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, .8571)]
    [InlineData(7, .8067)]
    [InlineData(10, .7529)]
    [InlineData(13, .6902)]
    [InlineData(16, .6275)]
    [InlineData(22, .5378)]
    [InlineData(23, .4482)]
    [InlineData(35, .4482)]
    public void The_standard_example_is_reproduced(long week, double survival) => Remission.SurvivalAt(week)!.Value.ShouldBe(survival, 5e-5);

    [Fact]
    public void Standard_errors_are_Greenwoods()
    {
        Remission.Points.Single(p => p.Days == 6).StandardError.ShouldBe(.0764, 5e-5);
        Remission.Points.Single(p => p.Days == 23).StandardError.ShouldBe(.1346, 5e-5);
    }

    [Fact]
    public void The_median_is_the_first_day_at_or_below_half() => Remission.MedianDays.ShouldBe(23);

    [Fact]
    public void A_median_that_was_not_reached_is_not_invented() => KaplanMeier.Estimate([new(5, 1, 0), new(9, 0, 3)]).MedianDays.ShouldBeNull();

    [Fact]
    public void Nothing_is_known_beyond_the_last_observation() => Remission.SurvivalAt(36).ShouldBeNull();

    [Fact]
    public void Those_who_have_not_come_back_yet_lengthen_the_estimate()
    {
        var naive = KaplanMeier.Estimate([new(10, 5, 0), new(20, 5, 0)]);
        var honest = KaplanMeier.Estimate([new(10, 5, 0), new(20, 5, 0), new(30, 0, 20)]);

        naive.MedianDays.ShouldBe(10);
        honest.MedianDays.ShouldBeNull();
    }

    [Fact]
    public void No_persons_make_no_curve()
    {
        var empty = KaplanMeier.Estimate([]);
        empty.Persons.ShouldBe(0);
        empty.SurvivalAt(0).ShouldBeNull();
        empty.MedianDays.ShouldBeNull();
    }
}
