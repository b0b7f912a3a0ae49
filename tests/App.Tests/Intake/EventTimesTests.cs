using System.Net;
using System.Net.Http.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Persons;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.App.Tests.Intake;

/// <summary>Events of sources whose clocks are ahead.</summary>
public sealed class EventTimesTests
{
    private static string View(DankeApp app, string source, string id, double hoursAhead) =>
        $$"""{"source":"{{source}}","id":"{{id}}","type":"interaction.happened","time":"{{app.Get<TimeProvider>().GetUtcNow().AddHours(hoursAhead):yyyy-MM-ddTHH:mm:ss.fffZ}}","channel":"site","identifiers":[{"namespace":"cookie","value":"{{source}}"}],"data":{"kind":"page.{{id}}"} }""";

    private static async Task<string> Send(DankeApp app, string body) => (await app.Client.SendLines(Sending.Lines(body)))[0].Said();

    private static Task<HttpResponseMessage> Set(HttpClient client, int hours, string later) => client.PutAsJsonAsync("v1/settings/event-times", new { future_hours = hours, later });

    private static async Task<double> HoursAhead(DankeApp app, string id)
    {
        var at = (await app.Books.Read("select at_ms from interactions where kind = @kind", r => r.GetInt64(0), [("kind", $"page.{id}")]))[0];
        return (DateTimeOffset.FromUnixTimeMilliseconds(at) - app.Get<TimeProvider>().GetUtcNow()).TotalHours;
    }

    [Theory, OnBothBooks]
    public async Task A_day_ahead_is_taken_as_it_is_and_later_is_refused_unless_set_otherwise(Dialect dialect)
    {
        await using var apps = new DankeApps();
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var found = await app.Client.GetJson("v1/settings/event-times");
        (found.Number("future_hours"), found.Text("later")).ShouldBe((24, "refuse"));

        (await Send(app, View(app, source, "day", 23))).ShouldBe("1 applied");
        (await Send(app, View(app, source, "later", 25))).ShouldBe("1 rejected time_in_future");

        (await HoursAhead(app, "day")).ShouldBeInRange(20, 24);
        (await app.LettersOf(source)).ShouldBe(["time_in_future open"]);
    }

    [Theory, OnBothBooks]
    public async Task What_is_later_is_clamped_or_refused_as_the_brand_says(Dialect dialect)
    {
        await using var apps = new DankeApps();
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        (await Set(app.Client, 0, "clamp")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var clamped = View(app, source, "clamped", 500);
        (await Send(app, clamped)).ShouldBe("1 applied");
        (await HoursAhead(app, "clamped")).ShouldBeInRange(-3, 0);
        // Sent again it is the same event, whatever the time is now.
        (await Send(app, clamped)).ShouldBe("1 duplicate");

        (await Set(app.Client, 2, "refuse")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Send(app, View(app, source, "near", 1))).ShouldBe("1 applied");
        (await Send(app, View(app, source, "far", 3))).ShouldBe("1 rejected time_in_future");
        // The letter is read by the rule that is in force when it is replayed.
        (await Set(app.Client, 24, "refuse")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var letter = (await app.Books.Read("select dead_letter_id from dead_letters where source = @source", r => r.GetInt64(0), [("source", source)])).Single();
        (await app.Client.PostAsync($"v1/dead-letters/{letter}/replays", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.LettersOf(source)).ShouldBe(["time_in_future replayed"]);

        (await Set(app.Client, 169, "refuse").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("field_invalid");
        (await Set(app.Client, 1, "drop").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_choice");
        (await Set(await app.WithKey(Scopes.IntakeRead), 1, "clamp").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
        (await app.Books.Read("select count(*) from audit_log where action = 'settings.changed'", r => r.GetInt64(0)))[0].ShouldBe(3);
    }
}
