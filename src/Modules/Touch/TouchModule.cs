using Danke.Platform.Insight;
using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Touch;

public sealed class TouchModule : DankeModule
{
    public override string Name => "touch";

    public override void AddServices(IServiceCollection services) => services.AddInsightTables(TouchInsightTables.All);
}
