namespace Danke.App.Tests.Reports;

/// <summary>The public data sets beside the repository (<c>shared/data</c>, see SOURCES.md there). Never part of it.</summary>
internal static class SharedData
{
    /// <summary>A file of the data sets; null when they are not here.</summary>
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "data", path) is var file && File.Exists(file)) return file;
        return null;
    }

    /// <summary>A file of the data sets. Without it the test is skipped, except on CI, where the data is always there.</summary>
    public static string Need(string path)
    {
        if (Find(path) is { } file) return file;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"shared/data/{path} is not beside the repository.");
        throw new FileNotFoundException($"shared/data/{path} is not beside the repository.");
    }
}
