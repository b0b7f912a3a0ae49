using System.Net;
using System.Text;
using Danke.App.Hosting;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Access;

public sealed class ProblemTests(DankeApps apps) : IClassFixture<DankeApps>
{
    [Theory]
    [InlineData("{", "bad_json")]
    [InlineData("[]", "bad_json")]
    [InlineData("{\"user\":1,\"password\":\"x\"}", "bad_json")]
    [InlineData("{\"user\":null,\"password\":\"x\"}", "bad_json")]
    [InlineData("{\"user\":\"x\"}", "bad_json")]
    [InlineData("", "bad_request")]
    public async Task A_body_that_does_not_fit_is_a_problem_with_a_code(string body, string code)
    {
        var app = await apps.On(Dialect.Sqlite);

        (await app.Anonymous().PostAsync("v1/session", Http.Text(body)).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe(code);
    }

    [Fact]
    public async Task A_problem_does_not_repeat_what_was_sent()
    {
        var app = await apps.On(Dialect.Sqlite);

        var answer = await app.Anonymous().PostAsync("v1/session", Http.Text("{\"user\":{\"phone\":\"13800138000\"},\"password\":\"x\"}"));

        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("13800138000");
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        var app = await apps.On(Dialect.Sqlite);

        (await app.Client.PostAsync("v1/session", Http.Text("user=x", "application/x-www-form-urlencoded")).ProblemCode(HttpStatusCode.UnsupportedMediaType))
            .ShouldBe("unsupported_media_type");
    }

    [Fact]
    public async Task Unknown_paths_methods_and_parameters_are_problems()
    {
        var app = await apps.On(Dialect.Sqlite);

        (await app.Client.GetAsync("v1/nothing").ProblemCode(HttpStatusCode.NotFound)).ShouldBe("no_such_path");
        (await app.Client.Put("v1/users").ProblemCode(HttpStatusCode.MethodNotAllowed)).ShouldBe("method_not_allowed");
        (await app.Client.GetAsync("v1/audit-log?limit=many").ProblemCode(HttpStatusCode.BadRequest)).ShouldBe("bad_request");
    }

    [Fact]
    public async Task A_bug_is_answered_with_a_trace_id_and_without_details()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        await app.Books.Write(t => t.Execute("drop table api_keys"));

        var answer = await app.Client.GetAsync("v1/api-keys").Json(HttpStatusCode.InternalServerError);

        answer.GetProperty("code").GetString().ShouldBe("internal_error");
        answer.GetProperty("trace").GetString()!.Length.ShouldBeGreaterThan(8);
        answer.ToString().ShouldNotContain("api_keys");
        answer.ToString().ShouldNotContain("Sqlite");
    }

    [Fact]
    public async Task Answers_carry_the_security_headers()
    {
        var app = await apps.On(Dialect.Sqlite);

        foreach (var path in new[] { "", "v1/users", "health/live", "deep/link" })
        {
            using var answer = await app.Client.GetAsync(path);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("frame-ancestors 'none'");
            policy.ShouldContain("script-src 'self';");
            answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
            answer.Headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("/../danke.key")]
    [InlineData("/%2e%2e/danke.key")]
    [InlineData("/assets/../../danke.key")]
    [InlineData("/assets/%2e%2e%2f%2e%2e%2fdanke.key")]
    [InlineData("//etc/passwd")]
    public async Task No_path_leads_out_of_the_console_folder(string path)
    {
        var app = await apps.On(Dialect.Sqlite);
        using var socket = new System.Net.Sockets.TcpClient(app.Url.Host, app.Url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

        var answer = await new StreamReader(stream).ReadToEndAsync();

        answer.ShouldNotContain(await File.ReadAllTextAsync(Path.Combine(app.Data, "danke.key")));
        answer.ShouldNotContain("root:");
    }
}
