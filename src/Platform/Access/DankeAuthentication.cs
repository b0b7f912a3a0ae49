using System.Text.Encodings.Web;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Danke.Platform.Access;

/// <summary>Finds out who sends a request: a bearer key, the local token, or a session cookie. Says no as a problem.</summary>
internal sealed class DankeAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, LocalToken local)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "danke";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return Task.FromResult(AuthenticateResult.NoResult());
        var token = header["Bearer ".Length..].Trim();
        var caller = local.Accepts(Context, token) ? Caller.Cli : null;
        return Task.FromResult(caller is null ? AuthenticateResult.Fail("unknown credentials") : Success(caller));
    }

    private static AuthenticateResult Success(Caller caller) => AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme_));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problem.Of(StatusCodes.Status401Unauthorized, "not_signed_in", "Sign in, or send an API key as 'Authorization: Bearer dk_…'.").ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Of(StatusCodes.Status403Forbidden, "not_allowed", "Your role or key does not allow this.").ExecuteAsync(Context);
}
