using System.Net;
using System.Text.Json.Nodes;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Hosting;

public sealed class DefinitionTests
{
    private sealed class Recipe : IDefinitionKind
    {
        public string Kind => "recipe";
        public JsonNode JsonSchema => new JsonObject { ["type"] = "object" };

        public IReadOnlyList<DefinitionProblem> Validate(JsonNode body) =>
            body is JsonObject fields && fields["steps"] is JsonArray ? [] : [new DefinitionProblem("/steps", "missing", "A recipe has steps.")];
    }

    private static Task<DankeApp> Start(Dialect dialect) => DankeApp.Start(dialect, s => s.AddSingleton<IDefinitionKind, Recipe>());

    private static object Body(params string[] steps) => new { body = new { steps } };

    [Theory, OnBothBooks]
    public async Task A_definition_is_drafted_published_and_replaced_and_its_versions_stay(Dialect dialect)
    {
        await using var app = await Start(dialect);
        (await app.Client.Put("v1/definitions/recipe/tea", Body("boil")).Json(HttpStatusCode.Created)).GetProperty("version").GetInt64().ShouldBe(1);
        (await app.Client.Put("v1/definitions/recipe/tea", Body("boil")).Json()).GetProperty("version").GetInt64().ShouldBe(1);
        await app.Client.Post("v1/definitions/recipe/tea/versions/1/publication").Json();
        (await app.Client.Put("v1/definitions/recipe/tea", Body("boil", "pour")).Json(HttpStatusCode.Created)).GetProperty("version").GetInt64().ShouldBe(2);

        (await app.Get<DefinitionStore>().Live("recipe", "tea"))!.Version.ShouldBe(1);
        await app.Client.Post("v1/definitions/recipe/tea/versions/2/publication").Json();

        var tea = await app.Client.GetJson("v1/definitions/recipe/tea");
        tea.GetProperty("live_version").GetInt64().ShouldBe(2);
        tea.GetProperty("versions").EnumerateArray().Select(v => (v.GetProperty("version").GetInt64(), v.GetProperty("state").GetString()))
            .ShouldBe([(2, "live"), (1, "retired")]);
        (await app.Client.GetJson("v1/definitions/recipe/tea/versions/1")).GetProperty("body").GetProperty("steps").GetArrayLength().ShouldBe(1);
        var changes = (await app.Client.GetJson("v1/definitions/recipe/tea/versions/2/changes")).GetProperty("changes");
        changes.EnumerateArray().Select(c => (c.GetProperty("path").GetString(), c.GetProperty("change").GetString())).ShouldBe([("/steps/1", "added")]);
        (await app.Client.GetJson("v1/audit-log?action=definition.published")).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Theory, OnBothBooks]
    public async Task Many_who_draft_at_once_get_versions_one_after_another(Dialect dialect)
    {
        await using var app = await Start(dialect);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => app.Client.Put("v1/definitions/recipe/tea", Body($"step {i}")).Json(HttpStatusCode.Created)));

        (await app.Get<DefinitionStore>().Versions("recipe", "tea")).Select(d => d.Version).ShouldBe(Enumerable.Range(1, 12).Reverse().Select(i => (long)i));
    }

    [Fact]
    public async Task A_bad_definition_is_refused_with_places_and_nothing_is_kept()
    {
        await using var app = await Start(Dialect.Sqlite);

        var refused = await app.Client.Put("v1/definitions/recipe/tea", new { body = new { } }).Json(HttpStatusCode.UnprocessableEntity);

        refused.GetProperty("code").GetString().ShouldBe("definition_invalid");
        refused.GetProperty("problems")[0].GetProperty("path").GetString().ShouldBe("/steps");
        (await app.Client.GetAsync("v1/definitions/recipe/tea").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_definition");
        (await app.Client.Post("v1/definitions/validations", new { kind = "recipe", body = new { } }).Json()).GetProperty("valid").GetBoolean().ShouldBeFalse();
        (await app.Client.Put("v1/definitions/dance/tango", Body()).ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_kind");
        (await app.Client.Put("v1/definitions/recipe/Über", Body()).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_name");
        (await app.Client.Post("v1/definitions/recipe/tea/versions/9/publication").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_version");
    }

    [Theory]
    [InlineData("application/yaml", "title: Tea\nbody:\n  steps: [boil, no, 007, 7, 1.5, true]\n")]
    [InlineData("application/json", "{\"title\":\"Tea\",\"body\":\"steps: [boil, no, 007, 7, 1.5, true]\"}")]
    public async Task A_definition_may_come_as_YAML(string mediaType, string text)
    {
        await using var app = await Start(Dialect.Sqlite);

        await app.Client.PutAsync("v1/definitions/recipe/tea", Http.Text(text, mediaType)).Json(HttpStatusCode.Created);

        (await app.Get<DefinitionStore>().Version("recipe", "tea", 1))!.Body.ToJsonString().ShouldBe("""{"steps":["boil","no","007",7,1.5,true]}""");
    }

    [Theory]
    [InlineData("application/json", "{\"body\":{\"steps\":[\"\\ud800\"]}}")]
    [InlineData("application/json", "{\"body\":{\"steps\":[],\"steps\":[]}}")]
    [InlineData("application/json", "{\"body\":null}")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "{\"body\":")]
    [InlineData("application/yaml", "body: {steps: [")]
    [InlineData("application/yaml", "body: &a [*a]")]
    [InlineData("application/yaml", "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\nbody: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]")]
    public async Task Broken_bodies_are_refused_and_none_breaks_the_server(string mediaType, string text)
    {
        await using var app = await Start(Dialect.Sqlite);

        var answer = await app.Client.PutAsync("v1/definitions/recipe/tea", Http.Text(text, mediaType));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Reading_does_not_allow_writing()
    {
        await using var app = await Start(Dialect.Sqlite);
        var analyst = await app.SignedInAs(Roles.Analyst);

        (await analyst.GetAsync("v1/definitions")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await analyst.Put("v1/definitions/recipe/tea", Body("boil")).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Fact]
    public void Lists_of_named_things_are_compared_by_name()
    {
        var before = JsonNode.Parse("""{"tiers":[{"name":"basic","from":0},{"name":"gold","from":5000}]}""");
        var after = JsonNode.Parse("""{"tiers":[{"name":"basic","from":0},{"name":"silver","from":1000},{"name":"gold","from":6000}]}""");

        DefinitionDiff.Between(before, after).Select(c => (c.Path, c.Change)).ShouldBe([("/tiers/gold/from", "changed"), ("/tiers/silver", "added")]);
    }
}
