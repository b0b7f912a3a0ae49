using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Danke.Platform.Books;

/// <summary>The Books on PostgreSQL 15 or later.</summary>
public sealed class PostgresBooks : BooksStore
{
    private readonly NpgsqlDataSource source;

    public PostgresBooks(string setting)
    {
        var builder = new NpgsqlConnectionStringBuilder(FromUri(setting)) { ApplicationName = "danke" };
        if (builder.MaxAutoPrepare == 0) builder.MaxAutoPrepare = 200;
        builder.AutoPrepareMinUsages = 2;
        builder.WriteBufferSize = 65_536;
        builder.ReadBufferSize = 32_768;
        Label = $"PostgreSQL {builder.Host}:{builder.Port}/{builder.Database}";
        source = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }

    public override Dialect Dialect => Dialect.Postgres;
    public override string Label { get; }

    public override async ValueTask<DbConnection> Open(CancellationToken cancel = default) => await source.OpenConnectionAsync(cancel);

    public override async ValueTask<BooksTransaction> Begin(CancellationToken cancel = default)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        return new PostgresTransaction(connection, await connection.BeginTransactionAsync(cancel));
    }

    // unique violation, serialization failure, deadlock: somebody else was faster.
    public override bool IsClash(Exception error) =>
        error is PostgresException { SqlState: "23505" or "40001" or "40P01" };

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private static string FromUri(string setting)
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

    public override async ValueTask Insert<T>(Table<T> table, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) return;
        await Copy(table, table.Name, rows);
    }

    public override ValueTask Upsert<T>(Table<T> table, IReadOnlyCollection<T> rows) => Merge(table, rows, table.OnConflict);

    public override ValueTask InsertMissing<T>(Table<T> table, IReadOnlyCollection<T> rows) => Merge(table, rows, "on conflict do nothing");

    private async ValueTask Merge<T>(Table<T> table, IReadOnlyCollection<T> rows, string onConflict)
    {
        if (rows.Count == 0) return;
        var staging = $"in_{table.Name}";
        await Execute($"create temp table if not exists {staging} (like {table.Name}) on commit delete rows");
        await Copy(table, staging, rows);
        await Execute($"insert into {table.Name} ({table.ColumnNames}) select {table.ColumnNames} from {staging} {onConflict}");
    }

    private async ValueTask Copy<T>(Table<T> table, string into, IReadOnlyCollection<T> rows)
    {
        await using var importer = await connection.BeginBinaryImportAsync($"copy {into} ({table.ColumnNames}) from stdin (format binary)");
        var columns = table.Columns;
        foreach (var row in rows)
        {
            importer.StartRow();
            for (var i = 0; i < columns.Count; i++) Write(importer, columns[i], row);
        }
        await importer.CompleteAsync();
    }

    private static void Write<T>(NpgsqlBinaryImporter importer, Column<T> column, T row)
    {
        switch (column)
        {
            case Column<T>.Long c:
                importer.Write(c.Get(row), NpgsqlDbType.Bigint);
                break;
            case Column<T>.LongOrNull c:
                if (c.Get(row) is { } number) importer.Write(number, NpgsqlDbType.Bigint); else importer.WriteNull();
                break;
            case Column<T>.Text c:
                if (c.Get(row) is { } text) importer.Write(text, NpgsqlDbType.Text); else importer.WriteNull();
                break;
            case Column<T>.Utf8 c:
                importer.Write(c.Get(row), NpgsqlDbType.Text);
                break;
            case Column<T>.Bytes c:
                if (c.Get(row) is { } bytes) importer.Write(bytes, NpgsqlDbType.Bytea); else importer.WriteNull();
                break;
        }
    }

    public override Task Commit(CancellationToken cancel = default) => transaction.CommitAsync(cancel);

    public override async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
