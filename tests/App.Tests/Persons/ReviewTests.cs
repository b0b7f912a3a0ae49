using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

/// <summary>Persons without a common identifier who are alike: found, looked at, answered.</summary>
public sealed class ReviewTests
{
    private const string Surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
    private const string Given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志强";

    private static MemberUpdated Is(string name, string birthday, string? city = null, string? gender = null) =>
        new(Profile.Empty with { Name = name, Birthday = birthday, City = city, Gender = gender });

    /// <summary>Strangers, who teach what agreement weighs, and three who are there twice.</summary>
    private static async Task<(BrandOn On, List<(long A, long B)> Twice)> Populated(DankeApp app, bool withTwins = true)
    {
        var on = new BrandOn(app);
        for (var i = 0; i < 120; i++)
        {
            var name = $"{Surnames[i * 7 % Surnames.Length]}{Given[i * 3 % Given.Length]}{Given[(i * 11 + 5) % Given.Length]}";
            await on.Happens(i / 10.0, Is(name, $"{1950 + i % 50}-{1 + i % 12:00}-{1 + i * 5 % 28:00}", new[] { "上海", "北京", "成都", "杭州" }[i % 4]), Ouid($"s{i}"), Phone($"139{(i + 1) * 73_687_871L % 100_000_000:00000000}"));
        }
        var twice = new List<(long, long)>();
        if (withTwins)
            foreach (var (name, birthday, city, n) in new[] { ("欧阳晓岚", "1987-03-14", "上海", 1), ("慕容清河", "1991-11-02", "成都", 2), ("司徒雪梅", "1979-07-23", "杭州", 3) })
                twice.Add((await on.Happens(20 + n, Is(name, birthday, city), Ouid($"t{n}"), Phone($"1380000000{n}")), await on.Happens(30 + n, "pos", Is(name, birthday, city), new Identifier("pos_id", "p", $"t{n}"))));
        return (on, twice);
    }

    internal static async Task<JsonElement> Job(DankeApp app, string path, object body, string state = "done")
    {
        var id = (await app.Client.Post(path, body).Json(HttpStatusCode.Accepted)).Number("job_id");
        var job = await app.Client.JobEnded(id);
        job.Text("state").ShouldBe(state, job.GetRawText());
        return job.GetProperty("detail");
    }

    private static Task<JsonElement> Match(DankeApp app) => Job(app, "v1/identity/matchings", new { });

    [Theory, OnBothBooks]
    public async Task A_run_over_what_changed_finds_of_that_what_a_whole_run_would(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var (on, _) = await Populated(app);
        // Nothing is learnt yet: everything is compared.
        (await Job(app, "v1/identity/matchings", new { changed_only = true })).TryGetProperty("changed", out _).ShouldBeFalse();
        var before = await Waiting(app);
        (await Job(app, "v1/identity/matchings", new { changed_only = true })).Number("changed").ShouldBe(0);
        (await Waiting(app)).ShouldBe(before);

        var a = await on.Happens(40, Is("诸葛明月", "1983-05-09", "北京"), Ouid("n1"), Phone("13700000091"));
        var b = await on.Happens(41, "pos", Is("诸葛明月", "1983-05-09", "北京"), new Identifier("pos_id", "p", "n1"));
        // One of the twins is somebody else after all.
        await on.Happens(42, "pos", Is("钱多多", "2001-12-30", "成都"), new Identifier("pos_id", "p", "t1"));
        var changed = await Job(app, "v1/identity/matchings", new { changed_only = true });

        changed.Number("changed").ShouldBe(3);
        var after = await Waiting(app);
        after.Keys.ShouldContain((a, b));
        after.Count.ShouldBe(before.Count);
        before.Keys.Except(after.Keys).Count().ShouldBe(1);
        foreach (var (pair, ppm) in before.Where(p => after.ContainsKey(p.Key))) after[pair].ShouldBe(ppm);

        await Match(app);
        (await Waiting(app)).Keys.Order().ShouldBe(after.Keys.Order());
    }

