using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Intake.Events;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.App.Tests.Intake;

public sealed class DeadLetterTests(DankeApps apps) : IClassFixture<DankeApps>
{
    private static async Task<JsonElement> LetterOf(DankeApp app, string source) =>
        (await app.Client.GetJson($"v1/dead-letters?source={source}&state=open")).GetProperty("items")[0];

    [Theory, OnBothBooks]
    public async Task A_letter_is_mended_and_replayed(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        await app.Client.PostAsync("v1/events", Sending.Json(Sending.Order(source, "1").Replace("CNY", "RMB"))).Json(HttpStatusCode.UnprocessableEntity);
        var letter = await LetterOf(app, source);
        var id = letter.Number("dead_letter_id");

        var again = await app.Client.Post($"v1/dead-letters/{id}/replays").Json();
        (again.GetProperty("status").GetString(), again.GetProperty("code").GetString()).ShouldBe(("rejected", "currency_unknown"));

        await app.Client.Put($"v1/dead-letters/{id}", new { body = letter.GetProperty("body").GetString()!.Replace("RMB", "CNY") }).Json();
        (await app.Client.Post($"v1/dead-letters/{id}/replays").Json()).GetProperty("status").GetString().ShouldBe("applied");
        (await app.Client.GetJson($"v1/dead-letters/{id}")).GetProperty("state").GetString().ShouldBe("replayed");
        (await app.Client.Post($"v1/dead-letters/{id}/replays").ProblemCode(HttpStatusCode.Conflict)).ShouldBe("dead_letter_settled");
        (await app.Applied(source)).ShouldBe(1);
    }

    [Theory, OnBothBooks]
    public async Task A_letter_that_could_not_even_be_read_is_written_anew_and_replayed(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        await app.Client.PostAsync("v1/events", Sending.Json($"{{\"source\":\"{source}\" oops")).Json(HttpStatusCode.UnprocessableEntity);
        var items = (await app.Client.GetJson($"v1/dead-letters?source={source}&state=open")).GetProperty("items").EnumerateArray();
        var id = items.Single(l => l.GetProperty("body").GetString()!.Contains($"\"{source}\"")).Number("dead_letter_id");

        // Mended by half: refused under its own id now, where its new letter is.
        await app.Client.Put($"v1/dead-letters/{id}", new { body = Sending.Event(source, "1", "{}") }).Json();
        (await app.Client.Post($"v1/dead-letters/{id}/replays").Json()).GetProperty("status").GetString().ShouldBe("rejected");
        (await app.LettersOf(source)).ShouldContain("field_missing open");
        (await app.Client.GetJson($"v1/dead-letters/{id}")).GetProperty("state").GetString().ShouldBe("replayed");

        var open = (await app.Client.GetJson($"v1/dead-letters?source={source}&state=open")).GetProperty("items").EnumerateArray();
        var next = open.Single().Number("dead_letter_id");
        await app.Client.Put($"v1/dead-letters/{next}", new { body = Sending.Event(source, "1") }).Json();
        (await app.Client.Post($"v1/dead-letters/{next}/replays").Json()).GetProperty("status").GetString().ShouldBe("applied");
        (await app.LettersOf(source)).ShouldContain("field_missing replayed");
    }

    [Theory, OnBothBooks]
    public async Task Many_are_replayed_by_filter_and_what_is_still_wrong_stays(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        var body = string.Join('\n', Enumerable.Range(0, 250).Select(i => Sending.Order(source, $"{i}").Replace("CNY", i < 5 ? "XXZ" : "XXY")));
        await app.Client.SendLines(Sending.Lines(body));
        await app.Books.Write(t => t.Execute("update dead_letters set body = replace(body, 'XXY', 'CNY') where source = @source", ("source", source)));

        var summary = await app.Client.Post("v1/dead-letters/replays", new { filter = new { source } }).Json();

        (summary.Number("replayed"), summary.Number("applied"), summary.Number("rejected"), summary.GetProperty("more").GetBoolean()).ShouldBe((250, 245, 5, false));
        (await app.Applied(source)).ShouldBe(245);
        (await app.LettersOf(source)).Count(l => l.EndsWith("open", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Theory, OnBothBooks]
    public async Task A_dropped_letter_stays_dropped_and_the_list_pages(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var source = Sending.NewSource();
        await app.Client.SendLines(Sending.Lines(string.Join('\n', Enumerable.Range(0, 7).Select(i => Sending.Event(source, $"{i}", "{}")))));

        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await app.Client.GetJson($"v1/dead-letters?source={source}&limit=3{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(l => l.Number("dead_letter_id")));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        seen.Distinct().Count().ShouldBe(7);
        seen.ShouldBe(seen.OrderDescending());

        (await app.Client.DeleteAsync($"v1/dead-letters/{seen[0]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.Client.DeleteAsync($"v1/dead-letters/{seen[0]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.Client.DeleteAsync("v1/dead-letters/999999999").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("dead_letter_unknown");
        (await app.Client.Put($"v1/dead-letters/{seen[0]}", new { body = "x" }).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("dead_letter_settled");
        (await app.LettersOf(source)).Count(l => l.EndsWith("dropped", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task An_analyst_sees_letters_masked_and_may_not_change_them()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        await app.Client.PostAsync("v1/events", Sending.Json(Sending.Event("s", "1", """{"profile":{"name":"王小明"},"oops":1}""", "member.joined"))).Json(HttpStatusCode.UnprocessableEntity);
        var analyst = await app.SignedInAs(Roles.Analyst);

        var letter = (await analyst.GetJson("v1/dead-letters")).GetProperty("items")[0];
        letter.GetProperty("body").GetString()!.ShouldContain("王*");
        letter.GetProperty("body").GetString()!.ShouldNotContain("小明");
        (await analyst.Put($"v1/dead-letters/{letter.Number("dead_letter_id")}", new { body = "x" }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Theory]
    [InlineData("""{"identifiers":[{"namespace":"phone","value":"13800138000"}]}""", "13800138000")]
    [InlineData("""{"rows":[{"手机号":"13800138000"}],"row_numbers":[1]}""", "13800138000")]
    [InlineData("""{"data":{"properties":{"q":"13800138000"}}}""", "13800138000")]
    [InlineData("""{"data":{"via":"email","point":"somebody@example.com"}}""", "somebody@example.com")]
    [InlineData("13800138000,half a line", "13800138000")]
    [InlineData("""{"identifiers":[{"namespace":"phone","value":"13800138000","value":"13900139000"}]}""", "13900139000")]
    [InlineData("[\"13800138000\"]", "13800138000")]
    [InlineData("""{"identifiers":"13800138000"}""", "13800138000")]
    [InlineData("""{"data":{"profile":"13800138000"}}""", "13800138000")]
    [InlineData("""{"phone":"13800138000"}""", "13800138000")]
    public void Masking_leaves_no_personal_value_wherever_it_stands(string body, string value) => EventMasking.Mask(body).ShouldNotContain(value);

    [Fact]
    public void Masking_leaves_what_is_needed_to_understand_a_letter() =>
        EventMasking.Mask(Sending.Order("s", "1").Replace("CNY", "RMB")).ShouldBe(Sending.Order("s", "1").Replace("CNY", "RMB"));
}
