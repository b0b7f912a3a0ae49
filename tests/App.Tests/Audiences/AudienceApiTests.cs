using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Insight;

namespace Danke.App.Tests.Audiences;

/// <summary>From an event to an audience and a report, over HTTP, with Insight following the Books.</summary>
public sealed class AudienceApiTests
{
    private const string Skincare = "count(purchases last 90 days where any(lines where category = \"护肤\")) >= 2";

    [Theory, OnBothBooks]
    public async Task An_order_that_comes_in_shows_in_audience_preview_reason_person_and_report(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect, insight: "embedded");
        var now = TimeProvider.System.GetUtcNow();
        var events = new JsonArray(
            Order("A", "1", "护肤", now.AddDays(-20)), Order("A", "2", "护肤", now.AddDays(-1)),
            Order("B", "3", "护肤", now.AddDays(-200)), Order("B", "4", "护肤", now.AddDays(-1)), Order("C", "5", "彩妆", now.AddDays(-1)));
        var answers = await app.Client.PostAsync("v1/events", Http.Text(events.ToJsonString())).Json();
        var persons = (answers.ValueKind == JsonValueKind.Array ? answers : answers.GetProperty("items")).EnumerateArray().Select(a => a.GetProperty("person_id").GetInt64()).ToList();
        await app.Get<InsightFeeder>().WaitUntilCaughtUp();

        var preview = await app.Client.Post("v1/audiences/preview", new { definition = Skincare }).Json();
        preview.GetProperty("count").GetInt64().ShouldBe(1);
        preview.GetProperty("sample")[0].GetProperty("person_id").GetInt64().ShouldBe(persons[0]);
        preview.GetProperty("text").GetString().ShouldBe(Skincare);

        await Publish(app, "skincare", new { title = "护肤复购", condition = Skincare });
        var audience = (await app.Client.GetJson("v1/audiences")).GetProperty("items")[0];
        (audience.GetProperty("name").GetString(), audience.GetProperty("count").GetInt64()).ShouldBe(("skincare", 1));
        (await app.Client.GetJson("v1/audiences/skincare/persons")).GetProperty("items")[0].GetProperty("orders").GetInt64().ShouldBe(2);
        (await app.Client.GetJson($"v1/persons/{persons[0]}")).GetProperty("audiences")[0].GetProperty("name").GetString().ShouldBe("skincare");

        var why = await app.Client.GetJson($"v1/audiences/skincare/persons/{persons[2]}");
        why.GetProperty("member").GetBoolean().ShouldBeFalse();
        why.GetProperty("why").GetProperty("found").GetString().ShouldBe("1");
        why.GetProperty("why").GetProperty("evidence").GetArrayLength().ShouldBe(1);

