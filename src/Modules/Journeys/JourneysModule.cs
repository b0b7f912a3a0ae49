using Danke.Contracts.Persons;
using Danke.Journeys.Auditing;
using Danke.Journeys.Listing;
using Danke.Journeys.Looking;
using Danke.Journeys.Privacy;
using Danke.Journeys.Scenarios;
using Danke.Journeys.Travelling;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Journeys;

/// <summary>Automations: who enters, where they stand, what is due.</summary>
public sealed class JourneysModule : DankeModule
{
    public override string Name => "journeys";

    public override void AddServices(IServiceCollection services)
    {
        foreach (var check in JourneyChecks.All) services.AddSingleton(check);
        services.AddSingleton<IDefinitionKind, JourneyKind>();
        services.AddSingleton<ITimelineSource, JourneyTimeline>();
        services.AddSingleton<IPersonHoldings>(provider => new RowHoldings(provider.GetRequiredService<BooksStore>(), HoldingMeasures.Journeys, "journey_entries"));
        services.AddSingleton<JourneyClock>();
        services.AddPersonalTables(JourneysPersonalTables.All);
        services.AddScenarioWords(JourneyWords.All);
        services.AddHostedService(provider => provider.GetRequiredService<JourneyClock>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder v1) => v1.MapJourneys();

    public override IStage CreateStage(IServiceProvider services) => new JourneysStage();
}
