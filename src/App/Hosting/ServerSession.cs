using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;

namespace Danke.App.Hosting;

/// <summary>
/// How a verb gets at the system: through the server that holds the data directory, or, when there is none, through one of its
/// own on a private port for as long as the verb runs. Either way the verb is a client of the API.
/// </summary>
internal sealed class ServerSession : IAsyncDisposable
{
    private readonly WebApplication? own;

    private ServerSession(HttpClient client, WebApplication? own) => (Client, this.own) = (client, own);

    public HttpClient Client { get; }

    /// <summary>Whether another process serves; false when this process opened the stores.</summary>
    public bool IsForeign => own is null;

    /// <summary>The services of this process' own server; null through another's.</summary>
    public IServiceProvider? Services => own?.Services;

    public static async Task<ServerSession> Open(DankeSettings settings, CancellationToken cancel = default)
    {
        if (await RunningServer.Find(settings, cancel) is { } running) return new ServerSession(running.Client(), null);
        var own = await DankeServer.Build(settings with { Listen = "http://127.0.0.1:0" }, new ServerOptions { Quiet = true, MakesFirstUser = false }, cancel);
        await own.StartAsync(cancel);
        return new ServerSession((await RunningServer.Find(settings, cancel))!.Client(), own);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (own is null) return;
        await own.StopAsync();
        await own.DisposeAsync();
    }
}
