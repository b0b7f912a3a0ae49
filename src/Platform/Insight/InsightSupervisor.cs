using System.Diagnostics;
using Danke.Platform.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Insight;

/// <summary>
/// Keeps the embedded Insight running: starts the child process, restarts it with growing pauses when it dies, ends it with the
/// server. The server never waits for it.
/// </summary>
public sealed class InsightSupervisor(InsightEndpoint endpoint, TimeProvider clock, ILogger<InsightSupervisor> log) : BackgroundService
{
    private const int LinuxPage = 4_096;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(8);

    private volatile Process? child;
    private volatile string? error;

    /// <summary>How often the child died and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>The child's process id; null while there is none.</summary>
    public int? ProcessId => child is { } running && !HasExited(running) ? running.Id : null;

    /// <summary>Why the child does not run; null when it does.</summary>
    public string? Error => error;

    /// <summary>Resident memory of the child in bytes; 0 when there is none.</summary>
    public long MemoryBytes
    {
        get
        {
            if (ProcessId is not { } id) return 0;
            try
            {
                return OperatingSystem.IsLinux()
                    ? long.Parse(File.ReadAllText($"/proc/{id}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * LinuxPage
                    : Process.GetProcessById(id).WorkingSet64;
            }
            catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException)
            {
                return 0;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (endpoint.Mode != InsightMode.Embedded) return;
        await Task.Yield();
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            await RunChild(stopping);
            if (stopping.IsCancellationRequested) return;
            pause = clock.GetElapsedTime(started) > Healthy ? FirstPause : pause;
            log.LogWarning("Insight ended ({Error}); it is started again in {Pause} ms", error, (int)pause.TotalMilliseconds);
            try
            {
                await Task.Delay(pause, clock, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            Restarts++;
        }
    }

    private async Task RunChild(CancellationToken stopping)
    {
        try
        {
            using var process = Process.Start(HowToStart())!;
            child = process;
            var said = Listen(process);
            try
            {
                await process.WaitForExitAsync(stopping);
                error = LastLine(await said) ?? $"exit code {process.ExitCode}";
            }
            catch (OperationCanceledException)
            {
                await End(process);
            }
            finally
            {
                child = null;
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            error = failure.Message;
        }
    }

    // The child reads its end of our pipe: closing it asks it to end, as would our death.
    private async Task End(Process process)
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeToEnd, clock);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    private async Task<List<string>> Listen(Process process)
    {
        const int keeps = 20;
        var lines = new List<string>();
        var errors = Task.Run(async () =>
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                if (lines.Count > keeps) lines.RemoveAt(0);
            }
        });
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("ready ", StringComparison.Ordinal)) continue;
            error = null;
            log.LogInformation("Insight is up: ClickHouse {Version} in process {Pid}", line["ready ".Length..], process.Id);
        }
        await errors;
        return lines;
    }

    private static string? LastLine(List<string> lines) => lines.LastOrDefault(line => line.Length > 0);

    private ProcessStartInfo HowToStart()
    {
        Directory.CreateDirectory(endpoint.Files!);
        var host = HostProgram.Find() ?? throw new InvalidOperationException($"danke-insight is not installed beside danke; set {HostProgram.Variable} to it.");
        var start = new ProcessStartInfo
        {
            FileName = host.EndsWith(".dll", StringComparison.Ordinal) ? HostProgram.DotNet() : host,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = endpoint.Files!,
        };
        string[] arguments = ["--data", endpoint.Files!, "--listen", $"unix:{endpoint.Socket}"];
        foreach (var argument in host.EndsWith(".dll", StringComparison.Ordinal) ? arguments.Prepend(host) : arguments) start.ArgumentList.Add(argument);
        start.Environment["DANKE_INSIGHT_TOKEN"] = endpoint.Key;
        start.Environment["TZ"] = "UTC";
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(HostProgram.DotNet())!;
        return start;
    }

    private static bool HasExited(Process process)
    {
        try
        {
            return process.HasExited;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
