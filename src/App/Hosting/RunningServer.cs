using System.Net.Http.Headers;
using System.Text.Json;
using Danke.Platform.Json;
using Danke.Platform.Settings;

namespace Danke.App.Hosting;

/// <summary>
/// The server that holds a data directory, found by the <c>server.json</c> that it left there. A verb talks to it instead of
/// opening the stores itself (SQLite has one writer, embedded Insight one process).
/// </summary>
/// <param name="Url">The first address it listens on.</param>
/// <param name="Pid">Its process.</param>
/// <param name="Token">Lets verbs on this machine in; of this run only.</param>
internal sealed record RunningServer(string Url, int Pid, string Token)
{
    private static string PathIn(string data) => Path.Combine(data, "server.json");

    /// <summary>The server that has the data directory open; null when none has. Waits a little for one that is just starting.</summary>
    public static async Task<RunningServer?> Find(DankeSettings settings, CancellationToken cancel = default)
    {
        for (var tries = 0; tries < 50 && ServerLock.IsHeld(settings.Data); tries++)
        {
            if (Read(settings.Data) is { } running) return running;
            await Task.Delay(100, cancel);
        }
        return null;
    }

    private static RunningServer? Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningServer>(File.ReadAllBytes(PathIn(data)), DankeJson.Options);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A client with this machine's credentials; its paths begin at the server's root (<c>v1/…</c>).</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        BaseAddress = new Uri(Url),
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };

    public void Write(string data)
    {
        var path = PathIn(data);
        File.Delete(path + ".new");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", options)) JsonSerializer.Serialize(file, this, DankeJson.Options);
        File.Move(path + ".new", path, overwrite: true);
    }

    public static void Remove(string data) => File.Delete(PathIn(data));

    /// <summary>The address to reach a listening address at: any-address means this machine.</summary>
    public static string Reachable(string listening) => new UriBuilder(listening) is var uri && uri.Host is "0.0.0.0" or "[::]" or "+" or "*"
        ? new UriBuilder(uri.Scheme, "127.0.0.1", uri.Port).Uri.ToString()
        : uri.Uri.ToString();
}
