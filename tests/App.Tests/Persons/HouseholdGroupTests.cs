using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Platform.Books;
using Danke.Platform.Insight;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

/// <summary>Households as audiences know them: kept in the Books, found from the links, as the person's page shows who shares with whom.</summary>
public sealed class HouseholdGroupTests(Brand brand) : IClassFixture<Brand>
{
    private static readonly MemberUpdated Seen = new(Profile.Empty);

    private static Identifier Card(string value) => new("member", "", value);
    private static Identifier Mail(string value) => new("email", "", value + "@example.com");

    private static Task<int> Refresh(BrandOn on) => on.App.Get<IHouseholds>().Refresh(CancellationToken.None);

    private static async Task<List<(long Person, long Household, long Size)>> Kept(BrandOn on) =>
        await on.App.Books.Read("select person_id, household_id, size from households order by person_id", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), [], CancellationToken.None);

    private static async Task<List<(long Person, long Household, long Size)>> Of(BrandOn on, params long[] persons)
    {
        await Refresh(on);
        return [.. (await Kept(on)).Where(k => persons.Contains(k.Person))];
    }

    [Theory, OnBothBooks]
    public async Task Whoever_shares_a_phone_or_an_address_with_a_member_of_it_is_of_the_household(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var a = await on.Happens(0, Join("g1"), Card("g1"), Phone("13800018001"));
        var b = await on.Happens(1, Join("g2"), Card("g2"), Phone("13800018001"), Mail("g"));
        var c = await on.Happens(2, Join("g3"), Card("g3"), Mail("g"));
        var alone = await on.Happens(3, Join("g4"), Card("g4"), Phone("13800018002"));

        (await Of(on, a, b, c, alone)).ShouldBe([(a, a, 3), (b, a, 3), (c, a, 3)]);
    }

    [Theory, OnBothBooks]
    public async Task A_household_keeps_its_number_through_a_merge_and_a_split_and_is_none_with_one(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var a = await on.Happens(0, Join("k1"), Card("k1"), Phone("13800018011"));
        var b = await on.Happens(1, Join("k2"), Card("k2"), Phone("13800018011"));
        var c = await on.Happens(2, Join("k3"), Card("k3"), Phone("13800018011"));
        (await Of(on, a, b, c)).ShouldBe([(a, a, 3), (b, a, 3), (c, a, 3)]);

        var merged = await on.Client.Post($"v1/persons/{b}/merge", new { other = c, reason = "one" }).Json();
        (await Of(on, a, b, c)).ShouldBe([(a, a, 2), (b, a, 2)]);

        await on.Client.Send(HttpMethod.Delete, $"v1/persons/{b}/decisions/{merged.GetProperty("decision").Number("decision")}").Json();
        (await Of(on, a, b, c)).ShouldBe([(a, a, 3), (b, a, 3), (c, a, 3)]);

        await on.Client.Post($"v1/persons/{a}/merge", new { other = b, reason = "one" }).Json();
        await on.Client.Post($"v1/persons/{a}/merge", new { other = c, reason = "one" }).Json();
        (await Of(on, a, b, c)).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task The_phone_of_an_office_makes_no_household_and_unmakes_one(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var persons = new List<long>();
        for (var i = 0; i < Households.Most; i++) persons.Add(await on.Happens(i, Join($"o{i}"), Card($"o{i}"), Phone("13800018021")));
        (await Of(on, [.. persons])).Select(k => (k.Household, k.Size)).Distinct().ShouldBe([(persons[0], (long)Households.Most)]);

        persons.Add(await on.Happens(20, Join("o-more"), Card("o-more"), Phone("13800018021")));

        (await Of(on, [.. persons])).ShouldBeEmpty();
    }

    [Theory, OnBothBooks]
    public async Task A_look_at_what_has_not_changed_writes_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.Happens(0, Join("n1"), Card("n1"), Phone("13800018031"));
        await on.Happens(1, Join("n2"), Card("n2"), Phone("13800018031"));
        (await Refresh(on)).ShouldBeGreaterThan(0);
        var commands = await Commands();

        (await Refresh(on)).ShouldBe(0);

        (await Commands()).ShouldBe(commands);
        async Task<long> Commands() => (await on.App.Books.Read("select count(*) from commands", r => r.GetInt64(0), [], CancellationToken.None))[0];
    }

    [Theory, OnBothBooks]
    public async Task Who_is_erased_leaves_the_household_at_once_and_the_others_stay_together(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var persons = new List<long>();
        for (var i = 0; i < 3; i++) persons.Add(await on.Happens(i, Join($"e{i}"), Card($"e{i}"), Phone("13800018041")));
        (await Of(on, [.. persons])).Select(k => k.Size).ShouldBe([3L, 3, 3]);

        var made = await on.Client.Post("v1/privacy/requests", new { kind = "erase", person_id = persons[0], note = "by mail" }).Json(HttpStatusCode.Created);
        await on.Client.Post($"v1/privacy/requests/{made.Number("request_id")}/start", new { confirm = $"{persons[0]}" }).Json(HttpStatusCode.Accepted);
        var done = await on.Client.UntilNot($"v1/privacy/requests/{made.Number("request_id")}", "open", "running");

        done.Text("state").ShouldBe("done", done.ToString());
        (await Kept(on)).ShouldNotContain(k => k.Person == persons[0]);
        await Refresh(on);
        (await Kept(on)).ShouldNotContain(k => k.Household == persons[0]);
        var page = (await on.Get($"persons/{persons[1]}/household")).Items("members").Select(m => m.Number("person_id")).ToList();
        (await Of(on, [.. persons])).ShouldBe(page.Contains(persons[2]) ? [(persons[1], persons[1], 2), (persons[2], persons[1], 2)] : []);
    }

    [Theory, OnBothBooks]
    public async Task Whatever_happens_they_are_the_groups_that_the_persons_pages_show_and_the_same_when_found_from_nothing(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await app.Books.Publish("program", "default", App.Tests.Door.Programs.Plain);
        var on = new BrandOn(app);
        var random = new Random(20_261_123);
        var sizes = new HashSet<long>();
        for (var round = 0; round < 8 * RandomCases.Effort; round++)
        {
            for (var i = 0; i < 8; i++) await Something(on, random);

            await Refresh(on);

            var kept = await Kept(on);
            kept.ShouldBe(await Shown(on), $"round {round}");
            await app.Books.Write(t => t.Execute("delete from households"));
            await Refresh(on);
            (await Kept(on)).ShouldBe(kept);
            sizes.UnionWith(kept.Select(k => k.Size));
        }
        sizes.Count.ShouldBeGreaterThan(2);
    }

    private static async Task Something(BrandOn on, Random random)
    {
        var persons = await Active(on);
        if (persons.Count > 3 && random.Next(6) == 0)
        {
            // Some of it is refused: somebody is no other than themselves.
            await on.Client.Post($"v1/persons/{persons[random.Next(persons.Count)]}/merge", new { other = persons[random.Next(persons.Count)], reason = "one" });
            return;
        }
        if (persons.Count > 3 && random.Next(6) == 0)
        {
            var person = persons[random.Next(persons.Count)];
            var identifiers = (await on.Get($"persons/{person}")).Items("identifiers");
            await on.Client.Post($"v1/persons/{person}/split", new { identifiers = new[] { identifiers[random.Next(identifiers.Count)].Text("id") }, reason = "two" });
            return;
        }
        var card = $"r{random.Next(24)}";
        Identifier[] shown = random.Next(4) switch
        {
            0 => [Card(card), Mail($"m{random.Next(8)}")],
            1 => [Phone($"1380001900{random.Next(10)}")],
            _ => [Card(card), Phone($"1380001900{random.Next(10)}") with { Verified = random.Next(5) == 0 }],
        };
        await on.Happens(random.Next(60), Seen, shown);
    }

    private static async Task<List<long>> Active(BrandOn on) =>
        await on.App.Books.Read("select person_id from persons where state = 'active' order by person_id", r => r.GetInt64(0), [], CancellationToken.None);

    private static async Task<List<(long, long, long)>> Shown(BrandOn on)
    {
        var others = new Dictionary<long, List<long>>();
        foreach (var person in await Active(on)) others[person] = [.. (await on.Get($"persons/{person}/household")).Items("members").Select(m => m.Number("person_id"))];
        var shown = new List<(long, long, long)>();
        foreach (var person in others.Keys.Order())
        {
            HashSet<long> group = [person];
            for (var before = 0; before != group.Count;)
            {
                before = group.Count;
                group.UnionWith(group.ToArray().SelectMany(p => others[p]));
            }
            if (group.Count is > 1 and <= Households.Most) shown.Add((person, group.Min(), group.Count));
        }
        return shown;
    }

    [Theory, OnBothBooks]
    public async Task An_audience_of_one_per_household_takes_who_was_last_active_and_says_of_the_others_who_is_in_for_them(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, insight: "embedded");
        await app.Books.Publish("program", "default", App.Tests.Door.Programs.Plain);
        var on = new BrandOn(app);
        var a = await on.Happens(0, Join("q1"), Card("q1"), Phone("13800018051"));
        var b = await on.Happens(1, Join("q2"), Card("q2"), Phone("13800018051"));
        var alone = await on.Happens(2, Join("q3"), Card("q3"), Phone("13800018052"));
        await app.Books.Publish("audience", "homes", """{"condition":"is_member","one_per":"household"}""");
        await app.Books.Publish("audience", "families", """{"condition":"household.size = 2"}""");
        await Follow();

        (await on.Get("audiences/homes/persons")).Ids().ShouldBe([b, alone]);
        (await on.Get("audiences/families/persons")).Ids().ShouldBe([a, b]);
        (await on.Get("audiences")).Items().Select(i => (i.Text("name"), i.Number("count"))).ShouldBe([("families", 2), ("homes", 2)]);
        (await Preview("everyone", "household")).Number("count").ShouldBe(2);
        (await Preview("everyone", null)).Number("count").ShouldBe(3);
        await Explains(a, isIn: false, instead: b);
        await Explains(b, isIn: true, instead: null);
        await Explains(alone, isIn: true, instead: null);
        (await on.Get($"persons/{a}")).Items("audiences").Select(i => i.Text("name")).ShouldBe(["families"]);

        // Nobody of the household has two over the pages, though another becomes the last active between them.
        var (walked, pages) = await on.Walk("audiences/homes/persons", 1, async () =>
        {
            await on.Happens(9, Seen, Card("q1"));
            await Follow();
        });
        walked.Select(p => p.Number("person_id")).ShouldBe([b, alone]);
        pages.ShouldBe(2);
        (await on.Get("audiences/homes/persons")).Ids().ShouldBe([a, alone]);
        await Explains(b, isIn: false, instead: a);

        await on.Client.Post($"v1/persons/{a}/merge", new { other = b, reason = "one" }).Json();
        await Follow();
        (await on.Get("audiences/families/persons")).Ids().ShouldBeEmpty();
        (await on.Get("audiences/homes/persons")).Ids().ShouldBe([a, alone]);
        (await on.App.Get<InsightAudit>().Compare()).ShouldAllBe(t => t.SameContent);

        async Task Follow()
        {
            await Refresh(on);
            await app.Get<InsightFeeder>().WaitUntilCaughtUp();
        }
        Task<JsonElement> Preview(string condition, string? onePer) => on.Client.Post("v1/audiences/preview", new { definition = new { condition, one_per = onePer } }).Json();
        async Task Explains(long person, bool isIn, long? instead)
        {
            var why = await on.Get($"audiences/homes/persons/{person}");
            (why.GetProperty("member").GetBoolean(), why.GetProperty("instead").ValueKind == JsonValueKind.Null ? null : (long?)why.Number("instead")).ShouldBe((isIn, instead));
        }
    }
}
