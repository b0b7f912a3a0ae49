using System.Collections.Immutable;
using System.Net;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Engines.Ledger;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class PointTypeTests : IAsyncDisposable
{
    private readonly Brand brand = new();

    private static readonly string Program = Programs.Plain[..Programs.Plain.LastIndexOf('}')] + """
        ,"point_types":[{"name":"coins","title":"币","scale":2,"earn":{"rate":{"points":1,"each_minor":1000},"rules":[{"name":"look","title":"Looking","on":"interaction","types":["page.view"],"gives":{"points":5}}]},"ledger":{"value_minor_per_1000":500,"four_eyes_above":90}}],
         "conversions":[{"from":"points","to":"coins","points":10,"gives":3}]}
        """;

    private async Task<(BrandOn On, long Ann)> Member(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.App.Books.Publish("program", "default", Program);
        var ann = await on.Happens(0, Join(), Phone("13800009001"));
        await on.Happens(1, Adjust(100), Phone("13800009001"));
        await on.Happens(1, new InteractionHappened("page.view", ImmutableSortedDictionary<string, string>.Empty), Phone("13800009001"));
        return (on, ann);
    }

    [Theory, OnBothBooks]
    public async Task A_request_names_the_type_and_one_answer_has_the_balances_of_all(Dialect dialect)
    {
        var (on, ann) = await Member(dialect);
        var points = await on.Get($"persons/{ann}/points");
        var coins = await on.Get($"persons/{ann}/points?point_type=coins");

        points.Items("types").Select(t => (t.Text("name"), t.Number("scale"), t.Number("spendable"))).ShouldBe([("points", 0L, 100L), ("coins", 2L, 5L)]);
        (points.Text("point_type"), points.GetProperty("balances").Number("spendable"), points.Items("lots").Count()).ShouldBe(("points", 100, 1));
        (coins.Text("point_type"), coins.GetProperty("balances").Number("spendable"), coins.Items("entries").Single().Text("rule")).ShouldBe(("coins", 5, "look +5, default:coins v2"));
        coins.Items("entries").Single().Items("gave").Single().Text("title").ShouldBe("Looking");
        (await on.Client.GetAsync($"v1/persons/{ann}/points?point_type=stars").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("point_type_unknown");

        object Spend(long many, string? type) => new { points = many, person_id = ann, point_type = type };
        (await on.Client.Post("v1/points/redemptions", Spend(6, "coins"), "r1").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await on.Client.Post("v1/points/redemptions", Spend(1, "stars"), "r2").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("point_type_unknown");
        var spent = await on.Client.Post("v1/points/redemptions", Spend(2, "coins"), "r3").Json();
        (spent.Text("program"), spent.Text("point_type"), spent.Number("spendable")).ShouldBe(("default", "coins", 3));
        var given = await on.Client.Post($"v1/persons/{ann}/points-adjustments", new { points = 7, reason = "gift", point_type = "coins" }, "a1").Json();
        (given.Text("point_type"), given.Number("points_spendable"), given.Text("tier")).ShouldBe(("coins", 10, "silver"));
        (await on.Client.Post($"v1/persons/{ann}/points-adjustments", new { points = 91, reason = "gift", point_type = "coins" }, "a2")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await on.Client.Post("v1/points/conversions", new { person_id = ann, from = "points", to = "coins", points = 25 }, "c1").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("exchange_not_even");
        var converted = await on.Client.Post("v1/points/conversions", new { person_id = ann, from = "points", to = "coins", points = 20 }, "c2").Json();
        converted.Items("entries").Select(e => (e.Text("point_type"), e.Text("kind"), e.Number("spendable"))).ShouldBe([("points", "exchange_out", -20L), ("coins", "exchange_in", 6L)]);
        var entry = converted.Items("entries").First().Number("entry_id");
        await on.Client.Post($"v1/points/entries/{entry}/reversal", new { reason = "mistake" }, "u1").Json();
        (await on.Get($"persons/{ann}/points")).Items("types").Select(t => t.Number("spendable")).ShouldBe([100L, 10L]);

        (await on.Client.Post("v1/audits").Json()).Items("checks").Where(c => c.Text("name")!.StartsWith("ledger.", StringComparison.Ordinal) && c.Number("differences") > 0).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task What_a_conversion_would_do_is_told_before_and_done_so(Dialect dialect)
    {
        var (on, ann) = await Member(dialect);
        var path = $"persons/{ann}/points/conversion?from=points&to=coins&points=";
        (await on.Get($"persons/{ann}/points")).Items("conversions").Select(c => (c.Text("from"), c.Text("to"), c.Number("points"), c.Number("gives"))).ShouldBe([("points", "coins", 10L, 3L)]);

        var quote = await on.Get(path + 25);
        (quote.Number("leaves"), quote.Number("arrives"), quote.Number("remainder")).ShouldBe((20, 6, 5));
        (quote.Number("spendable"), quote.Number("spendable_there"), quote.GetProperty("rate").Number("gives")).ShouldBe((100, 5, 3));
        quote.GetProperty("refusal").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await on.Get(path + 9)).GetProperty("refusal").Text("code").ShouldBe("exchange_not_even");
        (await on.Get(path + 115)).GetProperty("refusal").Text("code").ShouldBe("insufficient_balance");
        (await on.Client.GetAsync($"v1/{path}0").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.GetAsync($"v1/persons/{ann}/points/conversion?from=coins&to=points&points=5").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("conversion_unknown");
        (await on.Client.GetAsync($"v1/persons/{ann}/points/conversion?from=stars&to=points&points=5").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("point_type_unknown");

        var done = await on.Client.Post("v1/points/conversions", new { person_id = ann, from = "points", to = "coins", points = quote.Number("leaves") }, "quoted").Json();
        done.Items("entries").Select(e => e.Number("spendable")).ShouldBe([-quote.Number("leaves"), quote.Number("arrives")]);
        var coins = await on.Get($"persons/{ann}/points?point_type=coins");
        coins.Items("lots").Single(l => l.Number("lot_id") == done.Items("entries")[1].Number("lot_id")).Text("expires_at").ShouldBe(quote.Text("ends_at"));

        await on.Happens(2, new MemberLeft("", null), Phone("13800009001"));
        (await on.Get(path + 20)).GetProperty("refusal").Text("code").ShouldBe("not_a_member");
    }

    [Theory, OnBothBooks]
    public async Task A_further_type_makes_nobody_a_member_twice_and_is_owed_by_itself(Dialect dialect)
    {
        var (on, ann) = await Member(dialect);

        var program = await on.Get("programs/default");
        program.Number("members").ShouldBe(1);
        program.Items("point_types").Select(t => (t.Text("name"), t.GetProperty("totals").Number("spendable"))).ShouldBe([("points", 100L), ("coins", 5L)]);
        (await on.Get("programs")).Items("items").Single().Items("point_types").Select(t => t.Text("title")).ShouldBe([null, "币"]);
        (await on.Get($"persons/{ann}")).Items("memberships").Count().ShouldBe(1);
        var owed = await on.Get("reports/liability?point_type=coins");
        (owed.Text("program"), owed.Text("point_type"), owed.GetProperty("standing").Number("outstanding"), owed.GetProperty("standing").Number("outstanding_minor"), owed.Number("proof")).ShouldBe(("default", "coins", 5, 2, 0));
        (await on.Get("reports/liability")).GetProperty("standing").Number("outstanding").ShouldBe(100);

        // A type of points is no program: it has no members, tiers or benefits of its own.
        foreach (var path in (string[])["tier", "benefits"])
            (await on.Client.GetAsync($"v1/persons/{ann}/{path}?program=default:coins").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program", path);
        (await on.Client.Post("v1/loyalty/quotes", new { program = "default:coins", lines = new[] { new { sku = "A", amount_minor = 1 } } }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
        var quote = await on.Client.Post("v1/loyalty/quotes", new { person_id = ann, lines = new[] { new { sku = "A", amount_minor = 10_050 } } }).Json();
        (quote.Number("points"), quote.Items("further").Single().Text("point_type"), quote.Items("further").Single().Number("points")).ShouldBe((100, "coins", 10));
    }

    [Theory, OnBothBooks]
    public async Task Who_holds_coins_and_never_joined_sees_them_and_spends_them_once_joined(Dialect dialect)
    {
        var (on, ann) = await Member(dialect);
        var openid = new Identifier("wechat_openid", "a", "o1");
        var anna = await on.Happens(2, new MemberUpdated(Profile.Empty), openid);
        (await on.Client.Post($"v1/persons/{anna}/merge", new { other = ann, reason = "same" }, "m1")).EnsureSuccessStatusCode();
        await on.Happens(3, new InteractionHappened("page.view", ImmutableSortedDictionary<string, string>.Empty), openid);
        var id = (await on.Get($"persons/{ann}")).Items("identifiers").Single(i => i.Text("namespace") == "wechat_openid").Text("id");
        (await on.Client.Post($"v1/persons/{ann}/split", new { identifiers = new[] { id }, reason = "two" }, "s1")).EnsureSuccessStatusCode();

        var held = await on.Get($"persons/{anna}/points?point_type=coins");
        held.GetProperty("balances").Number("spendable").ShouldBe(5);
        held.Items("types").Select(t => t.Number("spendable")).ShouldBe([0L, 5L]);
        (await on.Get($"persons/{anna}")).GetProperty("membership").Text("state").ShouldBe("unclaimed");
        (await on.Get("programs/default")).Number("members").ShouldBe(1);
        object spend = new { points = 2, person_id = anna, point_type = "coins" };
        (await on.Client.Post("v1/points/redemptions", spend, "h1").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_a_member");

        (await on.Happens(4, Join(), openid)).ShouldBe(anna);
        (await on.Client.Post("v1/points/redemptions", spend, "h2").Json()).Number("spendable").ShouldBe(3);
        (await on.Client.Post("v1/audits").Json()).Items("checks").Where(c => c.Text("name")!.StartsWith("ledger.", StringComparison.Ordinal) && c.Number("differences") > 0).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Orders_previews_and_what_waits_name_program_and_type(Dialect dialect)
    {
        var (on, ann) = await Member(dialect);
        var bob = await on.Happens(0, Join(), Phone("13800009002"));
        await on.Happens(2, Order("Typed", OrderStep.Completed, 5_000), Phone("13800009002"));
        var order = (await on.Get("orders?q=Typed")).Items().Single().Number("order_id");

        var entries = (await on.Get($"orders/{order}")).Items("points_entries");
        entries.Where(e => e.Number("spendable") > 0).Select(e => (e.Text("program"), e.Text("point_type"), e.Number("spendable"))).Order()
            .ShouldBe([("default", "coins", 5L), ("default", "points", 50L)]);

        var moved = (await on.Client.Post($"v1/persons/{bob}/merge/preview", new { other = ann }).Json()).Items("holdings")
            .Where(h => h.Text("measure") is "points_spendable" or "growth" && h.Number("before") > 0).Select(h => (h.Text("measure"), h.Text("of"), h.Text("point_type"), h.Number("before"))).ToList();
        moved.ShouldContain(("points_spendable", "default", "points", 50L));
        moved.ShouldContain(("points_spendable", "default", "coins", 5L));
        moved.ShouldContain(("growth", "default", "", 50L));

        await on.Client.Post($"v1/persons/{ann}/points-adjustments", new { points = 91, reason = "gift", point_type = "coins" }, "waits").Json(HttpStatusCode.Accepted);
        var waiting = (await on.Get("points-adjustment-requests")).Items().Single();
        (waiting.Text("program"), waiting.Text("point_type")).ShouldBe(("default", "coins"));
    }

    [Fact]
    public void What_is_wrong_with_a_type_is_told_by_its_path()
    {
        static string[] Wrong(string part) => [.. ProgramDocument.TryRead(System.Text.Json.Nodes.JsonNode.Parse(Programs.Plain[..Programs.Plain.LastIndexOf('}')] + "," + part + "}")!, out _).Select(p => p.Path)];

        Wrong("\"point_types\":[{\"name\":\"points\",\"title\":\"x\"}]").ShouldBe(["$.point_types[0].name"]);
        Wrong("\"point_types\":[{\"name\":\"a:b\",\"title\":\"x\",\"scale\":9}]").ShouldBe(["$.point_types[0].name", "$.point_types[0].scale"]);
        Wrong("\"point_types\":[{\"name\":\"a\",\"title\":\"x\",\"validity\":{\"months\":-1},\"earn\":{\"rules\":[{\"name\":\"base\",\"title\":\"x\",\"gives\":{\"points\":1}}]}}]")
            .ShouldBe(["$.point_types[0].validity.months", "$.point_types[0].earn.rules[0].name"]);
        Wrong("\"conversions\":[{\"from\":\"points\",\"to\":\"coins\",\"points\":1,\"gives\":0}]").ShouldBe(["$.conversions[0].to", "$.conversions[0]"]);
    }

    public ValueTask DisposeAsync() => brand.DisposeAsync();
}
