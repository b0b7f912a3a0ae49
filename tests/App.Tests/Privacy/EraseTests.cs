using System.Net;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Intake;
using Danke.Platform.Books;
using Danke.Platform.Insight;

namespace Danke.App.Tests.Privacy;

public sealed class EraseTests
{
    private const string Phone = "13912345678";
    private const string Mail = "zhang.sanfeng@example.com";
    private const string Name = "张三丰真人";
    private const string Ouid = "AAGx-ouid-of-zhang-77";
    private const string Card = "VIP88990011";
    private const string Street = "武当山紫霄宫后街19号";
    private static readonly string[] Values = [Phone, Mail, Name, Ouid, Card, Street];

    private static string Event(string id, string type, string identifiers, string data, string time = "2026-01-02T03:04:05Z") =>
        $$"""{"source":"shop","id":"{{id}}","type":"{{type}}","time":"{{time}}","channel":"tmall","shop":"flagship","identifiers":[{{identifiers}}],"data":{{data}}}""";

    private static string Id(string @namespace, string value, string scope = "") => JsonSerializer.Serialize(new { @namespace, scope, value });

    private static string Order(string number, string identifiers, long amount, string time = "2026-01-03T03:04:05Z") =>
        Event($"{number}/paid", "order.paid", identifiers, $$"""{"order":"{{number}}","currency":"CNY","lines":[{"sku":"A1","name":"面霜","quantity":1,"amount_minor":{{amount}}}]}""", time);

    private static Task<List<JsonElement>> Send(HttpClient client, params string[] events) => client.SendLines(Sending.Lines(string.Join('\n', events)));

