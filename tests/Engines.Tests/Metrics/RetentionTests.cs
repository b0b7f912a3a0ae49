using Danke.Engines.Metrics;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Metrics;

public class RetentionTests
{
    [Fact]
    public void Pooling_is_over_complete_periods_only()
    {
        var pooled = Retention.Pool(
        [
            new("2026-01", 1_000, 0, 1_000, 1_000, true), new("2026-01", 1_000, 1, 500, 500, true),
            new("2026-02", 500, 0, 500, 500, true), new("2026-02", 500, 1, 400, 400, true),
            new("2026-03", 700, 0, 700, 700, true), new("2026-03", 700, 1, 10, 10, false),
        ]);

        pooled[1].ShouldBe(new PooledRetention(1, 2, 1_500, 900, 900, .6));
        pooled[1].ReturnOn.ShouldBe(.6);
    }

    [Fact]
    public void An_incomplete_period_is_never_pooled() => Retention.Pool([new("2026-03", 700, 0, 700, 700, false)]).ShouldBeEmpty();

    [Fact]
    public void The_plain_share_may_rise_when_a_weak_cohort_drops_out_and_the_linked_one_does_not()
    {
        var pooled = Retention.Pool(
        [
            new("strong", 100, 0, 100, 100, true), new("strong", 100, 1, 80, 90, true), new("strong", 100, 2, 80, 80, true),
            new("weak", 100, 0, 100, 100, true), new("weak", 100, 1, 10, 10, true),
        ]);

        pooled.Select(p => p.ReturnOnOrAfter).ShouldBe([1, .5, .8]);
        pooled.Select(p => Math.Round(p.OnOrAfterLinked, 6)).ShouldBe([1, .5, .444444]);
    }

    [Fact]
    public void The_linked_share_never_increases() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Cohorts()), cohorts =>
        {
            var linked = Retention.Pool(cohorts).Select(p => p.OnOrAfterLinked).ToArray();
            return linked.Zip(linked.Skip(1)).All(step => step.Second <= step.First + 1e-12);
        }));

    private static Gen<CohortPeriod[]> Cohorts() =>
        from sizes in Gen.Choose(1, 1_000).ArrayOf(8)
        from losses in Gen.Choose(0, 100).ArrayOf(64)
        select sizes.SelectMany((size, i) => Later(size, losses.Skip(i * 8).Take(8 - i)).Select((later, offset) =>
            new CohortPeriod($"c{i}", size, offset, later, later, true))).ToArray();

    private static IEnumerable<long> Later(long size, IEnumerable<int> lossPercents)
    {
        yield return size;
        foreach (var percent in lossPercents) yield return size -= size * percent / 100;
    }
}
