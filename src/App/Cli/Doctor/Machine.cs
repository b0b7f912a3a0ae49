using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Danke.App.Hosting;
using Danke.Platform.Access;
using Danke.Platform.Settings;

namespace Danke.App.Cli.Doctor;

/// <summary>The machine: runtimes, data directory, disk, memory, address, clock.</summary>
internal static class Machine
{
    private const long Gigabyte = 1L << 30;

    public static async Task<IReadOnlyList<Finding>> Examine(DankeSettings settings, CancellationToken cancel) =>
    [
        Runtime(),
        await Tool("node", "--version", 20, "Needed to build the console: install Node.js 20 or later.", cancel),
        Console_(),
        DataDirectory(settings),
        KeyFile(settings),
        Disk(settings),
        Memory(),
        await Address(settings, cancel),
        Clock(),
    ];

    private static Finding Runtime() => Environment.Version.Major >= 10
        ? Finding.Ok(".NET", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores")
        : Finding.Failed(".NET", RuntimeInformation.FrameworkDescription, "Install the .NET 10 runtime.");

    private static async Task<Finding> Tool(string name, string argument, int atLeast, string toDo, CancellationToken cancel)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var version = (await process.StandardOutput.ReadToEndAsync(cancel).WaitAsync(TimeSpan.FromSeconds(5), cancel)).Trim();
            return int.TryParse(version.TrimStart('v').Split('.')[0], out var major) && major >= atLeast
                ? Finding.Ok(name, version)
                : Finding.Warning(name, version, toDo);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return Finding.Warning(name, "not found", toDo);
        }
    }

    private static Finding Console_() => ConsoleFiles.Find() is { } folder
        ? Finding.Ok("console", folder)
        : Finding.Warning("console", "not built", "Run ./danke serve, which builds it, or: npm ci --prefix web/console && npm run build --prefix web/console");

    private static Finding DataDirectory(DankeSettings settings)
    {
        if (!Directory.Exists(settings.Data)) return Finding.Ok("data", $"{settings.Data} (will be made)");
        try
        {
            var probe = Path.Combine(settings.Data, ".doctor");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed("data", $"{settings.Data} cannot be written", $"Give this user the right to write there, or another --data. ({error.Message})");
        }
        return IsForOthers(settings.Data)
            ? Finding.Warning("data", $"{settings.Data} can be read by other users of this machine", $"chmod 700 {settings.Data}")
            : Finding.Ok("data", settings.Data);
    }

    private static Finding KeyFile(DankeSettings settings)
    {
        var path = Path.Combine(settings.Data, Vault.FileName);
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Vault.EnvironmentName))) return Finding.Ok("data key", $"from {Vault.EnvironmentName}");
        if (!File.Exists(path)) return Finding.Ok("data key", "none yet (made at the first start)");
        return IsForOthers(path)
            ? Finding.Failed("data key", $"{path} can be read by other users of this machine", $"chmod 600 {path}")
            : Finding.Ok("data key", $"{path} (keep a copy elsewhere: without it the personal data cannot be read)");
    }

    private static bool IsForOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;

    private static Finding Disk(DankeSettings settings)
    {
        var at = settings.Data;
        while (!Directory.Exists(at)) at = Path.GetDirectoryName(at) ?? "/";
        var free = new DriveInfo(at).AvailableFreeSpace;
        var found = $"{free / (double)Gigabyte:0.0} GB free";
        return free switch
        {
            < Gigabyte => Finding.Failed("disk", found, "Free at least 1 GB, or give another --data."),
            < 5 * Gigabyte => Finding.Warning("disk", found, "A million events take about 2 GB in Books and Insight together."),
            _ => Finding.Ok("disk", found),
        };
    }

    private static Finding Memory()
    {
        var total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var found = $"{total / (double)Gigabyte:0.0} GB";
        return total < 2 * Gigabyte ? Finding.Warning("memory", found, "The server with embedded Insight wants 2 GB; with less, run Insight elsewhere or --insight off.") : Finding.Ok("memory", found);
    }

    private static async Task<Finding> Address(DankeSettings settings, CancellationToken cancel)
    {
        if (await RunningServer.Find(settings, cancel) is { } running) return Finding.Ok("address", $"a server of this data directory runs at {running.Url} (process {running.Pid})");
        foreach (var address in settings.Listen.Split([';', ',']))
        {
            if (!Uri.TryCreate(address.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri))
                return Finding.Failed("address", $"{address} is no address", "Give --listen http://HOST:PORT.");
            if (uri.Port > 0 && IsTaken(uri)) return Finding.Failed("address", $"{address} is in use by another process", "Stop that process, or give another --listen.");
        }
        return Finding.Ok("address", $"{settings.Listen} is free");
    }

    private static bool IsTaken(Uri uri)
    {
        var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var given) ? given : IPAddress.Loopback;
        using var listener = new TcpListener(address, uri.Port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static Finding Clock()
    {
        var now = TimeProvider.System.GetUtcNow();
        var built = File.GetLastWriteTimeUtc(typeof(Machine).Assembly.Location);
        return now.UtcDateTime < built.AddDays(-1)
            ? Finding.Failed("clock", $"{now:u} is before this program was built", "Set the machine's clock (timedatectl set-ntp true): points and journeys go by it.")
            : Finding.Ok("clock", now.ToString("u"));
    }
}
