using Danke.App.Tests.Fixtures;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Insight;

namespace Danke.App.Tests.Insight;

public class CrashTests
{
    [Theory, OnBothBooks]
    public async Task Killed_again_and_again_while_it_is_fed_Insight_comes_back_and_has_everything_once(Dialect dialect)
    {
        const int orders = 12_000;
        await using var insight = await InsightFixture.New(dialect);
        await insight.UntilUp();
        var writing = Task.Run(async () =>
        {
            for (var first = 1; first <= orders; first += 200)
            {
                await insight.PutOrders([.. Enumerable.Range(first, 200).Select(i => InsightFixture.Order(i, person: i % 97 + 1, i, 1))]);
                await Task.Delay(20);
            }
        });
        for (var kills = 0; kills < 4; kills++)
        {
            await insight.UntilUp();
            await Task.Delay(Random.Shared.Next(50, 500));
            insight.KillChild();
        }
        await writing;
        await insight.UntilUp();

        (await insight.Count("select count() from orders final")).ShouldBe(orders);
        (await insight.Count("select sum(total_minor) from orders final")).ShouldBe(orders * (orders + 1L) / 2 + orders);
        (await insight.Count("select count() from order_lines final")).ShouldBe(orders * 2);
        (await insight.Get<InsightAudit>().Compare()).ShouldAllBe(t => t.SameContent);
        insight.Feeder.Status.Restarts.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Theory, OnBothBooks]
    public async Task What_happened_while_everything_was_down_is_fed_afterwards(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 10));
        await insight.CaughtUp();
        await insight.Restart(between: () => insight.PutOrders(InsightFixture.Order(2, person: 7, 20)));

        (await insight.Ask("select order_id from orders final order by 1", r => r.Long(0))).ShouldBe([1, 2]);
    }

    [Theory, OnBothBooks]
    public async Task An_Insight_that_lost_its_files_is_built_anew(Dialect dialect)
    {
        await using var insight = await InsightFixture.New(dialect);
        await insight.PutOrders([.. Enumerable.Range(1, 100).Select(i => InsightFixture.Order(i, person: 1, 10))]);
        await insight.CaughtUp();
        await insight.Books.Write(t => t.Execute("delete from outbox"));
        await insight.Restart(between: () =>
        {
            Directory.Delete(insight.Files, recursive: true);
            return Task.CompletedTask;
        });

        (await insight.Count("select count() from orders final")).ShouldBe(100);
    }

    [Fact]
    public async Task An_Insight_of_other_Books_is_not_mixed_with_these()
    {
        await using var insight = await InsightFixture.New(Dialect.Sqlite);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 10), InsightFixture.Order(2, person: 7, 10));
        await insight.CaughtUp();
        // Other Books in the same folder, as if the file had been replaced: never fed this Insight.
        await insight.Books.Write(async t =>
        {
            foreach (var table in new[] { "orders", "outbox", "outbox_readers", "insight_feed" }) await t.Execute($"delete from {table}");
        });
        await insight.Restart();
        await insight.PutOrders(InsightFixture.Order(9, person: 1, 10));

        (await insight.Ask("select order_id from orders final", r => r.Long(0))).ShouldBe([9]);
    }

    [Fact]
    public async Task The_child_ends_with_its_parent()
    {
        var insight = await InsightFixture.New(Dialect.Sqlite);
        await insight.UntilUp();
        var child = System.Diagnostics.Process.GetProcessById(insight.Supervisor.ProcessId!.Value);
        await insight.DisposeAsync();

        child.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task A_feed_that_Insight_refuses_says_so_and_goes_on_when_it_is_mended()
    {
        await using var insight = await InsightFixture.New(Dialect.Sqlite);
        await insight.PutOrders(InsightFixture.Order(1, person: 7, 10));
        await insight.CaughtUp();
        await insight.Client.Execute("rename table orders to hidden");
        await insight.PutOrders(InsightFixture.Order(2, person: 7, 10));
        for (var tries = 0; insight.Feeder.Status.State != InsightPhase.Failing && tries < 200; tries++) await Task.Delay(50);
        insight.Feeder.Status.Error.ShouldNotBeNull().ShouldContain("orders");
        await insight.Client.Execute("rename table hidden to orders");

        (await insight.Count("select count() from orders final")).ShouldBe(2);
    }
}
