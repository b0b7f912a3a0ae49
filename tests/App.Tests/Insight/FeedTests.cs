using System.Text.Json.Nodes;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Insight;
using Danke.Platform.Outbox;

namespace Danke.App.Tests.Insight;

public class FeedTests
{
    [Theory, OnBothBooks]
    public async Task Announced_orders_and_their_lines_appear_in_Insight(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 100, 250), InsightFixture.Order(2, person: 8, 40));

        var orders = await insight.Ask("select person_id, order_id, total_minor, sales_minor, is_sale, status, toUnixTimestamp64Milli(ordered_at) from orders final order by order_id",
            r => (r.Long(0), r.Long(1), r.Long(2), r.Long(3), r.Long(4), r.Text(5), r.Long(6)));
        orders.ShouldBe([(7, 1, 350, 350, 1, "paid", 1_700_000_000_001), (8, 2, 40, 40, 1, "paid", 1_700_000_000_002)]);
        var lines = await insight.Ask("select order_id, line_no, sku, category, amount_minor from order_lines final order by order_id, line_no",
            r => (r.Long(0), r.Long(1), r.Text(2), r.Text(3), r.Long(4)));
        lines.ShouldBe([(1, 1, "SKU\n0", "cat", 100), (1, 2, "SKU\n1", "cat", 250), (2, 1, "SKU\n0", "cat", 40)]);
        insight.Feeder.Status.State.ShouldBe(InsightPhase.Feeding);
        insight.Feeder.Status.LagEvents.ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task A_change_replaces_what_was_there(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 100));
        await insight.CaughtUp();
        await insight.Change(["update orders set total_minor = 60, refunded_minor = 40 where order_id = 1"], new Announcement("orders.order_refunded.v1", "orders", 1));

        (await insight.Ask("select total_minor, refunded_minor, status from orders final", r => (r.Long(0), r.Long(1), r.Text(2)))).ShouldBe([(60, 40, "partly_refunded")]);
    }

    [Theory, OnBothBooks]
    public async Task An_order_rewritten_with_fewer_lines_loses_the_others(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 10, 20, 30), InsightFixture.Order(2, person: 7, 5, 6));
        await insight.CaughtUp();
        var shorter = InsightFixture.Order(1, person: 7, 60).Lines;
        await insight.Change([$"update orders set lines = '{shorter}' where order_id = 1"],
            new Announcement("orders.order_placed.v1", "orders", 1, new JsonObject { ["fewer_rows"] = true }));

        (await insight.Ask("select order_id, line_no, amount_minor from order_lines final order by 1, 2", r => (r.Long(0), r.Long(1), r.Long(2))))
            .ShouldBe([(1, 1, 60), (2, 1, 5), (2, 2, 6)]);
    }

    [Theory, OnBothBooks]
    public async Task A_guests_order_moves_to_the_person_who_claims_it(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 0, 10, 20), InsightFixture.Order(2, person: 0, 5));
        await insight.CaughtUp();
        await insight.Change(["update orders set person_id = 9 where order_id = 1"], new Announcement("orders.order_completed.v1", "orders", 1, WasPerson: 0));

        (await insight.Ask("select person_id, order_id from orders final order by order_id", r => (r.Long(0), r.Long(1)))).ShouldBe([(9, 1), (0, 2)]);
        (await insight.Ask("select person_id, order_id, line_no from order_lines final order by 2, 3", r => (r.Long(0), r.Long(1), r.Long(2)))).ShouldBe([(9, 1, 1), (9, 1, 2), (0, 2, 1)]);
    }

    [Theory, OnBothBooks]
    public async Task When_persons_unite_every_row_of_one_moves_to_the_other(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.Change([PersonSql(1), PersonSql(2), PersonSql(3), ConsentSql(2, "sms"), ConsentSql(3, "email")],
            [.. new[] { 1L, 2L, 3L }.Select(p => new Announcement("persons.person_created.v1", "persons", p)), new Announcement("persons.consent_changed.v1", "consents", 2)]);
        await insight.PutOrders(InsightFixture.Order(1, person: 1, 10), InsightFixture.Order(2, person: 2, 20, 21), InsightFixture.Order(3, person: 3, 30));
        await insight.CaughtUp();

        // 2 goes into 1, and 1 into 3, between two looks of the feeder.
        await insight.Change(
            [
                "update persons set state = 'merged', merged_into = 1 where person_id = 2", "update persons set state = 'merged', merged_into = 3 where person_id = 1",
                "update orders set person_id = 3", "update consents set person_id = 3",
            ],
            Merge(2, 1), Merge(1, 3));

        (await insight.Ask("select person_id, groupArray(order_id) from (select * from orders final order by order_id) group by person_id", r => (r.Long(0), string.Join(',', r.Longs(1)))))
            .ShouldBe([(3, "1,2,3")]);
        (await insight.Ask("select person_id, count() from order_lines final group by person_id", r => (r.Long(0), r.Long(1)))).ShouldBe([(3, 4)]);
        (await insight.Ask("select person_id, arrayStringConcat(arraySort(reachable), ',') from persons final", r => (r.Long(0), r.Text(1)))).ShouldBe([(3, "email,sms")]);
        (await insight.Ask("select person_id, via from consents final order by via", r => (r.Long(0), r.Text(1)))).ShouldBe([(3, "email"), (3, "sms")]);
    }

    [Theory, OnBothBooks]
    public async Task A_row_that_is_gone_from_the_Books_goes_from_Insight(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 10), InsightFixture.Order(2, person: 7, 20));
        await insight.CaughtUp();
        await insight.Change(["delete from orders where order_id = 1"], new Announcement("orders.order_erased.v1", "orders", 1));

        (await insight.Ask("select order_id from orders final", r => r.Long(0))).ShouldBe([2]);
        (await insight.Count("select count() from order_lines final")).ShouldBe(1);
    }

    [Theory, OnBothBooks]
    public async Task Refusing_a_whole_kind_later_makes_unreachable_what_a_point_was_allowed(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.Change([PersonSql(1), ConsentSql(1, "sms", point: 5, atMs: 10), ConsentSql(1, "email", point: 6, atMs: 10), ConsentSql(1, "sms", granted: 0, atMs: 20)],
            new Announcement("persons.person_created.v1", "persons", 1), new Announcement("persons.consent_changed.v1", "consents", 1));

        (await insight.Ask("select reachable from persons final", r => string.Join(',', r.Texts(0)))).ShouldBe(["email"]);
        (await insight.Ask("select via, granted from consents final order by via", r => (r.Text(0), r.Long(1)))).ShouldBe([("email", 1), ("sms", 0)]);
    }

    [Fact]
    public async Task On_PostgreSQL_a_transaction_that_commits_late_is_not_passed_by()
    {
        if (PostgresCluster.MissingBecause is { } missing) Assert.Skip(missing);
        await using var insight = await InsightFixture.New(Dialect.Postgres);
        await insight.PutOrders(InsightFixture.Order(1, person: 1, 10));
        await insight.CaughtUp();

        await using (var early = await insight.Books.Begin())
        {
            await early.Execute("insert into outbox (seq, at_ms, command_key, person_id, announcements) values (1000, 0, 'early', 0, '[{\"type\":\"t\",\"entity\":\"orders\",\"key\":2}]')");
            await early.Execute("insert into orders select 2, 'k2', 2, via_key, channel, shop, number, has_content, kind, currency, lines_minor, shipping_minor, discount_minor, total_minor, refunded_minor, content_version, store, origin, placed_at_ms, paid_at_ms, shipped_at_ms, completed_at_ms, closed_at_ms, last_refund_at_ms, lines, payments from orders where order_id = 1");
            await insight.PutOrders(InsightFixture.Order(3, person: 3, 30));
            await Task.Delay(1500); // the feeder looks at least once: nothing above the open transaction may move its mark
            await early.Commit();
        }

        (await insight.Ask("select order_id from orders final order by 1", r => r.Long(0))).ShouldBe([1, 2, 3]);
    }

    [Theory, OnBothBooks]
    public async Task Old_outbox_rows_go_when_Insight_has_passed_them(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders([.. Enumerable.Range(1, 50).Select(i => InsightFixture.Order(i, person: 1, 10))]);
        await insight.CaughtUp();
        await insight.Books.Write(t => t.Execute("update outbox set at_ms = 1000 where seq <= 30"));
        // Another reader is slower.
        await insight.Books.Write(t => new OutboxReader(insight.Books, "slow").Save(t, new OutboxReader(insight.Books, "insight").Read(OutboxPosition.Start, 10).Result[^1].Position, 1));

        (await insight.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<OutboxTrim>().Single().Trim()).ShouldBe(10);
        (await insight.Books.Read("select count(*), min(seq) from outbox", r => (r.GetInt64(0), r.GetInt64(1)))).ShouldBe([(40, 11)]);
    }

    private static Announcement Merge(long from, long to) => new("persons.person_merged.v1", "persons", from, new JsonObject { ["from"] = from, ["to"] = to });

    private static string PersonSql(long id) =>
        $"insert into persons (person_id, state, attributes, profile_at_ms, first_seen_ms, last_seen_ms, first_channel) values ({id}, 'active', '{{}}', 0, 1, 2, 'store')";

    private static string ConsentSql(long person, string via, long point = 0, int granted = 1, long atMs = 5) =>
        $"insert into consents (person_id, via, purpose, point_key, granted, source, at_ms) values ({person}, '{via}', 'marketing', {point}, {granted}, 's', {atMs})";
}
