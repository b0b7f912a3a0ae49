using System.Data.Common;
using Npgsql;

namespace Danke.Platform.Books;

/// <summary>The Books on PostgreSQL 15 or later.</summary>
public sealed class PostgresBooks : BooksStore
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource byKeys;

    public PostgresBooks(string setting)
    {
        var builder = new NpgsqlConnectionStringBuilder(FromUri(setting)) { ApplicationName = "danke" };
        if (builder.MaxAutoPrepare == 0) builder.MaxAutoPrepare = 200;
        builder.AutoPrepareMinUsages = 2;
        builder.WriteBufferSize = 65_536;
        builder.ReadBufferSize = 32_768;
        Label = $"PostgreSQL {builder.Host}:{builder.Port}/{builder.Database}";
        source = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
        builder.NoResetOnClose = true;
        byKeys = new NpgsqlDataSourceBuilder(builder.ConnectionString).UsePhysicalConnectionInitializer(ByIndex, ByIndexAsync).Build();
    }

    public override Dialect Dialect => Dialect.Postgres;
    public override string Label { get; }

    public override async ValueTask<DbConnection> Open(CancellationToken cancel = default) => await source.OpenConnectionAsync(cancel);

    public override async ValueTask<DbConnection> OpenByKeys(CancellationToken cancel = default) => await byKeys.OpenConnectionAsync(cancel);

    public override async ValueTask<BooksTransaction> Begin(CancellationToken cancel = default)
    {
        var connection = await byKeys.OpenConnectionAsync(cancel);
        return new PostgresTransaction(connection, await connection.BeginTransactionAsync(cancel));
    }

    // A prepared statement keeps the plan that it got while a table was small or had no statistics yet, and that one reads all of the table:
    // comparing each row with thousands of keys, one after another.
    private const string OnlyIndexes = "set enable_seqscan = off; set jit = off; set plan_cache_mode = force_custom_plan";

    private static void ByIndex(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(OnlyIndexes, connection);
        command.ExecuteNonQuery();
    }

    private static async Task ByIndexAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(OnlyIndexes, connection);
        await command.ExecuteNonQueryAsync();
    }

    // unique violation, serialization failure, deadlock: somebody else was faster.
    public override bool IsClash(Exception error) =>
        error is PostgresException { SqlState: "23505" or "40001" or "40P01" };

    /// <summary>
    /// Rewrites the tables (<c>vacuum full</c>: a table is locked while it is copied), and the planner's statistics, which hold samples of
    /// the values. The write-ahead log and what was archived of it is the database administrator's.
    /// </summary>
    public override async Task Compact(IReadOnlyCollection<string> rewritten, IReadOnlyCollection<string> vacuumed, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancel);
        }
        foreach (var table in vacuumed) await Run($"vacuum (analyze) {table}");
        foreach (var table in rewritten) await Run($"vacuum (full, analyze) {table}");
        await Run("vacuum (full) pg_statistic");
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await byKeys.DisposeAsync();
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

internal sealed class PostgresTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : BooksTransaction
{
    public override Dialect Dialect => Dialect.Postgres;
    public override DbConnection Connection => connection;
    public override DbTransaction Transaction => transaction;

    /// <summary>Up to this many rows one statement is cheaper than a COPY with its round trips.</summary>
    private const int FewRows = 32;

    public override async ValueTask Insert<T>(Table<T> table, IReadOnlyCollection<T> rows)
    {
        if (rows.Count <= FewRows)
        {
            await Unnested(table, rows, $"insert into {table.Name} ({table.ColumnNames}) select * from");
            return;
        }
        using var copy = new PostgresCopy();
        await copy.Write(connection, table, rows);
    }

    public override ValueTask Upsert<T>(Table<T> table, IReadOnlyCollection<T> rows) =>
        Unnested(table, rows, $"insert into {table.Name} ({table.ColumnNames}) select * from", table.OnConflict);

    public override ValueTask InsertMissing<T>(Table<T> table, IReadOnlyCollection<T> rows) =>
        Unnested(table, rows, $"insert into {table.Name} ({table.ColumnNames}) select * from", "on conflict do nothing");

    public override ValueTask Update<T>(Table<T> table, IReadOnlyCollection<T> rows) =>
        Unnested(table, rows, $"update {table.Name} t set {string.Join(", ", table.ColumnsBesideKey.Select(c => $"{c} = s.{c}"))} from",
            $"as s ({table.ColumnNames}) where {string.Join(" and ", table.Key.Select(k => $"t.{k} = s.{k}"))}");

    // The rows as one array a column: a single statement, planned once, however many there are.
    private async ValueTask Unnested<T>(Table<T> table, IReadOnlyCollection<T> rows, string before, string after = "")
    {
        if (rows.Count == 0) return;
        var arrays = string.Join(", ", table.Columns.Select((c, i) => $"${i + 1}::{TypeOf(c)}[]"));
        await using var command = new NpgsqlCommand($"{before} unnest({arrays}) {after}", connection, transaction);
        foreach (var column in table.Columns) command.Parameters.Add(ArrayOf(column, rows));
        await command.ExecuteNonQueryAsync();
    }

    private static string TypeOf<T>(Column<T> column) => column switch
    {
        Column<T>.Long or Column<T>.LongOrNull => "bigint",
        Column<T>.Bytes => "bytea",
        _ => "text",
    };

    private static NpgsqlParameter ArrayOf<T>(Column<T> column, IReadOnlyCollection<T> rows) => column switch
    {
        Column<T>.Long c => new NpgsqlParameter<long[]> { TypedValue = Values(rows, c.Get) },
        Column<T>.LongOrNull c => new NpgsqlParameter<long?[]> { TypedValue = Values(rows, c.Get) },
        Column<T>.Text c => new NpgsqlParameter<string?[]> { TypedValue = Values(rows, c.Get) },
        Column<T>.Utf8 c => new NpgsqlParameter<string[]> { TypedValue = Values(rows, row => System.Text.Encoding.UTF8.GetString(c.Get(row))) },
        Column<T>.Bytes c => new NpgsqlParameter<byte[]?[]> { TypedValue = Values(rows, c.Get) },
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    private static V[] Values<T, V>(IReadOnlyCollection<T> rows, Func<T, V> get)
    {
        var values = new V[rows.Count];
        var i = 0;
        foreach (var row in rows) values[i++] = get(row);
        return values;
    }

    public override Task Commit(CancellationToken cancel = default) => transaction.CommitAsync(cancel);

    public override async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
