using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Door;
using Danke.Platform.Exports;
using Danke.Platform.Insight;
using Danke.Platform.Jobs;
using Danke.Platform.Json;
using Danke.Platform.Privacy;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Danke.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.App.Hosting;

/// <summary>
/// Puts the server together: takes the data directory, opens the Books, asks every module for its services, endpoints and stage,
/// and serves the API and the web apps. The order of the middlewares is the order of <see cref="UsePipeline"/>.
/// </summary>
internal static class DankeServer
{
    /// <summary>Builds a server that is ready to start. It holds the data directory until it is disposed.</summary>
    /// <exception cref="StartException">Another process has the data directory, or the data key does not fit.</exception>
    public static async Task<WebApplication> Build(DankeSettings settings, ServerOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new ServerOptions();
        var held = await Hold(settings.Data, cancel);
        BooksStore? books = null;
        try
        {
            RunningServer.Remove(settings.Data);
            var builder = NewBuilder(settings, options);
            books = BooksStore.FromSetting(settings.Books);
            var vault = await OpenBooks(books, settings, options, cancel);
            AddServices(builder.Services, settings, options, held, books, vault);
            var app = builder.Build();
            // What is made first is disposed last: the lock is let go when everything else has ended.
            app.Services.GetRequiredService<ServerLock>();
            app.Services.GetRequiredService<BooksStore>();
            if (options.BeginsWithProgram) await Samples.BeginWithProgram(app.Services.GetRequiredService<DefinitionStore>(), cancel);
            UsePipeline(app);
            MapEndpoints(app, options);
            Announce(app, settings);
            return app;
        }
        catch
        {
            if (books is not null) await books.DisposeAsync();
            held.Dispose();
            throw;
        }
    }

    // A verb that looks whether the lock is held has it for a moment: try more than once.
    private static async Task<ServerLock> Hold(string data, CancellationToken cancel)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            if (ServerLock.Take(data) is { } held) return held;
            await Task.Delay(100, cancel);
        }
        throw new StartException("data_in_use",
            $"Another process has {data} open{(File.Exists(Path.Combine(data, "server.json")) ? " (see server.json there)" : "")}. Stop it, or give another --data.");
    }

    private static WebApplicationBuilder NewBuilder(DankeSettings settings, ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "danke",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseUrls(settings.Listen.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Logging.AddDankeConsole(settings).SetMinimumLevel(LevelOf(options));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        return builder;
    }

    private static LogLevel LevelOf(ServerOptions options) => options.Quiet ? LogLevel.Warning : LogLevel.Information;

    private static async Task<Vault> OpenBooks(BooksStore books, DankeSettings settings, ServerOptions options, CancellationToken cancel)
    {
        using var logs = LoggerFactory.Create(logging => logging.AddDankeConsole(settings).SetMinimumLevel(LevelOf(options)));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await Migrations.Apply(books, BooksStart.AllMigrations(options.Modules), now, logs.CreateLogger("Danke.Books"), cancel);
        var vault = await BooksStart.OpenVault(books, settings, options.Environment);
        foreach (var module in options.Modules) await module.AfterMigrations(books, vault, logs.CreateLogger("Danke.Books"), cancel);
        if (options.MakesFirstUser && await FirstUser.Make(books, TimeProvider.System) is { } password)
            options.Tell($"First start: sign in as '{FirstUser.Name}' with the one-time password {password} (shown only now).");
        return vault;
    }

    private static void AddServices(IServiceCollection services, DankeSettings settings, ServerOptions options, ServerLock held, BooksStore books, Vault vault)
    {
        services.AddSingleton(_ => held);
        services.AddSingleton(_ => books);
        services.AddSingleton(_ => vault);
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.ConfigureHttpJsonOptions(json => DankeJson.Apply(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        // Only a proxy on this machine is believed about where a request came from.
        services.Configure<ForwardedHeadersOptions>(proxy => proxy.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", "application/problem+json", "application/x-ndjson", "text/csv"];
        });
        services.AddAccess();
        services.AddDefinitions();
        services.AddJobs();
        services.AddSingleton<BrandSettings>();
        services.AddSingleton<EventTimes>();
        services.AddExports();
        services.AddTelemetry();
        services.AddApiDescription();
        services.AddDoor(options.Modules);
        services.AddInsight();
        services.AddAudits();
        services.AddPrivacy();
        foreach (var module in options.Modules) module.AddServices(services);
        options.Services?.Invoke(services);
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseProblems();
        new ConsoleFiles(ConsoleFiles.Find()).Use(app);
        app.UseResponseCompression();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    private static void MapEndpoints(WebApplication app, ServerOptions options)
    {
        app.MapHealth();
        app.MapApiDescription();
        var v1 = app.MapGroup("/v1");
        v1.MapAccess();
        v1.MapDefinitions();
        v1.MapJobs();
        v1.MapSettings();
        v1.MapEventTimes();
        v1.MapStatus();
        v1.MapInsight();
        v1.MapAudits();
        v1.MapScenarios();
        foreach (var module in options.Modules) module.MapEndpoints(v1);
    }

    private static void Announce(WebApplication app, DankeSettings settings)
    {
        app.Lifetime.ApplicationStarted.Register(() =>
            new RunningServer(UrlOf(app), Environment.ProcessId, app.Services.GetRequiredService<LocalToken>().Value).Write(settings.Data));
        app.Lifetime.ApplicationStopping.Register(() => RunningServer.Remove(settings.Data));
    }

    /// <summary>The address on which a started server is reached from this machine.</summary>
    public static string UrlOf(WebApplication app) =>
        RunningServer.Reachable(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
