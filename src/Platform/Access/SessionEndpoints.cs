using System.Globalization;
using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Platform.Access;

/// <summary>Signing in and out, and changing one's own password: <c>/v1/session</c>.</summary>
internal static class SessionEndpoints
{
    public sealed record SignInBody(string User, string Password);

    public sealed record NewPasswordBody(string Old, string New);

    /// <param name="Csrf">To be sent as X-CSRF-Token with every request that changes something; null for keys.</param>
    public sealed record SessionView(string User, string Name, string Role, IEnumerable<string> Scopes, bool MustChangePassword, string? Csrf);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var session = v1.MapGroup("/session").WithTags("Access");
        session.MapPost("", SignIn).AllowAnonymous().RequireRateLimiting(RateLimiting.SignIn)
            .WithSummary("Signs in with name and password; sets the session cookie.").Produces<SessionView>();
        session.MapGet("", Show).RequireAuthorization(Policies.Session).WithSummary("Who is signed in and what they may do.").Produces<SessionView>();
        session.MapDelete("", SignOut).RequireAuthorization(Policies.Session).WithSummary("Signs out.").Produces(StatusCodes.Status204NoContent);
        session.MapPut("/password", ChangePassword).RequireAuthorization(Policies.Session).RequireRateLimiting(RateLimiting.SignIn)
            .WithSummary("Changes one's own password; every other session of the user ends.").Produces<SessionView>();
    }

    private static async Task<IResult> SignIn(SignInBody body, HttpContext context, BooksStore books, SignInTries tries, Credentials credentials, TimeProvider clock)
    {
        var name = body.User.Trim().ToLowerInvariant();
        var address = RateLimiting.AddressOf(context);
        if (await tries.Count(name, address) is { } wait) return Locked(context, wait);
        var user = UserEndpoints.IsName(name) ? await Users.Find(books, name) : null;
        if (!Passwords.Fits(user, body.Password) || user!.Disabled)
            return Problem.Of(StatusCodes.Status401Unauthorized, "wrong_credentials", "User name or password is wrong.");
        var session = await books.Write(async t =>
        {
            await SignInTries.Clear(t, name, address);
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            // Read again under the lock: the password may have been changed or the user disabled while we hashed.
            if (await Users.Find(t, name) is not { } current || current.PasswordHash != user.PasswordHash || current.Disabled) return null;
            await Users.Save(t, current with { SignedInAtMs = now });
            return await Sessions.Begin(t, name, now);
        });
        if (session is null) return Problem.Of(StatusCodes.Status401Unauthorized, "wrong_credentials", "User name or password is wrong.");
        return Begun(context, user, session);
    }

    private static IResult Locked(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Problem.Of(StatusCodes.Status429TooManyRequests, "sign_in_locked",
            $"Too many failed tries. Try again in {Math.Ceiling(wait.TotalMinutes):0} minutes, or have an administrator reset the password.");
    }

    private static IResult Begun(HttpContext context, User user, Session session)
    {
        SessionCookie.Write(context, session.Token);
        return Results.Ok(View(user, Credentials.CallerOf(user, session)));
    }

    private static SessionView View(User user, Caller caller) =>
        new(user.Name, user.Title, user.Role, caller.AllScopes, user.MustChangePassword, caller.Session?.Csrf);

    private static async Task<IResult> Show(HttpContext context, BooksStore books)
    {
        var caller = context.Caller();
        if (caller.Session is { } session && await Users.Find(books, session.UserName) is { } user) return Results.Ok(View(user, caller));
        return Results.Ok(new SessionView(caller.Actor, caller.Actor, caller.Kind == CallerKind.Cli ? Roles.Admin : "", caller.AllScopes, false, null));
    }

    private static async Task<IResult> SignOut(HttpContext context, BooksStore books, Credentials credentials)
    {
        if (context.Caller().Session is not { } session) return Results.NoContent();
        await books.Write(t => Sessions.End(t, Sessions.HashOf(session.Token)));
        credentials.Forget();
        SessionCookie.Remove(context);
        return Results.NoContent();
    }

    private static async Task<IResult> ChangePassword(
        NewPasswordBody body, HttpContext context, BooksStore books, SignInTries tries, Credentials credentials, Audit audit, TimeProvider clock)
    {
        if (context.Caller().Session is not { UserName: var name }) return Problem.Invalid("not_a_person", "Only people have passwords; keys are made anew.");
        var address = RateLimiting.AddressOf(context);
        if (await tries.Count(name, address) is { } wait) return Locked(context, wait);
        if (!Passwords.Fits(await Users.Find(books, name), body.Old)) return Problem.Invalid("wrong_password", "The old password is wrong.");
        if (Passwords.Objection(body.New, name) is { } objection) return Problem.Invalid("weak_password", objection);
        if (body.New == body.Old) return Problem.Invalid("same_password", "The new password is the old one.");
        var hash = Passwords.Hash(body.New);
        var (user, session) = await books.Write(async t =>
        {
            await SignInTries.Clear(t, name, address);
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var changed = (await Users.Find(t, name))! with { PasswordHash = hash, MustChangePassword = false, PasswordAtMs = now };
            await Users.Save(t, changed);
            await Sessions.EndAllOf(t, name);
            await audit.Record(t, context.Caller(), "user.password_changed", "user/" + name);
            return (changed, await Sessions.Begin(t, name, now));
        });
        credentials.Forget();
        return Begun(context, user, session);
    }
}
