using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

/// <summary>What somebody decides of who is who, over HTTP.</summary>
public sealed class DecisionTests(Brand brand) : IClassFixture<Brand>
{
    private static readonly MemberUpdated Seen = new(Profile.Empty);

    private static Identifier Omid(string value) => new("tmall_omid", "", value);
    private static Identifier Openid(string value) => new("wechat_openid", "app", value);

    private static async Task<string> IdOf(BrandOn on, long person, string @namespace) =>
        (await on.Get($"persons/{person}")).Items("identifiers").First(i => i.Text("namespace") == @namespace).Text("id")!;

    private static Task<JsonElement> Merge(BrandOn on, long person, long other) => on.Client.Post($"v1/persons/{person}/merge", new { other, reason = "same household card" }).Json();

    private static Task<JsonElement> Split(BrandOn on, long person, params string[] identifiers) =>
        on.Client.Post($"v1/persons/{person}/split", new { identifiers, reason = "two people" }).Json();

    private static async Task<long> OwnerOf(BrandOn on, Identifier identifier) =>
        (await on.Client.GetJson($"v1/identity/why?a={Text(identifier)}&b={Text(identifier)}")).GetProperty("a").Number("person_id");

    private static string Text(Identifier i) => Uri.EscapeDataString($"{i.Namespace}@{i.Scope}:{i.Value}");

    private static async Task<List<string?>> Audited(BrandOn on, string action, long person) =>
        [.. (await on.Get($"audit-log?action={action}&limit=50")).Items().Where(e => e.Text("target") == $"person/{person}").Select(e => e.GetProperty("detail").GetRawText())];

    [Theory, OnBothBooks]
    public async Task Two_wrongly_united_by_a_shared_id_are_split_and_stay_apart_whatever_comes(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b, shared) = (Ouid("w-a"), Openid("w-b"), Omid("w-shared"));
        var first = await on.Happens(0, Seen, a, shared);
        await on.Happens(1, Seen, b);
        (await on.Happens(2, Seen, b, shared)).ShouldBe(first);

        var answer = await Split(on, first, await IdOf(on, first, "wechat_openid"));
        var other = await OwnerOf(on, b);

