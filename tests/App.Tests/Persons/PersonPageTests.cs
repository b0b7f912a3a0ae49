using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

public sealed class PersonPageTests(Brand brand) : IClassFixture<Brand>
{
    private static readonly Profile Full = new()
    {
        Name = "周一鸣",
        Gender = "m",
        Birthday = "1990-05-17",
        Province = "广东",
        City = "深圳",
        Attributes = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("address", "某路一百号"),
    };

    private static InteractionHappened View => new("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("page", "/a"));

    [Theory, OnBothBooks]
    public async Task The_page_shows_profile_identifiers_membership_and_consents(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, new MemberJoined("", "CARD-P1", Full), new Identifier("phone", "", "13800002001", Verified: true), Ouid("page-1"));
        await on.Happens(1, new ConsentChanged(ContactChannel.Sms, "marketing", "13800002001", true, "form 7"), Phone("13800002001"));

        var page = await on.Get($"persons/{person}");

        page.Number("person_id").ShouldBe(person);
        var profile = page.GetProperty("profile");
        (profile.Text("name"), profile.Text("gender"), profile.Text("birthday"), profile.Text("city")).ShouldBe(("周一鸣", "m", "1990-05-17", "深圳"));
        profile.GetProperty("attributes").Text("address").ShouldBe("某路一百号");
        page.Items("identifiers").Select(i => (i.Text("namespace"), i.Text("scope"), i.Text("value"), i.GetProperty("verified").GetBoolean()))
            .ShouldBe([("member", "", "CARD-P1", true), ("phone", "", "13800002001", true), ("tmall_ouid", "s1", "page-1", false)]);
        var membership = page.GetProperty("membership");
        (membership.Text("card"), membership.Text("tier"), membership.GetProperty("next_tier").Text("name"), membership.GetProperty("next_tier").Number("missing"))
            .ShouldBe(("CARD-P1", "silver", "gold", 200));
        page.Items("consents").Select(c => (c.Text("via"), c.Text("purpose"), c.Text("point"), c.GetProperty("granted").GetBoolean(), c.Text("evidence")))
            .ShouldBe([("sms", "marketing", "13800002001", true, "form 7")]);
        page.Items("audiences").ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Whoever_may_not_reveal_sees_nothing_personal_anywhere(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, new MemberJoined("", "CARD-HIDDEN-9", Full), Phone("13800002002"), new Identifier("email", "", "zhou.yiming@example.com"));
        await on.Happens(1, new ConsentChanged(ContactChannel.Sms, "marketing", "13800002002", true, "called 13800002002"), Phone("13800002002"));
        await on.Happens(2, Order("PM1", OrderStep.Paid, 100), Phone("13800002002"));
        var analyst = await on.Analyst();

        var page = await analyst.GetJson($"v1/persons/{person}");
        var shown = new List<string> { page.GetRawText() };
        foreach (var path in new[] { "timeline", "links", "orders", "points" }) shown.Add((await analyst.GetJson($"v1/persons/{person}/{path}")).GetRawText());
        shown.Add((await analyst.GetJson($"v1/persons?q=13800002002")).GetRawText());
        shown.Add((await analyst.GetJson($"v1/orders?q=PM1")).GetRawText());

        page.GetProperty("revealed").GetBoolean().ShouldBeFalse();
        page.GetProperty("profile").Text("name").ShouldBe("周**");
        page.GetProperty("profile").Text("birthday").ShouldBe("1990-**-**");
        page.Items("identifiers").Select(i => i.Text("value")).ShouldBe(["CA***-9", "138****2002", "z***@example.com"]);
        foreach (var secret in new[] { "周一鸣", "13800002002", "zhou.yiming", "CARD-HIDDEN-9", "05-17", "某路一百号" })
            shown.ShouldAllBe(text => !text.Contains(secret), secret);
        // The same pages do show them to who may.
        (await on.Get($"persons/{person}")).GetRawText().ShouldContain("13800002002");
    }

    [Theory, OnBothBooks]
    public async Task A_clerk_at_the_till_sees_names(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, new MemberJoined("", null, Full), Phone("13800002003"));
        var clerk = await on.App.SignedInAs("clerk", $"clerk-{person}");

