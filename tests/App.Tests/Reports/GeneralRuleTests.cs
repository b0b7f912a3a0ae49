using System.Globalization;
using Danke.Platform.Problems;
using Danke.Reports;
using Danke.Reports.Channels;
using Danke.Reports.Cohorts;
using Danke.Reports.Gmv;
using Danke.Reports.Overview;
using Danke.Reports.Points;
using Danke.Reports.Repurchase;
using Danke.Reports.Retention;
using Danke.Reports.Rfm;

namespace Danke.App.Tests.Reports;

/// <summary>The rules that hold for every report (G1 to G10), each on rows made for it.</summary>
[Collection(nameof(InsightChild))]
public sealed class GeneralRuleTests(InsightChild child)
{
    private async Task<ShopRows> Shop() => new(await child.NewDatabase());

    private static async Task<T> Ask<T>(ShopRows shop, string report, object parameters, TimeProvider? clock = null) where T : ReportAnswer =>
        (T)await shop.Database.Reports(clock: clock).Run(report, Of(parameters), default);

    private static ReportParameters Of(object parameters) =>
        ReportParameters.Of(parameters.GetType().GetProperties().Select(p => (p.Name, p.GetValue(parameters)!.ToString()!)));

    [Theory]
    [InlineData("UTC", "2026-01-01")]
    [InlineData("Asia/Shanghai", "2026-02-01")]
    public async Task G1_a_day_is_a_day_of_the_business_zone(string zone, string month)
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-01-31T16:30:00Z", 100);

        var overview = await Ask<OverviewAnswer>(shop, "overview", new { as_of = "2026-03-10", zone });

