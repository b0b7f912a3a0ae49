using Danke.App.Tests.Fixtures;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Insight;

namespace Danke.App.Tests.Insight;

public class RebuildTests
{
    [Theory, OnBothBooks]
    public async Task A_rebuild_gives_what_feeding_gave(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders([.. Enumerable.Range(1, 3_000).Select(i => InsightFixture.Order(i, person: i % 50, i, 2 * i))]);
        await insight.Change(["update orders set person_id = 60 where order_id = 100"], new Announcement("t", "orders", 100, WasPerson: 0));
        var fed = await insight.Ask(AllRows, r => (r.Long(0), r.Long(1), r.Long(2)));
        var seen = new List<RebuildProgress>();
        await insight.Feeder.Rebuild(new Progress<RebuildProgress>(p => { lock (seen) seen.Add(p); }));

        (await insight.Ask(AllRows, r => (r.Long(0), r.Long(1), r.Long(2)))).ShouldBe(fed);
        (await insight.Get<InsightAudit>().Compare()).ShouldAllBe(t => t.SameContent);
        (await insight.Count("select count() from system.tables where database = currentDatabase() and name like '%__new'")).ShouldBe(0);
        lock (seen) seen.ShouldContain(p => p.Table == "orders" && p.TableRows == 3_000);
    }

    private const string AllRows = """
        select person_id, cityHash64(order_id, total_minor, sales_minor, ordered_at) % 1000000007 as h, 0 as line from orders final
        union all select person_id, cityHash64(order_id, sku, amount_minor) % 1000000007, toInt64(line_no) from order_lines final
        order by 1, 2, 3
        """;

    [Theory, OnBothBooks]
    public async Task Changes_during_a_rebuild_are_not_lost(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders([.. Enumerable.Range(1, 20_000).Select(i => InsightFixture.Order(i, person: i % 500 + 1, 10))]);
        await insight.CaughtUp();
        var rebuilding = insight.Feeder.Rebuild();
        var next = 20_001;
        while (!rebuilding.IsCompleted)
        {
            var changed = next - 20_000;
            await insight.PutOrders(InsightFixture.Order(next++, person: 1, 10), InsightFixture.Order(changed, person: changed % 500 + 1, 999));
            await Task.Delay(5);
        }
        await rebuilding;

        (await insight.Count("select count() from orders final")).ShouldBe(next - 1);
        (await insight.Get<InsightAudit>().Compare()).ShouldAllBe(t => t.SameContent);
        (await insight.Count("select countIf(total_minor = 999) from orders final where order_id <= 20000")).ShouldBe(next - 20_001);
    }

    [Theory, OnBothBooks]
    public async Task The_audit_says_what_differs(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 100), InsightFixture.Order(2, person: 7, 50));
        await insight.CaughtUp();
        (await insight.Get<InsightAudit>().Compare()).ShouldAllBe(t => t.Difference == null);
        await insight.Books.Write(t => t.Execute("update orders set total_minor = 120 where order_id = 1"));
        await insight.Client.Execute("insert into refunds (person_id, refund_id, amount_minor, version) values (1, 1, 5, 1)");

        var differences = (await insight.Get<InsightAudit>().Compare()).Select(t => t.Difference).OfType<string>().ToList();
        differences.ShouldBe(["orders (Books / Insight): total_minor 170 / 150", "refunds (Books / Insight): rows 0 / 1, amount_minor 0 / 5"]);
    }

    [Fact]
    public async Task Tables_that_are_declared_differently_are_built_anew_at_the_start()
    {
        await using var insight = await InsightFixture.New(Dialect.Sqlite);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 100));
        await insight.CaughtUp();
        await insight.Client.Execute("insert into insight_facts select 'schema', 'of an older version', 999999");
        await insight.Client.Execute("alter table orders drop column currency");
        await insight.Restart();

        (await insight.Ask("select currency from orders final", r => r.Text(0))).ShouldBe(["CNY"]);
    }
}
