using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace Danke.Platform.Books;

/// <summary>The Books on PostgreSQL 15 or later.</summary>
public sealed class PostgresBooks : BooksStore
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource byKeys;
    private readonly NpgsqlDataSource writing;

    public PostgresBooks(string setting)
    {
        var builder = new NpgsqlConnectionStringBuilder(FromUri(setting)) { ApplicationName = "danke" };
        if (builder.MaxAutoPrepare == 0) builder.MaxAutoPrepare = 200;
        builder.AutoPrepareMinUsages = 2;
        builder.WriteBufferSize = 65_536;
        builder.ReadBufferSize = 32_768;
        Label = $"PostgreSQL {builder.Host}:{builder.Port}/{builder.Database}";
        // Nobody leaves anything behind in a session, so nothing need be swept out of it each time.
        builder.NoResetOnClose = true;
        source = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
        byKeys = Prepared(builder, OnlyIndexes + "; set plan_cache_mode = force_custom_plan");
        writing = Prepared(builder, OnlyIndexes);
    }

    public override Dialect Dialect => Dialect.Postgres;
    public override string Label { get; }

    public override async ValueTask<DbConnection> Open(CancellationToken cancel = default) => await source.OpenConnectionAsync(cancel);

    public override async ValueTask<DbConnection> OpenByKeys(CancellationToken cancel = default) => await byKeys.OpenConnectionAsync(cancel);

    public override async ValueTask<BooksTransaction> Begin(CancellationToken cancel = default)
    {
        var connection = await writing.OpenConnectionAsync(cancel);
        return new PostgresTransaction(connection, await connection.BeginTransactionAsync(cancel), staysOnThread: false);
    }

    public override BooksTransaction BeginOnThread()
    {
        var connection = writing.OpenConnection();
        return new PostgresTransaction(connection, connection.BeginTransaction(), staysOnThread: true);
    }

    // A prepared statement keeps the plan that it got while a table was small or had no statistics yet, and that one reads all of the table:
    // comparing each row with thousands of keys, one after another. What joins and filters beside is planned for each set of keys; the
    // Door's statements name a key and nothing else, and their planning, time after time, would cost as much as some of them.
    private const string OnlyIndexes = "set enable_seqscan = off; set jit = off";

    private static NpgsqlDataSource Prepared(NpgsqlConnectionStringBuilder builder, string settings)
    {
        void Set(NpgsqlConnection connection)
        {
            using var command = new NpgsqlCommand(settings, connection);
            command.ExecuteNonQuery();
        }
        async Task SetAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand(settings, connection);
            await command.ExecuteNonQueryAsync();
        }
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).UsePhysicalConnectionInitializer(Set, SetAsync).Build();
    }

    // unique violation, serialization failure, deadlock: somebody else was faster.
    public override bool IsClash(Exception error) =>
        error is PostgresException { SqlState: "23505" or "40001" or "40P01" };

    /// <summary>
    /// Rewrites the tables (<c>vacuum full</c>: a table is locked while it is copied), and the planner's statistics, which hold samples of
    /// the values. The write-ahead log and what was archived of it is the database administrator's. A rewrite keeps what a transaction that is
    /// still open may look at, be it the server's own analysis of a table: those that began before are waited for.
    /// </summary>
    /// <exception cref="TimeoutException">One of them did not end.</exception>
    public override async Task Compact(IReadOnlyCollection<string> rewritten, IReadOnlyCollection<string> vacuumed, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancel);
        }
        await WaitForOlder(connection, cancel);
        foreach (var table in vacuumed) await Run($"vacuum (analyze) {table}");
        foreach (var table in rewritten) await Run($"vacuum (full, analyze) {table}");
        await Run("vacuum (full) pg_statistic");
    }

    private static readonly TimeSpan LongestOfOthers = TimeSpan.FromMinutes(10);

    private static async Task WaitForOlder(NpgsqlConnection connection, CancellationToken cancel)
    {
        async Task<object?> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(cancel);
        }
        var now = (string)(await Ask("select pg_current_xact_id()::xid::text"))!;
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50, cancel))
        {
            var older = (long)(await Ask($"""
                select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                  and (age(backend_xmin) > age('{now}'::xid) or age(backend_xid) > age('{now}'::xid))
                """))!;
            if (older == 0) return;
            if (waited.Elapsed > LongestOfOthers) throw new TimeoutException($"{older} transactions that look at what is to go were open for {LongestOfOthers.TotalMinutes:0} minutes. End them (pg_stat_activity) and start the request again.");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await byKeys.DisposeAsync();
        await writing.DisposeAsync();
    }

    /// <summary>A <c>postgres://</c> address as a connection string; a connection string as it is.</summary>
    public static string FromUri(string setting)
    {
        if (!setting.Contains("://", StringComparison.Ordinal)) return setting;
        var uri = new Uri(setting);
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length == 0 ? "localhost" : uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = uri.AbsolutePath.Trim('/') is { Length: > 0 } name ? name : "danke",
        };
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts[0] == "sslmode" && parts.Length == 2) builder["SSL Mode"] = parts[1].Replace("-", "", StringComparison.Ordinal);
            else if (parts.Length == 2) builder[Uri.UnescapeDataString(parts[0])] = Uri.UnescapeDataString(parts[1]);
        }
        return builder.ConnectionString;
    }
}
