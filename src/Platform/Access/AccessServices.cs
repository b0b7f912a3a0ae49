using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Access;

public static class AccessServices
{
    /// <summary>Who may do what: authentication, one policy a scope, and "signed in" for everything that names none.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<LocalToken>();
        services.AddAuthentication(DankeAuthentication.Scheme_)
            .AddScheme<AuthenticationSchemeOptions, DankeAuthentication>(DankeAuthentication.Scheme_, null);
        services.AddAuthorization(options =>
        {
            options.FallbackPolicy = options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
            foreach (var scope in Scopes.All)
                options.AddPolicy(ScopeRequirement.PolicyFor(scope), policy => policy.RequireAssertion(c => c.User is Caller caller && caller.Has(scope)));
        });
        return services;
    }
}
