using System.Net;
using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Microsoft.Extensions.DependencyInjection;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Journeys;

public sealed class JourneyApiTests
{
    /// <summary>A sample's body, as <c>danke apply</c> sends it.</summary>
    private static string Sample(string path) =>
        YamlJson.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "../../../../samples", path)))!["body"]!.ToJsonString();

    private static async Task Publish(HttpClient client, string kind, string name, string body)
    {
        await client.PutAsync($"v1/definitions/{kind}/{name}", Http.Text($$"""{"body":{{body}}}""")).Json(HttpStatusCode.Created);
        await client.Post($"v1/definitions/{kind}/{name}/versions/1/publication").Json();
    }

    private static async Task<List<string?>> NamesIn(HttpClient client, string list)
    {
        var items = (await client.GetJson(list)).GetProperty("items").EnumerateArray().ToList();
        items.ShouldNotBeEmpty();
        return [.. items.Select(i => i.GetProperty("person_name").GetString())];
    }

    [Theory, OnBothBooks]
    public async Task The_sample_welcomes_a_new_member_through_the_whole_server(Dialect dialect)
    {
        var clock = new SetClock();
        await using var app = await DankeApp.Start(dialect, services => services.AddSingleton<TimeProvider>(clock));
        await Publish(app.Client, "program", "default", Sample("programs/demo.yaml"));
        await Publish(app.Client, "journey", "welcome", Sample("journeys/welcome.yaml"));
        var door = app.Get<Danke.Contracts.Commands.IDoor>();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await door.SubmitMany([
            Event("j", 0, Join("800123")) with { AtMs = now, Identifiers = [Phone("13800000001"), new("email", "", "ann@example.com")] },
            Event("n", 0, new Danke.Contracts.Commands.MemberUpdated(new Danke.Contracts.Commands.Profile { Name = "安如是" }), Phone("13800000001")) with { AtMs = now },
            Event("c", 0, new Danke.Contracts.Commands.ConsentChanged(Danke.Contracts.Commands.ContactChannel.Sms, "marketing", "", true, null), Phone("13800000001")) with { AtMs = now }], default);

        (await app.Client.GetJson("v1/journeys")).GetProperty("items")[0].GetProperty("waiting").GetInt64().ShouldBe(1);
        clock.Move(TimeSpan.FromHours(3));
        var sent = await app.Client.Until("v1/messages?state=sent", m => m.GetProperty("items").GetArrayLength() == 1);
        clock.Move(TimeSpan.FromDays(3));
        var ended = await app.Client.Until("v1/journeys", j => j.GetProperty("items")[0].GetProperty("ended").GetInt64() == 1);

        var firstTier = JsonDocument.Parse(Sample("programs/demo.yaml")).RootElement.GetProperty("tiers")[0].GetProperty("title").GetString();
        var message = sent.GetProperty("items")[0];
        message.GetProperty("text").GetString().ShouldBe($"【霁苔】安如是，欢迎加入霁苔会员！您的会员卡号 800123，当前等级 {firstTier}。回T退订");
        var journey = ended.GetProperty("items")[0];
        (journey.GetProperty("sent").GetInt64(), journey.GetProperty("skipped").GetInt64(), journey.GetProperty("waiting").GetInt64()).ShouldBe((1, 1, 0));
        var analyst = await app.WithKey([.. Roles.ScopesOf[Roles.Analyst]]);
        var noReader = await app.WithKey(Scopes.JourneysRead);
        foreach (var list in (string[])["v1/messages", "v1/journeys/welcome/entries"])
        {
            (await NamesIn(app.Client, list)).ShouldAllBe(name => name == "安如是", list);
            (await NamesIn(analyst, list)).ShouldAllBe(name => name == "安**", list);
            (await NamesIn(noReader, list)).ShouldAllBe(name => name == null, list);
        }
        (await app.Client.GetJson("v1/messages?state=skipped&journey=welcome")).GetProperty("items")[0].GetProperty("reason").GetString().ShouldBe("no_consent");
        Directory.GetFiles(Path.Combine(app.Data, "outbox"), "sms-*.jsonl").Length.ShouldBe(1);
        (await app.Client.Post("v1/audits").Json()).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Theory, OnBothBooks]
    public async Task An_entry_is_taken_out_once_and_a_reader_without_the_right_sees_no_address_and_no_text(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await Publish(app.Client, "program", "default", Sample("programs/demo.yaml"));
        await Publish(app.Client, "journey", "welcome", JourneyHarness.Welcome.Replace("PT2H", "PT1S"));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await app.Get<Danke.Contracts.Commands.IDoor>().SubmitMany([
            Event("j", 0, Join(), Phone("13800000001")) with { AtMs = now },
            Event("c", 0, new Danke.Contracts.Commands.ConsentChanged(Danke.Contracts.Commands.ContactChannel.Sms, "marketing", "", true, null), Phone("13800000001")) with { AtMs = now }], default);
        await app.Client.Until("v1/messages", m => m.GetProperty("items").GetArrayLength() == 1);

        var id = (await app.Client.GetJson("v1/journeys/welcome/entries?state=waiting")).GetProperty("items")[0].GetProperty("entry_id").GetInt64();
        (await app.Client.Post($"v1/journeys/welcome/entries/{id}/end").Json()).GetProperty("end_reason").GetString().ShouldBe("by_hand");
        (await app.Client.Post($"v1/journeys/welcome/entries/{id}/end").Json()).GetProperty("state").GetString().ShouldBe("ended");
        (await app.Client.Post("v1/journeys/welcome/entries/99/end").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_entry");
        (await app.Client.GetAsync("v1/messages?state=lost").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_state");

        var seen = (await (await app.WithKey("journeys:read")).GetJson("v1/messages")).GetProperty("items")[0];
        (seen.GetProperty("to").GetString(), seen.GetProperty("text").ValueKind).ShouldBe(("138****0001", JsonValueKind.Null));
        (await app.Client.GetJson("v1/messages")).GetProperty("items")[0].GetProperty("to").GetString().ShouldBe("13800000001");
    }

    [Theory, OnBothBooks]
    public async Task What_is_wrong_with_a_journey_is_said_with_its_place(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var problems = await app.Client.Post("v1/definitions/validations", new { kind = "journey", body = JourneyHarness.Welcome.Replace("09:00", "9 o'clock") }).Json();

        problems.GetProperty("valid").GetBoolean().ShouldBeFalse();
        problems.GetProperty("problems")[0].GetProperty("path").GetString().ShouldBe("/nodes/2/at");
    }

    [Fact]
    public void A_forged_internal_source_is_refused()
    {
        var reading = new Danke.Contracts.Events.EventJsonReader().Read(System.Text.Encoding.UTF8.GetBytes(
            """{"source":"danke-clock","id":"1/pause/1","type":"member.updated","time":"2026-01-01T00:00:00Z","channel":"x","data":{"profile":{}}}"""), DoorHarness.Start);

        reading.Problems.Single().Path.ShouldBe("$.source");
    }

    [Theory]
    [InlineData("$", "")]
    [InlineData("$.nodes[0].id", "/nodes/0/id")]
    [InlineData("$.nodes[12].variables['person.name']", "/nodes/12/variables/person.name")]
    public void A_JSON_path_becomes_a_pointer(string path, string pointer) => EngineProblems.Pointer(path).ShouldBe(pointer);
}