    /// <summary>A person with something in every place: known by five values, two records that were united, orders, refused events, a file, an export.</summary>
    private static async Task<long> Fill(DankeApp app)
    {
        await app.Books.Publish("program", "default", Programs.Plain);
        var said = await Send(app.Client,
            Event("m1", "member.joined", Id("phone", Phone), JsonSerializer.Serialize(new { card = Card, profile = new { name = Name, gender = "m", birthday = "1987-04-05", city = "十堰", attributes = new { address = Street } } })),
            Event("m2", "member.updated", $"{Id("phone", Phone)},{Id("email", Mail)}", """{"profile":{"language":"zh-CN"}}"""),
            Order("T1", Id("tmall_ouid", Ouid, "flagship"), 20_000),
            Event("T1/done", "order.completed", Id("tmall_ouid", Ouid, "flagship"), """{"order":"T1"}""", "2026-01-05T03:04:05Z"),
            Order("T2", Id("phone", Phone), 5_000),
            Event("i1", "interaction.happened", Id("phone", Phone), JsonSerializer.Serialize(new { kind = "form.sent", properties = new { address = Street, name = Name, call = Phone } })),
            Event($"consent-{Phone}", "consent.changed", Id("phone", Phone), JsonSerializer.Serialize(new { via = "sms", purpose = "marketing", granted = true, evidence = $"{Name} on paper" })),
            Event("T1/refund", "refund.succeeded", Id("phone", Phone), """{"refund":"R1","order":"T1","currency":"CNY","amount_minor":1000,"reason":"张三丰真人 did not like it"}"""),
            Event("u1", "member.updated", $"{Id("phone", Phone)},{Id("tmall_ouid", Ouid, "flagship")}", """{"profile":{}}"""),
            // Somebody else, who stays.
            Event("x1", "member.joined", Id("phone", "13700000001"), """{"profile":{"name":"李四","city":"十堰"}}"""),
            Order("X1", Id("phone", "13700000001"), 7_700),
            // Refused, with the values in the clear and escaped.
            Event("bad1", "order.paid", Id("phone", Phone), """{"order":"B1","currency":"QQQ","lines":[{"sku":"A1","quantity":1,"amount_minor":1}]}"""),
            $$"""{"source":"shop","id":"bad2","type":"oops","note":"{{string.Concat(Mail.Select(c => $"\\u{(int)c:x4}"))}} 139-1234-5678"}""");
        said.Count(s => s.GetProperty("status").GetString() == "applied").ShouldBe(11, string.Join('\n', said.Select(s => s.Said())));
        var person = said[0].GetProperty("person_id").GetInt64();
        var csv = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes($"mobile,name\n+86 {Phone},{Name}\n")), "file", $"{Phone}.csv" } };
        (await app.Client.PostAsync("v1/uploads", csv)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await app.Client.Post($"v1/persons/{person}/points/adjustments", new { }); // Refused: no key. Nothing of it is kept.
        return person;
    }

    private static async Task<JsonElement> Request(HttpClient client, string kind, long person)
    {
        var made = await client.Post("v1/privacy/requests", new { kind, person_id = person, note = "by mail" }).Json(HttpStatusCode.Created);
        return await Run(client, made.GetProperty("request_id").GetInt64(), person);
    }

    private static async Task<JsonElement> Run(HttpClient client, long request, long person)
    {
        await client.Post($"v1/privacy/requests/{request}/start", new { confirm = $"{person}" }).Json(HttpStatusCode.Accepted);
        return await client.UntilNot($"v1/privacy/requests/{request}", "open", "running");
    }

    [Theory, OnBothBooks]
    public async Task Of_an_erased_person_no_byte_is_left_in_either_store_or_any_file(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, insight: "embedded");
        var person = await Fill(app);
        (await Request(app.Client, "export", person)).GetProperty("state").GetString().ShouldBe("done");
        await app.Get<InsightFeeder>().WaitUntilCaughtUp();
        (await ByteScan.Find(app, Values)).ShouldNotBeEmpty();
        var before = await Sums(app);

        var done = await Request(app.Client, "erase", person);

        done.GetProperty("state").GetString().ShouldBe("done", done.ToString());
        (await ByteScan.Find(app, Values)).ShouldBeEmpty();
        (await Sums(app)).ShouldBe(before);
        (await app.Client.GetAsync($"v1/persons/{person}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await app.Client.Post("v1/audits").Json()).GetProperty("ok").GetBoolean().ShouldBeTrue();
        (await app.Books.Read("select count(*) from identifiers", r => r.GetInt64(0)))[0].ShouldBe(1);
    }

    [Theory, OnBothBooks]
    public async Task What_came_before_the_erasing_goes_with_the_person_though_it_says_that_it_is_yet_to_be(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, insight: "embedded");
        await app.Books.Publish("program", "default", Programs.Plain);
        var soon = app.Get<TimeProvider>().GetUtcNow().AddHours(3).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var said = await Send(app.Client,
            Event("f1", "member.joined", Id("phone", Phone), JsonSerializer.Serialize(new { card = Card, profile = new { name = Name } }), soon),
            Event("f2", "interaction.happened", Id("phone", Phone), JsonSerializer.Serialize(new { kind = "form.sent", properties = new { address = Street } }), soon),
            Order("F1", $"{Id("phone", Phone)},{Id("email", Mail)}", 5_000, soon));
        said.ShouldAllBe(s => s.GetProperty("status").GetString() == "applied");
        await app.Get<InsightFeeder>().WaitUntilCaughtUp();

        var done = await Request(app.Client, "erase", said[0].GetProperty("person_id").GetInt64());

        done.GetProperty("state").GetString().ShouldBe("done", done.ToString());
        (await ByteScan.Find(app, Values)).ShouldBeEmpty();
        (await app.Books.Read("select (select count(*) from identifiers) + (select count(*) from interactions)", r => r.GetInt64(0)))[0].ShouldBe(0);
        // The same events, sent again, are the ones that came before.
        (await Send(app.Client, Event("f2", "interaction.happened", Id("phone", Phone), JsonSerializer.Serialize(new { kind = "form.sent", properties = new { address = Street } }), soon)))[0]
            .GetProperty("status").GetString().ShouldBeOneOf("duplicate", "suppressed");
        (await app.Books.Read("select count(*) from identifiers", r => r.GetInt64(0)))[0].ShouldBe(0);
    }

    /// <summary>What the accounts say: orders, what was paid and given back, and the ledger but for what was forfeited.</summary>
    private static async Task<string> Sums(DankeApp app) => string.Join(' ', await app.Books.Read("""
        select count(*), sum(total_minor), sum(refunded_minor), (select count(*) from refunds), (select sum(amount) from lots), (select sum(points_earned) from memberships) from orders
        """, r => string.Join(' ', Enumerable.Range(0, 6).Select(i => r.GetValue(i).ToString()))));

    [Theory, OnBothBooks]
    public async Task A_late_event_is_suppressed_with_all_that_it_says_and_who_comes_again_is_somebody_new(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var person = await Fill(app);
        var done = await Request(app.Client, "erase", person);
        done.GetProperty("state").GetString().ShouldBe("done", done.ToString());
        var request = done.GetProperty("request_id").GetInt64();

        // From before, with a value beside it that nobody had.
        var late = await Send(app.Client, Order("T9", $"{Id("tmall_ouid", Ouid, "flagship")},{Id("phone", "13711112222")}", 9_900), Order("T9", Id("phone", Phone), 9_900));

        late.Select(l => l.GetProperty("status").GetString()).ShouldBe(["suppressed", "suppressed"]);
        (await app.Books.Read("select (select count(*) from dead_letters where source = 'shop') + (select count(*) from orders where number = 'T9') + (select count(*) from commands where command_key = 'shop/T9/paid')",
            r => r.GetInt64(0)))[0].ShouldBe(0);
        (await app.Client.GetJson($"v1/privacy/requests/{request}")).GetProperty("suppressed").GetInt64().ShouldBe(2);
        (await app.Books.Read("select count(*) from identifiers", r => r.GetInt64(0)))[0].ShouldBe(1);

        var time = app.Get<TimeProvider>().GetUtcNow().AddSeconds(5).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var again = (await Send(app.Client, Event("new1", "member.joined", Id("phone", Phone), "{}", time)))[0];

        again.GetProperty("status").GetString().ShouldBe("applied");
        again.GetProperty("person_id").GetInt64().ShouldNotBe(person);
        var view = await app.Client.GetJson($"v1/persons/{again.GetProperty("person_id").GetInt64()}");
        view.GetProperty("worth").GetProperty("orders").GetInt64().ShouldBe(0);
        view.GetProperty("membership").GetProperty("points_earned").GetInt64().ShouldBe(0);
        view.GetProperty("aliases").GetArrayLength().ShouldBe(0);
        (await Send(app.Client, Order("T10", Id("phone", Phone), 100)))[0].GetProperty("status").GetString().ShouldBe("suppressed");
    }

    [Theory, OnBothBooks]
    public async Task What_nobody_can_read_is_not_kept_where_it_names_an_erased_person_and_is_where_it_names_another(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var person = await Fill(app);
        var done = await Request(app.Client, "erase", person);
        done.GetProperty("state").GetString().ShouldBe("done", done.ToString());

        var said = await Send(app.Client,
            $$"""{"source":"shop","id":"late1","type":"oops","who":"+86 139-1234 5678"}""",
            $$"""{"source":"shop","id":"late2","type":"oops","note":"{{string.Concat(Mail.Select(c => $"\\u{(int)c:x4}"))}}"}""",
            $$"""{"source":"shop","id":"late3","type":"order.paid","tmall":{"ouid":"{{Ouid}}"},"broken":""",
            $$"""{"source":"shop","id":"late4-{{Phone}}","type":"oops"}""",
            """{"source":"shop","id":"other","type":"oops","who":"13700000001"}""",
            // From after the erasing: somebody's again.
            $$"""{"source":"shop","id":"after","type":"oops","time":"{{app.Get<TimeProvider>().GetUtcNow().AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}}","who":"{{Phone}}"}""");

        said.Select(s => s.GetProperty("status").GetString()).ShouldBe(["suppressed", "suppressed", "suppressed", "suppressed", "rejected", "rejected"]);
        (await app.Books.Read("select command_key from dead_letters where source = 'shop' order by command_key", r => r.GetString(0))).ShouldBe(["shop/after", "shop/other"]);
        (await app.Client.GetJson($"v1/privacy/requests/{done.GetProperty("request_id").GetInt64()}")).GetProperty("suppressed").GetInt64().ShouldBe(4);
    }

    [Theory, OnBothBooks]
    public async Task Who_was_merged_in_is_erased_too_and_a_late_refund_still_takes_the_points_back(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var person = await Fill(app);
        var other = (await Send(app.Client, Event("y1", "member.joined", Id("cookie", "ck-before-marriage"), """{"profile":{"name":"Before Marriage"}}""")))[0].GetProperty("person_id").GetInt64();
        await app.Client.Post($"v1/persons/{person}/merge", new { other, reason = "Before Marriage is the same" }).Json();

        // By the number that is no more, it is the same person.
        var made = await app.Client.Post("v1/privacy/requests", new { kind = "erase", identifier = "cookie:ck-before-marriage" }).Json(HttpStatusCode.Created);
        var today = made.GetProperty("person_id").GetInt64();
        (await app.Client.Post($"v1/privacy/requests/{made.GetProperty("request_id").GetInt64()}/start", new { confirm = "1234567" }).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("not_confirmed");
        var done = await Run(app.Client, made.GetProperty("request_id").GetInt64(), today);

        done.GetProperty("state").GetString().ShouldBe("done", done.ToString());
        (await ByteScan.Find(app, [.. Values, "ck-before-marriage", "Before Marriage"])).ShouldBeEmpty();
        foreach (var number in new[] { person, other }) (await app.Client.GetAsync($"v1/persons/{number}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var refund = Event("R9", "refund.succeeded", "", """{"refund":"R9","order":"T1","currency":"CNY","amount_minor":19000}""", "2026-03-01T00:00:00Z");
        (await Send(app.Client, refund))[0].GetProperty("status").GetString().ShouldBe("applied");
        (await app.Client.Post("v1/audits").Json()).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Theory, OnBothBooks]
    public async Task What_is_told_is_complete_readable_for_a_time_and_only_for_who_may(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var person = await Fill(app);
        var done = await Request(app.Client, "export", person);
        var path = $"v1/privacy/requests/{done.GetProperty("request_id").GetInt64()}/document";

        var told = await app.Client.GetStringAsync(path);
        var page = System.Net.WebUtility.HtmlDecode(await app.Client.GetStringAsync(path + ".html?lang=en"));

        foreach (var value in Values)
        {
            told.ShouldContain(value);
            page.ShouldContain(value);
        }
        (told.Contains("李四"), page.Contains("<script")).ShouldBe((false, false));
        using (var analyst = await app.SignedInAs("analyst")) (await analyst.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ByteScan.Find(app.Books, app.Settings.Books, Path.Combine(app.Data, "privacy"), app.Get<Danke.Platform.Access.Vault>(), Values)).Where(f => f.StartsWith("privacy/", StringComparison.Ordinal)).ShouldBeEmpty();
        (await app.Client.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.Client.GetAsync(path).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_document");
        (await app.Client.GetJson("v1/audit-log?action=privacy.export_fetched")).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Theory, OnBothBooks]
    public async Task Who_is_made_anonymous_keeps_the_year_of_birth_and_the_city_with_the_sums(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var person = await Fill(app);
        var before = await Sums(app);

        var done = await Request(app.Client, "anonymise", person);

        done.GetProperty("state").GetString().ShouldBe("done", done.ToString());
        (await ByteScan.Find(app, [.. Values, "1987-04-05"])).ShouldBeEmpty();
        (await Sums(app)).ShouldBe(before);
        (await app.Books.Read("select gender || ' ' || birthday || ' ' || city from persons where state = 'anonymous'", r => r.GetString(0))).ShouldBe(["m 1987 十堰"]);
    }
}
