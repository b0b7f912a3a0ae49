using Danke.Contracts.Commands;
using Danke.Platform.Modules;
using Danke.Platform.Outbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Danke.Platform.Door;

public static class DoorServices
{
    /// <summary>Opens the Door with the modules' stages, in the modules' order. BooksStore and TimeProvider must be registered.</summary>
    public static IServiceCollection AddDoor(this IServiceCollection services, IReadOnlyList<DankeModule> modules)
    {
        services.TryAddSingleton<OutboxSignal>();
        services.AddSingleton<DoorStatistics>();
        services.AddSingleton<DirectCommands>();
        services.AddSingleton<IReadOnlyList<IStage>>(provider => modules.Select(m => m.CreateStage(provider)).OfType<IStage>().ToList());
        services.AddSingleton<TheDoor>();
        services.AddSingleton<IDoor>(provider => provider.GetRequiredService<TheDoor>());
        services.AddHostedService(provider => provider.GetRequiredService<TheDoor>());
        return services;
    }
}
