using Danke.Orders.Auditing;
using Danke.Orders.Reporting;
using Danke.Platform.Door;
using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Orders;

/// <summary>What was bought, paid, shipped and given back, over all channels.</summary>
public sealed class OrdersModule : DankeModule
{
    public override string Name => "orders";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in OrderChecks.All) services.AddSingleton(check);
    }

    public override IStage CreateStage(IServiceProvider services) => new OrdersStage();
}
