using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>The server as users run it: this executable, in a process of its own, on the run's data directory.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process process;
    private readonly RunningServer running;
    private bool isEnded;

    private ServerUnderTest(Process process, RunningServer running, TimeSpan startToReady) =>
        (this.process, this.running, StartToReady) = (process, running, startToReady);

    /// <summary>From starting the process to the first positive answer of <c>/health/ready</c>.</summary>
    public TimeSpan StartToReady { get; }

    public HttpClient NewClient() => running.Client();

    public static async Task<ServerUnderTest> Start(DankeSettings settings, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
            ["serve", "--data", settings.Data, "--books", settings.Books, "--insight", settings.Insight, "--listen", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // Drained, so that the server never waits for its reader.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) Console.Error.WriteLine(text); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (await RunningServer.Find(settings, cancel) is not { } found || found.Pid != process.Id || !await IsReady(found, cancel))
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(1)) throw new InvalidOperationException("The server did not start.");
            await Task.Delay(10, cancel);
        }
        return new ServerUnderTest(process, (await RunningServer.Find(settings, cancel))!, clock.Elapsed);
    }

    private static async Task<bool> IsReady(RunningServer server, CancellationToken cancel)
    {
        using var client = server.Client();
        try { return (await client.GetAsync("health/ready", cancel)).IsSuccessStatusCode; }
        catch (HttpRequestException) { return false; }
    }

    /// <summary>Waits until Insight has all that was sent, so that the server is idle.</summary>
    public async Task UntilInsightCaughtUp(CancellationToken cancel)
    {
        using var client = running.Client();
        JsonNode insight;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            insight = JsonNode.Parse(await client.GetStringAsync("v1/status", cancel))!["insight"]!;
        }
        while (insight["lag_events"]!.GetValue<long>() > 0 || insight["state"]!.GetValue<string>() is not ("feeding" or "off"));
    }

    /// <summary>Milliseconds that the Door spent on batches since the start, by work and part.</summary>
    public async Task<Dictionary<string, double>> DoorTimes(CancellationToken cancel)
    {
        using var client = running.Client();
        var status = JsonNode.Parse(await client.GetStringAsync("v1/status", cancel))!;
        return status["door"]!["times"]!.AsArray().ToDictionary(t => $"{t!["work"]} {t["part"]}", t => t!["ms"]!.GetValue<double>());
    }

    /// <summary>What share of the Door's time since <paramref name="before"/> went where, in percent, and how much it was in all.</summary>
    public async Task<object> DoorShares(Dictionary<string, double> before, CancellationToken cancel)
    {
        return Shares((await DoorTimes(cancel)).ToDictionary(t => t.Key, t => t.Value - before.GetValueOrDefault(t.Key)));
    }

    /// <param name="spent">Milliseconds by work and part.</param>
    public static object Shares(IReadOnlyDictionary<string, double> spent)
    {
        var all = spent.Values.Sum();
        return new { seconds = Math.Round(all / 1000, 1), percent = spent.OrderByDescending(t => t.Value).ToDictionary(t => t.Key, t => Math.Round(100 * t.Value / all, 1)) };
    }

    /// <summary>Resident megabytes of the server and of its children (the Insight child).</summary>
    public (long ServerMb, long ChildrenMb) Memory() => (ResidentMb(process.Id), ChildrenOf(process.Id).Sum(ResidentMb));

    private static IEnumerable<int> ChildrenOf(int parent) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit) && File.Exists($"{folder}/stat")
        let stat = ReadOrEmpty($"{folder}/stat")
        where stat.Length > 0 && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture)
        select int.Parse(name, CultureInfo.InvariantCulture);

    private static long ResidentMb(int pid) => ReadOrEmpty($"/proc/{pid}/status").Split('\n').FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)) is { } line
        ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024 : 0;

    private static string ReadOrEmpty(string path)
    {
        try { return File.ReadAllText(path); }
        catch (IOException) { return ""; }
    }

    public async ValueTask DisposeAsync()
    {
        if (isEnded) return;
        isEnded = true;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
