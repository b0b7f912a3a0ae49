using System.Net;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Access;

public sealed class SignInTests
{
    private static Task<HttpResponseMessage> SignIn(HttpClient client, string user, string password) => client.Post("v1/session", new { user, password });

    [Theory, OnBothBooks]
    public async Task The_first_start_tells_a_one_time_password_once_and_it_must_be_changed(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var client = await app.SignIn("admin", app.FirstPassword);

        (await client.GetJson("v1/session")).GetProperty("must_change_password").GetBoolean().ShouldBeTrue();
        (await client.GetAsync("v1/users").ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("password_change_required");

        var changed = await app.SignIn("admin", app.FirstPassword, "correct horse battery");
        (await changed.GetJson("v1/session")).GetProperty("role").GetString().ShouldBe("admin");
        (await changed.GetAsync("v1/users")).StatusCode.ShouldBe(HttpStatusCode.OK);

        app.Told.Clear();
        await app.Restart();
        app.Told.ShouldNotContain(line => line.Contains("password"));
    }

    [Theory, OnBothBooks]
    public async Task A_password_change_ends_the_users_other_sessions(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var first = await app.SignedInAs(Roles.Analyst, "anna", "a good password");
        var second = await app.SignIn("anna", "a good password");
        (await second.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await first.Put("v1/session/password", new { old = "a good password", @new = "a better password" }).Json();

        (await second.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await first.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, OnBothBooks]
    public async Task Disabling_a_user_ends_their_session_at_once_and_keeps_them_out(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var anna = await app.SignedInAs(Roles.Operator, "anna", "a good password");

        await app.Client.Patch("v1/users/anna", new { disabled = true }).Json();

        (await anna.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SignIn(app.Anonymous(), "anna", "a good password").ProblemCode(HttpStatusCode.Unauthorized)).ShouldBe("wrong_credentials");
    }

    [Theory, OnBothBooks]
    public async Task Too_many_failed_tries_lock_the_user_out_for_a_while_even_with_the_right_password(Dialect dialect)
    {
        var clock = new SetClock();
        await using var app = await DankeApp.Start(dialect, s => s.AddSingleton<TimeProvider>(clock));
        await app.SignedInAs(Roles.Analyst, "anna", "a good password");
        var client = app.Anonymous();
        for (var i = 0; i < SignInTries.FreeTriesOfUser; i++)
            (await SignIn(client, "anna", "wrong").ProblemCode(HttpStatusCode.Unauthorized)).ShouldBe("wrong_credentials");

        var locked = await SignIn(client, "anna", "a good password");
        locked.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await Task.FromResult(locked).ProblemCode(HttpStatusCode.TooManyRequests)).ShouldBe("sign_in_locked");

        clock.Move(TimeSpan.FromMinutes(2));
        (await SignIn(client, "anna", "a good password")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tries_in_parallel_do_not_slip_past_the_lock()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        await app.SignedInAs(Roles.Analyst, "anna", "a good password");
        var client = app.Anonymous();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SignIn(client, "anna", "wrong")));

        answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized).ShouldBe(SignInTries.FreeTriesOfUser);
        answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(20 - SignInTries.FreeTriesOfUser);
    }

    [Fact]
    public async Task One_address_trying_many_names_is_locked_out()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        var client = app.Anonymous();
        for (var i = 0; i < SignInTries.FreeTriesOfAddress; i++) await SignIn(client, $"nobody{i}", "wrong");

        (await SignIn(client, "yet-another", "wrong").ProblemCode(HttpStatusCode.TooManyRequests)).ShouldBe("sign_in_locked");
    }

    [Fact]
    public async Task An_unknown_user_and_a_wrong_password_are_answered_alike()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);

        var unknown = await (await SignIn(app.Anonymous(), "nobody", "wrong")).Content.ReadAsStringAsync();
        var wrong = await (await SignIn(app.Anonymous(), "admin", "wrong")).Content.ReadAsStringAsync();

        unknown.ShouldBe(wrong);
    }

    [Fact]
    public async Task The_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);

        using var answer = await SignIn(app.Anonymous(), "admin", app.FirstPassword);

        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem().ToLowerInvariant();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        cookie.ShouldNotContain("secure");
    }

    [Fact]
    public async Task Behind_a_proxy_that_speaks_https_the_cookie_is_secure()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        var client = app.Anonymous();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await SignIn(client, "admin", app.FirstPassword);

        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldStartWith("__Host-");
        cookie.ToLowerInvariant().ShouldContain("secure");
        answer.Headers.GetValues("Strict-Transport-Security").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_request_that_changes_something_needs_the_sessions_token()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        var admin = await app.SignIn("admin", app.FirstPassword, "correct horse battery");
        var body = new { name = "test", scopes = new[] { Scopes.EventsWrite } };
        (await admin.Post("v1/api-keys", body)).StatusCode.ShouldBe(HttpStatusCode.Created);

        admin.DefaultRequestHeaders.Remove("X-CSRF-Token");
        (await admin.Post("v1/api-keys", body).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("csrf_token_missing");

        admin.DefaultRequestHeaders.Add("X-CSRF-Token", "made-up");
        (await admin.Post("v1/api-keys", body).ProblemCode(HttpStatusCode.Forbidden)).ShouldBe("csrf_token_missing");
        (await admin.GetAsync("v1/api-keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, OnBothBooks]
    public async Task A_session_ends_by_signing_out_and_by_time(Dialect dialect)
    {
        var clock = new SetClock();
        await using var app = await DankeApp.Start(dialect, s => s.AddSingleton<TimeProvider>(clock));
        var anna = await app.SignedInAs(Roles.Analyst, "anna", "a good password");
        var other = await app.SignIn("anna", "a good password");

        (await anna.DeleteAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await anna.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await other.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);

        clock.Move(TimeSpan.FromHours(13));
        (await other.GetAsync("v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("short", "weak_password")]
    [InlineData("anna-is-great", "weak_password")]
    [InlineData("aaaaaaaaaaaaaaaa", "weak_password")]
    [InlineData("1234567890", "weak_password")]
    [InlineData("a good password", "same_password")]
    public async Task A_weak_password_is_refused(string password, string code)
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);
        var anna = await app.SignedInAs(Roles.Analyst, "anna", "a good password");

        (await anna.Put("v1/session/password", new { old = "a good password", @new = password }).ProblemCode(HttpStatusCode.BadRequest)).ShouldBe(code);
    }

    [Theory, OnBothBooks]
    public async Task The_last_administrator_cannot_be_taken_away(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);

        (await app.Client.Patch("v1/users/admin", new { disabled = true }).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("last_admin");
        (await app.Client.Patch("v1/users/admin", new { role = Roles.Clerk }).ProblemCode(HttpStatusCode.Conflict)).ShouldBe("last_admin");

        await app.Client.Post("v1/users", new { name = "second", role = Roles.Admin }).Json(HttpStatusCode.Created);
        (await app.Client.Patch("v1/users/admin", new { disabled = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
