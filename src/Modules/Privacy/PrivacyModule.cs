using Danke.Platform.Access.Keys;
using Danke.Platform.Door;
using Danke.Platform.Jobs;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Privacy.Erasing;
using Danke.Privacy.Requests;
using Danke.Privacy.Retaining;
using Danke.Privacy.Telling;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Privacy;

/// <summary>What persons ask for by law: to be told, erased, made anonymous.</summary>
public sealed class PrivacyModule : DankeModule
{
    public override string Name => "privacy";

    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<PrivacySettings>();
        services.AddSingleton<RequestStore>();
        services.AddSingleton<Eraser>();
        services.AddSingleton<Teller>();
        services.AddSingleton<ISweepsTraces, DocumentTraces>();
        services.AddSingleton<DocumentSweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<DocumentSweeper>());
        services.AddSingleton<IJobKind, PrivacyJob>();
        services.AddSealed("privacy_requests", "work_cipher", "request_id");
        services.AddSingleton<ISealedElsewhere>(provider => provider.GetRequiredService<Teller>());
        services.AddSingleton<RetentionSettings>();
        services.AddSingleton<IJobKind, RetentionJob>();
        services.AddSingleton<RetentionClock>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionClock>());
    }

    public override IStage CreateStage(IServiceProvider services) => ActivatorUtilities.CreateInstance<PrivacyStage>(services);

    public override void MapEndpoints(IEndpointRouteBuilder v1)
    {
        RequestEndpoints.Map(v1);
        RetentionEndpoints.Map(v1);
    }
}
