using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Persons;

/// <summary>Where a person's attributes come from, and what is decided of them by hand.</summary>
public sealed class AttributeTests(Brand brand) : IClassFixture<Brand>
{
    private static Identifier Openid(string value) => new("wechat_openid", "app", value);

    private static MemberUpdated Called(string name, string? city = null) => new(new Profile { Name = name, City = city });

    private static async Task<JsonElement> Of(BrandOn on, long person, string attribute, HttpClient? by = null) =>
        (await (by ?? on.Client).GetJson($"v1/persons/{person}/attributes")).Items("attributes").Single(a => a.Text("name") == attribute);

    private static async Task<string?> NameOf(BrandOn on, long person) => (await on.Get($"persons/{person}")).GetProperty("profile").Text("name");

    private static Task<HttpResponseMessage> Pin(HttpClient client, long person, string attribute, string value, string reason = "on the phone") =>
        client.Send(HttpMethod.Put, $"v1/persons/{person}/attributes/{attribute}/pin", new { value, reason });

    [Theory, OnBothBooks]
    public async Task Every_statement_is_told_with_its_source_and_why_it_lost(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(1, "store", Called("李四"), Phone("13800007001"));
        await on.Happens(2, "store", Called("张三"), Phone("13800007001"));
        await on.Happens(3, "site", Called("张 三"), Phone("13800007001"));
        await on.Happens(9, "tmall", Called("张*"), Phone("13800007001"));

        var name = await Of(on, person, "name");

        (name.Text("value"), name.Text("because"), name.Text("policy")).ShouldBe(("张 三", "agreed", "most_recent"));
        name.Items("statements").Select(s => (s.Text("value"), s.Text("channel"), s.Text("standing"), s.GetProperty("via").Text("namespace")))
            .ShouldBe([("张 三", "site", "survives", "phone"), ("张*", "tmall", "masked", "phone"), ("张三", "store", "agrees", "phone"), ("李四", "store", "replaced", "phone")]);
        name.Items("statements")[0].Text("event")!.ShouldStartWith("test/");
        (await NameOf(on, person)).ShouldBe("张 三");
        (await on.Get("persons?q=张三")).Ids().ShouldContain(person);
    }

    [Theory, OnBothBooks]
    public async Task What_is_pinned_holds_is_audited_without_the_value_and_can_be_unpinned(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Called("旧名", "杭州"), Phone("13800007002"));

        (await Pin(on.Client, person, "name", " 王五 ").Json()).Items("attributes").Single(a => a.Text("name") == "name").Text("because").ShouldBe("pinned");
        await on.Happens(5, Called("新名", "上海"), Phone("13800007002"));

        var name = await Of(on, person, "name");
        (name.Text("value"), name.GetProperty("pin").Text("reason")).ShouldBe(("王五", "on the phone"));
        name.Items("statements").Select(s => s.Text("standing")).ShouldBe(["overruled", "replaced"]);
        (await NameOf(on, person)).ShouldBe("王五");
        var audit = (await on.Get("audit-log?action=person.attribute_pinned&limit=1")).Items().Single();
        (audit.Text("target"), audit.GetRawText().Contains("王五")).ShouldBe(($"person/{person}", false));

