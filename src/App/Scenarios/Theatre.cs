using Danke.App.Hosting;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Insight;
using Danke.Platform.Jobs;
using Danke.Platform.Privacy;
using Danke.Platform.Scenarios;
using Danke.Platform.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Danke.App.Scenarios;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class VirtualClock : TimeProvider
{
    public long NowMs { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}

/// <summary>
/// The whole server but for the web, for one play: fresh Books, the real Door with every module's stage, a virtual clock. Nothing runs by
/// itself but the Door and, when asked for, Insight; what timers do the play does when the clock says so.
/// </summary>
internal sealed class Theatre : IAsyncDisposable
{
    // Values of a scenario are nobody's.
    private static readonly Vault Key = new(new byte[32]);

    private readonly FreshBooks.Copy copy;
    private readonly ServiceProvider services;
    private readonly List<IHostedService> running = [];

    private Theatre(FreshBooks.Copy copy, ServiceProvider services, ScenarioStage stage) => (this.copy, this.services, Stage) = (copy, services, stage);

    public ScenarioStage Stage { get; }

    public static async Task<Theatre> Open(FreshBooks books, Scenario scenario, Action<string>? trace)
    {
        var copy = await books.New();
        var settings = new DankeSettings { Data = copy.Folder, Books = copy.Setting, Insight = scenario.NeedsInsight ? "embedded" : "off", Zone = scenario.Names.Zone.Id };
        var all = new ServiceCollection()
            .AddSingleton(settings).AddSingleton(_ => BooksStore.FromSetting(copy.Setting)).AddSingleton(Key)
            .AddSingleton(new VirtualClock { NowMs = scenario.StartMs }).AddSingleton<TimeProvider>(provider => provider.GetRequiredService<VirtualClock>())
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(new PlayLog { Tell = trace }).AddSingleton(typeof(ILogger<>), typeof(TraceLog<>))
            .AddSingleton<Audit>().AddSingleton<BrandSettings>();
        all.AddDefinitions();
        all.AddJobs();
        all.AddPrivacy();
        all.AddDoor(ModuleList.All).AddInsight();
        foreach (var module in ModuleList.All) module.AddServices(all);
        var services = all.BuildServiceProvider();
        var theatre = new Theatre(copy, services, new ScenarioStage(services, scenario.Names));
        await theatre.Start<TheDoor>();
        if (scenario.NeedsInsight)
        {
            await theatre.Start<InsightSupervisor>();
            await theatre.Start<InsightFeeder>();
        }
        return theatre;
    }

    private async Task Start<T>() where T : IHostedService
    {
        var service = services.GetRequiredService<T>();
        await service.StartAsync(CancellationToken.None);
        running.Add(service);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in running.AsEnumerable().Reverse()) await service.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
        await copy.DisposeAsync();
    }
}
