using System.Runtime.InteropServices;

namespace Danke.Platform.Insight;

/// <summary>Where the child's program is: beside ours when installed, in the build's output when run from the repository.</summary>
internal static class HostProgram
{
    public const string Variable = "DANKE_INSIGHT_HOST";
    private const string Name = "danke-insight";

    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return given;
        return Places().SelectMany(folder => Names().Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Names() => OperatingSystem.IsWindows() ? [Name + ".exe", Name + ".dll"] : [Name, Name + ".dll"];

    // artifacts/bin/App/release → artifacts/bin/InsightHost/release, else what else was built.
    private static IEnumerable<string> Places()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        yield return Path.Combine(here.FullName, "insight-host");
        if (here.Parent?.Parent is { } bin)
            foreach (var configuration in new[] { here.Name, "release", "debug" })
                yield return Path.Combine(bin.FullName, "InsightHost", configuration);
        yield return here.FullName;
    }

    /// <summary>The dotnet program that runs us, or the one that belongs to our runtime.</summary>
    public static string DotNet()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory()); // …/dotnet/shared/Microsoft.NETCore.App/10.0.x
        return Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
