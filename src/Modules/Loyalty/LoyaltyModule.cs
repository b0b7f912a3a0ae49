using Danke.Platform.Modules;

namespace Danke.Loyalty;

public sealed class LoyaltyModule : DankeModule
{
    public override string Name => "loyalty";
}