        (await clerk.GetJson($"v1/persons/{person}")).GetProperty("profile").Text("name").ShouldBe("周一鸣");
    }

    [Theory, OnBothBooks]
    public async Task Worth_counts_purchases_once_and_leaves_out_what_was_not_paid_or_given_back_whole(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, s => s.AddFixedNow(Door.DoorHarness.Start + (long)(20.7 * Door.DoorHarness.Day)));
        var on = new BrandOn(app);
        var person = await on.Happens(0, Order("W1", OrderStep.Paid, 10_000), Phone("13800002004"));
        await on.Happens(1, Order("W2", OrderStep.Completed, 5_001), Phone("13800002004"));
        await on.Happens(2, Order("W3", OrderStep.Placed, 70_000), Phone("13800002004"));
        await on.Happens(3, Order("W4", OrderStep.Paid, 2_000), Phone("13800002004"));
        await on.Happens(4, Refund("WR4", "W4", 2_000), Phone("13800002004"));
        await on.Happens(5, Refund("WR1", "W1", 3_000), Phone("13800002004"));
        await on.Happens(6, Order("W5", OrderStep.Closed, 8_000), Phone("13800002004"));
        await on.Happens(7, Refund("WRX", null, 500), Phone("13800002004"));

        var worth = (await on.Get($"persons/{person}")).GetProperty("worth");

        (worth.Number("orders"), worth.Number("sales_minor"), worth.Number("refunded_minor"), worth.Number("net_minor"), worth.Number("order_value_minor"), worth.Text("currency"))
            .ShouldBe((2, 17_001, 5_500, 11_501, 7_501, "CNY"));
        worth.GetProperty("first_order").GetDateTimeOffset().Day.ShouldBe(1);
        worth.GetProperty("last_order").GetDateTimeOffset().Day.ShouldBe(2);
        // 2 January 08:00 and 22 January 00:48 in Shanghai.
        worth.Number("recency_days").ShouldBe(20);
        // The list and the person page count alike.
        ((await on.Get("persons")).Items().Single() is var line && line.Number("spent_minor") == 11_501 && line.Number("orders") == 2).ShouldBeTrue();
        (await on.Get("persons?sort=spent")).Ids().ShouldBe([person]);
    }

    [Theory, OnBothBooks]
    public async Task Currencies_are_never_added_up(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, new OrderReported(OrderStep.Paid, "C1", Content(100)), Phone("13800002005"));
        await on.Happens(1, new OrderReported(OrderStep.Paid, "C2", Content(900, currency: "USD")), Phone("13800002005"));

        var worth = (await on.Get($"persons/{person}")).GetProperty("worth");

        (worth.Text("currency"), worth.Number("orders"), worth.Number("net_minor")).ShouldBe(("USD", 1, 900));
    }

    [Theory, OnBothBooks]
    public async Task Former_numbers_lead_to_who_the_person_is_now_on_every_page(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var survivor = await on.Happens(0, Join(), Phone("13800002006"));
        var absorbed = await on.Happens(0, Join(), Ouid("former"));
        await on.Happens(1, Order("F1", OrderStep.Paid, 100), Ouid("former"));
        await on.Happens(2, View, Phone("13800002006"), Ouid("former"));

        var page = await on.Get($"persons/{absorbed}");

        page.Number("person_id").ShouldBe(survivor);
        page.Items("aliases").Select(a => a.GetInt64()).ShouldBe([absorbed]);
        (await on.Get($"persons/{absorbed}/orders")).Items().Select(o => o.Text("number")).ShouldBe(["F1"]);
        (await on.Get($"persons/{absorbed}/points")).Number("person_id").ShouldBe(survivor);
        (await on.Get($"persons/{absorbed}/links")).Number("person_id").ShouldBe(survivor);
        var merged = (await on.Get($"persons/{absorbed}/timeline?kinds=identity")).Items().Single(i => i.Text("title_code") == "identity.merged");
        merged.GetProperty("data").Number("from_person").ShouldBe(absorbed);
    }

    [Theory]
    [OnBothBooks("")]
    [OnBothBooks("/timeline")]
    [OnBothBooks("/links")]
    [OnBothBooks("/orders")]
    [OnBothBooks("/points")]
    public async Task An_unknown_person_is_not_found(Dialect dialect, string page)
    {
        var on = await brand.On(dialect);
        (await on.Client.GetAsync($"v1/persons/987654321{page}").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await on.Client.GetAsync($"v1/persons/0{page}").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await on.Client.GetAsync($"v1/persons/-1{page}").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await on.Client.GetAsync($"v1/persons/1%20or%201=1{page}").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_path");
    }

    [Theory, OnBothBooks]
    public async Task Links_show_the_evidence_and_the_rule_that_dropped_one(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var anna = await on.Happens(0, View, new Identifier("member", "", "LINK-A"), Phone("13800002007"));
        // One phone, two member numbers: the phone cannot make them one person, and is whose it was seen with last.
        var bert = await on.Happens(1, View, new Identifier("member", "", "LINK-B"), Phone("13800002007"));

        var links = await on.Get($"persons/{bert}/links");

        bert.ShouldNotBe(anna);
        links.Items("nodes").Select(n => (n.Number("node"), n.Text("namespace"), n.Text("value"), n.Number("person_id")))
            .ShouldBe([(1, "member", "LINK-B", bert), (2, "phone", "13800002007", bert), (3, "member", "LINK-A", anna)]);
        var dropped = links.Items().Single(l => l.GetProperty("dropped_rule").ValueKind != System.Text.Json.JsonValueKind.Null);
        dropped.Text("dropped_rule").ShouldBe("one_value:member");
        new[] { dropped.GetProperty("low").Number("node"), dropped.GetProperty("high").Number("node") }.Order().ShouldBe([2, 3]);

        var joined = links.Items().Single(l => l.GetProperty("dropped_rule").ValueKind == System.Text.Json.JsonValueKind.Null);
        (joined.Text("source"), joined.Text("strength")).ShouldBe(("test", "asserted"));
    }
}
