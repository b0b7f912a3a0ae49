using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Orders.Reporting;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Orders;

/// <summary>One sale that two channels reported.</summary>
public sealed class DuplicateTests(Brand brand) : IClassFixture<Brand>
{
    private const double Seconds = 1.0 / 86_400;

    private static OrderReported Paid(string number, long amount = 19_900, string? origin = null) => new(OrderStep.Completed, number, Content(amount) with { Origin = origin });

    [Theory, OnBothBooks]
    public async Task A_copy_with_its_origin_is_linked_and_counts_once_whichever_came_first(Dialect dialect)
    {
        var on = await brand.On(dialect);
        foreach (var (copyFirst, phone) in new[] { (false, Phone("13800007001")), (true, Phone("13800007002")) })
        {
            var tag = copyFirst ? "F" : "L";
            var person = await on.Happens(1, Join($"dup-{tag}"), phone);
            (string Channel, OrderReported Order)[] reports = [("youzan", Paid($"{tag}E77")), ("pos", Paid($"{tag}S9", origin: $"youzan:s1:{tag}E77"))];
            foreach (var (channel, order) in copyFirst ? reports.Reverse() : reports) await on.Happens(2, channel, order, phone);
            await on.Happens(3, "pos", Refund($"{tag}R", $"{tag}S9", 900), phone);

            var (online, till) = (await Order(on, $"{tag}E77"), await Order(on, $"{tag}S9"));
            (online.Text("kind"), till.Text("kind"), till.Text("origin")).ShouldBe(("sale", "copy", $"youzan:s1:{tag}E77"));
            (await Bought(on, person)).ShouldBe((1, 19_900));
            (await Points(on, person)).ShouldBe(199);
            (await Related(on, online)).ShouldBe([(till.Number("order_id"), "copy")]);
            (await Related(on, till)).ShouldBe([(online.Number("order_id"), "origin")]);
            (await Suspected(on)).ShouldNotContain($"{tag}S9");
        }
    }

    [Theory, OnBothBooks]
    public async Task A_shop_with_a_colon_in_its_name_is_told_from_a_number_with_one(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800007003");
        await on.Happens(1, Join("dup-colon"), phone);
        // channel:a:b:1 could be either of the first two.
        await Sold("a:b", "1");
        await Sold("a", "b:1");
        await Sold("a", "c/d", "youzan/a:b/1");
        await Sold("t", "T2", "youzan:a:b:1");
        var (inColon, inNumber) = (await InShop("1", "a:b"), await InShop("b:1", "a"));

        (await Related(on, inColon)).ShouldBe([((await InShop("c/d", "a")).Number("order_id"), "copy")]);
        (await Related(on, inNumber)).ShouldBe([((await InShop("T2", "t")).Number("order_id"), "copy")]);
        (await Related(on, await InShop("c/d", "a"))).ShouldBe([(inColon.Number("order_id"), "origin")]);
        (await Related(on, await InShop("T2", "t"))).ShouldBe([(inNumber.Number("order_id"), "origin")]);

        // Written with slashes where colons would do, it is the same origin.
        await Sold("t", "T3", "youzan/a/b:1");
        (await InShop("T3", "t")).Text("origin").ShouldBe("youzan:a:b:1");
        (await Related(on, inNumber)).Count.ShouldBe(2);

        Task Sold(string shop, string number, string? origin = null) => on.Client.PostAsJsonAsync("v1/events", new
        {
            source = "colons",
            id = number,
            type = "order.completed",
            time = "2026-01-03T10:00:00Z",
            channel = origin is null ? "youzan" : "pos",
            shop,
            identifiers = new[] { new { @namespace = "phone", value = "13800007003" } },
            data = new { order = number, currency = "CNY", origin, lines = new[] { new { sku = "S", quantity = 1, unit_price_minor = 100 * number.Length, amount_minor = 100 * number.Length } } },
        }).Json();
        async Task<JsonElement> InShop(string number, string shop)
        {
            var found = (await on.Get($"orders?q={Uri.EscapeDataString(number)}")).Items().Single(o => o.Text("number") == number && o.Text("shop") == shop);
            return await on.Get($"orders/{found.Number("order_id")}");
        }
    }

    [Theory, OnBothBooks]
    public async Task Without_an_origin_two_orders_of_a_minute_are_suspected_in_any_order_of_arrival(Dialect dialect)
    {
        var on = await brand.On(dialect);
        (double Day, string Channel, OrderReported Order)[] reports =
        [
            (5, "youzan", Paid("A")), (5 + 59 * Seconds, "pos", Paid("B")), (5 + 120 * Seconds, "pos", Paid("late")), (5, "jd", Paid("other amount", 19_901)), (5 + 1 * Seconds, "youzan", Paid("same shop")),
            (5, "weimob", new OrderReported(OrderStep.Placed, "unpaid", Content(19_900))),
        ];
        foreach (var (way, phone) in new[] { (0, Phone("13800007011")), (1, Phone("13800007012")) })
        {
            foreach (var (day, channel, order) in way == 0 ? reports : reports.Reverse()) await on.Happens(day, channel, order with { Number = $"{way} {order.Number}" }, phone);
            (await Suspected(on)).Where(n => n!.StartsWith($"{way} ", StringComparison.Ordinal)).Order().ShouldBe([$"{way} A", $"{way} B", $"{way} same shop"]);
        }
        var found = (await on.Get("orders?q=0%20A")).Items().Single();
        found.GetProperty("suspected_duplicate").GetBoolean().ShouldBeTrue();
        (await on.Walk("orders?suspected_duplicate=false", 50)).Items.Select(o => o.Text("number")).ShouldNotContain("0 A");
    }

