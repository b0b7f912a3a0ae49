using Danke.App.Hosting;
using Danke.Contracts.Commands;
using Danke.Demo;
using Danke.Engines.Demo;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Insight;
using Microsoft.Playwright;
using NodaTime;

namespace Danke.App.Tests.Browser;

[CollectionDefinition(nameof(ConsoleServer))]
public sealed class ConsoleServerCollection : ICollectionFixture<ConsoleServer>;

/// <summary>
/// A browser, and the real server with the console and half a year of an invented brand, for all browser tests together. Needs
/// chromium, the built console and Insight's library; what is missing skips the tests, or fails them with <c>CI=true</c>.
/// </summary>
public sealed class ConsoleServer : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly DemoPlan History = DemoPlan.UpTo(Today, members: 300, months: 6, seed: 7);
    private IPlaywright? playwright;
    private IBrowser? browser;
    private DankeApp? app;

    /// <summary>Why there can be no browser test here; null when there can.</summary>
    private static string? MissingBecause { get; } =
        !File.Exists(Chromium) ? $"No {Chromium}: apt-get install chromium"
        : InRepository("web/console/dist/index.html") is null ? "The console is not built: npm ci --prefix web && npm run --prefix web build"
        : InRepository("src/InsightHost/native/node_modules") is null ? "Insight's library is not installed: npm ci --prefix src/InsightHost/native"
        : null;

    private static LocalDate Today => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    public DankeApp App => app!;

    /// <summary>A file or folder of the repository that these tests were built in; null when it is not there.</summary>
    internal static string? InRepository(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, path) is var found && Path.Exists(found)) return found;
        return null;
    }

    public async ValueTask InitializeAsync()
    {
        if (MissingBecause is not null) return;
        app = await DankeApp.Start(Dialect.Sqlite, insight: "embedded");
        await Samples.PublishDemo(app.Get<DefinitionStore>(), CancellationToken.None);
        await DemoLoader.Load(app.Get<IDoor>(), History, null, CancellationToken.None);
        await DemoCounter.Play(app.Client, History, CancellationToken.None);
        await app.Get<InsightFeeder>().WaitUntilCaughtUp();
        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Headless = true,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A window of somebody who was never here: no cookie, no preferences.</summary>
    public async Task<Screen> Open(string? preferences = null)
    {
        Assert.SkipWhen(MissingBecause is not null && Environment.GetEnvironmentVariable("CI") != "true", MissingBecause ?? "");
        MissingBecause.ShouldBeNull();
        var window = await browser!.NewContextAsync(new()
        {
            BaseURL = App.Url.ToString(),
            Locale = "zh-CN",
            TimezoneId = "Asia/Shanghai",
            ColorScheme = ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = 1440, Height = 900 },
        });
        window.SetDefaultTimeout(60_000);
        if (preferences is not null) await window.AddInitScriptAsync($"localStorage.setItem('danke.preferences', '{preferences}')");
        return new Screen(window, await window.NewPageAsync());
    }

    /// <summary>The window of a new user with the role, signed in.</summary>
    public async Task<Screen> OpenAs(string role, string? preferences = null)
    {
        var screen = await Open(preferences);
        var name = $"{role}-{Guid.NewGuid():N}"[..20];
        using var made = await App.SignedInAs(role, name, Password);
        await screen.SignIn(name, Password);
        return screen;
    }

    public const string Password = "what-rain-remembers";

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (app is not null) await app.DisposeAsync();
    }
}
