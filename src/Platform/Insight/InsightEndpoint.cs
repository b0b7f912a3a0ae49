using System.Net.Sockets;
using System.Security.Cryptography;
using Danke.Platform.Settings;

namespace Danke.Platform.Insight;

/// <summary>Where Insight is: embedded, a server, or nowhere.</summary>
public enum InsightMode { Embedded, Server, Off }

/// <summary>
/// How Insight is reached. Embedded: a socket in the data directory, with a token of this run. A server:
/// <c>http(s)://user:password@host:8123/database</c>; without a path the database is <c>danke</c>.
/// </summary>
public sealed record InsightEndpoint
{
    public const string DefaultDatabase = "danke";

    // sockaddr_un holds 108 bytes on Linux and 104 on macOS.
    private const int LongestSocketPath = 100;

    public required InsightMode Mode { get; init; }
    public required Uri Address { get; init; }
    public string Database { get; init; } = DefaultDatabase;
    public string User { get; init; } = "default";
    internal string Key { get; init; } = "";

    /// <summary>The child's socket; null for a server.</summary>
    public string? Socket { get; init; }

    /// <summary>Where the child keeps its files; null for a server.</summary>
    public string? Files { get; init; }

    /// <summary>What to call it in logs and on screens; no password.</summary>
    public string Label => Mode switch
    {
        InsightMode.Embedded => "embedded",
        InsightMode.Server => $"ClickHouse {Address.Host}:{Address.Port}/{Database}",
        _ => "off",
    };

    /// <exception cref="FormatException">The setting is neither <c>embedded</c> nor <c>off</c> nor a URL.</exception>
    public static InsightEndpoint Of(DankeSettings settings) => settings.Insight switch
    {
        "embedded" => Embedded(settings.Data),
        "off" => new InsightEndpoint { Mode = InsightMode.Off, Address = new Uri("http://insight") },
        var url => Server(url),
    };

    private static InsightEndpoint Embedded(string data) => new()
    {
        Mode = InsightMode.Embedded,
        Address = new Uri("http://insight"),
        User = "danke",
        Key = Convert.ToHexString(RandomNumberGenerator.GetBytes(24)),
        Files = Path.Combine(data, "insight"),
        Socket = SocketIn(data),
    };

    private static string SocketIn(string data)
    {
        var path = Path.Combine(data, "insight.sock");
        if (path.Length <= LongestSocketPath) return path;
        var folder = Directory.CreateTempSubdirectory("danke-").FullName;
        return Path.Combine(folder, "insight.sock");
    }

    private static InsightEndpoint Server(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new FormatException("Insight is 'embedded', 'off' or a ClickHouse URL such as http://user:password@host:8123/danke.");
        var user = address.UserInfo.Split(':', 2);
        return new InsightEndpoint
        {
            Mode = InsightMode.Server,
            Address = new UriBuilder(address.Scheme, address.Host, address.IsDefaultPort && !url.Contains($":{address.Port}", StringComparison.Ordinal) ? address.Scheme == "https" ? 8443 : 8123 : address.Port).Uri,
            Database = address.AbsolutePath.Trim('/') is { Length: > 0 } name ? Uri.UnescapeDataString(name) : DefaultDatabase,
            User = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : "default",
            Key = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "",
        };
    }

    internal SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = Socket is { } path ? async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        : null,
    };
}
