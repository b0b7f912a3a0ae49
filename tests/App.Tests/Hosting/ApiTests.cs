using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.App.Tests.Hosting;

public sealed class ApiTests(DankeApps apps) : IClassFixture<DankeApps>
{
    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (path.Name, method.Name, method.Value);

    [Fact]
    public async Task The_API_describes_itself_in_OpenAPI_3_1()
    {
        var app = await apps.On(Dialect.Sqlite);

        var document = await app.Client.GetJson("openapi/v1.json");

        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var operations = Operations(document).ToList();
        operations.Count.ShouldBeGreaterThan(20);
        operations.Select(o => o.Operation.GetProperty("operationId").GetString()).ShouldBeUnique();
        operations.Where(o => o.Operation.GetProperty("tags").GetArrayLength() == 0).ShouldBeEmpty();
        operations.Where(o => !o.Operation.TryGetProperty("security", out _)).Select(o => (o.Method, o.Path)).ShouldBe([("post", "/v1/session")]);
        operations.Where(o => !o.Operation.GetProperty("responses").TryGetProperty("500", out _)).ShouldBeEmpty();
        document.GetProperty("components").GetProperty("schemas").GetProperty("SessionView").GetProperty("properties").TryGetProperty("must_change_password", out _).ShouldBeTrue();
    }

    /// <summary>The console's types are made from this file. After a change of the API run this test with DANKE_TEST_UPDATE=1 and look at the difference.</summary>
    [Fact]
    public async Task The_description_is_the_one_that_the_consoles_types_are_made_from()
    {
        var served = System.Text.Json.Nodes.JsonNode.Parse(await (await apps.On(Dialect.Sqlite)).Client.GetStringAsync("openapi/v1.json"))!.AsObject();
        served.Remove("servers");
        var file = Browser.ConsoleServer.InRepository("web/client/openapi.json")!;
        if (Environment.GetEnvironmentVariable("DANKE_TEST_UPDATE") == "1") await File.WriteAllTextAsync(file, served.ToJsonString(Indented) + "\n");

        var kept = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file));

        System.Text.Json.Nodes.JsonNode.DeepEquals(served, kept).ShouldBeTrue("web/client/openapi.json is of another version of the API: run this test with DANKE_TEST_UPDATE=1");
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Every_reference_in_the_description_leads_somewhere()
    {
        var app = await apps.On(Dialect.Sqlite);
        var text = await app.Client.GetStringAsync("openapi/v1.json");
        var schemas = JsonDocument.Parse(text).RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name).ToHashSet();

        var references = System.Text.RegularExpressions.Regex.Matches(text, "\"#/components/schemas/([^\"]+)\"").Select(m => m.Groups[1].Value).ToHashSet();

        references.Except(schemas).ShouldBeEmpty();
        references.ShouldContain("Problem");
    }

    [Fact]
    public async Task The_description_and_its_page_are_for_who_is_signed_in()
    {
        var app = await apps.On(Dialect.Sqlite);
        var anonymous = app.Anonymous();
        anonymous.DefaultRequestHeaders.Add("Accept", "text/html");
        using var sent = await anonymous.GetAsync("api-docs");
        (await app.Anonymous().GetAsync("openapi/v1.json")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        sent.Headers.Location!.ToString().ShouldBe("/sign-in?next=%2Fapi-docs");

        foreach (var path in new[] { "api-docs", "api-docs/page.js", "api-docs/page.css" })
            (await app.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
    }

    [Theory, OnBothBooks]
    public async Task Status_tells_of_every_part(Dialect dialect)
    {
        var app = await apps.On(dialect);

        var status = await app.Client.GetJson("v1/status");

        status.GetProperty("books").GetProperty("kind").GetString().ShouldBe(dialect.ToString().ToLowerInvariant());
        status.GetProperty("insight").GetProperty("mode").GetString().ShouldBe("off");
        status.GetProperty("door").GetProperty("per_second").GetArrayLength().ShouldBe(60);
        status.GetProperty("process").GetProperty("memory_bytes").GetInt64().ShouldBeGreaterThan(1 << 20);
    }

    [Theory, OnBothBooks]
    public async Task The_brands_settings_are_kept_and_checked(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        (await app.Client.GetJson("v1/settings")).GetProperty("zone").GetString().ShouldBe("Asia/Shanghai");

        await app.Client.Put("v1/settings", new { brand_name = "单客", zone = "Europe/Berlin", currency = "EUR", languages = new[] { "zh-CN" } }).Json();

        (await app.Client.GetJson("v1/settings")).GetProperty("brand_name").GetString().ShouldBe("单客");
        (await app.Client.Put("v1/settings", new { brand_name = "x", zone = "Mars/Base", currency = "EUR", languages = new[] { "en" } }).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_zone");
        (await app.Client.Put("v1/settings", new { brand_name = "x", zone = "UTC", currency = "XXX", languages = new[] { "en" } }).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("unknown_currency");
        var clerk = await app.SignedInAs(Roles.Clerk);
        (await clerk.GetAsync("v1/settings")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await clerk.Put("v1/settings", new { }).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Theory, OnBothBooks("?actor=%00")]
    [OnBothBooks("?action=%27%20or%201=1--")]
    [OnBothBooks("?cursor=W10")]
    [OnBothBooks("?limit=-5")]
    public async Task Odd_parameters_never_break_the_server(Dialect dialect, string query)
    {
        var app = await apps.On(dialect);

        ((int)(await app.Client.GetAsync("v1/audit-log" + query)).StatusCode).ShouldBeLessThan(500);
    }

    [Theory, OnBothBooks("\\u0000")]
    [OnBothBooks("\\ud800")]
    [OnBothBooks("'; drop table users; --")]
    [OnBothBooks("<script>alert(1)</script>{{7*7}}")]
    public async Task Odd_text_never_breaks_the_server_and_is_kept_as_it_is(Dialect dialect, string text)
    {
        var app = await apps.On(dialect);

        using var answer = await app.Client.PostAsync("v1/api-keys", Http.Text($"{{\"name\":\"{text}\",\"scopes\":[\"{Scopes.EventsWrite}\"]}}"));

        ((int)answer.StatusCode).ShouldBeLessThan(500);
        if (answer.StatusCode == HttpStatusCode.Created) (await answer.Json(HttpStatusCode.Created)).GetProperty("name").GetString()!.ShouldBe(text.Replace("\\u0000", "\0"));
        (await app.Client.GetAsync("v1/users")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
