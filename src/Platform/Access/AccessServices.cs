using Danke.Platform.Access.Keys;
using Danke.Platform.Jobs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Platform.Access;

public static class AccessServices
{
    /// <summary>Who may do what: authentication, one policy a scope, and "signed in" for everything that names none.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<LocalToken>();
        services.AddSingleton<Audit>();
        services.AddSingleton<SignInTries>();
        services.AddSingleton<Credentials>();
        services.AddHostedService(provider => provider.GetRequiredService<Credentials>());
        services.AddTransient<DankeAuthentication>();
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<DankeAuthentication>(DankeAuthentication.Name, null);
            options.DefaultScheme = DankeAuthentication.Name;
        });
        services.AddAuthorization(AddPolicies);
        services.AddRateLimits();
        services.AddSingleton<KeyBook>();
        services.AddSingleton<IJobKind, KeyRotation>();
        services.AddSingleton<KeyWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyWatch>());
        return services;
    }

    private static void AddPolicies(AuthorizationOptions options)
    {
        AuthorizationPolicy Allow(Func<Caller, bool> who) =>
            new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(c => c.User is Caller caller && who(caller)).Build();
        options.AddPolicy(Policies.Session, Allow(_ => true));
        options.AddPolicy(Policies.SignedIn, options.FallbackPolicy = options.DefaultPolicy = Allow(caller => !caller.MustChangePassword));
        foreach (var scope in Scopes.All) options.AddPolicy(ScopeRequirement.PolicyFor(scope), Allow(caller => caller.Has(scope)));
    }
}
