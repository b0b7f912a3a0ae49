using Danke.Engines.Demo;
using NodaTime;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Demo;

/// <summary>The generated customers follow the models that the documentation says they follow.</summary>
public sealed class DemoStatisticsTests(DemoHistory history) : IClassFixture<DemoHistory>
{
    private static readonly DemoModel Model = DemoModel.Default;

    [Fact]
    public void Without_drop_out_repeat_purchases_are_negative_binomial()
    {
        var buyers = DemoHistory.Of(DemoHistory.Plan with { Model = Model with { DropsOut = false } }).Repeats();
        double r = Model.RateShape, alpha = Model.RateAlphaDays;

        // Each buyer has a different time, so each is measured against the mean and variance of its own.
        (buyers.Sum(b => b.Repeats) / buyers.Sum(b => r * b.Time / alpha)).ShouldBe(1, 0.05);
        var deviation = buyers.Sum(b => (b.Repeats - r * b.Time / alpha) * (b.Repeats - r * b.Time / alpha));
        var variance = buyers.Sum(b => r * b.Time / alpha + r * b.Time * b.Time / (alpha * alpha));
        (deviation / variance).ShouldBe(1, 0.12);

        // Poisson buyers would leave far fewer without a repeat.
        var without = buyers.Average(b => Math.Pow(alpha / (alpha + b.Time), r));
        (buyers.Count(b => b.Repeats == 0) / (double)buyers.Count).ShouldBe(without, 0.02);
        buyers.Average(b => Math.Exp(-r * b.Time / alpha)).ShouldBeLessThan(without / 1.5);
    }

    // MBG/NBD: P(no repeat in t) = p + (1 - p) (alpha / (alpha + t))^r with p the mean drop-out chance.
    [Fact]
    public void One_time_buyers_are_as_many_as_the_model_says()
    {
        var buyers = history.Repeats();
        var p = Model.DropOutA / (Model.DropOutA + Model.DropOutB);
        var expected = buyers.Average(b => p + (1 - p) * Math.Pow(Model.RateAlphaDays / (Model.RateAlphaDays + b.Time), Model.RateShape));
        var actual = buyers.Count(b => b.Repeats == 0) / (double)buyers.Count;
        actual.ShouldBe(expected, 0.02);
        actual.ShouldBeInRange(0.40, 0.60);
    }

    [Fact]
    public void Customers_of_a_full_year_come_back_and_drop_out_keeps_them_from_coming_for_ever()
    {
        var yearOld = history.Repeats().Where(b => b.Time > 366).ToList();
        (yearOld.Count(b => b.Repeats > 0) / (double)yearOld.Count).ShouldBeInRange(0.5, 0.75);
        var lasting = yearOld.Average(b => Model.RateShape * b.Time / Model.RateAlphaDays);
        yearOld.Average(b => b.Repeats).ShouldBeInRange(0.25 * lasting, 0.6 * lasting);
    }

    [Fact]
    public void Baskets_reach_the_gamma_values_they_aim_at()
    {
        var values = history.Paid.Select(o => (double)DemoHistory.OrderOf(o).Lines.Sum(l => l.Quantity * l.Article.PriceMinor)).ToList();
        var mean = values.Average();
        mean.ShouldBe(Model.MeanValueMinor, 0.07 * Model.MeanValueMinor);

        double p = Model.ValueShape, q = Model.ValueSpread;
        var expected = Math.Sqrt((1 + 1 / p) * (q - 1) / (q - 2) - 1);
        (Math.Sqrt(values.Average(v => (v - mean) * (v - mean))) / mean).ShouldBe(expected, 0.15 * expected);
    }

    [Fact]
    public void Baskets_have_one_to_five_lines()
    {
        var lines = history.Paid.Select(o => DemoHistory.OrderOf(o).Lines.Length).ToList();
        lines.Distinct().Order().ShouldBe([1, 2, 3, 4, 5]);
        lines.Average().ShouldBeInRange(1.8, 2.6);
    }

