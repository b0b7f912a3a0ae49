using Danke.Loyalty.Earning;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Loyalty;

/// <summary>Programs, memberships, points and tiers.</summary>
public sealed class LoyaltyModule : DankeModule
{
    public override string Name => "loyalty";

    public override void AddServices(IServiceCollection services) => services.AddInsightTables(LoyaltyInsightTables.All);

    public override IStage CreateStage(IServiceProvider services) => new LoyaltyStage();
}
