using Microsoft.AspNetCore.Builder;

namespace Danke.Platform.Access;

public static class ScopeRequirement
{
    /// <summary>The scope as an authorisation policy's name.</summary>
    public static string PolicyFor(string scope) => "scope:" + scope;

    /// <summary>Only callers with the scope reach the endpoint; others get 401 or 403 as a problem.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, string scope) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(PolicyFor(scope));
}