        overview.Months.Where(m => m.Orders > 0).ShouldHaveSingleItem().From.ShouldBe(DateOnly.Parse(month));
    }

    [Fact]
    public async Task G2_currencies_are_never_added()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01", 100);
        await shop.Sale(1, "2026-03-02", 700, currency: "USD");
        await shop.Sale(2, "2026-03-02", 900, currency: "USD");

        var yuan = await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10" });
        var dollars = await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10", currency = "USD" });

        (yuan.Currency, yuan.Gmv.Now.SalesMinor).ShouldBe(("CNY", 100));
        yuan.OtherCurrencies.ShouldBe([new OtherCurrency("USD", 2)]);
        (dollars.Currency, dollars.Gmv.Now.SalesMinor, dollars.Gmv.Now.Buyers).ShouldBe(("USD", 1_600, 2));
        dollars.OtherCurrencies.ShouldBe([new OtherCurrency("CNY", 1)]);
    }

    [Fact]
    public async Task G2_without_sales_in_the_brands_currency_the_most_frequent_one_is_shown()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-02", 700, currency: "USD");

        (await Ask<GmvAnswer>(shop, "gmv", new { })).Currency.ShouldBe("USD");
    }

    [Fact]
    public async Task G3_the_as_of_day_is_asked_for_or_the_datas_own_and_never_now()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01T04:00:00Z", 100);
        await shop.Sale(1, "2026-03-05T04:00:00Z", 100);

        var early = await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-03", person = 1 });
        (early.AsOf, early.Items![0].Frequency, early.Items[0].RecencyDays).ShouldBe((new DateOnly(2026, 3, 3), 1, 2));

        foreach (var today in new[] { "2026-04-01", "2026-11-01" })
        {
            var whenever = await Ask<RfmAnswer>(shop, "rfm", new { person = 1 }, new SetTime(today));
            (whenever.AsOf, whenever.Items![0].Frequency, whenever.Items[0].RecencyDays).ShouldBe((new DateOnly(2026, 3, 5), 2, 0));
        }
    }

    [Fact]
    public async Task G3_what_became_known_later_is_not_known_yet()
    {
        var shop = await Shop();
        var order = await shop.Sale(1, "2026-03-01", 100);
        await shop.Refund(1, order, "2026-03-08", 100);
        await shop.Order(2, "2026-03-01", 100, paidAt: "2026-03-09");

        (await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-07" })).Persons.ShouldBe(1);                     // not refunded, not paid yet
        (await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-08" })).Persons.ShouldBe(0);
        (await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-09", person = 2 })).Items!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task G4_cancelled_and_unpaid_orders_count_nowhere()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01", 100);
        await shop.Order(2, "2026-03-02", 900, status: "closed", sale: false);
        await shop.Order(3, "2026-03-03", 900, status: "placed", sale: false);

        var overview = await Ask<OverviewAnswer>(shop, "overview", new { as_of = "2026-03-10" });

        (overview.Now.Orders, overview.Now.SalesMinor, overview.Now.NetMinor, overview.Now.Buyers).ShouldBe((1, 100, 100, 1));
        overview.Totals.All.ShouldBe(new TotalsRow(1, 1, 1, 100, 100));
    }

    [Fact]
    public async Task G4_a_refund_is_at_its_own_date_in_cash_and_at_the_orders_in_cohorts()
    {
        var shop = await Shop();
        var order = await shop.Sale(1, "2026-01-10", 1_000);
        await shop.Sale(1, "2026-02-10", 500);
        await shop.Refund(1, order, "2026-02-20", 300);

        var overview = await Ask<OverviewAnswer>(shop, "overview", new { as_of = "2026-03-10" });
        var cohorts = await Ask<CohortsAnswer>(shop, "cohorts", new { as_of = "2026-03-10" });

        overview.Months.Take(2).Select(m => m.NetMinor).ShouldBe([1_000, 200]);
        cohorts.Cohorts[0].Cells.Take(2).Select(c => c.NetMinor).ShouldBe([700, 500]);
        (cohorts.View, cohorts.Basis).ShouldBe(("sales", "order_date"));
    }

    [Fact]
    public async Task G4_refunds_that_name_no_order_are_said_and_put_in_no_cohort()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-01-10", 1_000);
        await shop.Refund(1, 0, "2026-02-20", 300);

        var cohorts = await Ask<CohortsAnswer>(shop, "cohorts", new { as_of = "2026-03-10" });

        cohorts.UnlinkedRefundsMinor.ShouldBe(300);
        cohorts.Cohorts[0].Cells[0].NetMinor.ShouldBe(1_000);
    }

    [Fact]
    public async Task G5_an_order_refunded_in_full_is_a_sale_and_no_purchase()
    {
        var shop = await Shop();
        var returned = await shop.Sale(1, "2026-01-10", 1_000);
        await shop.Refund(1, returned, "2026-01-12", 1_000);
        await shop.Sale(1, "2026-02-10", 500);
        var partly = await shop.Sale(1, "2026-02-20", 400);
        await shop.Refund(1, partly, "2026-02-21", 399);

        var rfm = await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-10", person = 1 });
        var cohorts = await Ask<CohortsAnswer>(shop, "cohorts", new { as_of = "2026-03-10" });
        var retention = await Ask<RetentionAnswer>(shop, "retention", new { as_of = "2026-03-10" });
        var gmv = await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10", from = "2026-01-01", to = "2026-03-01" });

        rfm.Items![0].Frequency.ShouldBe(2);
        cohorts.Cohorts.ShouldHaveSingleItem().Month.ShouldBe(new DateOnly(2026, 2, 1));
        retention.Cohorts.ShouldHaveSingleItem().Size.ShouldBe(1);
        gmv.Gmv.Now.ShouldBe(new GmvPeriod(1, 1, 2, 900, 0, 1_000));
        gmv.Gmv.Now.SalesMinor.ShouldBe(1_900);
    }

    [Fact]
    public async Task G6_guests_count_in_sales_and_in_no_figure_about_members_and_the_coverage_says_so()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01", 300);
        await shop.Sale(0, "2026-03-02", 700);

        var gmv = await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10" });

        gmv.Gmv.Now.ShouldBe(new GmvPeriod(1, 1, 1, 300, 700, 0));
        gmv.Gmv.Contributions.PersonsMinor.ShouldBe(300);
        gmv.Gmv.Contributions.GuestsMinor.ShouldBe(700);
        gmv.Gmv.ChangeMinor.ShouldBe(1_000);
        (gmv.Coverage.ShareOfSales, gmv.Coverage.ShareOfOrders).ShouldBe((.3, .5));
        (await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-10" })).Persons.ShouldBe(1);
        (await Ask<ChannelsAnswer>(shop, "channels", new { as_of = "2026-03-10" })).Rows[0].Buyers.ShouldBe(1);
    }

    [Fact]
    public async Task G6_a_guests_order_that_finds_its_person_later_is_restated()
    {
        var shop = await Shop();
        var order = await shop.Sale(0, "2026-03-02", 700);
        await shop.Database.Delete("orders", $"order_id = {order}");
        await shop.Order(5, "2026-03-02", 700, id: order);

        var gmv = await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10" });

        gmv.Gmv.Now.ShouldBe(new GmvPeriod(1, 1, 1, 700, 0, 0));
        gmv.Insight.LagEvents.ShouldBe(3);
        gmv.Insight.LagSeconds.ShouldBe(1.5);
    }

    [Fact]
    public async Task G7_orders_of_one_day_are_one_only_where_the_metric_says_so()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01T02:00:00Z", 100);
        await shop.Sale(1, "2026-03-01T09:00:00Z", 100);
        await shop.Sale(1, "2026-03-04T09:00:00Z", 100);

        (await Ask<RfmAnswer>(shop, "rfm", new { as_of = "2026-03-10", person = 1 })).Items![0].Frequency.ShouldBe(3);
        var repurchase = await Ask<RepurchaseAnswer>(shop, "repurchase", new { as_of = "2026-03-10" });
        (repurchase.Gaps.Gaps, repurchase.Gaps.MeanDays).ShouldBe((1, 3));
        repurchase.SecondPurchase.MedianDays.ShouldBe(3);
    }

    [Fact]
    public async Task G8_the_first_months_of_data_are_marked_left_censored()
    {
        var shop = await Shop();
        foreach (var month in new[] { "2025-11", "2025-12", "2026-01" }) await shop.Sale(month.GetHashCode() & 0xffff, month + "-10", 100);

        var one = await Ask<CohortsAnswer>(shop, "cohorts", new { as_of = "2026-03-10" });
        var two = await Ask<CohortsAnswer>(shop, "cohorts", new { as_of = "2026-03-10", censored_months = 2 });

        one.Cohorts.Select(c => c.LeftCensored).ShouldBe([true, false, false]);
        two.Cohorts.Select(c => c.LeftCensored).ShouldBe([true, true, false]);
    }

    [Fact]
    public async Task G9_a_period_that_is_not_over_is_not_complete()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-01-10", 100);
        await shop.Sale(1, "2026-03-05", 100);

        var overview = await Ask<OverviewAnswer>(shop, "overview", new { as_of = "2026-03-10", from = "2026-03-01", to = "2026-04-01" });
        var cohorts = await Ask<CohortsAnswer>(shop, "cohorts", new { as_of = "2026-03-10" });

        overview.Complete.ShouldBeFalse();
        overview.Previous.Complete.ShouldBeTrue();
        overview.Months.Select(m => m.Complete).ShouldBe([true, true, false]);
        overview.Days.Count.ShouldBe(10);
        cohorts.Cohorts[0].Cells.Select(c => (c.Buyers, c.Complete)).ShouldBe([(1, true), (0, true), (1, false)]);
    }

    [Fact]
    public async Task G9_today_is_not_over()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-10T01:00:00Z", 100);

        var today = await Ask<OverviewAnswer>(shop, "overview", new { }, new SetTime("2026-03-10T06:00:00Z"));
        var tomorrow = await Ask<OverviewAnswer>(shop, "overview", new { }, new SetTime("2026-03-11T06:00:00Z"));

        (today.AsOf, today.Complete, today.Days[^1].Complete).ShouldBe((new DateOnly(2026, 3, 10), false, false));
        (tomorrow.AsOf, tomorrow.Complete, tomorrow.Days[^1].Complete).ShouldBe((new DateOnly(2026, 3, 10), true, true));
    }

    [Fact]
    public async Task G10_ties_are_broken_by_person_and_pages_neither_repeat_nor_lose_anybody()
    {
        var shop = await Shop();
        for (var person = 1; person <= 7; person++) await shop.Sale(person, "2026-03-01", person == 4 ? 900 : 500);

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await Ask<RfmAnswer>(shop, "rfm", cursor is null ? new { as_of = "2026-03-10", people = true, limit = 3 } : new { as_of = "2026-03-10", people = true, limit = 3, cursor });
            seen.AddRange(page.Items!.Select(p => p.PersonId));
            page.Items!.Where(p => p.PersonId != 4).Select(p => (p.R, p.F, p.M)).Distinct().Count().ShouldBeLessThanOrEqualTo(1);
            cursor = page.Next;
        }
        while (cursor is not null);

        seen.ShouldBe([4, 1, 2, 3, 5, 6, 7]);
    }

    [Fact]
    public async Task Points_move_from_opening_to_closing_without_a_rest()
    {
        var shop = await Shop();
        await shop.Points(1, "earn_pending", 500, 0, "2026-01-05");
        await shop.Points(1, "activate", -500, 500, "2026-01-20");
        await shop.Points(1, "spend", 0, -200, "2026-02-01");
        await shop.Points(1, "adjust", 0, 50, "2026-02-02");
        await shop.Points(1, "expire", 0, -30, "2026-02-10");
        await shop.Points(2, "claw_back", 0, -40, "2026-02-11");
        await shop.Points(2, "something_new", 0, -1, "2026-02-11");
        await shop.Points(3, "activate", 0, 999, "2026-02-11", program: "other");

        var points = await Ask<PointsAnswer>(shop, "points", new { as_of = "2026-02-28" });

        points.Balances.ShouldBe(new PointsBalances(Liability: 320, Debt: 41, Pending: 0, Holders: 1, Debtors: 1));
        points.Months.Select(m => (m.Opening, m.Closing)).ShouldBe([(0, 500), (500, 279)]);
        points.Months[1].Moves.ShouldBe(new PointsMoves(0, 50, 0, 200, 30, 40, -1, 0, 0));
        (points.Program, points.OtherPrograms.Single(), points.View).ShouldBe(("default", "other", "points"));
    }

    [Fact]
    public async Task Members_are_who_joined_or_bought()
    {
        var shop = await Shop();
        await shop.Member(1, "2026-02-01");
        await shop.Member(2, "2026-03-20");
        await shop.Member(3, "2026-02-01", state: "left");
        await shop.Sale(4, "2026-03-01", 100);

        (await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10" })).Gmv.Now.ShouldBe(new GmvPeriod(2, 1, 1, 100, 0, 0));
    }

    [Fact]
    public async Task Shared_buyers_of_channels_are_counted_in_pairs()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01", 100, channel: "tmall");
        await shop.Sale(1, "2026-03-02", 100, channel: "jd");
        await shop.Sale(2, "2026-03-02", 300, channel: "jd");
        await shop.Sale(0, "2026-03-02", 500, channel: "jd");

        var channels = await Ask<ChannelsAnswer>(shop, "channels", new { as_of = "2026-03-10" });

        channels.Rows.Select(r => (r.Channel, r.Orders, r.Buyers, r.NewBuyers)).ShouldBe([("jd", 3, 2, 1), ("tmall", 1, 1, 1)]);
        channels.Overlap.ShouldBe([new("jd", "jd", 2), new("jd", "tmall", 1), new("tmall", "tmall", 1)]);
        channels.Breadth.ShouldBe([new(1, 1, 1, 300), new(2, 1, 2, 200)]);
        (await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10", channel = "tmall" })).Gmv.Now.SalesMinor.ShouldBe(100);
    }

    [Theory]
    [InlineData("overview"), InlineData("gmv"), InlineData("rfm"), InlineData("cohorts"), InlineData("retention"), InlineData("repurchase"), InlineData("stage-flow"), InlineData("points"), InlineData("channels")]
    public async Task A_brand_without_a_single_order_gets_an_answer(string report)
    {
        var answer = await Ask<ReportAnswer>(await Shop(), report, new { });
        (answer.Report, answer.Currency, answer.Coverage.ShareOfSales).ShouldBe((report, "CNY", null));
    }

    [Theory]
    [InlineData("gmv", "from", "2026-03-01", "period_incomplete")]
    [InlineData("gmv", "as_of", "yesterday", "bad_day")]
    [InlineData("gmv", "zone", "Mars/Olympus", "unknown_zone")]
    [InlineData("gmv", "currency", "yuan", "bad_currency")]
    [InlineData("gmv", "r_edges", "1", "unknown_parameter")]
    [InlineData("rfm", "r_edges", "3,2", "bad_edges")]
    [InlineData("rfm", "person", "0", "bad_number")]
    [InlineData("rfm", "view", "gross", "bad_choice")]
    [InlineData("rfm", "cursor", "1", "bad_cursor")]
    [InlineData("cohorts", "censored_months", "-1", "bad_number")]
    [InlineData("nothing", "as_of", "2026-03-01", "no_such_report")]
    public async Task What_a_report_does_not_understand_is_refused_with_a_code(string report, string name, string value, string code)
    {
        var parameters = ReportParameters.Of(name == "cursor" ? [(name, value), ("people", "true")] : [(name, value)]);
        var shop = await Shop();
        (await Should.ThrowAsync<ProblemException>(() => shop.Database.Reports().Run(report, parameters, default))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task What_a_caller_writes_is_a_value_and_never_part_of_the_question()
    {
        var shop = await Shop();
        await shop.Sale(1, "2026-03-01", 100);

        (await Ask<GmvAnswer>(shop, "gmv", new { as_of = "2026-03-10", channel = "' or 1=1 -- \\" })).Gmv.Now.SalesMinor.ShouldBe(0);
    }

    private sealed class SetTime(string now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
