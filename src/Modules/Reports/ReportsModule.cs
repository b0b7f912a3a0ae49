using Danke.Platform.Insight;
using Danke.Platform.Modules;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Reports;

/// <summary>Questions about the whole brand, answered from Insight. Owns no tables, changes nothing.</summary>
public sealed class ReportsModule : DankeModule
{
    public override string Name => "reports";

    public override void AddServices(IServiceCollection services) => services.AddSingleton(provider => new ReportRunner(
        provider.GetRequiredService<InsightClient>(), provider.GetRequiredService<BrandSettings>().Current, provider.GetRequiredService<TimeProvider>(),
        () => provider.GetRequiredService<InsightFeeder>().Status));

    public override void MapEndpoints(IEndpointRouteBuilder v1) => ReportEndpoints.Map(v1);
}
