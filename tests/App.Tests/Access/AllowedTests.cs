using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Access;

public sealed class AllowedTests(DankeApps apps) : IClassFixture<DankeApps>
{
    [Fact]
    public async Task Every_endpoint_names_its_policy_except_health_and_sign_in()
    {
        var app = await apps.On(Dialect.Sqlite);
        var endpoints = app.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        var open = endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Name).Order().ToList();
        var unnamed = endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && e.Metadata.GetOrderedMetadata<IAuthorizeData>().All(a => a.Policy is null))
            .Select(Name).ToList();

        open.ShouldBe(["GET /health/live", "GET /health/ready", "POST /v1/session"]);
        unnamed.ShouldBeEmpty();
        endpoints.Count.ShouldBeGreaterThan(10);
    }

    private static string Name(RouteEndpoint endpoint) =>
        $"{string.Join('|', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])} /{endpoint.RoutePattern.RawText?.Trim('/')}";

    [Fact]
    public async Task Without_credentials_every_endpoint_says_not_signed_in()
    {
        var app = await apps.On(Dialect.Sqlite);
        var client = app.Anonymous();
        foreach (var endpoint in app.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var path = string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => s.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "1"));
                (await client.Send(new HttpMethod(method), path).ProblemCode(HttpStatusCode.Unauthorized)).ShouldBe("not_signed_in", $"{method} {path}");
            }
    }

    [Theory, OnBothBooks]
    public async Task A_key_may_what_its_scopes_say_and_nothing_after_it_is_revoked(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var made = await app.Client.Post("v1/api-keys", new { name = "shop", scopes = new[] { Scopes.Admin } }).Json(HttpStatusCode.Created);
        var key = made.GetProperty("key").GetString()!;
        var client = app.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        key.ShouldStartWith("dk_");

        (await client.GetAsync("v1/audit-log")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await app.WithKey(Scopes.EventsWrite)).GetAsync("v1/audit-log").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");

        var id = made.GetProperty("api_key_id").GetInt64();
        (await app.Client.DeleteAsync($"v1/api-keys/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("v1/audit-log").ProblemCode(HttpStatusCode.Unauthorized)).ShouldBe("not_signed_in");
        (await app.Client.GetStringAsync("v1/api-keys")).ShouldNotContain(key);
    }

    [Theory, OnBothBooks]
    public async Task No_credential_is_kept_as_it_is(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var made = await app.Client.Post("v1/api-keys", new { name = "till", scopes = new[] { Scopes.EventsWrite } }).Json(HttpStatusCode.Created);
        var key = made.GetProperty("key").GetString()!;

        var rows = await app.Books.Read("select key_hash, hint from api_keys", r => (r.Bytes(0), r.GetString(1)));

        rows.ShouldContain(r => r.Item2 == key.Substring(key.Length - 4) && r.Item1.Length == 32);
    }

    [Theory]
    [InlineData("dk_unknown")]
    [InlineData("dkl_unknown")]
    [InlineData("")]
    [InlineData("something else")]
    public async Task An_unknown_key_is_nobody(string key)
    {
        var app = await apps.On(Dialect.Sqlite);
        var client = app.Anonymous();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);

        (await client.GetAsync("v1/users").ProblemCode(HttpStatusCode.Unauthorized)).ShouldBe("not_signed_in");
    }

    [Fact]
    public async Task The_local_token_is_not_good_through_a_proxy()
    {
        var app = await apps.On(Dialect.Sqlite);
        var client = app.Anonymous();
        client.DefaultRequestHeaders.Authorization = app.Client.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        (await client.GetAsync("v1/users").ProblemCode(HttpStatusCode.Unauthorized)).ShouldBe("not_signed_in");
    }

    [Theory, OnBothBooks]
    public async Task Every_change_is_in_the_audit_log_with_who_did_it(Dialect dialect)
    {
        var app = await apps.On(dialect);
        var name = "audited";
        await app.Client.Post("v1/users", new { name, role = Roles.Clerk }).Json(HttpStatusCode.Created);
        await app.Client.Patch($"v1/users/{name}", new { role = Roles.Analyst }).Json();

        var entries = (await app.Client.GetJson("v1/audit-log?limit=2")).GetProperty("items").EnumerateArray().ToList();

        entries.Select(e => (e.GetProperty("action").GetString(), e.GetProperty("actor").GetString(), e.GetProperty("target").GetString()))
            .ShouldBe([("user.changed", "cli", "user/audited"), ("user.created", "cli", "user/audited")]);
        entries[0].GetProperty("detail").GetProperty("before").GetProperty("role").GetString().ShouldBe(Roles.Clerk);
        entries[0].GetProperty("detail").GetProperty("after").GetProperty("role").GetString().ShouldBe(Roles.Analyst);
    }

    [Theory, OnBothBooks]
    public async Task The_audit_log_is_read_page_by_page_without_gap_or_repeat(Dialect dialect)
    {
        var app = await apps.On(dialect);
        for (var i = 0; i < 5; i++) await app.Client.Post("v1/api-keys", new { name = $"page {i}", scopes = new[] { Scopes.ReportsRead } }).Json(HttpStatusCode.Created);
        var all = (await app.Client.GetJson("v1/audit-log?action=api_key.created")).GetProperty("items").EnumerateArray().Select(e => e.GetProperty("entry_id").GetInt64()).ToList();

        var read = new List<long>();
        string? cursor = null;
        do
        {
            var page = await app.Client.GetJson($"v1/audit-log?action=api_key.created&limit=2&cursor={cursor}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("entry_id").GetInt64()));
            cursor = page.GetProperty("next").GetString();
        } while (cursor is not null);

        read.ShouldBe(all);
        (await app.Client.GetAsync("v1/audit-log?cursor=nonsense").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_cursor");
    }

    [Fact]
    public async Task What_the_audit_log_can_tell_is_a_list_for_administrators()
    {
        var app = await apps.On(Dialect.Sqlite);
        (await app.Client.GetJson("v1/audit-log/actions")).GetProperty("items").EnumerateArray().Select(a => a.GetString()).ShouldBe(AuditActions.All.Order(StringComparer.Ordinal));
        (await (await app.WithKey(Scopes.LoyaltyRead)).GetAsync("v1/audit-log/actions").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("not_allowed");
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_again()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite, s => s.AddSingleton(new RateLimits(NobodyPerSecond: 1)));
        var client = app.Anonymous();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetAsync("v1/users")));

        var refused = answers.Where(a => a.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        refused.Count.ShouldBeGreaterThan(15);
        refused[0].Headers.RetryAfter.ShouldNotBeNull();
        (await Task.FromResult(refused[0]).ProblemCode(HttpStatusCode.TooManyRequests)).ShouldBe("too_many_requests");
    }
}
