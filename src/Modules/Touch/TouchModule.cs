using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Platform.Access;
using Danke.Platform.Access.Keys;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Modules;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Danke.Touch.Auditing;
using Danke.Touch.Listing;
using Danke.Touch.Looking;
using Danke.Touch.Messages;
using Danke.Touch.Outgoing;
using Danke.Touch.Privacy;
using Danke.Touch.Scenarios;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.Touch;

/// <summary>Messages to persons: written, allowed or not, handed over.</summary>
public sealed class TouchModule : DankeModule
{
    public override string Name => "touch";

    public override void AddServices(IServiceCollection services)
    {
        services.AddInsightTables(TouchInsightTables.All);
        foreach (var check in MessageChecks.All) services.AddSingleton(check);
        services.AddSingleton<ITimelineSource, MessageTimeline>();
        services.AddSingleton<IPersonHoldings>(provider => new RowHoldings(provider.GetRequiredService<BooksStore>(), HoldingMeasures.Messages, "messages"));
        services.AddSingleton<IMessageCounts, MessageCounts>();
        services.AddSingleton<LocalOutbox>();
        services.AddPersonalTables(TouchPersonalTables.All);
        services.AddSealed("messages", "body_cipher", "message_id");
        services.AddRetained("message_contents", new("消息正文", "Contents of messages"), null, "messages", "message_id",
            "at_ms < @before and state not in ('queued', 'sending') and body_cipher is not null", blank: "body_cipher = null");
        services.AddSingleton<ISweepsTraces, OutboxTraces>();
        services.AddScenarioWords(TouchWords.All);
        services.AddHostedService(provider => provider.GetRequiredService<LocalOutbox>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder v1) => v1.MapMessages();

    public override IStage CreateStage(IServiceProvider services) => new TouchStage(services.GetRequiredService<Vault>());
}
