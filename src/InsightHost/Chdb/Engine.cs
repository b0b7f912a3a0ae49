using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Danke.InsightHost.Chdb;

/// <summary>
/// ClickHouse in this process. Every request runs on a connection of its own, so that settings, database and parameters end with it
/// (a connection costs a quarter of a millisecond); connections run beside one another. Readers and writers have lanes of their
/// own: a long report does not hold up the feed.
/// </summary>
internal sealed partial class Engine : IDisposable
{
    /// <summary>Reports share the processor anyway: more at once would only take more memory.</summary>
    private const int Readers = 3;

    /// <summary>What may wait before callers are turned away.</summary>
    private const int Capacity = 256;

    private readonly ChdbLibrary library;
    private readonly string[] arguments;
    private readonly nint first;
    private readonly KeyValuePair<string, string>[] limits;
    private readonly Lane readers = new("reader", Readers, Capacity);
    private readonly Lane writer = new("writer", 1, Capacity);
    private readonly Lane control = new("control", 1, Capacity);
    private readonly IdleMemory idle;
    private long lastId;

    private Engine(ChdbLibrary library, string[] arguments, nint first, InsightHostOptions options)
    {
        (this.library, this.arguments, this.first) = (library, arguments, first);
        // One query may fail for memory; it must not take its neighbours with it, and big sorts and groupings go to disk before.
        limits =
        [
            Setting("max_memory_usage", options.MemoryBytes / 2),
            Setting("max_bytes_before_external_group_by", options.MemoryBytes / 4),
            Setting("max_bytes_before_external_sort", options.MemoryBytes / 4),
        ];
        Version = RunNow(new Request { Sql = "select version()"u8.ToArray() }, 0) is var version ? TextOf(version) : "";
        idle = new IdleMemory(() => readers.IsIdle && writer.IsIdle, Purge);
    }

    /// <summary>ClickHouse's version.</summary>
    public string Version { get; }

    /// <exception cref="ChdbException">The library is not here, or the data directory is another process's.</exception>
    public static Engine Start(InsightHostOptions options)
    {
        Directory.CreateDirectory(options.Data);
        var config = ServerConfig.Write(options);
        var handlers = SignalHandlers.Save();
        try
        {
            var library = ChdbLibrary.Load(options.Library);
            string[] arguments = ["danke-insight", $"--path={options.Data}", $"--config-file={config}"];
            return new Engine(library, arguments, library.Connect(arguments), options);
        }
        finally
        {
            handlers.Restore();
        }
    }

    /// <summary>Runs one statement. A reading one is broken off when the caller goes away.</summary>
    /// <exception cref="ChdbException">ClickHouse refused it or failed.</exception>
    public async Task<Result> Run(Request request, CancellationToken cancel)
    {
        idle.Busy();
        var id = Interlocked.Increment(ref lastId);
        if (request.Writes) return await writer.Run(() => RunNow(request, id));
        await using var onCancel = cancel.Register(() => _ = Kill(id));
        return await readers.Run(() =>
        {
            cancel.ThrowIfCancellationRequested();
            return RunNow(request, id);
        });
    }

    private async Task Kill(long id)
    {
        var sql = Encoding.UTF8.GetBytes($"kill query where Settings['log_comment'] = '{IdText(id)}' async");
        (await control.Run(() => RunNow(new Request { Sql = sql }, 0))).Dispose();
    }

    private Result RunNow(Request request, long id)
    {
        var connection = library.Connect(arguments);
        try
        {
            if (request.Database is { Length: > 0 } database) Prepare(connection, $"use `{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`");
            Prepare(connection, Sets([.. limits, .. request.Settings, new("log_comment", IdText(id))]));
            return Call(connection, request.Sql.Span, request.Format, request.Parameters);
        }
        finally
        {
            library.Close(connection);
        }
    }

    private void Prepare(nint connection, string sql) => Call(connection, Encoding.UTF8.GetBytes(sql), "TabSeparated", []).Dispose();

    private Result Call(nint connection, ReadOnlySpan<byte> sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var handle = library.Query(connection, sql, format, parameters);
        if (handle == 0) throw new ChdbException(0, "The Insight library gave no answer.");
        var result = new Result(library, handle);
        if (library.Error(handle) is not { } error) return result;
        result.Dispose();
        throw ChdbException.Of(error);
    }

    private static string Sets(IEnumerable<KeyValuePair<string, string>> settings) =>
        "set " + string.Join(", ", settings.Select(s => $"{NameOf(s.Key)} = '{s.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"));

    private static string NameOf(string setting) =>
        SettingName().IsMatch(setting) ? setting : throw new ChdbException(115, $"Code: 115. DB::Exception: Unknown setting '{setting}'. (UNKNOWN_SETTING)");

    private static KeyValuePair<string, string> Setting(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    private static string IdText(long id) => $"danke-{id}";

    private static string TextOf(Result result)
    {
        using (result)
        {
            var bytes = new byte[result.Length];
            result.Copy(0, bytes);
            return Encoding.UTF8.GetString(bytes).Trim();
        }
    }

    private void Purge()
    {
        try
        {
            control.Run(() => RunNow(new Request { Sql = "system jemalloc purge"u8.ToArray() }, 0)).GetAwaiter().GetResult().Dispose();
        }
        catch (ChdbException)
        {
            // A build of the library without jemalloc: there is nothing to give back.
        }
    }

    public void Dispose()
    {
        idle.Dispose();
        readers.Dispose();
        writer.Dispose();
        control.Dispose();
        library.Close(first);
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
    private static partial Regex SettingName();
}
