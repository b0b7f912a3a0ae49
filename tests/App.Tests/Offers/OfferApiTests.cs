using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Offers;

public sealed class OfferApiTests(Brand brand) : IClassFixture<Brand>
{
    private static string Offer(string name, string more) =>
        $$"""{"name":"{{name}}","title":"甲","title_en":"A","zone":"Asia/Shanghai","currency":"CNY","discount":{"percent":10},{{more}}}""";

    private static async Task<HttpResponseMessage> Publish(BrandOn on, string name, string more)
    {
        using var kept = await on.Client.Send(HttpMethod.Put, $"v1/definitions/offer/{name}", new { body = JsonDocument.Parse(Offer(name, more)).RootElement, title = name });
        var version = JsonDocument.Parse(await kept.Content.ReadAsStringAsync()).RootElement.Number("version");
        return await on.Client.Post($"v1/definitions/offer/{name}/versions/{version}/publication");
    }

    private static Task<HttpResponseMessage> Lock(BrandOn on, string session, object body, string? key = null) => on.Client.Post("v1/coupons/locks", body, key ?? $"lock-{session}");

    [Theory, OnBothBooks]
    public async Task A_checkout_locks_overrides_redeems_and_reverts_and_a_repeated_request_hears_the_same(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.App.Books.Publish("offer", "spring", Offer("spring", """ "code":{"kind":"shared","code":"SPRING-1"},"limits":{"uses":1,"budget_minor":1500},"over_budget":"partial" """));
        var ann = await on.Happens(0, Join(), Phone("13810000001"));
        object Body(long basket, string session = "s-1") => new { code = "spring-1", session, basket_minor = basket, currency = "CNY", identifiers = new[] { new { @namespace = "phone", value = "13810000001" } }, order = "O-1", channel = "tmall" };

        (await Lock(on, "s-1", Body(10_000), "").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("idempotency_key_missing");
        var first = await (await Lock(on, "s-1", Body(10_000))).Content.ReadAsStringAsync();
        (await (await Lock(on, "s-1", Body(10_000))).Content.ReadAsStringAsync()).ShouldBe(first);
        (await Lock(on, "s-1", Body(11_000)).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");
        (await Lock(on, "s-2", Body(10_000, "s-2")).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("quantity_exceeded");

        var again = await Lock(on, "s-1", Body(20_000), "over").Json();
        (again.Number("use_id"), again.Number("desired_minor"), again.Number("given_minor"), again.Number("person_id"), again.Text("state")).ShouldBe((JsonDocument.Parse(first).RootElement.Number("use_id"), 2_000, 1_500, ann, "locked"));
        again.GetProperty("order").Text("number").ShouldBe("O-1");

        (await on.Client.GetJson("v1/coupons/sessions/s-1")).GetProperty("usage_counted").GetBoolean().ShouldBeFalse();
        var redeemed = await on.Client.Post("v1/coupons/sessions/s-1/redemption", new { }, "redeem").Json();
        (redeemed.GetProperty("usage_counted").GetBoolean(), redeemed.Items("uses").Single().Text("state")).ShouldBe((true, "used"));
        (await on.Client.Post("v1/coupons/sessions/s-1/release", new { }, "release").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("usage_counted");
        (await on.Client.Post("v1/coupons/sessions/nobodys/redemption", new { }, "none").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("use_unknown");

        var offer = await on.Client.GetJson("v1/offers/spring");
        (offer.Number("uses"), offer.Number("spent_minor"), offer.Text("state")).ShouldBe((1, 1_500, "exhausted"));
        var use = again.Number("use_id");
        (await on.Client.Post($"v1/coupons/uses/{use}/reverts", new { amount_minor = 1_501 }, "much").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("revert_exceeds_use");
        (await on.Client.Post($"v1/coupons/uses/{use}/reverts", new { amount_minor = 500 }, "part").Json()).Number("reverted_minor").ShouldBe(500);
        (await on.Client.Post($"v1/coupons/uses/{use}/reverts", null, "rest").Json()).Text("state").ShouldBe("reverted");
        offer = await on.Client.GetJson("v1/offers/spring");
        (offer.Number("uses"), offer.Number("spent_minor"), offer.Text("state")).ShouldBe((0, 0, "running"));
        (await on.Client.GetJson("v1/offers/spring/uses?state=reverted")).Items("items").Single().GetProperty("use").Number("use_id").ShouldBe(use);
        (await on.Client.GetJson($"v1/coupons/uses/{use}")).Text("state").ShouldBe("reverted");
    }

    [Theory, OnBothBooks]
    public async Task Coupons_are_seen_beforehand_issued_once_a_grant_listed_and_used(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.App.Books.Publish("offer", "mine", Offer("mine", """ "code":{"kind":"personal"},"limits":{"coupons":1},"validity":{"days_after_issuing":30} """));
        var (ann, bob) = (await on.Happens(0, Join(), Phone("13810000011")), await on.Happens(0, Join(), Phone("13810000012")));

        var preview = await on.Client.Post("v1/offers/mine/coupons/preview", new { persons = new[] { ann, bob, 999_999 } }).Json();
        (preview.Number("will_issue"), preview.Number("left")).ShouldBe((1, 1));
        preview.Items("persons").Select(p => p.Text("refused")).ShouldBe([null, "coupons_exhausted", "no_such_person"]);

        var coupon = await on.Client.Post("v1/offers/mine/coupons", new { person_id = ann, grant_key = "g1" }, "i1").Json();
        (await on.Client.Post("v1/offers/mine/coupons", new { person_id = ann, grant_key = "g1" }, "i2").Json()).Number("coupon_id").ShouldBe(coupon.Number("coupon_id"));
        (await on.Client.Post("v1/offers/mine/coupons", new { person_id = bob, grant_key = "g1" }, "i3").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("grant_key_taken");
        (await on.Client.Post("v1/offers/mine/coupons", new { person_id = bob }, "i4").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("coupons_exhausted");
        (await on.Client.Post("v1/offers/nothing/coupons", new { person_id = bob }, "i5").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("offer_unknown");
        (await on.Client.Post("v1/offers/mine/coupons", new { }, "i6").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");

        var theirs = (await on.Client.GetJson($"v1/persons/{ann}/coupons")).Items("items").Single();
        (theirs.GetProperty("usable").GetBoolean(), theirs.Text("title_en")).ShouldBe((true, "A"));
        var id = coupon.Number("coupon_id");
        (await on.Client.Post("v1/coupons/uses", new { coupon_id = id, person_id = bob, basket_minor = 5_000, currency = "CNY" }, "u1").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("coupon_unknown");
        (await on.Client.Post("v1/coupons/uses", new { coupon_id = id, person_id = ann, basket_minor = 5_000, currency = "CNY" }, "u2").Json()).Number("given_minor").ShouldBe(500);
        (await on.Client.GetJson($"v1/coupons/{id}")).Text("state").ShouldBe("used");
        (await on.Client.GetJson("v1/offers/mine/coupons?state=used")).Items("items").Count.ShouldBe(1);
        (await on.Client.GetJson($"v1/persons/{ann}/timeline?kinds=coupon")).Items("items").Select(i => i.Text("title_code")).ShouldBe(["coupon.used", "coupon.issued"], ignoreOrder: true);

        // The person is told what is known, and forgotten with the counts as they were.
        var counts = await on.Client.GetJson("v1/offers/mine");
        var request = (await on.Client.Post("v1/privacy/requests", new { kind = "erase", person_id = ann, note = "by mail" }).Json(HttpStatusCode.Created)).Number("request_id");
        await on.Client.Post($"v1/privacy/requests/{request}/start", new { confirm = $"{ann}" }).Json(HttpStatusCode.Accepted);
        (await on.Client.UntilNot($"v1/privacy/requests/{request}", "open", "running")).Text("state").ShouldBe("done");
        foreach (var table in new[] { "coupons", "offer_uses" })
            (await on.App.Books.Read($"select count(*) from {table} where person_id = @ann", r => r.GetInt64(0), [("ann", ann)]))[0].ShouldBe(0, table);
        (await on.App.Books.Read("select count(*) from coupons where grant_key is not null", r => r.GetInt64(0)))[0].ShouldBe(0);
        (await on.Client.GetJson("v1/offers/mine")).ToString().ShouldBe(counts.ToString());
    }

    [Theory, OnBothBooks]
    public async Task What_a_request_gets_wrong_is_said_with_its_place(Dialect dialect)
    {
        var on = await brand.On(dialect);
        foreach (var (body, place) in new (object, string)[]
                 {
                     (new { basket_minor = -1, currency = "CNY", offer = "x", session = "s" }, "$.basket_minor"),
                     (new { basket_minor = 1, currency = "YUAN", offer = "x", session = "s" }, "$.currency"),
                     (new { basket_minor = 1, currency = "ZZZ", offer = "x", session = "s" }, "$.currency"),
                     (new { basket_minor = 1, currency = "CNY", session = "s" }, "$.offer"),
                     (new { basket_minor = 1, currency = "CNY", offer = "x", code = "y", session = "s" }, "$.offer"),
                     (new { basket_minor = 1, currency = "CNY", offer = "x" }, "$.session"),
                     (new { basket_minor = 1, currency = "CNY", offer = "x", session = "a/b" }, "$.session"),
                     (new { basket_minor = 1, currency = "CNY", offer = "x", session = "s", order = "O" }, "$.channel"),
                     (new { basket_minor = 1, currency = "CNY", offer = "x", session = "s", ttl_seconds = 0 }, "$.ttl_seconds"),
                     (new { basket_minor = 1, currency = "CNY", offer = "x\u0001", session = "s" }, "$.offer"),
                 })
            (await Lock(on, "wrong", body).Json(HttpStatusCode.UnprocessableEntity)).Text("detail").ShouldStartWith(place);
        (await Lock(on, "unknown", new { basket_minor = 1, currency = "CNY", offer = "x", session = "s" }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("offer_unknown");
    }

    [Theory, OnBothBooks]
    public async Task A_code_is_one_offers_and_a_used_offers_currency_stays(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await Publish(on, "one", """ "code":{"kind":"shared","code":"ONE-CODE"} """).Json();
        (await Publish(on, "two", """ "code":{"kind":"shared","code":"ONE-CODE"} """).Json(HttpStatusCode.UnprocessableEntity)).Items("problems").Single().Text("code").ShouldBe("code_taken");
        await on.Client.Post("v1/coupons/uses", new { code = "one-code", basket_minor = 100, currency = "CNY" }, "one").Json();
        (await on.Client.Send(HttpMethod.Put, "v1/definitions/offer/one", new { body = JsonDocument.Parse(Offer("one", """ "lock_days":1 """).Replace("CNY", "USD", StringComparison.Ordinal)).RootElement })).IsSuccessStatusCode.ShouldBeTrue();
        (await on.Client.Post("v1/definitions/offer/one/versions/2/publication").Json(HttpStatusCode.UnprocessableEntity)).Items("problems").Single().Text("code").ShouldBe("currency_changed");
    }
}
