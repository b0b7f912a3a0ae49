using Danke.Platform.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Danke.Platform.Access;

/// <summary>Finds out who sends a request: a bearer key, the local token, or a session cookie. Says no as a problem.</summary>
internal sealed class DankeAuthentication(LocalToken local) : IAuthenticationHandler
{
    public const string Name = "danke";
    private HttpContext context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        this.context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync()
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return Task.FromResult(AuthenticateResult.NoResult());
        var token = header["Bearer ".Length..].Trim();
        var caller = local.Accepts(context, token) ? Caller.Cli : null;
        return Task.FromResult(caller is null ? AuthenticateResult.NoResult() : AuthenticateResult.Success(new AuthenticationTicket(caller, Name)));
    }

    public Task ChallengeAsync(AuthenticationProperties? properties) =>
        Problem.Of(StatusCodes.Status401Unauthorized, "not_signed_in", "Sign in, or send an API key as 'Authorization: Bearer dk_…'.").ExecuteAsync(context);

    public Task ForbidAsync(AuthenticationProperties? properties) =>
        Problem.Of(StatusCodes.Status403Forbidden, "not_allowed", "Your role or key does not allow this.").ExecuteAsync(context);
}
