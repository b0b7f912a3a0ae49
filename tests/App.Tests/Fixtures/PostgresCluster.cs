using System.Diagnostics;
using Danke.App.Hosting;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(Danke.App.Tests.Fixtures.PostgresCluster))]

namespace Danke.App.Tests.Fixtures;

/// <summary>
/// A private PostgreSQL for this test run, begun when a test first asks: its files under the temporary folder, reached by a socket
/// there, gone afterwards. Each test gets a fresh database, copied from one that has the schema.
/// <c>DANKE_TEST_POSTGRES=Host=…</c> uses a running server instead; <c>DANKE_TEST_FSYNC=on</c> makes commits wait for the disk.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresCluster>> Running = new(StartOne);
    private static int databases;
    private readonly string? folder;
    private readonly Process? process;

    /// <summary>xunit makes one a run, only to end what the tests began.</summary>
    public PostgresCluster() { }

    private PostgresCluster(string? folder, Process? process, string connection) => (this.folder, this.process, Connection) = (folder, process, connection);

    /// <summary>As a superuser, without a database.</summary>
    private string Connection { get; } = "";

    /// <summary>Why there is no PostgreSQL here; null when there is.</summary>
    public static string? MissingBecause { get; } =
        Environment.GetEnvironmentVariable("DANKE_TEST_POSTGRES") is not null || Binaries() is not null ? null
        : "PostgreSQL is not installed: apt-get install postgresql, or set DANKE_TEST_POSTGRES=Host=…";

    /// <summary>A new database with the schema; the Books setting for it.</summary>
    public static async Task<string> NewDatabase()
    {
        var cluster = await Running.Value;
        var name = $"danke_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}";
        await cluster.Execute($"create database {name} template {TemplateName}");
        return $"{cluster.Connection};Database={name}";
    }

    /// <summary>The server, for who makes databases of their own.</summary>
    public static async Task<string> Server() => $"{(await Running.Value).Connection};Database=postgres";

    private static string TemplateName => $"danke_template_{Environment.ProcessId}";

    private static async Task<PostgresCluster> StartOne()
    {
        if (MissingBecause is { } reason) throw new InvalidOperationException(reason);
        var cluster = Environment.GetEnvironmentVariable("DANKE_TEST_POSTGRES") is { } given ? new PostgresCluster(null, null, given) : await Begin();
        await cluster.Execute($"create database {TemplateName}");
        await using var books = BooksStore.FromSetting($"{cluster.Connection};Database={TemplateName};Pooling=false");
        await Migrations.Apply(books, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance);
        return cluster;
    }

    private static async Task<PostgresCluster> Begin()
    {
        RemoveLeftOvers();
        var bin = Binaries()!;
        var folder = Path.Combine(Path.GetTempPath(), $"danke-pg-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        if (IsRoot) await Run("chown", "postgres", folder);
        var data = Path.Combine(folder, "data");
        await RunAsOwner(Path.Combine(bin, "initdb"), "-D", data, "-U", "danke", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        var fsync = Environment.GetEnvironmentVariable("DANKE_TEST_FSYNC") ?? "off";
        var process = StartAsOwner(Path.Combine(bin, "postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", $"fsync={fsync}",
            "-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "max_wal_size=512MB", "-c", "log_min_messages=fatal");
        var cluster = new PostgresCluster(folder, process, $"Host={folder};Username=danke");
        for (var tries = 0; !await cluster.Answers(); tries++)
        {
            if (tries == 300 || process.HasExited) throw new InvalidOperationException("PostgreSQL did not start.");
            await Task.Delay(50);
        }
        return cluster;
    }

    private async Task<bool> Answers()
    {
        try
        {
            await Execute("select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Connection};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string? Binaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(v => Path.Combine(v, "bin")).LastOrDefault(b => File.Exists(Path.Combine(b, "postgres")))
            : null;

    // PostgreSQL refuses to run as root.
    private static bool IsRoot => Environment.UserName == "root";

    private static Process StartAsOwner(string file, params string[] arguments)
    {
        string[] all = IsRoot ? ["-u", "postgres", "--", file, .. arguments] : arguments;
        return Process.Start(new ProcessStartInfo(IsRoot ? "runuser" : file, all)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
    }

    private static Task RunAsOwner(string file, params string[] arguments) => Finish(StartAsOwner(file, arguments), file);

    private static Task Run(string file, params string[] arguments) =>
        Finish(Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!, file);

    private static async Task Finish(Process process, string name)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {errors}");
    }

    // A test run that was killed could not clean up behind itself.
    private static void RemoveLeftOvers()
    {
        foreach (var old in Directory.GetDirectories(Path.GetTempPath(), "danke-pg-*"))
        {
            if (!int.TryParse(old.Split('-')[^1], out var owner) || Directory.Exists($"/proc/{owner}")) continue;
            Stop(old);
        }
    }

    private static void Stop(string folder)
    {
        var postmaster = Path.Combine(folder, "data", "postmaster.pid");
        try
        {
            if (File.Exists(postmaster) && int.TryParse(File.ReadLines(postmaster).First(), out var pid))
            {
                using var process = Process.GetProcessById(pid);
                // Only the postmaster: its children end with it. Killing the whole tree stops each process first, and runuser, seeing
                // its child stopped, stops itself and stays for ever.
                process.Kill();
                process.WaitForExit(5000);
            }
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Ended meanwhile, or another's: nothing to do.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Running.IsValueCreated) return;
        NpgsqlConnection.ClearAllPools();
        if ((await Running.Value).folder is { } made) Stop(made);
    }
}
