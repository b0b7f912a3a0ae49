namespace Danke.App.Scenarios;

/// <summary>Which files are meant by paths.</summary>
internal static class ScenarioFiles
{
    /// <summary>Files as they are given; of folders the YAML and JSON files below whose first word, comments apart, is <c>scenario</c>.</summary>
    public static IEnumerable<string> Below(IEnumerable<string> paths) => paths.SelectMany(IEnumerable<string> (path) => File.Exists(path) ? [path]
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json").Where(IsScenario).Order(StringComparer.Ordinal));

    // Definitions lie beside scenarios.
    private static bool IsScenario(string file) =>
        File.ReadLines(file).Select(line => line.Trim('{', ' ', '"')).FirstOrDefault(line => line.Length > 0 && line[0] != '#' && line != "---") is { } first && first.StartsWith("scenario", StringComparison.Ordinal);
}
