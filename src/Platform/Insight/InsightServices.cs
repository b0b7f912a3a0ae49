using Danke.Platform.Outbox;
using Danke.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Danke.Platform.Insight;

public static class InsightServices
{
    /// <summary>
    /// Insight as the settings say, with the tables that the modules have registered as <see cref="InsightTable"/>. Asks through
    /// <see cref="InsightClient"/>; <see cref="InsightFeeder"/> tells its status. BooksStore, settings and TimeProvider must be registered.
    /// </summary>
    public static IServiceCollection AddInsight(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(InsightFeeder))) return services;
        services.TryAddSingleton<OutboxSignal>();
        services.AddSingleton(provider => InsightEndpoint.Of(provider.GetRequiredService<DankeSettings>()));
        services.AddSingleton<InsightClient>();
        services.AddSingleton<InsightSupervisor>();
        services.AddSingleton<InsightFeeder>();
        services.AddSingleton<InsightAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<InsightSupervisor>());
        services.AddHostedService(provider => provider.GetRequiredService<InsightFeeder>());
        services.AddHostedService<OutboxTrim>();
        return services;
    }

    /// <summary>The tables that a module shows in Insight.</summary>
    public static IServiceCollection AddInsightTables(this IServiceCollection services, IEnumerable<InsightTable> tables)
    {
        foreach (var table in tables) services.AddSingleton(table);
        return services;
    }
}
