using System.Security.Cryptography;
using System.Text;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Access;

/// <summary>Finds out who sends a request: a bearer key, the local token, or a session cookie. Says no as a problem.</summary>
internal sealed class DankeAuthentication(LocalToken local, Credentials credentials) : IAuthenticationHandler
{
    public const string Name = "danke";
    public const string CsrfHeader = "X-CSRF-Token";
    private HttpContext context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        this.context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync() =>
        await FindCaller() is { } caller ? AuthenticateResult.Success(new AuthenticationTicket(caller, Name)) : AuthenticateResult.NoResult();

    private async ValueTask<Caller?> FindCaller()
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length > 0) return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? await OfToken(header["Bearer ".Length..].Trim()) : null;
        return SessionCookie.Read(context) is { } token ? await OfCookie(token) : null;
    }

    private async ValueTask<Caller?> OfToken(string token)
    {
        if (token.StartsWith(LocalToken.Prefix, StringComparison.Ordinal)) return local.Accepts(context, token) ? Caller.Cli : null;
        return token.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal) ? await credentials.OfKey(token) : null;
    }

    // A browser sends the cookie along with whatever another site makes it send; the header only our own page can set.
    private async ValueTask<Caller?> OfCookie(string token)
    {
        var caller = await credentials.OfSession(token);
        if (caller is null || IsSafe(context.Request.Method)) return caller;
        var given = Encoding.UTF8.GetBytes(context.Request.Headers[CsrfHeader].ToString());
        if (CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(caller.Session!.Csrf))) return caller;
        context.Items[CsrfHeader] = "missing";
        return null;
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (context.Items.ContainsKey(CsrfHeader))
            return Problem.Of(StatusCodes.Status403Forbidden, "csrf_token_missing",
                $"Send the session's csrf value as {CsrfHeader} with every request that changes something.").ExecuteAsync(context);
        if (IsPage(context.Request))
        {
            context.Response.Redirect("/sign-in?next=" + Uri.EscapeDataString(context.Request.Path + context.Request.QueryString));
            return Task.CompletedTask;
        }
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(StatusCodes.Status401Unauthorized, "not_signed_in", "Sign in, or send an API key as 'Authorization: Bearer dk_…'.").ExecuteAsync(context);
    }

    // Somebody followed a link to a page of ours; everything under /v1 is for programs.
    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/v1")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public Task ForbidAsync(AuthenticationProperties? properties) => context.Caller().MustChangePassword
        ? Problem.Of(StatusCodes.Status403Forbidden, "password_change_required", "Choose a password of your own first: PUT /v1/session/password.").ExecuteAsync(context)
        : Problem.Of(StatusCodes.Status403Forbidden, "not_allowed", "Your role or key does not allow this.").ExecuteAsync(context);
}