        await on.Client.Send(HttpMethod.Delete, $"v1/persons/{person}/attributes/name/pin").Json();
        (await NameOf(on, person)).ShouldBe("新名");
    }

    [Theory, OnBothBooks]
    public async Task A_pin_goes_with_the_number_it_was_made_on_the_newest_counting_while_persons_are_united(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var first = await on.Happens(0, Called("甲"), Ouid("pin-a"));
        var second = await on.Happens(0, Called("乙"), Openid("pin-b"));
        await Pin(on.Client, first, "name", "甲甲").Json();
        await Pin(on.Client, second, "name", "乙乙").Json();

        var merged = await on.Client.Post($"v1/persons/{first}/merge", new { other = second, reason = "one" }).Json();
        (await NameOf(on, first)).ShouldBe("乙乙");
        await on.Client.Send(HttpMethod.Delete, $"v1/persons/{first}/decisions/{merged.GetProperty("decision").Number("decision")}").Json();

        ((await NameOf(on, first)), (await NameOf(on, second))).ShouldBe(("甲甲", "乙乙"));
    }

    [Theory, OnBothBooks]
    public async Task Who_may_not_see_sees_masked_values_and_pins_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, new MemberUpdated(new Profile { Name = "张三丰", Birthday = "1990-05-17", City = "杭州" }), Phone("13800007003"));
        var analyst = await on.Analyst();

        var seen = (await analyst.GetJson($"v1/persons/{person}/attributes")).GetRawText();

        foreach (var hidden in new[] { "三丰", "05-17", "13800007003" }) seen.ShouldNotContain(hidden);
        (await Of(on, person, "birthday", analyst)).Text("value").ShouldBe("1990-**-**");
        (await Pin(analyst, person, "name", "x").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
        (await analyst.Send(HttpMethod.Delete, $"v1/persons/{person}/attributes/name/pin").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Theory]
    [OnBothBooks("name", "张*", "because", HttpStatusCode.UnprocessableEntity, "field_invalid")]
    [OnBothBooks("attributes.nick", " ", "because", HttpStatusCode.UnprocessableEntity, "field_invalid")]
    [OnBothBooks("gender", "male", "because", HttpStatusCode.UnprocessableEntity, "field_invalid")]
    [OnBothBooks("birthday", "2990-01-01", "because", HttpStatusCode.UnprocessableEntity, "field_invalid")]
    [OnBothBooks("name", "张三", " ", HttpStatusCode.UnprocessableEntity, "field_invalid")]
    [OnBothBooks("phone", "13800007004", "because", HttpStatusCode.NotFound, "no_such_attribute")]
    public async Task What_cannot_be_pinned_is_refused(Dialect dialect, string attribute, string value, string reason, HttpStatusCode status, string code)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Called("某"), Phone("13800007004"));

        (await Pin(on.Client, person, attribute, value, reason).ProblemCode(status)).ShouldBe(code);
        (await NameOf(on, person)).ShouldBe("某");
    }

    [Theory, OnBothBooks]
    public async Task Saying_the_same_again_within_a_day_writes_nothing(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var person = await on.Happens(0, Called("同名"), Phone("13800007005"));
        await on.Happens(0.5, Called("同名"), Phone("13800007005"));

        var before = (await Of(on, person, "name")).Items("statements").Single();
        (before.GetProperty("first_said").GetDateTimeOffset(), before.GetProperty("last_said").GetDateTimeOffset()).ShouldBe((DayOf(0), DayOf(0)));
        await on.Happens(2, Called("同名"), Phone("13800007005"));
        (await Of(on, person, "name")).Items("statements").Single().GetProperty("last_said").GetDateTimeOffset().ShouldBe(DayOf(2));
    }

    private static DateTimeOffset DayOf(double day) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);

    [Theory, OnBothBooks]
    public async Task New_rules_decide_everybody_anew_by_a_rebuild_which_first_says_how_many(Dialect dialect)
    {
        await using var apps = new DankeApps();
        var on = new BrandOn(await apps.On(dialect));
        var person = await on.Happens(1, "store", Called("张三"), Phone("13800007006"));
        await on.Happens(2, "site", Called("李四"), Phone("13800007006"));
        await on.Happens(2, "site", Called("旁人"), Phone("13800007007"));
        var rules = new { namespaces = new[] { new { name = "phone", priority = 2, kind = "phone", values_per_person = 1, contact = true, shared_after = 3 } }, attributes = new { name = new { policy = "source_priority", sources = new[] { "store" } } } };

        (await ReviewTests.Job(on.App, "v1/identity/rebuilds", new { dry_run = true, rules })).GetProperty("report").Number("profiles_changed").ShouldBe(1);
        (await NameOf(on, person)).ShouldBe("李四");
        await on.App.Books.Publish("identity", "default", JsonSerializer.Serialize(rules));
        (await on.Get($"persons/{person}/attributes")).GetProperty("awaits_rebuild").GetBoolean().ShouldBeTrue();
        (await ReviewTests.Job(on.App, "v1/identity/rebuilds", new { dry_run = false })).GetProperty("report").Number("profiles_changed").ShouldBe(1);

        (await NameOf(on, person)).ShouldBe("张三");
        var attributes = await on.Get($"persons/{person}/attributes");
        attributes.GetProperty("awaits_rebuild").GetBoolean().ShouldBeFalse();
        (await Of(on, person, "name")).Items("statements").Select(s => s.Text("standing")).ShouldBe(["survives", "lower_source"]);
    }

    [Theory, OnBothBooks]
    public async Task Profiles_that_are_older_than_statements_become_statements_of_their_numbers_anchor(Dialect dialect)
    {
        await using var books = await BooksFixture.New(dialect);
        if (dialect == Dialect.Postgres) await Migrations.Apply(books.Store, Danke.App.Hosting.BooksStart.AllMigrations(Danke.App.Hosting.ModuleList.All), 0, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var migration = Migrations.In(typeof(Danke.Persons.PersonsModule).Assembly, "persons").Single(m => m.Number == 4);
        await books.Store.Write(async t =>
        {
            await t.Execute("""
                insert into persons (person_id, state, merged_into, name_cipher, gender, city, attributes, profile_at_ms, first_seen_ms, last_seen_ms, first_channel) values
                  (1, 'active', null, @name, 'f', null, '{\"skin\":\"dry\"}', 7, 1, 2, 'store'), (2, 'merged', 1, null, null, '杭州', '{}', 5, 1, 2, 'store'), (3, 'active', null, null, null, '上海', '{}', 6, 1, 2, 'store')
                """.Replace("\\\"", "\""), ("name", new byte[] { 1, 2 }));
            await t.Execute("""
                insert into identifiers (identifier_key, namespace, scope, value_cipher, person_id, verified, first_seen_ms, last_seen_ms, source, anchor_of)
                values (11, 'phone', '', @v, 1, 0, 1, 1, 's', 1), (12, 'email', '', @v, 1, 0, 1, 1, 's', 2)
                """, ("v", new byte[] { 1 }));
            foreach (var insert in books.Store.Localise(migration.Sql).Split(';').Where(s => s.Contains("insert into", StringComparison.Ordinal))) await t.Execute(insert[insert.IndexOf("insert", StringComparison.Ordinal)..]);
        });

        (await books.Store.Read("select via_key, person_id, attribute, value, first_ms, value_cipher from attribute_statements order by via_key, attribute",
            r => (r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.TextOrNull(3), r.GetInt64(4), r.IsDBNull(5))))
            .ShouldBe([(-3, 3, "city", "上海", 6, true), (11, 1, "attributes.skin", "dry", 7, true), (11, 1, "gender", "f", 7, true), (11, 1, "name", null, 7, false), (12, 1, "city", "杭州", 5, true)]);
    }
}
