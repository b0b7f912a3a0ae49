using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class PoolTests(Brand brand) : IClassFixture<Brand>
{
    private const string Pools = "v1/loyalty/pools";

    /// <summary>Members with points, one day after another.</summary>
    private static async Task<long[]> Members(BrandOn on, string phones, params long[] points)
    {
        var members = new long[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            var phone = Phone($"{phones}{i}");
            members[i] = await on.Happens(i, Join(), phone);
            if (points[i] > 0) await on.Happens(i + 1, Adjust(points[i]), phone);
        }
        return members;
    }

    private static async Task<long> Open(BrandOn on, long owner, string? draws = null) =>
        (await on.Client.Post(Pools, new { person_id = owner, title = "家", draws }, $"open-{owner}").Json()).Number("pool_id");

    private static Task<HttpResponseMessage> Do(BrandOn on, long pool, string what, object body, string key) => on.Client.Post($"{Pools}/{pool}/{what}", body, $"{pool}-{key}");

    private static async Task Take(BrandOn on, long pool, long owner, long guest, long? most = null)
    {
        await Do(on, pool, "invitations", new { person_id = owner, guest, most_per_month = most }, $"invite-{guest}").Json();
        await Do(on, pool, "joining", new { person_id = guest }, $"join-{guest}").Json();
    }

    private static async Task<(long Spendable, long Spent)> Balance(BrandOn on, long person)
    {
        var balances = (await on.Get($"persons/{person}/points")).GetProperty("balances");
        return (balances.Number("spendable"), balances.Number("spent"));
    }

    [Theory, OnBothBooks]
    public async Task A_pool_is_opened_filled_left_and_closed_and_is_listed_as_it_is(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var members = await Members(on, "1380030000", 100, 40);
        var (ann, bob) = (members[0], members[1]);

        (await on.Client.Post(Pools, new { person_id = ann, title = "家" }, null).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_missing");
        var pool = await Open(on, ann, "spender_first");
        (await Open(on, ann, "spender_first")).ShouldBe(pool);
        await Do(on, pool, "invitations", new { person_id = ann, guest = bob, most_per_month = 25 }, "invite").Json();
        var asked = await on.Get($"loyalty/pools/{pool}");
        (asked.Text("state"), asked.Text("draws"), asked.Number("owner"), asked.Number("spendable")).ShouldBe(("open", "spender_first", ann, 100));
        asked.Items("members").Select(m => (m.Number("person_id"), m.Text("state"))).ShouldBe([(ann, "member"), (bob, "invited")]);
        asked.Items("members")[1].Number("most_per_month").ShouldBe(25);
        asked.GetProperty("owner_name").ValueKind.ShouldBe(JsonValueKind.Null);

        await Do(on, pool, "joining", new { person_id = bob }, "join").Json();
        (await on.Get($"loyalty/pools/{pool}")).Number("spendable").ShouldBe(140);
        (await on.Get($"persons/{bob}/pools")).Items().Select(p => p.Number("pool_id")).ShouldBe([pool]);

        await Do(on, pool, "leaving", new { person_id = bob }, "leave").Json();
        (await on.Get($"persons/{bob}/pools")).Items().ShouldBeEmpty();
        (await on.Get($"loyalty/pools/{pool}")).Number("spendable").ShouldBe(100);

        // Who left may be invited again, with another limit.
        await Do(on, pool, "invitations", new { person_id = ann, guest = bob, most_per_month = 5 }, "again").Json();
        (await on.Get($"loyalty/pools/{pool}")).Items("members").Select(m => (m.Text("state"), m.GetProperty("most_per_month").ValueKind == JsonValueKind.Null ? 0 : m.Number("most_per_month")))
            .ShouldBe([("member", 0), ("left", 25), ("invited", 5)]);

        await Do(on, pool, "leaving", new { person_id = ann }, "close").Json();
        (await on.Get($"loyalty/pools/{pool}")).Text("state").ShouldBe("closed");
    }

    [Theory, OnBothBooks]
    public async Task A_limit_is_set_by_the_member_lowered_by_the_owner_and_changed_by_nobody_else(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var members = await Members(on, "1380035000", 0, 100, 0);
        var (ann, bob, cid) = (members[0], members[1], members[2]);
        var pool = await Open(on, ann);
        await Do(on, pool, "invitations", new { person_id = ann, guest = bob, most_per_month = 10 }, "invite").Json();
        var requests = 0;

        // Not joined yet: the owner's word.
        await Set(ann, 40).Json();
        await Do(on, pool, "joining", new { person_id = bob }, "join").Json();
        (await Limits()).ShouldBe([null, 40]);
        await Do(on, pool, "redemptions", new { person_id = ann, points = 30 }, "spend").Json();

        (await Set(ann, 41).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("limit_is_the_members");
        (await Set(ann, null).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("limit_is_the_members");
        (await Set(cid, 5).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_the_owner");
        (await Set(ann, 5, of: cid).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_in_pool");
        (await Set(bob, -1).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        await Set(ann, 35).Json();
        (await Limits()).ShouldBe([null, 35]);

        // What was spent this month counts: five are left, then none, then as many as there are.
        (await Spend(6, "six").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        await Spend(5, "five").Json();
        await Set(bob, 20).Json();
        (await Spend(1, "none").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        await Set(bob, null).Json();
        await Spend(65, "all").Json();
        (await Balance(on, bob)).ShouldBe((0, 100));
        (await on.Get("audit-log?action=pool.limited")).Items().Count.ShouldBeGreaterThanOrEqualTo(4);

        Task<HttpResponseMessage> Set(long by, long? most, long? of = null) => Do(on, pool, "limits", new { person_id = by, member = of ?? bob, most_per_month = most }, $"limit-{++requests}");
        Task<HttpResponseMessage> Spend(long points, string key) => Do(on, pool, "redemptions", new { person_id = ann, points }, key);
        async Task<List<long?>> Limits() => [.. (await on.Get($"loyalty/pools/{pool}")).Items("members").Select(m => m.GetProperty("most_per_month").ValueKind == JsonValueKind.Null ? (long?)null : m.Number("most_per_month"))];
    }

    [Theory, OnBothBooks]
    public async Task Pools_are_listed_newest_first_page_by_page_and_by_state(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var members = await Members(on, "1380031000", 0, 0, 0);
        var pools = new List<long>();
        foreach (var member in members) pools.Insert(0, await Open(on, member));
        await Do(on, pools[1], "leaving", new { person_id = members[1] }, "close").Json();

        var (items, pages) = await on.Walk("loyalty/pools", 1);
        items.Select(p => p.Number("pool_id")).Where(pools.Contains).ShouldBe(pools);
        pages.ShouldBe(items.Count);
        (await on.Walk("loyalty/pools?state=open", 2)).Items.Select(p => p.Number("pool_id")).Where(pools.Contains).ShouldBe([pools[0], pools[2]]);
        (await on.Walk("loyalty/pools?state=closed", 2)).Items.Select(p => p.Number("pool_id")).Where(pools.Contains).ShouldBe([pools[1]]);
    }

    [Theory, OnBothBooks]
    public async Task What_may_not_be_is_refused_with_its_code(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var members = await Members(on, "1380032000", 30, 30, 0, 0);
        var (ann, bob, cid, dan) = (members[0], members[1], members[2], members[3]);
        var requests = 0;
        var stranger = await on.Happens(0, Order("PoolStranger", OrderStep.Placed, 100), Phone("13800320009"));
        var pool = await Open(on, ann);
        await Take(on, pool, ann, bob);

        (await on.Client.Post(Pools, new { person_id = ann, title = "" }, "t").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post(Pools, new { person_id = ann, title = "x", draws = "at_random" }, "d").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post(Pools, new { person_id = ann, title = "x", program = "none" }, "p").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("program_unknown");
        (await on.Client.Post(Pools, new { person_id = stranger, title = "x" }, "s").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("not_a_member");

        (await Refused("invitations", new { person_id = bob, guest = cid }, HttpStatusCode.UnprocessableEntity)).ShouldBe("not_the_owner");
        (await Refused("invitations", new { person_id = ann, guest = stranger }, HttpStatusCode.UnprocessableEntity)).ShouldBe("guest_not_a_member");
        (await Refused("invitations", new { person_id = ann, guest = bob }, HttpStatusCode.Conflict)).ShouldBe("in_pool_already");
        (await Refused("invitations", new { person_id = ann, guest = cid, most_per_month = -1 }, HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await Refused("joining", new { person_id = cid }, HttpStatusCode.UnprocessableEntity)).ShouldBe("not_invited");
        (await Refused("leaving", new { person_id = cid }, HttpStatusCode.UnprocessableEntity)).ShouldBe("not_in_pool");
        await Take(on, pool, ann, cid);
        (await Refused("invitations", new { person_id = ann, guest = dan }, HttpStatusCode.Conflict)).ShouldBe("pool_full");

        (await Refused("redemptions", new { person_id = dan, points = 1 }, HttpStatusCode.UnprocessableEntity)).ShouldBe("not_in_pool");
        (await Refused("redemptions", new { person_id = ann, points = 61 }, HttpStatusCode.Conflict)).ShouldBe("insufficient_balance");
        (await Refused("redemptions", new { person_id = ann, points = 0 }, HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await Refused("redemptions", new { person_id = ann, points = 1, order = "O1" }, HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post($"{Pools}/redemptions/999999/returns", new { }, "r").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("redemption_unknown");
        (await on.Client.Post($"{Pools}/999999/joining", new { person_id = ann }, "u").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("pool_unknown");
        (await on.Client.GetAsync(new Uri($"{Pools}/999999/redemptions", UriKind.Relative)).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("pool_unknown");

        await Do(on, pool, "leaving", new { person_id = ann }, "close").Json();
        (await Refused("redemptions", new { person_id = bob, points = 1 }, HttpStatusCode.Conflict)).ShouldBe("pool_closed");
        (await Balance(on, ann)).ShouldBe((30, 0));

        Task<string?> Refused(string what, object body, HttpStatusCode status) => Do(on, pool, what, body, $"{what}-{++requests}").ProblemCode(status);
    }

    [Theory, OnBothBooks]
    public async Task A_pool_spends_once_and_what_comes_back_is_told_by_member(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var members = await Members(on, "1380033000", 100, 100);
        var (ann, bob) = (members[0], members[1]);
        var pool = await Open(on, ann);
        await Take(on, pool, ann, bob);

        var spent = await (await Do(on, pool, "redemptions", new { person_id = bob, points = 130, reason = "换购" }, "spend")).Content.ReadAsStringAsync();
        (await (await Do(on, pool, "redemptions", new { person_id = bob, points = 130, reason = "换购" }, "spend")).Content.ReadAsStringAsync()).ShouldBe(spent);
        (await Do(on, pool, "redemptions", new { person_id = bob, points = 131, reason = "换购" }, "spend").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        var told = JsonDocument.Parse(spent).RootElement;
        var together = told.Number("pool_redemption_id");
        (told.Number("points"), told.Number("returned"), told.Number("person_id"), told.Text("reason")).ShouldBe((130, 0, bob, "换购"));
        told.GetProperty("order").ValueKind.ShouldBe(JsonValueKind.Null);
        // Ann's were given a day earlier and end a day earlier.
        told.Items("parts").Select(p => (p.Number("person_id"), p.Number("points"))).ShouldBe([(ann, 100), (bob, 30)]);

        var back = await on.Client.Post($"{Pools}/redemptions/{together}/returns", new { points = 50 }, $"{pool}-back").Json();
        back.Items("back").Select(b => (b.Number("person_id"), b.Number("points"), b.Number("available"), b.Number("expired"))).ShouldBe([(bob, 30, 30, 0), (ann, 20, 20, 0)]);
        back.Number("returned").ShouldBe(50);
        (await on.Client.Post($"{Pools}/redemptions/{together}/returns", new { points = 81 }, $"{pool}-back2").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("return_exceeds_redemption");
        (await on.Client.Post($"{Pools}/redemptions/{together}/returns", new { }, $"{pool}-back3").Json()).Number("returned").ShouldBe(130);
        (await Balance(on, ann), await Balance(on, bob)).ShouldBe(((100, 0), (100, 0)));

        await Do(on, pool, "redemptions", new { person_id = ann, points = 7 }, "spend-2").Json();
        var (items, _) = await on.Walk($"loyalty/pools/{pool}/redemptions", 1);
        items.Select(r => (r.Number("person_id"), r.Number("points"), r.Number("returned"))).ShouldBe([(ann, 7, 0), (bob, 130, 130)]);
        items[1].Items("parts").Select(p => (p.Number("person_id"), p.Number("returned"))).ShouldBe([(ann, 100), (bob, 30)]);
    }

    [Theory, OnBothBooks]
    public async Task Points_of_a_pool_pay_for_an_order_and_its_refund_brings_them_back_to_each(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var members = await Members(on, "1380034000", 100, 100);
        var (ann, bob) = (members[0], members[1]);
        var pool = await Open(on, ann);
        await Take(on, pool, ann, bob);
        object Pays(string channel) => new { person_id = ann, points = 150, order = "PoolPaid", channel, shop = "s1" };

        var spent = await Do(on, pool, "redemptions", Pays("tmall"), "pay").Json();
        var order = spent.GetProperty("order");
        (order.Text("number"), order.Text("channel"), order.Text("shop")).ShouldBe(("PoolPaid", "tmall", "s1"));
        // Where the order was made is part of what was said.
        (await Do(on, pool, "redemptions", Pays("jd"), "pay").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        var part = await on.Get($"points/redemptions/{spent.Items("parts")[1].Number("redemption_id")}");
        part.GetProperty("order").Text("number").ShouldBe("PoolPaid");

        await on.Happens(10, Order("PoolPaid", OrderStep.Paid, 10_000), Phone("13800340000"));
        (await Balance(on, bob)).ShouldBe((50, 50));
        await on.Happens(11, Refund("PoolRefund1", "PoolPaid", 5_000), Phone("13800340000"));
        // Half of 150: Bob's fifty, then twenty-five of Ann's.
        (await Balance(on, bob), await Balance(on, ann)).ShouldBe(((100, 0), (25, 75)));
        await on.Happens(12, Refund("PoolRefund2", "PoolPaid", 5_000), Phone("13800340000"));
        (await Balance(on, bob), await Balance(on, ann)).ShouldBe(((100, 0), (100, 0)));
        (await on.Get($"loyalty/pools/{pool}/redemptions")).Items()[0].Number("returned").ShouldBe(150);
    }
}