    [Theory, OnBothBooks]
    public async Task A_merge_brings_the_suspicion_and_a_split_takes_it_away(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (ouid, phone) = (Ouid("dup-x"), Phone("13800007021"));
        var a = await on.Happens(6, "youzan", Paid("MA"), ouid);
        var b = await on.Happens(6, "pos", Paid("MB"), phone);
        (await Suspected(on)).ShouldNotContain("MA");

        (await on.Client.PostAsJsonAsync($"v1/persons/{a}/merge", new { other = b, reason = "one" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Suspected(on)).ShouldContain("MA");

        var decision = (await on.Get($"persons/{a}/decisions")).Items()[0].Number("decision");
        (await on.Client.DeleteAsync($"v1/persons/{a}/decisions/{decision}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Suspected(on)).ShouldNotContain("MA");
    }

    [Theory, OnBothBooks]
    public async Task One_counts_once_two_count_twice_and_both_can_be_taken_back(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800007031");
        var person = await on.Happens(7, Join("dup-one"), phone);
        await on.Happens(8, "youzan", Paid("OA", 15_000), phone);
        await on.Happens(8, "pos", Paid("OB", 15_000), phone);
        await on.Happens(9, "pos", Refund("ORB", "OB", 5_000), phone);
        var (kept, copy) = ((await Order(on, "OA")).Number("order_id"), (await Order(on, "OB")).Number("order_id"));
        (await Bought(on, person)).ShouldBe((2, 25_000));
        (await Points(on, person)).ShouldBe(250);

        (await Answer(on, kept, copy, "one")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await Bought(on, person)).ShouldBe((1, 15_000));
        (await Points(on, person)).ShouldBe(150);
        (await Order(on, "OB")).Text("kind").ShouldBe("copy");
        (await Suspected(on)).ShouldNotContain("OA");
        (await Answer(on, kept, copy, "two").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("already_answered");
        // What its channel reports later changes nothing of that.
        await on.Happens(10, "pos", Paid("OB", 15_000), phone);
        (await Bought(on, person)).ShouldBe((1, 15_000));

        (await on.Client.DeleteAsync($"v1/orders/{copy}/duplicates/{kept}/answer")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await Bought(on, person)).ShouldBe((2, 25_000));
        (await Points(on, person)).ShouldBe(250);
        (await Suspected(on)).ShouldContain("OA");

        (await Answer(on, kept, copy, "two")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Suspected(on)).ShouldNotContain("OA");
        (await Related(on, await Order(on, "OA"))).ShouldBe([(copy, "distinct")]);
        (await Bought(on, person)).ShouldBe((2, 25_000));
        (await on.App.Books.Read("select action from audit_log where action like 'order.%' order by entry_id", r => r.GetString(0)))
            .ShouldBe(["order.declared_copy", "order.duplicate_reopened", "order.declared_distinct"]);
        (await (await on.Analyst()).PostAsJsonAsync($"v1/orders/{kept}/duplicates/{copy}/answer", new { answer = "one" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Theory, OnBothBooks]
    public async Task What_cannot_be_one_sale_is_refused(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.Happens(11, "youzan", Paid("RA"), Phone("13800007041"));
        await on.Happens(11, "pos", Paid("RB"), Phone("13800007042"));
        await on.Happens(11, "jd", Paid("RC", origin: "youzan:s1:RA"), Phone("13800007041"));
        long a = (await Order(on, "RA")).Number("order_id"), b = (await Order(on, "RB")).Number("order_id"), c = (await Order(on, "RC")).Number("order_id");

        (await Answer(on, a, b, "one").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("orders_of_two");
        (await Answer(on, c, a, "one").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("order_no_sale");
        (await Answer(on, a, a, "one").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_order");
        (await Answer(on, a, 987_654_321, "one").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_order");
        (await Answer(on, a, b, "perhaps").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_choice");
        (await on.Client.DeleteAsync($"v1/orders/{a}/duplicates/{c}/answer").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("not_answered");
    }

    private static Task<HttpResponseMessage> Answer(BrandOn on, long order, long other, string answer) => on.Client.PostAsJsonAsync($"v1/orders/{order}/duplicates/{other}/answer", new { answer });

    private static async Task<JsonElement> Order(BrandOn on, string number) => await on.Get($"orders/{(await on.Get($"orders?q={Uri.EscapeDataString(number)}")).Items().Single().Number("order_id")}");

    private static async Task<List<string?>> Suspected(BrandOn on) => [.. (await on.Walk("orders?suspected_duplicate=true", 50)).Items.Select(o => o.Text("number"))];

    private static async Task<List<(long, string?)>> Related(BrandOn on, JsonElement order) =>
        [.. (await on.Get($"orders/{order.Number("order_id")}/duplicates")).Items().Select(o => (o.Number("order_id"), o.Text("relation")))];

    private static async Task<(long Orders, long NetMinor)> Bought(BrandOn on, long person)
    {
        var worth = (await on.Get($"persons/{person}")).GetProperty("worth");
        return (worth.Number("orders"), worth.Number("net_minor"));
    }

    private static async Task<long> Points(BrandOn on, long person) => (await on.Get($"persons/{person}")).GetProperty("membership").Number("points_spendable");
}