        var overview = await app.Client.GetJson("v1/reports/overview?zone=UTC&view=");
        overview.GetProperty("now").GetProperty("orders").GetInt64().ShouldBe(4);
        overview.GetProperty("insight").GetProperty("lag_events").GetInt64().ShouldBe(0);
        foreach (var report in (await app.Client.GetJson("v1/reports")).GetProperty("items").EnumerateArray())
        {
            var answer = await app.Client.GetJson("v1/reports/" + report.GetProperty("name").GetString());
            answer.GetProperty("report").GetString().ShouldBe(report.GetProperty("name").GetString());
        }
    }

    [Theory, OnBothBooks]
    public async Task Without_Insight_audiences_are_listed_without_counts_and_reports_say_what_is_wrong(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        await Publish(app, "all", new { condition = "everyone" });

        (await app.Client.GetJson("v1/audiences")).GetProperty("items")[0].GetProperty("count").ValueKind.ShouldBe(JsonValueKind.Null);
        (await app.Client.GetAsync("v1/reports/gmv").ProblemCode(HttpStatusCode.ServiceUnavailable)).ShouldBe("insight_unavailable");
        (await app.Client.Post("v1/audiences/preview", new { definition = "everyone" }).ProblemCode(HttpStatusCode.ServiceUnavailable)).ShouldBe("insight_unavailable");
    }

    [Fact]
    public async Task What_is_no_audience_is_refused_with_the_place()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);

        (await app.Client.Post("v1/audiences/preview", new { definition = "shoe_size > 3" }).ProblemCode(HttpStatusCode.UnprocessableEntity)).ShouldBe("definition_invalid");
        (await app.Client.PostAsync("v1/audiences/preview", Http.Text("""{"definition":{"condition":{"all":[{"field":"city","in":["\ud800"]}]}}}"""))
            .ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_json");
        var draft = await app.Client.Post("v1/definitions/validations", new { kind = "audience", body = new { condition = new { all = new object[] { new { field = "city", op = ">", value = 1 } } }, colour = "red" } }).Json();
        draft.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("path").GetString()).Order().ShouldBe(["/colour", "/condition"]);
        (await app.Client.GetAsync("v1/audiences/none/persons").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_audience");
        (await app.Anonymous().GetAsync("v1/audiences").ProblemCode(HttpStatusCode.Unauthorized)).ShouldNotBeNull();
        (await app.Anonymous().GetAsync("v1/reports/rfm").ProblemCode(HttpStatusCode.Unauthorized)).ShouldNotBeNull();
    }

    [Theory, OnBothBooks]
    public async Task Points_of_a_type_that_the_program_does_not_have_are_refused_with_the_types_that_it_has(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        Problem(await Validate(new { condition = "points.coins > 9" })).Code.ShouldBe("program_unknown");
        var program = Sample("programs", "default");
        await Publish(app, "default", program, "program");
        var asks = new { condition = new { all = new object[] { "is_member", new { not = new { field = "points.coins", op = ">", value = 9 } } } } };

        var refused = await app.Client.Put("v1/definitions/audience/rich", new { body = asks }).Json(HttpStatusCode.UnprocessableEntity);
        Problem(refused).ShouldBe(("/condition/all/1/not", "point_type_unknown", "The program 'default' has no points of the type 'coins', but points."));
        Problem(await Validate(new { condition = "points.coins > 9" })).ShouldBe(("/condition", "point_type_unknown", "The program 'default' has no points of the type 'coins', but points."));
        Problem(await Validate(new { condition = "points.coins > 9", program = "other" })).Code.ShouldBe("program_unknown");
        Problem(await app.Client.Post("v1/audiences/preview", new { definition = "points.coins > 9" }).Json(HttpStatusCode.UnprocessableEntity)).Code.ShouldBe("point_type_unknown");
        Problem(await app.Client.Post("v1/audiences/explanations", new { definition = "points.coins > 9", person_id = 1 }).Json(HttpStatusCode.UnprocessableEntity)).Code.ShouldBe("point_type_unknown");
        (await Validate(new { condition = "points.points > 9" })).GetProperty("valid").GetBoolean().ShouldBeTrue();

        // What comes together with it, and what is drafted, may be named; in force it comes when the program's draft is.
        var coins = program.DeepClone();
        coins["point_types"] = new JsonArray(new JsonObject { ["name"] = "coins", ["title"] = "币" });
        (await app.Client.Post("v1/definitions/validations", new { kind = "audience", body = asks, beside = new[] { new { kind = "program", name = "default", body = coins } } }).Json())
            .GetProperty("valid").GetBoolean().ShouldBeTrue();
        await app.Client.Put("v1/definitions/program/default", new { body = coins }).Json(HttpStatusCode.Created);
        await app.Client.Put("v1/definitions/audience/rich", new { body = asks }).Json(HttpStatusCode.Created);
        Problem(await app.Client.Post("v1/definitions/audience/rich/versions/1/publication").Json(HttpStatusCode.UnprocessableEntity)).Path.ShouldBe("/condition/all/1/not");
        await app.Client.Post("v1/definitions/program/default/versions/2/publication").Json();
        await app.Client.Post("v1/definitions/audience/rich/versions/1/publication").Json();

        Task<JsonElement> Validate(object body) => app.Client.Post("v1/definitions/validations", new { kind = "audience", body }).Json();
        static (string? Path, string? Code, string? Detail) Problem(JsonElement answer)
        {
            var problem = answer.GetProperty("problems")[0];
            return (problem.GetProperty("path").GetString(), problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task A_message_or_an_earn_rule_that_names_points_that_are_not_there_is_refused()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        await Publish(app, "default", Sample("programs", "default"), "program");
        var (journey, program) = (Sample("journeys", "welcome"), Sample("programs", "default"));
        var send = journey["nodes"]!.AsArray().First(n => n!["kind"]!.ToString() == "send")!;
        send["variables"]!["member.points_ending.coins"] = new JsonObject { ["fallback"] = "" };
        program["earn"]!["rules"] = new JsonArray(new JsonObject
        {
            ["name"] = "rich",
            ["title"] = "富",
            ["on"] = "order",
            ["where"] = "points.coins > 9",
            ["gives"] = new JsonObject { ["points"] = 1 },
        });

        (await Paths("journey", journey)).ShouldHaveSingleItem().ShouldEndWith("/variables/member.points_ending.coins");
        // What a member holds is no fact of an order: no earn rule can ask for points of any type.
        (await Paths("program", program)).ShouldHaveSingleItem().ShouldStartWith("/earn/rules/0/where");

        async Task<List<string>> Paths(string kind, JsonNode body) =>
            [.. (await app.Client.Post("v1/definitions/validations", new { kind, body }).Json()).GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("path").GetString()!)];
    }

    public static TheoryData<string> Samples() =>
        [.. Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Reports.Conformance.Path("audiences.yaml"))!, "..", "..", "samples", "audiences"), "*.yaml").Select(f => Path.GetFileName(f)!).Order()];

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_is_a_valid_definition(string file)
    {
        var path = Path.Combine(Path.GetDirectoryName(Reports.Conformance.Path("audiences.yaml"))!, "..", "..", "samples", "audiences", file);
        var document = YamlJson.Read(File.ReadAllText(path))!;

        document["kind"]!.ToString().ShouldBe("audience");
        document["name"]!.ToString().ShouldBe(Path.GetFileNameWithoutExtension(file));
        new Danke.Audiences.AudienceKind().Validate(document["body"]!).ShouldBeEmpty();
    }

    private static JsonNode Sample(string folder, string name) =>
        YamlJson.Read(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Reports.Conformance.Path("audiences.yaml"))!, "..", "..", "samples", folder, $"{name}.yaml")))!["body"]!.DeepClone();

    private static async Task Publish(DankeApp app, string name, object body, string kind = "audience")
    {
        var draft = await app.Client.Put($"v1/definitions/{kind}/{name}", new { body, title = name }).Json(HttpStatusCode.Created);
        await app.Client.Post($"v1/definitions/{kind}/{name}/versions/{draft.GetProperty("version").GetInt64()}/publication").Json();
    }

    private static JsonObject Order(string customer, string number, string category, DateTimeOffset at) => new()
    {
        ["source"] = "test",
        ["id"] = $"{number}/paid",
        ["type"] = "order.paid",
        ["time"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["channel"] = "store",
        ["identifiers"] = new JsonArray(new JsonObject { ["namespace"] = "customer", ["value"] = customer }),
        ["data"] = new JsonObject
        {
            ["order"] = number,
            ["currency"] = "CNY",
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = "S" + number, ["category"] = category, ["quantity"] = 1, ["unit_price_minor"] = 9900, ["amount_minor"] = 9900 }),
        },
    };
}
