using System.Globalization;

namespace Danke.InsightHost;

/// <summary>How this host runs. Secrets come by environment, never by command line.</summary>
internal sealed record InsightHostOptions
{
    /// <summary>Where the columns lie. One process at a time.</summary>
    public required string Data { get; init; }

    /// <summary><c>unix:PATH</c> or <c>http://127.0.0.1:PORT</c>.</summary>
    public required string Listen { get; init; }

    /// <summary>What a caller must show as X-ClickHouse-Key.</summary>
    public required string Token { get; init; }

    /// <summary>The most that the library may allocate, bytes; one query gets half of it.</summary>
    public long MemoryBytes { get; init; } = 1_600_000_000;

    /// <summary>The library's file; null looks for it (see <see cref="Chdb.ChdbLibrary"/>).</summary>
    public string? Library { get; init; }

    public const string TokenVariable = "DANKE_INSIGHT_TOKEN";
    public const string LibraryVariable = "DANKE_CHDB_LIB";

    /// <summary>Null when something required is missing or not understood.</summary>
    public static InsightHostOptions? Parse(string[] args, Func<string, string?> environment)
    {
        string? data = null, listen = null;
        long? memory = null;
        for (var i = 0; i + 1 < args.Length; i += 2)
            switch (args[i])
            {
                case "--data": data = args[i + 1]; break;
                case "--listen": listen = args[i + 1]; break;
                case "--memory" when long.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var bytes): memory = bytes; break;
                default: return null;
            }
        if (args.Length % 2 != 0 || data is null || listen is null || environment(TokenVariable) is not { Length: > 0 } token) return null;
        var options = new InsightHostOptions { Data = Path.GetFullPath(data), Listen = listen, Token = token, Library = environment(LibraryVariable) };
        return memory is { } given ? options with { MemoryBytes = given } : options;
    }
}