        other.ShouldNotBe(first);
        answer.Items("persons").Select(p => p.GetInt64()).ShouldBe([first, other], ignoreOrder: true);
        (await on.Happens(5, Seen, b)).ShouldBe(other);
        // Both are seen together again: that came in by the stronger of the two, and unites nobody.
        (await on.Happens(6, Seen, b, shared)).ShouldBe(first);
        (await on.Happens(7, Seen, a, shared)).ShouldBe(first);
        (await on.Happens(8, Seen, b)).ShouldBe(other);
        var why = await on.Get($"identity/why?a={Text(a)}&b={Text(b)}");
        why.Text("verdict").ShouldBe("kept_apart");
        why.Items("decisions").Single().Text("reason").ShouldBe("two people");
        why.Items("dropped").Select(d => d.Text("dropped_rule")).ShouldContain("kept_apart");
        (await Audited(on, "person.split", first)).Single()!.ShouldContain("two people");
    }

    [Theory, OnBothBooks]
    public async Task A_split_taken_back_unites_by_the_links_again(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b, shared) = (Ouid("r-a"), Openid("r-b"), Omid("r-shared"));
        var first = await on.Happens(0, Seen, a, shared);
        await on.Happens(1, Seen, b);
        await on.Happens(2, Seen, b, shared);
        var decision = (await Split(on, first, await IdOf(on, first, "wechat_openid"))).GetProperty("decision").Number("decision");
        var other = await OwnerOf(on, b);

        await on.Client.Send(HttpMethod.Delete, $"v1/persons/{other}/decisions/{decision}").Json();

        (await OwnerOf(on, b)).ShouldBe(await OwnerOf(on, a));
        var listed = (await on.Get($"persons/{first}/decisions")).Items().Single();
        (listed.Number("decision"), listed.GetProperty("revoked_at").ValueKind).ShouldBe((decision, JsonValueKind.String));
        (await on.Client.Send(HttpMethod.Delete, $"v1/persons/{first}/decisions/{decision}").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_decision");
        (await on.Get($"persons/{other}")).Number("person_id").ShouldBe(first);
    }

    [Theory, OnBothBooks]
    public async Task A_merge_against_the_rules_holds_until_it_is_taken_back_and_old_numbers_answer(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b) = (Ouid("f-a"), Ouid("f-b"));
        var first = await on.Happens(0, Join(), a);
        var second = await on.Happens(1, Join(), b);

        var decision = (await Merge(on, second, first)).GetProperty("decision").Number("decision");

        (await on.Get($"persons/{second}")).Number("person_id").ShouldBe(first);
        (await on.Happens(3, Seen, b)).ShouldBe(first);
        (await on.Client.Post($"v1/persons/{first}/merge", new { other = second, reason = "again" }).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("already_one_person");
        var path = (await on.Get($"identity/why?a={Text(a)}&b={Text(b)}")).Items("path");
        path.Select(s => s.Number("decision")).ShouldBe([decision]);

        await on.Client.Send(HttpMethod.Delete, $"v1/persons/{second}/decisions/{decision}").Json();

        (await on.Get($"persons/{second}")).Number("person_id").ShouldBe(second);
        (await OwnerOf(on, b)).ShouldBe(second);
        (await on.Get($"identity/why?a={Text(a)}&b={Text(b)}")).Text("verdict").ShouldBe("nothing_links");
    }

    [Theory, OnBothBooks]
    public async Task Merged_by_hand_each_keeps_its_phone_and_preview_and_why_say_which_rule_gives_way_to_whom(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b, p, q) = (new Identifier("member", "", "h-a"), new Identifier("member", "", "h-b"), Phone("13800006351"), Phone("13800006352"));
        var first = await on.Happens(0, Seen, a, p);
        var second = await on.Happens(1, Seen, b, q);

        var preview = await on.Client.Post($"v1/persons/{first}/merge/preview", new { other = second }).Json();
        var decision = (await Merge(on, first, second)).GetProperty("decision").Number("decision");

        preview.Items("overrides").Select(o => o.Text("rule")).ShouldBe(["one_value:member", "one_value:phone"]);
        preview.Items("identifiers").Select(i => (i.Text("namespace"), i.Number("to_person_id"))).ShouldBe([("member", first), ("phone", first)]);
        foreach (var each in new[] { a, b, p, q }) (await OwnerOf(on, each)).ShouldBe(first);
        var why = await on.Get($"identity/why?a={Text(p)}&b={Text(q)}");
        why.Items("overrides").Select(o => (o.Text("rule"), o.Number("decision"), o.Text("reason"))).ShouldBe(
            [("one_value:member", decision, "same household card"), ("one_value:phone", decision, "same household card")]);
        why.Items("overrides")[1].Items("identifiers").Select(i => i.Text("value")).ShouldBe(["13800006351", "13800006352"], ignoreOrder: true);

        await on.Client.Send(HttpMethod.Delete, $"v1/persons/{first}/decisions/{decision}").Json();
        ((await OwnerOf(on, p)), (await OwnerOf(on, q))).ShouldBe((first, second));
    }

    [Theory, OnBothBooks]
    public async Task Points_of_a_split_go_with_their_identifiers_and_a_shortfall_awaits_approval(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b) = (Phone("13800006001"), Openid("p-b"));
        var first = await on.Happens(0, Join(), a);
        var second = await on.Happens(0, Join(), b);
        await on.Happens(1, Adjust(1_000), a);
        await on.Happens(1, Adjust(200), b);
        await Merge(on, first, second);
        await on.Happens(2, Adjust(50), b);
        await on.Happens(3, Adjust(-300), b);
        (await Spendable(on, first)).ShouldBe(950);
        var openid = await IdOf(on, first, "wechat_openid");

        var preview = await on.Client.Post($"v1/persons/{first}/split/preview", new { identifiers = new[] { openid } }).Json();
        (await Spendable(on, first)).ShouldBe(950);
        await Split(on, first, openid);

        preview.Items("holdings").Where(h => h.Text("measure") == "points_spendable").Select(h => (h.Number("person_id"), h.Number("before"), h.Number("after")))
            .ShouldBe([(first, 950, 1_000), (second, 0, -50)]);
        preview.Items("revived_numbers").Select(n => n.GetInt64()).ShouldBe([second]);
        preview.Items("revoked_decisions").Count.ShouldBe(1);
        ((await Spendable(on, first)), (await Spendable(on, second))).ShouldBe((950, 0));
        (await on.Get("split-shortfalls?state=awaiting")).Items().Where(s => s.Number("debtor_person_id") == second)
            .Select(s => (s.Number("bearer_person_id"), s.Number("borne_by_other"))).ShouldBe([(first, 50)]);
    }

    private static async Task<long> Spendable(BrandOn on, long person) => (await on.Get($"persons/{person}")).GetProperty("membership").Number("points_spendable");

    [Theory, OnBothBooks]
    public async Task A_merge_preview_tells_what_will_be_and_changes_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var first = await on.Happens(0, Join(), Phone("13800006101"));
        var second = await on.Happens(1, Order("V1", OrderStep.Completed, 5_000), Openid("v-b"));

        var preview = await on.Client.Post($"v1/persons/{second}/merge/preview", new { other = first }).Json();

        preview.Items("persons").Select(p => (p.Number("person_id"), p.Number("ends_in"))).ShouldBe([(first, first), (second, first)]);
        preview.Items("identifiers").Select(i => (i.Text("namespace"), i.Number("from_person_id"), i.Number("to_person_id"))).ShouldBe([("wechat_openid", second, first)]);
        var moved = preview.Items("holdings").ToDictionary(h => (h.Number("person_id"), h.Text("measure")), h => (h.Number("before"), h.Number("after")));
        (moved[(first, "orders")], moved[(second, "orders")], moved[(first, "orders_minor")]).ShouldBe(((0, 1), (1, 0), (0, 5_000)));
        (await on.Get($"persons/{second}")).Number("person_id").ShouldBe(second);
    }

    [Theory, OnBothBooks]
    public async Task A_request_sent_twice_with_one_key_counts_once(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var first = await on.Happens(0, Seen, Phone("13800006201"));
        var second = await on.Happens(1, Seen, Openid("k-b"));

        var answers = new[] { await Keyed(on, second, first, "because"), await Keyed(on, second, first, "because") };

        foreach (var answer in answers) (await answer.Json()).Number("person_id").ShouldBe(first);
        (await on.Get($"persons/{first}/decisions")).Items().Count.ShouldBe(1);
        (await Keyed(on, second, first, "other words")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    private static Task<HttpResponseMessage> Keyed(BrandOn on, long person, long other, string reason) =>
        on.Client.Post($"v1/persons/{person}/merge", new { other, reason }, $"merge-{person}");

    [Theory, OnBothBooks]
    public async Task Why_shows_the_path_of_evidence_from_one_to_the_other(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var (a, b, middle) = (Ouid("y-a"), Openid("y-b"), Omid("y-m"));
        await on.Happens(0, Seen, a with { Verified = true }, middle);
        await on.Happens(1, Seen, b, middle);

        var why = await on.Get($"identity/why?a={Text(a)}&b={Text(b)}");

        why.Text("verdict").ShouldBe("one_person");
        why.Items("path").Select(s => (s.GetProperty("from").Text("namespace"), s.GetProperty("to").Text("namespace"), s.Text("strength")))
            .ShouldBe([("tmall_ouid", "tmall_omid", "verified"), ("tmall_omid", "wechat_openid", "asserted")]);
        (await on.Client.GetAsync($"v1/identity/why?a={Text(a)}&b={Text(Openid("never"))}").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_identifier");
        (await on.Client.GetAsync("v1/identity/why?a=x&b=y").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("identifier_invalid");
    }

    [Theory, OnBothBooks]
    public async Task A_phone_that_two_members_claim_has_the_others_as_candidates(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800006301");
        var first = await on.Happens(0, Join("CC-1"), phone);
        var second = await on.Happens(1, Join("CC-2"), phone);

        var owner = await OwnerOf(on, phone);
        var loser = owner == first ? second : first;

        loser.ShouldNotBe(owner);
        foreach (var person in new[] { first, second })
        {
            var contested = (await on.Get($"persons/{person}")).Items("contested").Single();
            (contested.Number("person_id"), contested.Items("candidates").Select(c => c.GetInt64()).Single()).ShouldBe((owner, loser));
        }
        var why = await on.Get($"identity/why?a={Text(new Identifier("member", "", "CC-1"))}&b={Text(new Identifier("member", "", "CC-2"))}");
        why.Text("verdict").ShouldBe("links_dropped");
        why.Items("dropped")[0].Text("dropped_because")!.ShouldContain("one member");
    }

    [Theory, OnBothBooks]
    public async Task What_cannot_be_decided_is_refused_with_the_reason(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Seen, Phone("13800006401"), Openid("x-b"));
        var stranger = await on.Happens(0, Seen, Openid("x-c"));
        var all = (await on.Get($"persons/{person}")).Items("identifiers").Select(i => i.Text("id")!).ToArray();

        (await on.Client.Post($"v1/persons/{person}/split", new { identifiers = all, reason = "x" }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("nobody_left");
        (await on.Client.Post($"v1/persons/{person}/split", new { identifiers = new[] { await IdOf(on, stranger, "wechat_openid") }, reason = "x" }).ProblemCode(HttpStatusCode.UnprocessableEntity))
            .ShouldBe("not_the_persons");
        (await on.Client.Post($"v1/persons/{person}/split", new { identifiers = new[] { "zz" }, reason = "x" }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post($"v1/persons/{person}/merge", new { other = stranger, reason = " " }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("field_invalid");
        (await on.Client.Post($"v1/persons/{person}/merge", new { other = 987654321, reason = "x" }).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
    }

    [Theory, OnBothBooks]
    public async Task Who_may_only_read_decides_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Seen, Phone("13800006501"));
        foreach (var role in new[] { Roles.Analyst, Roles.Clerk })
        {
            var client = await on.App.WithKey([.. Roles.ScopesOf[role]]);
            (await client.Post($"v1/persons/{person}/merge", new { other = 1, reason = "x" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
            (await client.Post($"v1/persons/{person}/split", new { identifiers = Array.Empty<string>(), reason = "x" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
            (await client.Post($"v1/persons/{person}/merge/preview", new { other = 1 }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
            (await client.Send(HttpMethod.Delete, $"v1/persons/{person}/decisions/1").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
            (await client.GetJson($"v1/persons/{person}/decisions")).Items().ShouldBeEmpty();
        }
    }
}
