using Danke.Audiences.Counting;
using Danke.Audiences.Defining;
using Danke.Platform.Definitions;
using Danke.Platform.Modules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Audiences;

/// <summary>Saved selections of persons: who is meant, how many they are, who they are.</summary>
public sealed class AudiencesModule : DankeModule
{
    public override string Name => "audiences";

    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<IDefinitionKind, AudienceKind>();
        services.AddSingleton<AudienceCounter>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder v1) => AudienceEndpoints.Map(v1);
}
