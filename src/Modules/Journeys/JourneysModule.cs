using Danke.Journeys.Auditing;
using Danke.Journeys.Travelling;
using Danke.Platform.Door;
using Danke.Platform.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Journeys;

/// <summary>Automations: who enters, where they stand, what is due.</summary>
public sealed class JourneysModule : DankeModule
{
    public override string Name => "journeys";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in JourneyChecks.All) services.AddSingleton(check);
        services.AddSingleton<JourneyClock>();
        services.AddHostedService(provider => provider.GetRequiredService<JourneyClock>());
    }

    public override IStage CreateStage(IServiceProvider services) => new JourneysStage();
}
