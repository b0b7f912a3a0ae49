using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Danke.App.Hosting;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Tests.Fixtures;

/// <summary>
/// The real server in this process, over real HTTP on a port of its own, on fresh Books. Insight is off unless asked for.
/// <code>await using var app = await DankeApp.Start(dialect); var answer = await app.Client.GetJson("v1/status");</code>
/// </summary>
public sealed partial class DankeApp : IAsyncDisposable
{
    private readonly Action<IServiceCollection>? services;
    private readonly List<HttpClient> clients = [];
    private WebApplication server = null!;

    private DankeApp(DankeSettings settings, Action<IServiceCollection>? services) => (Settings, this.services) = (settings, services);

    public DankeSettings Settings { get; }

    /// <summary>Where the server keeps its files.</summary>
    public string Data => Settings.Data;

    /// <summary>With all rights, as a verb on the server's machine.</summary>
    public HttpClient Client { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    /// <summary>What the server said to the person at its terminal.</summary>
    public List<string> Told { get; } = [];

    public IServiceProvider Services => server.Services;

    public BooksStore Books => Get<BooksStore>();

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <param name="services">Runs last over the server's services: another clock, tighter limits.</param>
    /// <param name="insight">As <c>DANKE_INSIGHT</c>.</param>
    public static async Task<DankeApp> Start(Dialect dialect, Action<IServiceCollection>? services = null, string insight = "off")
    {
        var folder = BooksFixture.NewFolder();
        var books = await BooksFixture.NewSetting(dialect, folder);
        var app = new DankeApp(new DankeSettings { Data = folder, Books = books, Insight = insight, Listen = "http://127.0.0.1:0" }, services);
        await app.Begin();
        return app;
    }

    /// <summary>Stops the server and starts it again on the same data.</summary>
    public async Task Restart()
    {
        await End();
        await Begin();
    }

    private async Task Begin()
    {
        server = await DankeServer.Build(Settings, new ServerOptions { Services = Overrides, Tell = Told.Add, Quiet = true, BeginsWithProgram = false, Environment = _ => null });
        await server.StartAsync();
        Url = new Uri(DankeServer.UrlOf(server));
        var running = (await RunningServer.Find(Settings))!;
        Client = Anonymous();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", running.Token);
    }

    // Many tests are one address: they would lock one another out.
    private void Overrides(IServiceCollection all)
    {
        all.AddSingleton(new RateLimits(PersonPerSecond: 10_000, KeyPerSecond: 10_000, NobodyPerSecond: 10_000, SignInsPerMinute: 10_000, ExportsPerMinute: 10_000));
        services?.Invoke(all);
    }

    /// <summary>The one-time password of the user admin, as it was told at the first start.</summary>
    public string FirstPassword => Told.Select(line => FirstPasswordIn().Match(line)).First(m => m.Success).Groups[1].Value;

    [GeneratedRegex("one-time password ([A-Za-z0-9-]+)")]
    private static partial Regex FirstPasswordIn();

    /// <summary>A user with the role, signed in with a password of their own; the client sends the cookie and the token.</summary>
    public async Task<HttpClient> SignedInAs(string role, string name = "somebody", string password = "a good password")
    {
        var made = await Client.Post("v1/users", new { name, role }).Json(HttpStatusCode.Created);
        return await SignIn(name, made.GetProperty("one_time_password").GetString()!, password);
    }

    /// <summary>Signs in and, when <paramref name="newPassword"/> is given, changes the password.</summary>
    public async Task<HttpClient> SignIn(string name, string password, string? newPassword = null)
    {
        var client = Anonymous(cookies: true);
        var session = await client.Post("v1/session", new { user = name, password }).Json();
        SendToken(client, session);
        if (newPassword is not null) SendToken(client, await client.Put("v1/session/password", new { old = password, @new = newPassword }).Json());
        return client;
    }

    private static void SendToken(HttpClient client, JsonElement session)
    {
        client.DefaultRequestHeaders.Remove("X-CSRF-Token");
        client.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrf").GetString());
    }

    /// <summary>A program with the scopes.</summary>
    public async Task<HttpClient> WithKey(params string[] scopes)
    {
        var made = await Client.Post("v1/api-keys", new { name = "test", scopes }).Json(HttpStatusCode.Created);
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("key").GetString());
        return client;
    }

    /// <summary>A client without credentials; keeps cookies when asked.</summary>
    public HttpClient Anonymous(bool cookies = false)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = cookies, AllowAutoRedirect = false })
        {
            BaseAddress = Url,
            Timeout = TimeSpan.FromMinutes(2),
        };
        clients.Add(client);
        return client;
    }

    private async Task End()
    {
        foreach (var client in clients) client.Dispose();
        clients.Clear();
        await server.StopAsync();
        await server.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        await BooksFixture.Remove(Data);
    }
}
