using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Access;

public static class AccessServices
{
    /// <summary>Who may do what: authentication, one policy a scope, and "signed in" for everything that names none.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<LocalToken>();
        services.AddTransient<DankeAuthentication>();
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<DankeAuthentication>(DankeAuthentication.Name, null);
            options.DefaultScheme = DankeAuthentication.Name;
        });
        services.AddAuthorization(options =>
        {
            options.FallbackPolicy = options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
            foreach (var scope in Scopes.All)
                options.AddPolicy(ScopeRequirement.PolicyFor(scope), policy => policy.RequireAssertion(c => c.User is Caller caller && caller.Has(scope)));
        });
        return services;
    }
}
