using Danke.Audiences.Scenarios;
using Danke.Contracts.Audiences;
using Danke.Contracts.Persons;
using Danke.Platform.Definitions;
using Danke.Platform.Insight;
using Danke.Platform.Modules;
using Danke.Platform.Scenarios;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Audiences;

/// <summary>Saved selections of persons: who is in them now, and why. Owns no tables; definitions of kind audience.</summary>
public sealed class AudiencesModule : DankeModule
{
    public override string Name => "audiences";

    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<IDefinitionKind, AudienceKind>();
        services.AddSingleton(provider => new AudienceQueries(
            provider.GetRequiredService<InsightClient>(), provider.GetRequiredService<BrandSettings>().Current, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PersonFacts>();
        services.AddSingleton<AudienceLines>();
        services.AddScenarioWords(AudienceWords.All);
        services.AddSingleton<AudienceExport>();
        services.AddSingleton<LiveAudiences>();
        services.AddSingleton<IAudienceMembers, AudienceMembers>();
        services.AddSingleton<IPersonFacet<PersonAudiences>>(provider => provider.GetRequiredService<LiveAudiences>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder v1) => AudienceEndpoints.Map(v1);
}
