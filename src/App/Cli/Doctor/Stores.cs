using System.Globalization;
using System.Runtime.InteropServices;
using Danke.App.Hosting;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Microsoft.Data.Sqlite;

namespace Danke.App.Cli.Doctor;

/// <summary>The two stores: Books reachable, new enough, migrated and of our key; Insight there.</summary>
internal static class Stores
{
    /// <summary>More than this between two clocks, and "now" means two things.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> Examine(DankeSettings settings, Func<string, string?> environment, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        await using (var books = BooksStore.FromSetting(settings.Books)) findings.AddRange(await Books(books, settings, environment, cancel));
        findings.Add(await Insight(settings, environment, cancel));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> Books(BooksStore books, DankeSettings settings, Func<string, string?> environment, CancellationToken cancel)
    {
        // To look must not make the file.
        if (books is SqliteBooks { IsThere: false }) return [Finding.Ok("books", $"{books.Label} (will be made)")];
        try
        {
            return books.Dialect == Dialect.Postgres
                ? [await Postgres(books, cancel), await PostgresClock(books, cancel), await Schema(books, cancel), await Key(books, settings, environment)]
                : [await Sqlite(books, cancel), await Schema(books, cancel), await Key(books, settings, environment)];
        }
        catch (Exception error) when (error is System.Data.Common.DbException or System.Net.Sockets.SocketException or TimeoutException)
        {
            return [Finding.Failed("books", $"{books.Label} does not answer: {error.Message}", "Check DANKE_BOOKS, that the database runs, and that this user may use it.")];
        }
    }

    private static async Task<Finding> Postgres(BooksStore books, CancellationToken cancel)
    {
        var number = int.Parse((await books.Read("select current_setting('server_version_num')", r => r.GetString(0), null, cancel))[0], CultureInfo.InvariantCulture);
        return number >= 150_000
            ? Finding.Ok("books", $"{books.Label}, version {number / 10_000}.{number % 10_000}")
            : Finding.Failed("books", $"{books.Label} is PostgreSQL {number / 10_000}", "Danke needs PostgreSQL 15 or later.");
    }

    private static async Task<Finding> PostgresClock(BooksStore books, CancellationToken cancel)
    {
        var theirs = DateTimeOffset.FromUnixTimeMilliseconds((await books.Read("select (extract(epoch from clock_timestamp()) * 1000)::bigint", r => r.GetInt64(0), null, cancel))[0]);
        var apart = (TimeProvider.System.GetUtcNow() - theirs).Duration();
        return apart <= ClockTolerance
            ? Finding.Ok("books' clock", $"{apart.TotalMilliseconds:0} ms from ours")
            : Finding.Failed("books' clock", $"{apart.TotalSeconds:0} s from ours", "Let both machines take their time from the network (timedatectl set-ntp true).");
    }

    private static async Task<Finding> Sqlite(BooksStore books, CancellationToken cancel)
    {
        var version = (await books.Read("select sqlite_version()", r => r.GetString(0), null, cancel))[0];
        var check = (await books.Read("pragma quick_check(1)", r => r.GetString(0), null, cancel))[0];
        return check == "ok"
            ? Finding.Ok("books", $"{books.Label}, SQLite {version}, file sound")
            : Finding.Failed("books", $"{books.Label} is damaged: {check}", "Stop the server and restore the last backup.");
    }

    private static async Task<Finding> Schema(BooksStore books, CancellationToken cancel)
    {
        var pending = await BooksStart.Pending(books, BooksStart.AllMigrations(ModuleList.All), cancel);
        return pending.Count == 0
            ? Finding.Ok("schema", "up to date")
            : Finding.Warning("schema", $"{pending.Count} migrations to apply, the first is {pending[0].Module}/{pending[0].Number:0000}", "danke migrate, or start the server.");
    }

    private static async Task<Finding> Key(BooksStore books, DankeSettings settings, Func<string, string?> environment)
    {
        try
        {
            var known = await BooksStart.KnownFingerprint(books);
            if (known is null) return Finding.Ok("books' key", "none yet");
            using var vault = Vault.Find(settings.Data, environment);
            return vault?.Fingerprint == known
                ? Finding.Ok("books' key", $"{known}, and it is here")
                : Finding.Failed("books' key", vault is null ? $"{known}, and no key is here" : $"{known}, and the key here is {vault.Fingerprint}",
                    $"Put the first key in {Vault.EnvironmentName} or in {Path.Combine(settings.Data, Vault.FileName)}.");
        }
        catch (InvalidDataException error)
        {
            return Finding.Failed("books' key", error.Message, "Restore the key from its copy.");
        }
        catch (Exception error) when (error is SqliteException or Npgsql.PostgresException { SqlState: "42P01" })
        {
            return Finding.Ok("books' key", "none yet");
        }
    }

    private static async Task<Finding> Insight(DankeSettings settings, Func<string, string?> environment, CancellationToken cancel)
    {
        if (settings.Insight == "off") return Finding.Warning("insight", "off", "Reports and audiences need it: leave out --insight off.");
        if (settings.Insight == "embedded") return Library(environment);
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            var address = new UriBuilder(settings.Insight) { Path = "/ping", UserName = "", Password = "", Query = "" }.Uri;
            using var answer = await client.GetAsync(address, cancel);
            return answer.IsSuccessStatusCode
                ? Finding.Ok("insight", $"ClickHouse at {address.Host}:{address.Port} answers")
                : Finding.Failed("insight", $"{address.Host}:{address.Port} answers {(int)answer.StatusCode}", "Check DANKE_INSIGHT: the URL of ClickHouse's HTTP interface.");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or UriFormatException && !cancel.IsCancellationRequested)
        {
            return Finding.Failed("insight", $"ClickHouse does not answer: {error.Message}", "Check DANKE_INSIGHT and that ClickHouse runs.");
        }
    }

    // Where the Insight host looks for it: beside the program, or in the repository's packages above it.
    private static Finding Library(Func<string, string?> environment)
    {
        if (environment("DANKE_CHDB_LIB") is { Length: > 0 } given)
            return File.Exists(given) ? Finding.Ok("insight", given) : Finding.Failed("insight", $"DANKE_CHDB_LIB names {given}, which is not there", "Name libchdb.so.");
        var platform = $"lib-{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}{(OperatingSystem.IsMacOS() ? "" : "-gnu")}";
        var package = Path.Combine("node_modules", "@chdb", platform, "libchdb.so");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            foreach (var place in new[] { "libchdb.so", Path.Combine("native", package), Path.Combine("src", "InsightHost", "native", package) })
                if (Path.Combine(folder.FullName, place) is var path && File.Exists(path)) return Finding.Ok("insight", $"embedded, library {new FileInfo(path).Length >> 20} MB");
        return Finding.Failed("insight", "embedded, and its library is not installed", "npm ci --prefix src/InsightHost/native, or set DANKE_CHDB_LIB to libchdb.so, or DANKE_INSIGHT to a ClickHouse URL.");
    }
}