    private static async Task<Dictionary<(long, long), double>> Waiting(DankeApp app) => (await app.Client.GetJson("v1/identity/pairs?limit=500")).Items().ToDictionary(
        p => (Math.Min(p.GetProperty("a").Number("person_id"), p.GetProperty("b").Number("person_id")), Math.Max(p.GetProperty("a").Number("person_id"), p.GetProperty("b").Number("person_id"))),
        p => p.GetProperty("probability").GetDouble());

    private static async Task Rules(DankeApp app, double linkFrom) => await app.Books.Publish("identity", "default", JsonNode.Parse($$"""
            {"matching": {"review_from": 0.5, "link_from": {{linkFrom.ToString(System.Globalization.CultureInfo.InvariantCulture)}}},
             "namespaces": [{"name": "member", "priority": 1, "values_per_person": 1, "person": true}, {"name": "phone", "priority": 2, "kind": "phone", "contact": true, "values_per_person": 1, "shared_after": 3}]}
            """)!.ToJsonString());

    private static async Task<long> Now(BrandOn on, long person) => (await on.Get($"persons/{person}")).Number("person_id");

    [Theory, OnBothBooks]
    public async Task Who_is_alike_waits_and_an_answer_makes_one_of_two_or_keeps_them_apart_for_ever(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var (on, twice) = await Populated(app);
        (await Match(app)).Number("waiting").ShouldBeGreaterThanOrEqualTo(3);
        var list = await app.Client.GetJson("v1/identity/pairs?limit=500");
        var pairs = list.Items().ToDictionary(p => (Math.Min(p.GetProperty("a").Number("person_id"), p.GetProperty("b").Number("person_id")), Math.Max(p.GetProperty("a").Number("person_id"), p.GetProperty("b").Number("person_id"))));
        foreach (var pair in twice) pairs.Keys.ShouldContain(pair);
        list.GetProperty("counts").Number("waiting").ShouldBe(pairs.Count);
        pairs[twice[0]].GetProperty("evidence").GetProperty("fields").EnumerateArray().Select(f => f.Text("field")).ShouldContain("birth_date");

        // Nobody was linked: the rules do not say from when on.
        (await Now(on, twice[0].B)).ShouldBe(twice[0].B);
        long Id(int n) => pairs[twice[n]].Number("pair_id");
        (await app.Client.Post($"v1/identity/pairs/{Id(0)}/answer", new { answer = "same" }).Json()).Text("state").ShouldBe("same");
        (await app.Client.Post($"v1/identity/pairs/{Id(1)}/answer", new { answer = "different" }).Json()).Text("state").ShouldBe("different");
        (await app.Client.Post($"v1/identity/pairs/{Id(2)}/answer", new { answer = "later" }).Json()).Text("state").ShouldBe("later");
        (await app.Client.Post($"v1/identity/pairs/{Id(0)}/answer", new { answer = "different" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Now(on, twice[0].B)).ShouldBe(twice[0].A);

        // What links the two later unites nobody.
        await on.Happens(50, Is("慕容清河", "1991-11-02"), Ouid("t2"), new Identifier("pos_id", "p", "t2"));
        (await Now(on, twice[1].B)).ShouldBe(twice[1].B);

        // Again: answers stand, and nothing is asked twice.
        await Match(app);
        var counts = (await app.Client.GetJson("v1/identity/pairs")).GetProperty("counts");
        (counts.Number("same"), counts.Number("different"), counts.Number("later")).ShouldBe((1, 1, 1));
        counts.Number("waiting").ShouldBe(pairs.Count - 3);
        var evaluation = await app.Client.GetJson("v1/identity/pairs/evaluation");
        (evaluation.Number("same"), evaluation.Number("different")).ShouldBe((1, 1));

        // Taken back.
        (await app.Client.DeleteAsync($"v1/identity/pairs/{Id(0)}/answer")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Now(on, twice[0].B)).ShouldBe(twice[0].B);
        (await app.Client.GetJson($"v1/identity/pairs/{Id(0)}")).Text("state").ShouldBe("waiting");
        (await app.Client.DeleteAsync($"v1/identity/pairs/{Id(1)}/answer")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Now(on, twice[1].B)).ShouldBe(twice[1].A);
    }

    [Theory, OnBothBooks]
    public async Task Whom_the_rules_want_linked_is_linked_as_long_as_no_rule_forbids_it(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var (on, twice) = await Populated(app);
        // The third is a member with two cards: known to be two.
        await on.Happens(40, Is("司徒雪梅", "1979-07-23", "杭州"), Ouid("t3"), new Identifier("member", "club", "A1"));
        await on.Happens(40, Is("司徒雪梅", "1979-07-23", "杭州"), new Identifier("pos_id", "p", "t3"), new Identifier("member", "club", "B2"));
        await Rules(app, 0.9);

        (await Match(app)).Number("linked").ShouldBeGreaterThanOrEqualTo(2);
        (await Now(on, twice[0].B)).ShouldBe(twice[0].A);
        (await Now(on, twice[1].B)).ShouldBe(twice[1].A);
        (await Now(on, twice[2].B)).ShouldNotBe(await Now(on, twice[2].A));
        (await app.Books.Read("select count(*) from links where strength = 'inferred' and dropped_rule is null", r => r.GetInt64(0)))[0].ShouldBeGreaterThanOrEqualTo(2);
        (await app.Client.GetJson("v1/identity/pairs")).Items().ShouldContain(p => p.Text("refusal") == "one_value:member");

        // A rebuild finds the same.
        var report = (await Job(app, "v1/identity/rebuilds", new { dry_run = true })).GetProperty("report");
        report.Number("affected").ShouldBe(0);

        // Somebody sees that it was wrong: they part, and stay two whatever likeness says.
        var linked = (await app.Client.GetJson("v1/identity/pairs?state=linked")).Items().First(p => p.GetProperty("a").Number("person_id") == twice[0].A);
        (await app.Client.Post($"v1/identity/pairs/{linked.Number("pair_id")}/answer", new { answer = "different" }).Json()).Text("state").ShouldBe("different");
        (await Now(on, twice[0].B)).ShouldNotBe(await Now(on, twice[0].A));
        await Match(app);
        (await Now(on, twice[0].B)).ShouldNotBe(await Now(on, twice[0].A));

        // Evidence is stronger than likeness: each of two gets a card of their own, and they part of themselves.
        await on.Happens(60, Is("慕容清河", "1991-11-02"), Ouid("t2"), new Identifier("member", "club", "C3"));
        await on.Happens(61, Is("慕容清河", "1991-11-02"), new Identifier("pos_id", "p", "t2"), new Identifier("member", "club", "D4"));
        (await Now(on, await Owner(app, "C3"))).ShouldNotBe(await Now(on, await Owner(app, "D4")));
    }

    private static async Task<long> Owner(DankeApp app, string card) =>
        (await app.Client.GetJson($"v1/identity/why?a={Uri.EscapeDataString($"member@club:{card}")}&b={Uri.EscapeDataString($"member@club:{card}")}")).GetProperty("a").Number("person_id");

    [Theory, OnBothBooks]
    public async Task Who_may_not_see_values_sees_what_agrees_and_not_with_what(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var (on, _) = await Populated(app);
        await Match(app);
        using var analyst = await on.Analyst();
        var text = (await analyst.GetJson("v1/identity/pairs")).GetRawText();
        text.ShouldNotContain("欧阳晓岚");
        text.ShouldNotContain("1987-03-14");
        text.ShouldNotContain("13800000001");
        (await analyst.Post("v1/identity/matchings", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
