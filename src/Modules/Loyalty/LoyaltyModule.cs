using Danke.Loyalty.Auditing;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Expiring;
using Danke.Platform.Door;
using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Loyalty;

/// <summary>Programs, memberships, points and tiers.</summary>
public sealed class LoyaltyModule : DankeModule
{
    public override string Name => "loyalty";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in LedgerChecks.All) services.AddSingleton(check);
        services.AddSingleton<ExpiryClock>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpiryClock>());
    }

    public override IStage CreateStage(IServiceProvider services) => new LoyaltyStage();
}
