using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Microsoft.Extensions.DependencyInjection;
using static Danke.App.Tests.Door.Say;
using Sending = Danke.App.Tests.Intake.Sending;

namespace Danke.App.Tests.Exports;

public sealed class ExportTests(Brand brand) : IClassFixture<Brand>
{
    private const string Formula = "=HYPERLINK(\"http://x\",\"click, here\")";

    [Theory, OnBothBooks]
    public async Task Every_text_that_somebody_else_wrote_comes_out_harmless(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var person = await on.Happens(0, new MemberJoined("", Formula, new Profile { Name = Formula, City = Formula, Province = "＝1+1" }), Phone("13800007001"));
        await on.Happens(1, new OrderReported(OrderStep.Completed, Formula, Content(20_000) with { Store = "@store" }), Phone("13800007001"));
        var source = Sending.NewSource();
        await Sending.SendLines(on.Client, Sending.Lines(Sending.Event(source, "=1+1", $$"""{"kind":""}""")));

        var rows = new List<Dictionary<string, string>>();
        foreach (var path in new[] { "persons", "orders", $"persons/{person}/orders", $"persons/{person}/points", "dead-letters" })
        {
            var exported = await on.Client.Export(path + "/export.csv");
            exported.ShouldNotBeEmpty(path);
            rows.AddRange(exported);
        }

        rows.SelectMany(r => r.Values).ShouldAllBe(cell => cell.Length == 0 || !"=+-@＝\t\r".Contains(cell[0]) || cell.All(c => char.IsAsciiDigit(c) || c == '-' || c == '.'));
        rows.SelectMany(r => r).Where(c => c.Value == "'" + Formula).Select(c => c.Key).Distinct().ShouldBe(["name", "card", "city", "number", "person_name", "order"], ignoreOrder: true);
        rows.ShouldContain(r => r.GetValueOrDefault("province") == "'＝1+1");
        rows.ShouldContain(r => r.GetValueOrDefault("store") == "'@store");
        rows.ShouldContain(r => r.GetValueOrDefault("id") == "'=1+1");
    }

