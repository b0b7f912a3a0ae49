using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Orders;

public sealed class OrderPagesTests(Brand brand) : IClassFixture<Brand>
{
    [Theory, OnBothBooks]
    public async Task An_order_shows_lines_payments_refunds_steps_and_points(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800006001");
        var person = await on.Happens(0, new MemberJoined("", null, new Profile { Name = "陈大文" }), phone);
        var content = Content(20_000, shippingMinor: 500) with { Payments = [new Payment("alipay", 20_500)], Store = "SH001" };
        await on.Happens(1, new OrderReported(OrderStep.Paid, "OD1", content), phone);
        await on.Happens(2, Order("OD1", OrderStep.Completed), phone);
        await on.Happens(3, new RefundSucceeded("ODR1", "OD1", "CNY", 5_000, [new RefundLine("1", "A1", "面霜", 1, 5_000)], "too small"), phone);
        var id = (await on.Get("orders?q=OD1")).Items().Single().Number("order_id");

        var order = await on.Get($"orders/{id}");

        (order.Text("number"), order.Text("channel"), order.Text("shop"), order.Text("store"), order.Text("status"), order.Text("kind")).ShouldBe(("OD1", "tmall", "s1", "SH001", "partly_refunded", "sale"));
        (order.Number("person_id"), order.Text("person_name")).ShouldBe((person, "陈大文"));
        (order.Number("lines_minor"), order.Number("shipping_minor"), order.Number("total_minor"), order.Number("refunded_minor")).ShouldBe((20_000, 500, 20_500, 5_000));
        order.Items("lines").Select(l => (l.Text("sku"), l.Text("name"), l.Number("quantity"), l.Number("amount_minor"))).ShouldBe([("A1", "面霜", 1, 20_000)]);
        order.Items("payments").Select(p => (p.Text("method"), p.Number("amount_minor"))).ShouldBe([("alipay", 20_500)]);
        order.Items("refunds").Select(r => (r.Text("number"), r.Number("amount_minor"), r.Text("reason"))).ShouldBe([("ODR1", 5_000, "too small")]);
        order.GetProperty("paid_at").GetDateTimeOffset().Day.ShouldBe(2);
        order.GetProperty("placed_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        order.Items("points_entries").Select(e => e.Text("kind")).ShouldBe(["claw_back", "claw_back", "activate", "activate", "earn_pending"], ignoreOrder: true);
        order.Items("points_entries").ShouldAllBe(e => e.Number("program_version") == 1);
        (await (await on.App.WithKey(Scopes.OrdersRead)).GetJson($"v1/orders/{id}")).GetProperty("points_entries").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory, OnBothBooks]
    public async Task Orders_are_listed_by_when_they_were_made_and_narrowed(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        await on.Happens(10, Order("A", OrderStep.Paid, 100), Phone("13800006002"));
        await on.Happens(5, "jd", Order("B", OrderStep.Placed, 100));
        await on.Happens(20, Order("C", OrderStep.Completed, 100), Phone("13800006002"));
        await on.Happens(15, Order("D", OrderStep.Shipped));
        await on.Happens(21, Refund("RA", "A", 100));
        async Task<IEnumerable<string?>> Numbers(string query) => (await on.Get("orders" + query)).Items().Select(o => o.Text("number"));

        (await Numbers("")).ShouldBe(["C", "D", "A", "B"]);
        (await Numbers("?status=refunded")).ShouldBe(["A"]);
        (await Numbers("?status=announced")).ShouldBe(["D"]);
        (await Numbers("?channel=jd")).ShouldBe(["B"]);
        (await Numbers("?from=2026-01-11&to=2026-01-16")).ShouldBe(["D", "A"]);
        (await Numbers("?from=2026-01-11T00:00:00Z&to=2026-01-16T00:00:00Z")).ShouldBe(["A"]);
        (await Numbers("?q=B")).ShouldBe(["B"]);
        (await Numbers("?q=B&channel=tmall")).ShouldBeEmpty();
        (await on.Get("orders?q=B")).Items().Single().Number("person_id").ShouldBe(0);
        (await on.Client.GetAsync("v1/orders?status=lost").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_status");
        (await on.Client.GetAsync("v1/orders?from=soon").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_time");
        (await on.Client.GetAsync("v1/orders/987654321").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_order");
        (await (await on.App.WithKey(Scopes.PersonsRead)).GetAsync("v1/orders").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Theory, OnBothBooks]
    public async Task A_number_is_found_in_every_shop_that_used_it(Dialect dialect)
    {
        var on = await brand.On(dialect);
        foreach (var (channel, shop) in new[] { ("tmall", "a"), ("tmall", "a-b"), ("tmall", "a.b"), ("tmall", "a0"), ("tmall", ""), ("jd", "店/铺".Replace("/", "")), ("zz", "last") })
        {
            var command = Event($"{channel}/{shop}/same", 1, Order("SAME", OrderStep.Paid, 100)) with { Channel = channel, Shop = shop };
            (await on.App.Get<IDoor>().Submit(command, CancellationToken.None)).Status.ShouldBe(AnswerStatus.Applied);
        }

        (await on.Get("orders?q=SAME")).Items().Count.ShouldBe(7);
        (await on.Get("orders?q=SAM")).Items().ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Pages_of_orders_repeat_none_and_leave_out_none_while_others_come_in(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        for (var i = 0; i < 9; i++) await on.Happens(3 + i / 4, Order($"P{i}", OrderStep.Paid, 100));

        var late = 0;
        var (items, pages) = await on.Walk("orders", 2, async () => await on.Happens(50, Order($"late{late++}", OrderStep.Paid, 100)));

        items.Select(o => o.Text("number")).Order().ShouldBe(Enumerable.Range(0, 9).Select(i => $"P{i}"));
        pages.ShouldBe(5);
    }

    [Theory, OnBothBooks]
    public async Task The_few_that_meet_a_condition_are_found_behind_the_many_that_do_not(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        await on.Happen(Enumerable.Range(0, 2_600).Select(i => (100 + i / 100.0, "tmall", (CommandBody)Order($"M{i}", OrderStep.Paid, 100), Array.Empty<Identifier>())));
        await on.Happen(Enumerable.Range(0, 5).Select(i => (10.0 + i, "jd", (CommandBody)Order($"F{i}", OrderStep.Placed, 100), Array.Empty<Identifier>())));

        foreach (var condition in new[] { "channel=jd", "status=placed", "channel=jd&status=placed&to=2026-02-01", "status=placed&from=2026-01-02" })
            (await on.Walk($"orders?{condition}", 2)).Items.Select(o => o.Text("number")).ShouldBe(["F4", "F3", "F2", "F1", "F0"], condition);
        (await on.Walk("orders?channel=jd&status=paid", 2)).Items.ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task What_SQL_says_of_a_status_is_what_the_order_says(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var steps = new OrderStep?[] { null, OrderStep.Placed, OrderStep.Paid, OrderStep.Shipped, OrderStep.Completed, OrderStep.Closed };
        foreach (var first in steps)
            foreach (var second in steps)
                foreach (var refund in new[] { 0, 40, 100 })
                {
                    var number = $"{first}-{second}-{refund}";
                    if (first is { } step) await on.Happens(1, Order(number, step, 100));
                    if (second is { } next) await on.Happens(2, Order(number, next));
                    if (refund > 0) await on.Happens(3, Refund("R" + number, number, refund));
                }

        var (all, _) = await on.Walk("orders", 500);

        foreach (var group in all.GroupBy(o => o.Text("status")))
            (await on.Walk($"orders?status={group.Key}", 500)).Items.Select(o => o.Number("order_id")).ShouldBe(group.Select(o => o.Number("order_id")), group.Key);
        all.Select(o => o.Text("status")).Distinct().Count().ShouldBe(8);
    }
}
