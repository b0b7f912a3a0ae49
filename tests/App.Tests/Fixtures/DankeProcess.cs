using System.Diagnostics;
using System.Text;
using Danke.App.Hosting;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.App.Tests.Fixtures;

/// <summary>
/// The server as a process of its own, to be killed: <c>await using var danke = await DankeProcess.New(dialect); await
/// danke.Start(); … danke.Kill(); await danke.Start();</c>
/// </summary>
public sealed class DankeProcess : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private Process? process;

    private DankeProcess(DankeSettings settings) => Settings = settings;

    public DankeSettings Settings { get; }
    public int Pid => process!.Id;

    /// <summary>With all rights; of the run that was started last.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>All that the runs printed.</summary>
    public string Output { get { lock (output) return output.ToString(); } }

    public static async Task<DankeProcess> New(Dialect dialect, string insight = "off")
    {
        var folder = BooksFixture.NewFolder();
        return new DankeProcess(new DankeSettings
        {
            Data = folder,
            Books = await BooksFixture.NewSetting(dialect, folder),
            Insight = insight,
            Listen = "http://127.0.0.1:0",
        });
    }

    /// <summary>Another node on the same Books, with files of its own.</summary>
    public DankeProcess Beside() => new(Settings with { Data = BooksFixture.NewFolder() });

    /// <summary>Starts the server and waits until it serves.</summary>
    public async Task Start()
    {
        process = Begin(Settings, "serve");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var waiting = Stopwatch.StartNew();
        RunningServer? running;
        while ((running = await RunningServer.Find(Settings)) is null || running.Pid != process.Id)
        {
            if (process.HasExited || waiting.Elapsed > TimeSpan.FromMinutes(1)) throw new InvalidOperationException($"danke serve did not start: {Output}");
            await Task.Delay(50);
        }
        Client = running.Client();
    }

    /// <summary>kill -9: nothing is written, nothing is said good-bye to.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    /// <summary>Runs another verb on the same data and answers its exit code and what it printed.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> Verb(params string[] arguments)
    {
        using var verb = Begin(Settings, arguments);
        var printed = verb.StandardOutput.ReadToEndAsync();
        var errors = verb.StandardError.ReadToEndAsync();
        await verb.WaitForExitAsync();
        return (verb.ExitCode, await printed, await errors);
    }

    private static Process Begin(DankeSettings settings, params string[] arguments) => Process.Start(new ProcessStartInfo(
        Path.Combine(AppContext.BaseDirectory, "danke"),
        [.. arguments, "--data", settings.Data, "--books", settings.Books, "--insight", settings.Insight, "--listen", settings.Listen])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private void Keep(string? line)
    {
        lock (output) output.AppendLine(line);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) Kill();
        process?.Dispose();
        await BooksFixture.Remove(Settings.Data);
    }
}