    [Theory, OnBothBooks]
    public async Task A_file_has_the_lines_of_the_list_and_its_conditions(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800007002");
        var person = await on.Happens(0, new MemberJoined("", "CARD-7002", new Profile { Name = "林出口", City = "出口市" }), phone);
        await on.Happens(1, "jd", Order("EX1", OrderStep.Completed, 30_050), phone);
        await on.Happens(2, "jd", Refund("EXR", "EX1", 1_000), phone);
        await on.Happens(0, new MemberUpdated(new Profile { City = "别市" }), Phone("13800007003"));

        var line = (await on.Client.Export("persons/export.csv?city=出口市")).Single();
        (line["person_id"], line["name"], line["card"], line["spent"], line["currency"], line["channels"]).ShouldBe(($"{person}", "林出口", "CARD-7002", "290.50", "CNY", "jd, tmall"));
        line["joined_at"].ShouldBe("2026-01-01 08:00:00");
        (await on.Client.Export("persons/export.csv?city=出口市&tier=gold&lang=zh")).Single()["姓名"].ShouldBe("林出口");

        var order = (await on.Client.Export("orders/export.csv?q=EX1&lang=en")).Single();
        (order["Order number"], order["Name"], order["Total"], order["Refunded"], order["Status"]).ShouldBe(("EX1", "林出口", "300.50", "10.00", "partly_refunded"));
        (await on.Client.Export($"persons/{person}/points/export.csv")).Select(e => e["kind"]).ShouldContain("earn_pending");

        (await on.Client.GetAsync("v1/orders/export.csv?status=lost").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_status");
        (await on.Client.GetAsync("v1/persons/export.csv?lang=fr").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_language");
        (await on.Client.GetAsync("v1/persons/987654/points/export.csv").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_person");
        (await (await on.App.WithKey(Scopes.OrdersRead)).GetAsync("v1/persons/export.csv").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Theory, OnBothBooks]
    public async Task Who_may_not_see_names_gets_them_masked(Dialect dialect)
    {
        var on = await brand.On(dialect);
        var phone = Phone("13800007004");
        await on.Happens(0, new MemberJoined("", "SECRET-CARD-77", new Profile { Name = "何不见", City = "遮出市" }), phone);
        await on.Happens(1, Order("HIDE1", OrderStep.Paid, 100), phone);
        var source = Sending.NewSource();
        await Sending.SendLines(on.Client, Sending.Lines(Sending.Event(source, "a", """{"kind":"","name":"何不见","phone":"13800007004"}""")));
        var analyst = await on.Analyst();

        var line = (await analyst.Export("persons/export.csv?city=遮出市")).Single();
        (line["name"], line["card"]).ShouldBe(("何**", "SE***77"));
        (await analyst.Export("orders/export.csv?q=HIDE1")).Single()["person_name"].ShouldBe("何**");
        var letter = (await analyst.Export($"dead-letters/export.csv?source={source}")).Single();
        letter["body"].ShouldNotContain("不见");
        letter["body"].ShouldNotContain("13800007004");
    }

    [Theory, OnBothBooks]
    public async Task Every_export_is_in_the_audit_log_without_what_was_searched_for(Dialect dialect)
    {
        var on = await brand.On(dialect);
        await on.Happens(0, new MemberUpdated(new Profile { City = "账市" }), Phone("13800007005"));
        await on.Client.Export("persons/export.csv?city=账市&sort=last_seen");
        await on.Client.Export("persons/export.csv?q=13800007005");

        var entries = (await on.Get("audit-log?action=persons.exported&limit=2")).Items();

        entries.ShouldAllBe(e => e.Text("actor") == "cli" && e.Text("target") == "persons");
        var (searched, listed) = (entries[0].GetProperty("detail").GetProperty("after"), entries[1].GetProperty("detail").GetProperty("after"));
        (listed.Number("rows"), listed.GetProperty("complete").GetBoolean(), listed.GetProperty("revealed").GetBoolean()).ShouldBe((1, true, true));
        listed.GetProperty("conditions").Text("city").ShouldBe("账市");
        searched.Number("rows").ShouldBe(1);
        searched.GetRawText().ShouldNotContain("13800007005");
    }

    [Theory, OnBothBooks]
    public async Task Twenty_thousand_persons_come_as_a_stream(Dialect dialect)
    {
        await using var own = new Brand();
        var on = await own.On(dialect);
        var ids = new List<long>();
        foreach (var some in Enumerable.Range(0, 20_300).Chunk(4_000))
            ids.AddRange(await on.Happen(some.Select(i => (i / 100.0, "tmall", (CommandBody)new MemberUpdated(new Profile { Name = $"人{i}" }), new[] { Phone($"137{i:D8}") }))));

        using var response = await on.Client.GetAsync("v1/persons/export.csv", HttpCompletionOption.ResponseHeadersRead);
        response.Headers.TransferEncodingChunked.ShouldBe(true);
        var rows = Csv.Rows((await response.Content.ReadAsStringAsync()).TrimStart('\uFEFF'));

        rows.Skip(1).Select(r => long.Parse(r[0], System.Globalization.CultureInfo.InvariantCulture)).Order().ShouldBe(ids.Order());
        (await on.Get("audit-log?action=persons.exported")).Items()[0].GetProperty("detail").GetProperty("after").Number("rows").ShouldBe(20_300);
    }

    [Theory, OnBothBooks]
    public async Task Whole_lists_are_taken_so_often_a_minute_and_no_more(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, services => services.AddSingleton(new RateLimits(ExportsPerMinute: 2)));
        var key = await app.WithKey(Scopes.OrdersRead);

        (await key.Export("orders/export.csv")).ShouldBeEmpty();
        (await key.Export("orders/export.csv")).ShouldBeEmpty();

        (await key.GetAsync("v1/orders/export.csv").ProblemCode(HttpStatusCode.TooManyRequests)).ShouldBe("too_many_requests");
        (await (await app.WithKey(Scopes.OrdersRead)).Export("orders/export.csv")).ShouldBeEmpty();
        (await key.GetAsync("v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
