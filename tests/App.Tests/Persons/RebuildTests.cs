using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Platform.Books;

namespace Danke.App.Tests.Persons;

/// <summary>Everybody anew, as a job.</summary>
public sealed class RebuildTests
{
    private const int Members = 1500;

    private const string OneDevice = """
        {"namespaces": [{"name": "member", "priority": 1, "values_per_person": 1, "person": true}, {"name": "device", "priority": 8, "values_per_person": 1}]}
        """;

    private static StringContent History() => new(string.Concat(Enumerable.Range(0, Members).SelectMany(m => Enumerable.Range(1, 3).Select(d => $$"""
        {"source":"t","id":"{{m}}/{{d}}","type":"interaction.happened","time":"2026-01-0{{d}}T00:00:00Z","channel":"app","identifiers":[{"namespace":"member","value":"m{{m}}"},{"namespace":"device","value":"d{{m}}-{{d}}"}],"data":{"kind":"page.view"} }

        """))), Encoding.UTF8, "application/x-ndjson");

    private static async Task Publish(HttpClient client)
    {
        await client.Put("v1/definitions/identity/default", new { body = JsonDocument.Parse(OneDevice).RootElement }).Json(HttpStatusCode.Created);
        await client.Post("v1/definitions/identity/default/versions/1/publication").Json();
    }

    private static async Task<JsonElement> Begin(HttpClient client, bool dryRun) => await client.Post("v1/identity/rebuilds", new { dry_run = dryRun }).Json(HttpStatusCode.Accepted);

    private static async Task<int> Persons(HttpClient client)
    {
        var count = 0;
        for (var cursor = ""; ;)
        {
            var page = await client.GetJson($"v1/persons?limit=500{cursor}");
            count += page.Items().Count;
            if (page.Text("next") is not { } next) return count;
            cursor = $"&cursor={next}";
        }
    }

    private static bool HasEnded(JsonElement job) => job.Text("state") is "done" or "failed" or "cancelled";

    private static async Task<JsonElement> Report(HttpClient client, bool dryRun)
    {
        var job = await client.JobEnded((await Begin(client, dryRun)).Number("job_id"));
        job.Text("state").ShouldBe("done", job.GetRawText());
        return job.GetProperty("detail").GetProperty("report");
    }

    [Theory, OnBothBooks]
    public async Task Killed_in_the_middle_it_goes_on_after_the_start_and_comes_to_the_same_end(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        (await danke.Client.PostAsync("v1/events", History())).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Publish(danke.Client);
        var expected = await Report(danke.Client, dryRun: true);
        expected.Number("divided").ShouldBe(Members);

        var job = (await Begin(danke.Client, dryRun: false)).Number("job_id");
        await danke.Client.Until($"v1/jobs/{job}", j => j.Number("done") > 0 || HasEnded(j));
        danke.Kill();
        await danke.Start();
        (await danke.Client.JobEnded(job)).Text("state").ShouldBe("done");

        (await Report(danke.Client, dryRun: true)).Number("affected").ShouldBe(0);
        // A second device that nothing came in by is nobody's.
        (await Persons(danke.Client)).ShouldBe(Members);
        var (code, output, errors) = await danke.Verb("audit");
        code.ShouldBe(0, output + errors);
    }

    [Theory, OnBothBooks]
    public async Task The_Door_works_on_meanwhile_and_one_rebuild_at_a_time_is_enough(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        (await app.Client.PostAsync("v1/events", History())).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Publish(app.Client);
        var job = (await Begin(app.Client, dryRun: false)).Number("job_id");
        (await app.Client.Post("v1/identity/rebuilds", new { dry_run = false })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await app.Client.PostAsync("v1/events", new StringContent("""
            {"source":"t","id":"meanwhile","type":"interaction.happened","time":"2026-02-01T00:00:00Z","channel":"app","identifiers":[{"namespace":"member","value":"new"},{"namespace":"device","value":"d1-1"}],"data":{"kind":"page.view"} }
            """, Encoding.UTF8, "application/x-ndjson"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.Client.JobEnded(job)).Text("state").ShouldBe("done");
        (await Report(app.Client, dryRun: true)).Number("affected").ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task A_trial_says_what_would_change_by_masked_name_and_changes_nothing(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        (await app.Client.PostAsync("v1/events", new StringContent("""
            {"source":"t","id":"1","type":"member.updated","time":"2026-01-01T00:00:00Z","channel":"app","identifiers":[{"namespace":"member","value":"m"},{"namespace":"device","value":"d1"}],"data":{"profile":{"name":"欧阳晓岚"}}}
            {"source":"t","id":"2","type":"interaction.happened","time":"2026-01-02T00:00:00Z","channel":"app","identifiers":[{"namespace":"member","value":"m"},{"namespace":"device","value":"d2"}],"data":{"kind":"page.view"} }
            """, Encoding.UTF8, "application/x-ndjson"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var begun = await app.Client.Post("v1/identity/rebuilds", new { dry_run = true, rules = JsonDocument.Parse(OneDevice).RootElement }).Json(HttpStatusCode.Accepted);
        var report = (await app.Client.JobEnded(begun.Number("job_id"))).GetProperty("detail").GetProperty("report");
        var sample = report.Items("samples").Single();
        sample.Text("what").ShouldBe("divided");
        sample.Text("name").ShouldNotBeNull().ShouldNotContain("晓岚");
        sample.Items("rules").Select(r => r.GetString()).ShouldBe(["one_value:device"]);
        (await Persons(app.Client)).ShouldBe(1);
    }

    [Theory, OnBothBooks]
    public async Task After_a_start_the_published_rules_are_shown_before_anything_happens(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await Publish(app.Client);
        await app.Restart();
        app.Get<IdentityRules>().Version.ShouldBe(1);
        var shipped = await app.Client.GetJson("v1/identity/shipped-rules");
        IdentityDocument.Write(IdentityDocument.Read(JsonNode.Parse(shipped.GetProperty("body").GetRawText())!, 0)).ToJsonString().ShouldBe(IdentityDocument.Write(IdentityRules.Default).ToJsonString());
    }

    [Theory, OnBothBooks]
    public async Task Identifiers_that_were_erased_meanwhile_are_passed_over(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect);
        await door.Apply(Say.Event("a", 1, Say.Join(), Say.Phone("13800000001")));
        var key = await door.Number("select identifier_key from identifiers");
        await door.Apply(Say.Event("erased", 2, new ErasePerson(1, false)) with { PersonId = 1 });

        var answers = await door.Apply(Say.Event("anew", 3, new Danke.Persons.Linking.ReconsiderIdentities([key, key + 1])), Say.Event("b", 4, Say.Join(), Say.Phone("13800000002")));

        answers.Select(a => a.Status).ShouldBe([AnswerStatus.Applied, AnswerStatus.Applied]);
    }
}
