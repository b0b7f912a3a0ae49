using Danke.Intake.Events;
using Danke.Intake.Imports;
using Danke.Intake.Letters;
using Danke.Intake.Privacy;
using Danke.Platform.Jobs;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Danke.Intake;

/// <summary>How events come in: pushed over HTTP, or as files through a mapping; and what was refused of them.</summary>
public sealed class IntakeModule : DankeModule
{
    public override string Name => "intake";

    public override void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(new IntakeLimits());
        services.AddSingleton<RecentEvents>();
        services.AddSingleton<SourceCounts>();
        services.AddHostedService(provider => provider.GetRequiredService<SourceCounts>());
        services.AddSingleton<Reception>();
        services.AddSingleton<PostEvents>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<ImportStore>();
        // The runner of jobs knows the kinds, and a store of imports starts jobs: one of them asks later.
        services.AddSingleton(provider => new Lazy<ImportStore>(provider.GetRequiredService<ImportStore>));
        services.AddSingleton<IJobKind, ImportJob>();
        services.AddSingleton<Replays>();
        services.AddSingleton<ISweepsTraces, LetterTraces>();
        services.AddSingleton<ISweepsTraces, RecentTraces>();
        services.AddSingleton<ISweepsTraces, UploadTraces>();
        services.AddRetained("dead_letters", new("未能处理的事件", "Refused events"), 365, "dead_letters", "dead_letter_id", "last_at_ms < @before");
        services.AddSingleton<IRetained, UploadRetention>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder v1)
    {
        EventsEndpoints.Map(v1);
        ImportEndpoints.Map(v1);
        DeadLetterEndpoints.Map(v1);
    }
}
