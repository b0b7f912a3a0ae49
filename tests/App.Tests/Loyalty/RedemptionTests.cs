using System.Net;
using System.Net.Http.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class RedemptionTests(Brand brand) : IClassFixture<Brand>
{
    private static Task<HttpResponseMessage> Send(HttpClient client, string path, object body, string? key) =>
        client.Post($"v1/points/{path}", body, key);

    private static object By(string phone, long points) => new { points, identifiers = new[] { new { @namespace = "phone", value = phone } } };

    [Theory, OnBothBooks]
    public async Task A_list_of_identifiers_with_nothing_in_it_is_refused_in_words(Dialect dialect)
    {
        var on = await brand.On(dialect);
        foreach (var path in (string[])["v1/points/redemptions", "v1/points/reservations", "v1/loyalty/benefits/use", "v1/loyalty/quotes"])
            (await on.Client.Post(path, new { points = 5, benefit = "any", lines = new[] { new { sku = "a", amount_minor = 100 } }, identifiers = new object?[] { null } }, $"null-{path}")
                .ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid", path);
    }

    [Theory, OnBothBooks]
    public async Task What_is_no_text_is_refused_before_it_reaches_the_ledger(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone($"1380000790{(int)dialect}"));
        await on.Happens(1, Adjust(100), Phone($"1380000790{(int)dialect}"));
        (string Path, object Body)[] asked =
        [
            ("points/redemptions", new { person_id = person, points = 1, reason = "a\0b" }), ("points/redemptions", new { person_id = person, points = 1, order = "T\0", channel = "tmall" }),
            ("loyalty/benefits/use", new { person_id = person, benefit = "any", reason = "\u0001" }), ("loyalty/pools", new { person_id = person, title = "our\0home" }),
            ("points/transfers", new { person_id = person, to_person_id = person, points = 1, reason = "a\0b" }), ("points/conversions", new { person_id = person, from = "points", to = "\0", points = 1 }),
        ];
        foreach (var (path, body) in asked) (await on.Client.Post($"v1/{path}", body, $"nul-{person}").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid", path);
        (await on.Client.Post("v1/points/redemptions", new { person_id = person, points = 1, reason = "two\nlines" }, $"two-{person}").Json()).Number("spendable").ShouldBe(99);
    }

    [Theory, OnBothBooks]
    public async Task Points_pay_for_the_order_of_a_shop_with_a_colon_and_not_for_one_whose_number_has_it(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800036001");
        var person = await on.Happens(0, Join(), phone);
        await on.Happens(1, Adjust(100), phone);
        var paid = await on.Client.Post("v1/points/redemptions", new { person_id = person, points = 60, order = "1/x", channel = "tmall", shop = "a:b" }, "colon-1").Json();
        await on.Client.Post("v1/points/redemptions", new { person_id = person, points = 30, order = "b:1/x", channel = "tmall", shop = "a" }, "colon-2").Json();
        var order = paid.GetProperty("order");
        (order.Text("channel"), order.Text("shop"), order.Text("number")).ShouldBe(("tmall", "a:b", "1/x"));

        // Each comes back with its own order.
        await Event("order.placed", "a:b", "1/x");
        await Event("order.closed", "a:b", "1/x");
        (await on.Get($"points/redemptions/{paid.Number("redemption_id")}")).Number("returned").ShouldBe(60);
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(70);
        await Event("order.placed", "a", "b:1/x");
        await Event("order.closed", "a", "b:1/x");
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(100);

        (await on.Client.Post("v1/points/redemptions", new { person_id = person, points = 1, order = "1", channel = "tmall", shop = "a/b" }, "slash").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post("v1/points/redemptions", new { person_id = person, points = 1, order = "1", channel = "tm:all" }, "channel").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");

        Task Event(string type, string shop, string number) => on.Client.PostAsync("v1/events", Http.Text(System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["source"] = "colons",
            ["id"] = $"{type}/{shop}/{number}",
            ["type"] = type,
            ["time"] = "2026-01-03T10:00:00Z",
            ["channel"] = "tmall",
            ["shop"] = shop,
            ["identifiers"] = new[] { new Dictionary<string, string> { ["namespace"] = "phone", ["value"] = "13800036001" } },
            ["data"] = type == "order.closed" ? new { order = number } : new { order = number, currency = "CNY", lines = new[] { new { sku = "S", quantity = 1, unit_price_minor = 10_000, amount_minor = 10_000 } } },
        }))).Json();
    }

    [Theory, OnBothBooks]
    public async Task A_request_that_is_rolled_back_takes_nothing_and_its_key_is_free_again(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800036011"));
        await on.Happens(1, Adjust(100), Phone("13800036011"));
        object Spends(long points) => new { person_id = person, points };

        var first = (await Redeem(60).Json()).Number("redemption_id");
        (await Redeem(60).Json()).Number("redemption_id").ShouldBe(first);
        (await Redeem(70).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");

        var undone = await RollBack().Json();
        (undone.Text("key"), undone.Number("attempt"), undone.Number("next_attempt")).ShouldBe(("till-1/7", 1, 2));
        var kept = undone.GetProperty("redemption");
        (kept.Number("redemption_id"), kept.Text("state"), kept.Number("returned"), kept.Number("spendable")).ShouldBe((first, "released", 60, 100));
        (await RollBack().Json()).GetRawText().ShouldBe(undone.GetRawText());

        // The first request, on its way till now, takes nothing; another one under the key is a new one, and hears itself when it is sent again.
        (await Redeem(60).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("request_rolled_back");
        var second = (await Redeem(70).Json()).Number("redemption_id");
        second.ShouldNotBe(first);
        (await Redeem(70).Json()).Number("redemption_id").ShouldBe(second);
        (await Redeem(80).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        (await Redeem(60).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("request_rolled_back");
        (await Spendable()).ShouldBe(30);

        // A rollback that comes again late is of the attempt that it names.
        (await RollBack().Json()).GetRawText().ShouldBe(undone.GetRawText());
        (await Spendable()).ShouldBe(30);
        (await RollBack(2).Json()).Number("next_attempt").ShouldBe(3);
        (await Spendable()).ShouldBe(100);
        (await Redeem(70).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("request_rolled_back");
        (await Redeem(5).Json()).Text("state").ShouldBe("spent");

        var record = await on.Get($"points/redemptions/{first}");
        (record.Text("state"), record.GetProperty("rolled_back_at").ValueKind).ShouldBe(("released", System.Text.Json.JsonValueKind.String));
        (await on.Get($"points/redemptions/{second}")).Number("returned").ShouldBe(70);
        (await on.Get("audit-log?action=points.rolled_back")).Items().Count.ShouldBeGreaterThanOrEqualTo(2);

        (await RollBack(9).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("redemption_unknown");
        (await RollBack(0).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post("v1/points/rollbacks", new { key = "never sent" }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post("v1/points/rollbacks", new { key = "never-sent" }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("redemption_unknown");

        Task<HttpResponseMessage> Redeem(long points) => Send(on.Client, "redemptions", Spends(points), "till-1/7");
        Task<HttpResponseMessage> RollBack(long attempt = 1) => on.Client.Post("v1/points/rollbacks", new { key = "till-1/7", attempt });
        async Task<long> Spendable() => (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable");
    }

    [Theory, OnBothBooks]
    public async Task A_reservation_is_rolled_back_what_it_paid_for_is_not_given_back_twice_and_a_late_confirmation_is_refused(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800036012"));
        await on.Happens(1, Adjust(100), Phone("13800036012"));
        var reserved = (await Send(on.Client, "reservations", new { person_id = person, points = 40 }, "hold").Json()).Number("redemption_id");
        await Send(on.Client, "redemptions", new { person_id = person, points = 50, order = "Rolled1", channel = "tmall", shop = "s1" }, "pays").Json();
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(10);

        await on.Client.Post("v1/points/rollbacks", new { key = "hold" }).Json();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => on.Client.Post("v1/points/rollbacks", new { key = "pays" }).Json()));
        (await Send(on.Client, $"reservations/{reserved}/confirmation", new { }, "late").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("reservation_ended");
        await on.Happens(2, Order("Rolled1", OrderStep.Paid, 10_000), Phone("13800036012"));
        await on.Happens(3, Refund("RolledR", "Rolled1", 10_000), Phone("13800036012"));

        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(100);
    }

    [Theory, OnBothBooks]
    public async Task A_till_redeems_by_phone_and_hears_the_same_twice(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800007001"));
        await on.Happens(1, Adjust(100), Phone("13800007001"));

        var first = await Send(on.Client, "redemptions", By("13800007001", 80), $"{person}-1").Json();
        var again = await Send(on.Client, "redemptions", By("13800007001", 80), $"{person}-1").Json();

        (first.Number("person_id"), first.Text("state"), first.Number("points"), first.Number("spendable")).ShouldBe((person, "spent", 80, 20));
        again.Number("redemption_id").ShouldBe(first.Number("redemption_id"));
        (await Send(on.Client, "redemptions", By("13800007001", 79), $"{person}-1").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        (await Send(on.Client, "redemptions", By("13800007001", 21), $"{person}-2").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await Send(on.Client, "redemptions", By("13800007001", 21), null).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_missing");
        (await Send(on.Client, "redemptions", By("13800007999", 1), $"{person}-3").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_a_member");
    }

    [Theory, OnBothBooks]
    public async Task Of_many_redemptions_at_once_as_many_succeed_as_there_are_points(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800007002"));
        await on.Happens(1, Adjust(100), Phone("13800007002"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Send(on.Client, "redemptions", new { points = 10, person_id = person }, $"{person}-{i}")));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(10);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(90);
        (await on.Get($"persons/{person}/points")).GetProperty("balances").Number("spendable").ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task A_reservation_is_confirmed_in_part_and_what_was_bought_is_returned(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Join(), Phone("13800007003"));
        await on.Happens(1, Adjust(100), Phone("13800007003"));

        var reserved = await Send(on.Client, "reservations", new { points = 80, person_id = person, ttl_seconds = 600 }, $"{person}-r").Json();
        var id = reserved.Number("redemption_id");
        (reserved.Text("state"), reserved.Number("spendable")).ShouldBe(("reserved", 20));
        (await Send(on.Client, $"reservations/{id}/confirmation", new { points = 81 }, $"{person}-c0").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("reservation_exceeded");

        var confirmed = await Send(on.Client, $"reservations/{id}/confirmation", new { points = 50 }, $"{person}-c").Json();
        (confirmed.Text("state"), confirmed.Number("returned"), confirmed.Number("spendable")).ShouldBe(("spent", 30, 50));
        (await Send(on.Client, $"reservations/{id}/release", new { }, $"{person}-l").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("reservation_ended");

        var returned = await Send(on.Client, $"redemptions/{id}/returns", new { }, $"{person}-b").Json();
        (returned.Number("returned"), returned.Number("spendable")).ShouldBe((80, 100));
        (await Send(on.Client, $"reservations/{id + 1_000_000}/release", new { }, $"{person}-x").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("reservation_unknown");
    }
}
