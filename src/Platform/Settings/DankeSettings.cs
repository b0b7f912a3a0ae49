using System.Globalization;

namespace Danke.Platform.Settings;

/// <summary>
/// How this process runs: command line over environment over <c>danke.yaml</c> in the data directory over the defaults.
/// </summary>
public sealed record DankeSettings
{
    /// <summary>Where everything of this installation lies: SQLite file, Insight files, uploads, keys. <c>DANKE_DATA</c>.</summary>
    public required string Data { get; init; }

    /// <summary>Where the Books are: <c>sqlite:PATH</c>, <c>postgres://…</c> or <c>Host=…</c>. <c>DANKE_BOOKS</c>.</summary>
    public required string Books { get; init; }

    /// <summary>Where Insight is: <c>embedded</c> (default), a ClickHouse URL, or <c>off</c>. <c>DANKE_INSIGHT</c>.</summary>
    public string Insight { get; init; } = "embedded";

    /// <summary>What the server listens on. <c>DANKE_LISTEN</c>.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:5080";

    /// <summary>The brand's time zone (IANA): days, months and birthdays are counted in it. <c>DANKE_ZONE</c>.</summary>
    public string Zone { get; init; } = "Asia/Shanghai";

    /// <summary>Where traces and metrics go (OTLP over HTTP); null for nowhere. <c>DANKE_OTLP</c>.</summary>
    public string? Otlp { get; init; }

    /// <summary>How log lines look: <c>text</c> (default) or <c>json</c>, one object a line. <c>DANKE_LOG</c>.</summary>
    public string Log { get; init; } = "text";
    /// <summary>How many days outbox rows are kept at least, read or not. <c>DANKE_OUTBOX_DAYS</c>.</summary>
    public int OutboxDays { get; init; } = 7;

    public const string DefaultData = ".danke";

    /// <param name="overrides">From the command line: data, books, insight, listen, zone, otlp; null values are ignored.</param>
    /// <param name="environment">Reads one environment variable.</param>
    public static DankeSettings Load(IReadOnlyDictionary<string, string?> overrides, Func<string, string?> environment)
    {
        string? Given(string name, IReadOnlyDictionary<string, string>? file) =>
            overrides.GetValueOrDefault(name) ?? environment("DANKE_" + name.ToUpperInvariant()) ?? file?.GetValueOrDefault(name);

        var data = Path.GetFullPath(Given("data", null) ?? DefaultData);
        var file = ReadFile(Path.Combine(data, "danke.yaml"));
        var defaults = new DankeSettings { Data = data, Books = "sqlite:" + Path.Combine(data, "books.db") };
        return defaults with
        {
            Books = Given("books", file) ?? defaults.Books,
            Insight = Given("insight", file) ?? defaults.Insight,
            Listen = Given("listen", file) ?? defaults.Listen,
            Zone = Given("zone", file) ?? defaults.Zone,
            Otlp = Given("otlp", file),
            Log = Given("log", file) ?? defaults.Log,
            OutboxDays = int.TryParse(Given("outbox_days", file), CultureInfo.InvariantCulture, out var days) && days > 0 ? days : defaults.OutboxDays,
        };
    }

    private static Dictionary<string, string>? ReadFile(string path)
    {
        if (!File.Exists(path)) return null;
        var yaml = new YamlDotNet.Serialization.DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(File.ReadAllText(path));
        return yaml?.Where(p => p.Value is not null)
            .ToDictionary(p => p.Key, p => Convert.ToString(p.Value, CultureInfo.InvariantCulture)!, StringComparer.OrdinalIgnoreCase);
    }
}