    [Fact]
    public void Categories_follow_Zipf()
    {
        var counts = history.Paid.SelectMany(o => DemoHistory.OrderOf(o).Lines).CountBy(l => l.Article.Category).ToDictionary();
        var points = DemoCatalogue.Instance.Categories.Select((c, i) => (X: Math.Log(i + 1), Y: Math.Log(counts[c]))).ToList();
        double mx = points.Average(p => p.X), my = points.Average(p => p.Y);
        var slope = points.Sum(p => (p.X - mx) * (p.Y - my)) / points.Sum(p => (p.X - mx) * (p.X - mx));
        slope.ShouldBe(-DemoCatalogue.CategoryExponent, 0.12);
    }

    [Theory]
    [InlineData(6, 18, 2.0), InlineData(11, 11, 4.0)]
    public void Festivals_stand_out_from_ordinary_weeks(int month, int day, double times)
    {
        foreach (var year in new[] { 2024, 2025 })
        {
            var festival = new LocalDate(year, month, day);
            var ordinary = OrdersBetween(festival.PlusDays(-60), festival.PlusDays(-30)) / 30.0;
            (OrdersBetween(festival, festival.PlusDays(1)) / ordinary).ShouldBeGreaterThan(times);
        }
    }

    [Fact]
    public void The_lunar_new_year_is_quiet()
    {
        var newYear = new LocalDate(2025, 1, 29);
        var week = OrdersBetween(newYear.PlusDays(-2), newYear.PlusDays(5)) / 7.0;
        week.ShouldBeLessThan(0.55 * OrdersBetween(newYear.PlusDays(-50), newYear.PlusDays(-22)) / 28.0);
    }

    [Fact]
    public void The_brand_grows_and_wins_members_every_month()
    {
        var joined = history.Of<DemoFact.Joined>().CountBy(j => history.DateOf(j.Event).ToYearMonth()).ToDictionary();
        joined.Count.ShouldBe(24);
        joined.Values.Min().ShouldBeGreaterThan(6_000 / 24 / 3);
        OrdersBetween(new(2025, 1, 1), new(2026, 1, 1)).ShouldBeGreaterThan(OrdersBetween(new(2024, 1, 1), new(2025, 1, 1)) * 3 / 2);
    }

    [Fact]
    public void All_six_channels_sell_and_buyers_overlap()
    {
        var orders = history.Paid.CountBy(o => o.Channel).ToDictionary(c => c.Key, c => c.Value / (double)history.Paid.Count);
        orders.Keys.Order().ShouldBe(["douyin", "jd", "store", "tmall", "wechat", "youzan"]);
        orders.Values.Min().ShouldBeGreaterThan(0.04);
        orders["tmall"].ShouldBeInRange(0.25, 0.42);

        var repeaters = history.Paid.Where(o => o.Person >= 0).GroupBy(o => o.Person).Where(g => g.Count() > 1).ToList();
        (repeaters.Count(g => g.DistinctBy(o => o.Channel).Count() > 1) / (double)repeaters.Count).ShouldBeInRange(0.25, 0.5);
        history.Paid.Where(o => o.Channel == "store").Average(o => o.Person < 0 ? 1 : 0).ShouldBeInRange(0.2, 0.4);
    }

    [Fact]
    public void Refunds_are_six_in_a_hundred_online()
    {
        var online = history.Paid.Count(o => o.Channel != "store");
        var refunds = history.Of<DemoFact.Refunded>().Where(r => r.Event.Channel != "store").ToList();
        (refunds.Count / (double)online).ShouldBe(0.06, 0.008);

        var totals = history.Paid.ToDictionary(o => DemoHistory.OrderOf(o).Number, o => DemoHistory.OrderOf(o).TotalMinor);
        refunds.Average(r => r.Fact.AmountMinor == totals[r.Fact.Order] ? 1 : 0).ShouldBeInRange(0.5, 0.8);

        var completed = history.Of<DemoFact.OrderStepped>().Where(s => s.Fact.Step == DemoStep.Completed).ToDictionary(s => s.Fact.Order.Number, s => s.Event.AtMs);
        refunds.Average(r => completed.TryGetValue(r.Fact.Order, out var at) && at < r.Event.AtMs ? 1 : 0).ShouldBeInRange(0.1, 0.3);
    }

    private int OrdersBetween(LocalDate from, LocalDate until) => history.Paid.Count(o => history.DateOf(o) >= from && history.DateOf(o) < until);
}
