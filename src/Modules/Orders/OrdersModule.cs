using Danke.Platform.Modules;

namespace Danke.Orders;

public sealed class OrdersModule : DankeModule
{
    public override string Name => "orders";
}
