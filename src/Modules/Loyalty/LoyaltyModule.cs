using Danke.Loyalty.Earning;
using Danke.Platform.Door;
using Danke.Platform.Modules;

namespace Danke.Loyalty;

/// <summary>Programs, memberships, points and tiers.</summary>
public sealed class LoyaltyModule : DankeModule
{
    public override string Name => "loyalty";

    public override IStage CreateStage(IServiceProvider services) => new LoyaltyStage();
}
