using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

public sealed class TierEndpointTests(Brand brand) : IClassFixture<Brand>
{
    private static int phones;

    private async Task<(BrandOn On, long Person, Identifier Phone)> Member(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone($"1380004{(int)dialect}{Interlocked.Increment(ref phones):D3}");
        return (on, await on.Happens(0, Join(), phone), phone);
    }

    private static Task<HttpResponseMessage> Grant(BrandOn on, long person, object body, string? key = null) => on.Client.Post($"v1/persons/{person}/tier-grants", body, key);

    [Theory, OnBothBooks]
    public async Task The_sheet_says_the_tier_what_is_missing_and_why_it_moved(Dialect dialect)
    {
        var (on, person, phone) = await Member(dialect);
        var before = await on.Get($"persons/{person}/tier");
        (before.Text("tier"), before.Items("moves").Count, before.Items("grants").Count).ShouldBe(("silver", 0, 0));
        var next = before.GetProperty("next");
        (next.Text("tier"), next.Items("thresholds").Select(t => (t.Text("of"), t.Number("have"), t.Number("need"), t.Number("missing"))).Single()).ShouldBe(("gold", ("growth", 0, 200, 200)));

        await on.Happens(1, Order($"T{person}", OrderStep.Completed, 25_000), phone);

        var after = await on.Get($"persons/{person}/tier?program=default");
        (after.Text("tier"), after.Text("tier_title"), after.GetProperty("next").Text("tier"), after.GetProperty("next").Items("thresholds").Single().Number("missing")).ShouldBe(("gold", "Gold", "black", 750));
        var move = after.Items("moves").Single();
        (move.Text("from"), move.Text("to"), move.Number("growth")).ShouldBe(("silver", "gold", 250));
    }

