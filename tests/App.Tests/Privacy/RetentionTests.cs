using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Intake;
using Danke.Platform.Books;
using Danke.Platform.Insight;

namespace Danke.App.Tests.Privacy;

public sealed class RetentionTests
{
    private static async Task<JsonElement> Run(DankeApp app, bool dryRun)
    {
        var job = (await app.Client.Post("v1/privacy/retention/runs", new { dry_run = dryRun }).Json(HttpStatusCode.Accepted)).GetProperty("job_id").GetInt64();
        return (await app.Client.JobEnded(job)).GetProperty("detail").GetProperty("rows");
    }

    // The nightly run may have begun with the server; no other comes.
    private static async Task WithoutTheNight(DankeApp app)
    {
        await app.Books.Write(t => t.Execute("insert into installation (name, value) values ('retention_day', '9999-12-31') on conflict (name) do update set value = excluded.value"));
        await Waiting.Until(() => Count(app, "jobs where kind = 'retention' and state in ('waiting', 'running')"), running => running == 0);
    }

    private static async Task<long> Count(DankeApp app, string table) => (await app.Books.Read($"select count(*) from {table}", r => r.GetInt64(0)))[0];

    [Theory, OnBothBooks]
    public async Task What_is_older_than_the_settings_goes_and_a_dry_run_only_counts(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await WithoutTheNight(app);
        string Event(string id, string time) => $$"""{"source":"shop","id":"{{id}}","type":"interaction.happened","time":"{{time}}","channel":"site","identifiers":[{"namespace":"phone","value":"13711110001"}],"data":{"kind":"page.view"} }""";
        var said = await app.Client.SendLines(Sending.Lines(string.Join('\n', Event("i1", "2020-01-01T00:00:00Z"), Event("i2", $"{app.Get<TimeProvider>().GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}"),
            """{"source":"shop","id":"bad","type":"oops"}""", """{"source":"shop","id":"bad2","type":"oops"}""")));
        said.Select(s => s.GetProperty("status").GetString()).ShouldBe(["applied", "applied", "rejected", "rejected"]);
        await app.Books.Write(t => t.Execute("update dead_letters set last_at_ms = 1600000000000 where command_key = 'shop/bad'"));
        var csv = new MultipartFormDataContent { { new ByteArrayContent("mobile\n13711110001\n"u8.ToArray()), "file", "a.csv" } };
        (await app.Client.PostAsync("v1/uploads", csv)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await app.Books.Write(t => t.Execute("update uploads set created_at_ms = 1600000000000"));

        var would = await Run(app, dryRun: true);
        (would.GetProperty("dead_letters").GetInt64(), would.GetProperty("uploads").GetInt64(), would.TryGetProperty("interactions", out _)).ShouldBe((1, 1, false));
        (await Count(app, "dead_letters")).ShouldBe(2);

        await app.Client.Send(HttpMethod.Put, "v1/privacy/retention", new { days = new Dictionary<string, int?> { ["interactions"] = 30, ["audit_log"] = null } }).Json();
        var gone = await Run(app, dryRun: false);

        (gone.GetProperty("dead_letters").GetInt64(), gone.GetProperty("uploads").GetInt64(), gone.GetProperty("interactions").GetInt64()).ShouldBe((1, 1, 1));
        ((await Count(app, "dead_letters")), (await Count(app, "uploads")), (await Count(app, "interactions"))).ShouldBe((1, 0, 1));
        Directory.GetFiles(Path.Combine(app.Data, "uploads")).ShouldBeEmpty();
        (await Run(app, dryRun: false)).GetProperty("dead_letters").GetInt64().ShouldBe(0);
        var audit = await app.Client.GetJson("v1/audit-log?action=privacy.retained");
        audit.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("detail").GetRawText()).ShouldContain(d => d.Contains("\"interactions\":1"));
        (await app.Client.GetJson("v1/privacy/retention")).GetProperty("items").EnumerateArray().Single(i => i.GetProperty("name").GetString() == "interactions").GetProperty("days").GetInt32().ShouldBe(30);
    }

    [Theory, OnBothBooks]
    public async Task Interactions_that_go_are_gone_from_Insight_too_and_stay_gone_when_it_is_made_anew(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, insight: "embedded");
        await WithoutTheNight(app);
        string Event(string id, string phone, string time) => $$"""{"source":"shop","id":"{{id}}","type":"interaction.happened","time":"{{time}}","channel":"site","identifiers":[{"namespace":"phone","value":"{{phone}}"}],"data":{"kind":"page.view","properties":{"page":"{{id}}"} } }""";
        var today = $"{app.Get<TimeProvider>().GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}";
        (await app.Client.SendLines(Sending.Lines(string.Join('\n', Event("old1", "13711110001", "2020-01-01T00:00:00Z"), Event("new1", "13711110001", today), Event("old2", "13711110002", "2020-02-01T00:00:00Z")))))
            .ShouldAllBe(s => s.GetProperty("status").GetString() == "applied");
        (await Told(app)).ShouldBe(["new1", "old1", "old2"]);

        await app.Client.Send(HttpMethod.Put, "v1/privacy/retention", new { days = new Dictionary<string, int?> { ["interactions"] = 30 } }).Json();
        (await Run(app, dryRun: true)).GetProperty("interactions").GetInt64().ShouldBe(2);
        (await Told(app)).Count.ShouldBe(3);
        (await Run(app, dryRun: false)).GetProperty("interactions").GetInt64().ShouldBe(2);

        (await Told(app)).ShouldBe(["new1"]);
        // Who is left without any is a person still, and what comes later is told again.
        (await app.Get<InsightClient>().Count("select count() from persons final where person_id != 0")).ShouldBe(2);
        (await app.Client.SendLines(Sending.Lines(Event("new2", "13711110002", today)))).ShouldAllBe(s => s.GetProperty("status").GetString() == "applied");
        (await Told(app)).ShouldBe(["new1", "new2"]);
        await app.Get<InsightFeeder>().Rebuild();
        (await Told(app)).ShouldBe(["new1", "new2"]);
    }

    private static async Task<List<string>> Told(DankeApp app)
    {
        await app.Get<InsightFeeder>().WaitUntilCaughtUp();
        return await app.Get<InsightClient>().Query("select properties['page'] as page from interactions final order by page", r => r.Text("page"));
    }

    [Theory, OnBothBooks]
    public async Task What_is_no_kind_or_no_number_of_days_is_refused(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        Task<string?> Put(string kind, int days) => app.Client.Send(HttpMethod.Put, "v1/privacy/retention", new { days = new Dictionary<string, int> { [kind] = days } }).ProblemCode(HttpStatusCode.BadRequest)!;

        (await Put("orders", 10)).ShouldBe("bad_choice");
        (await Put("dead_letters", 0)).ShouldBe("field_invalid");
        using var operators = await app.SignedInAs("operator");
        (await operators.Send(HttpMethod.Put, "v1/privacy/retention", new { days = new { dead_letters = 1 } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
