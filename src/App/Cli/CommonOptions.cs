using System.CommandLine;
using Danke.Platform.Settings;

namespace Danke.App.Cli;

/// <summary>The options that every verb takes, and the settings they make with the environment and <c>danke.yaml</c>.</summary>
internal static class CommonOptions
{
    private static readonly Dictionary<string, Option<string?>> Named = new()
    {
        ["data"] = Recursive("--data", "DIR", "Where everything of this installation lies (DANKE_DATA; default .danke)."),
        ["books"] = Recursive("--books", "WHERE", "The Books: sqlite:PATH or postgres://USER@HOST/DATABASE (DANKE_BOOKS; default a SQLite file in the data directory)."),
        ["insight"] = Recursive("--insight", "WHERE", "Insight: embedded, off, or the URL of a ClickHouse server (DANKE_INSIGHT; default embedded)."),
        ["listen"] = Recursive("--listen", "URL", "What the server listens on (DANKE_LISTEN; default http://127.0.0.1:5080)."),
        ["zone"] = Recursive("--zone", "ZONE", "The brand's time zone (DANKE_ZONE; default Asia/Shanghai)."),
    };

    /// <summary>Print the result as JSON, for verbs that print results.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    private static Option<string?> Recursive(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Recursive = true };

    public static void AddTo(RootCommand root)
    {
        foreach (var option in Named.Values) root.Add(option);
    }

    /// <param name="data">The data directory when none is given.</param>
    public static DankeSettings Settings(this ParseResult given, string? data = null)
    {
        var overrides = Named.ToDictionary(pair => pair.Key, pair => given.GetValue(pair.Value));
        if (data is not null) overrides["data"] ??= Environment.GetEnvironmentVariable("DANKE_DATA") ?? data;
        return DankeSettings.Load(overrides, Environment.GetEnvironmentVariable);
    }
}