    [Theory, OnBothBooks]
    public async Task A_tier_is_given_once_however_often_it_is_asked_and_taken_back(Dialect dialect)
    {
        var (on, person, _) = await Member(dialect);
        var body = new { tier = "gold", reason = " friend of the house ", proof = "card 7" };

        var first = await Grant(on, person, body, $"g{person}").Json();
        var again = await Grant(on, person, body, $"g{person}").Json();

        (first.Text("tier"), first.Items("grants").Count, again.Items("grants").Count).ShouldBe(("gold", 1, 1));
        var grant = again.Items("grants").Single();
        (grant.Text("tier"), grant.Text("kind"), grant.Text("reason"), grant.Text("proof"), grant.GetProperty("is_open").GetBoolean()).ShouldBe(("gold", "match", "friend of the house", "card 7", true));
        (await Grant(on, person, body with { tier = "black" }, $"g{person}").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("idempotency_conflict");

        var path = $"v1/persons/{person}/tier-grants/{grant.Number("grant_id")}/ending";
        var ended = await on.Client.Post(path, null, $"e{person}").Json();
        (ended.Text("tier"), ended.Items("grants").Single().GetProperty("is_open").GetBoolean()).ShouldBe(("silver", false));
        (await on.Client.Post(path, null, $"e{person}").Json()).Text("tier").ShouldBe("silver");
        (await on.Client.Post(path, null, $"f{person}").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("grant_ended");
        (await on.Get("audit-log?limit=100")).Items().Where(a => a.Text("action") is "tier.granted" or "tier.grant_ended" && a.Text("target") == $"person/{person}").Select(a => a.Text("action")).Order().ShouldBe(["tier.grant_ended", "tier.granted"]);
    }

    [Theory, OnBothBooks]
    public async Task Of_several_refusals_the_first_is_given(Dialect dialect)
    {
        var (on, person, phone) = await Member(dialect);
        var stranger = await on.Happens(0, new MemberUpdated(Profile.Empty), Phone($"1380004{(int)dialect}999"));
        async Task ShouldBeRefused(long who, object body, HttpStatusCode status, string code) => (await Grant(on, who, body).ProblemCode(status)).ShouldBe(code);

        await ShouldBeRefused(987_654_321, new { tier = "none", reason = "", program = "none" }, HttpStatusCode.NotFound, "no_such_person");
        await ShouldBeRefused(stranger, new { tier = "none", reason = " ", proof = new string('x', 501), program = "none" }, HttpStatusCode.UnprocessableEntity, "reason_missing");
        await ShouldBeRefused(stranger, new { tier = "none", reason = "x", proof = new string('x', 501), program = "none" }, HttpStatusCode.UnprocessableEntity, "proof_too_long");
        await ShouldBeRefused(stranger, new { tier = "none", reason = "x", program = "none" }, HttpStatusCode.UnprocessableEntity, "program_unknown");
        await ShouldBeRefused(person, new { tier = "gold", reason = "x", program = "default:coins" }, HttpStatusCode.UnprocessableEntity, "program_unknown");
        await ShouldBeRefused(stranger, new { tier = "none", reason = "x", until = "2020-01-01T00:00:00Z" }, HttpStatusCode.UnprocessableEntity, "not_a_member");
        await ShouldBeRefused(person, new { tier = "none", reason = "x", until = "2020-01-01T00:00:00Z" }, HttpStatusCode.UnprocessableEntity, "tier_unknown");
        await ShouldBeRefused(person, new { tier = "silver", reason = "x" }, HttpStatusCode.UnprocessableEntity, "tier_unknown");
        await ShouldBeRefused(person, new { tier = "gold", reason = "x", until = "2020-01-01T00:00:00Z" }, HttpStatusCode.Conflict, "grant_ended");
        await on.Happens(1, new MemberLeft("", null), phone);
        await ShouldBeRefused(person, new { tier = "gold", reason = "x" }, HttpStatusCode.UnprocessableEntity, "not_a_member");

        (await on.Client.Post($"v1/persons/987654321/tier-grants/1/ending").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await on.Client.Post($"v1/persons/{person}/tier-grants/1/ending?program=none").ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("program_unknown");
        (await on.Client.Post($"v1/persons/{stranger}/tier-grants/{long.MaxValue}/ending").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("grant_unknown");
        (await on.Client.GetAsync("v1/persons/987654321/tier").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await on.Client.GetAsync($"v1/persons/{person}/tier?program=none").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
        (await on.Client.GetAsync($"v1/persons/{person}/tier?program=default:coins").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_program");
        (await on.Client.GetAsync($"v1/persons/{stranger}/tier").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("not_a_member");
        (await (await on.Analyst()).Post($"v1/persons/{person}/tier-grants", new { tier = "gold", reason = "x" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldNotBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task Whatever_is_sent_is_answered_and_never_breaks(Dialect dialect)
    {
        var (on, person, _) = await Member(dialect);
        JsonObject Body(params (string Name, JsonNode? Value)[] fields)
        {
            var body = new JsonObject { ["tier"] = "gold", ["reason"] = "x" };
            foreach (var (name, value) in fields) body[name] = value;
            return body;
        }
        foreach (var body in (JsonObject[])
                 [
                     [], Body(("tier", null)), Body(("tier", 7)), Body(("tier", new string('x', 100_000))), Body(("tier", "go\0ld")), Body(("reason", null)), Body(("reason", new string('x', 201))),
                     Body(("reason", "a\0b")), Body(("proof", "a\0b")), Body(("until", "tomorrow")), Body(("until", "0001-01-01T00:00:00Z")), Body(("program", "a\0b")), Body(("program", 3)),
                 ])
            ((int)(await Grant(on, person, body)).StatusCode).ShouldBeInRange(400, 499, body.ToJsonString());
        foreach (var text in (string[])["", "null", "[]", "{", "{\"tier\":\"gold\",\"reason\":\"\\ud800\"}"])
            ((int)(await on.Client.PostAsync($"v1/persons/{person}/tier-grants", Http.Text(text))).StatusCode).ShouldBeInRange(400, 499, text);
        ((int)(await on.Client.GetAsync($"v1/persons/{person}/tier?program=%00")).StatusCode).ShouldBeInRange(400, 499);
        ((int)(await on.Client.GetAsync("v1/persons/99999999999999999999/tier")).StatusCode).ShouldBeInRange(400, 499);
        (await on.Get($"persons/{person}/tier")).Items("grants").ShouldBeEmpty();
        // As far in the future as an instant goes.
        (await Grant(on, person, Body(("until", "9999-12-31T23:59:59Z"))).Json()).Text("tier").ShouldBe("gold");
    }
}
