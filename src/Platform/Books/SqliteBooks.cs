using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Danke.Platform.Books;

/// <summary>The Books in one SQLite file. One writer at a time, readers beside it (WAL); a commit is on disk.</summary>
public sealed class SqliteBooks : BooksStore
{
    private readonly string file;
    private readonly string connectionString;
    private readonly SemaphoreSlim writerTurn = new(1, 1);
    private SqliteConnection? writer;
    private int checkpointing;

    private const long CheckpointAt = 16L << 20;
    private const long LargestLog = 192L << 20;

    static SqliteBooks() => Batteries_V2.Init();

    public SqliteBooks(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        connectionString = new SqliteConnectionStringBuilder { DataSource = full, Pooling = true, DefaultTimeout = 30 }.ConnectionString;
        file = full;
        Label = $"SQLite {Path.GetFileName(full)}";
    }

    public override Dialect Dialect => Dialect.Sqlite;
    public override string Label { get; }

    /// <summary>Whether the file has been begun; opening makes it.</summary>
    public bool IsThere => File.Exists(file);

    public override async ValueTask<DbConnection> Open(CancellationToken cancel = default)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancel);
        Configure(connection, "pragma query_only = 1; pragma cache_size = -8192; pragma busy_timeout = 10000;");
        return connection;
    }

    public override async ValueTask<BooksTransaction> Begin(CancellationToken cancel = default)
    {
        await writerTurn.WaitAsync(cancel);
        return BeginInTurn();
    }

    public override BooksTransaction BeginOnThread()
    {
        writerTurn.Wait();
        return BeginInTurn();
    }

    private SqliteBooksTransaction BeginInTurn()
    {
        try
        {
            writer ??= OpenWriter();
            return new SqliteBooksTransaction(writer, writer.BeginTransaction(deferred: false), writerTurn, Checkpoint);
        }
        catch
        {
            writerTurn.Release();
            throw;
        }
    }

    public override bool IsClash(Exception error) =>
        error is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED };

    private SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        // FULL: a commit that was answered survives a power cut. Group commit pays for the fsync.
        Configure(connection, """
            pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 10000; pragma cache_size = -65536;
            pragma temp_store = memory; pragma wal_autocheckpoint = 0; pragma journal_size_limit = 67108864; pragma secure_delete = 1;
            """);
        return connection;
    }

    /// <summary>
    /// Writes the file anew from its rows and empties the log: nothing of what was deleted is left in either. Writers wait meanwhile.
    /// </summary>
    public override async Task Compact(IReadOnlyCollection<string> rewritten, IReadOnlyCollection<string> vacuumed, CancellationToken cancel = default)
    {
        await writerTurn.WaitAsync(cancel);
        try
        {
            await Task.Run(() =>
            {
                using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
                connection.Open();
                // The copy goes to a temporary file: it may be larger than the memory.
                Configure(connection, "pragma busy_timeout = 10000; pragma synchronous = full; pragma temp_store = file; pragma secure_delete = 1");
                Vacuum(connection, cancel);
                // Each try waits for the readers as long as the busy timeout says.
                for (var tries = 1; !IsLogEmptied(connection); tries++)
                {
                    if (tries == 10) throw new IOException($"The log {Path.GetFileName(file)}-wal could not be emptied: somebody reads from it all the time.");
                    cancel.ThrowIfCancellationRequested();
                }
            }, cancel);
        }
        finally
        {
            writerTurn.Release();
        }
    }

    // A checkpoint beside, or a reader for longer than the busy timeout, is in the way for a while, not for good.
    private void Vacuum(SqliteConnection connection, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Configure(connection, "vacuum");
                return;
            }
            catch (SqliteException error) when (IsClash(error) && tries < 10)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    private static bool IsLogEmptied(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(truncate)";
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.GetInt64(0) == 0;
    }

    /// <summary>
    /// Moves what the log holds into the file, beside the writer; called after a commit. Only when the log outgrows its bound, as it
    /// may under constant load, the writer waits for it.
    /// </summary>
    private void Checkpoint()
    {
        var log = new FileInfo(file + "-wal");
        var size = log.Exists ? log.Length : 0;
        if (size > LargestLog) Configure(writer!, "pragma wal_checkpoint(truncate)");
        else if (size > CheckpointAt && Interlocked.Exchange(ref checkpointing, 1) == 0) _ = Task.Run(CheckpointBeside);
    }

    private void CheckpointBeside()
    {
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            Configure(connection, "pragma query_only = 0; pragma synchronous = full; pragma wal_checkpoint(passive)");
        }
        catch (SqliteException)
        {
            // Tried again after the next commit; until then the log holds everything.
        }
        finally
        {
            Volatile.Write(ref checkpointing, 0);
        }
    }

    private static void Configure(SqliteConnection connection, string pragmas)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragmas;
        command.ExecuteNonQuery();
    }

    public override ValueTask DisposeAsync()
    {
        writer?.Dispose();
        using (var probe = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(probe);
        return ValueTask.CompletedTask;
    }
}

internal sealed class SqliteBooksTransaction(SqliteConnection connection, SqliteTransaction transaction, SemaphoreSlim turn, Action committed) : BooksTransaction
{
    // Prepared once for the writer's connection, used for every batch.
    private static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, sqlite3_stmt>> Prepared = new();
    private bool disposed;

    public override Dialect Dialect => Dialect.Sqlite;
    public override DbConnection Connection => connection;
    public override DbTransaction Transaction => transaction;

    internal override async Task Answer(IReadOnlyList<Question> questions)
    {
        foreach (var question in questions)
        {
            await using var command = Reading.Command(connection, transaction, Dialect, question.Sql, question.Args);
            await using var reader = await command.ExecuteReaderAsync();
            while (reader.Read()) question.Take(reader);
        }
    }

    public override async Task<int> Execute(string sql, params (string Name, object? Value)[] args)
    {
        await using var command = Reading.Command(connection, transaction, Dialect, sql, args);
        return await command.ExecuteNonQueryAsync();
    }

    public override ValueTask Insert<T>(Table<T> table, IReadOnlyCollection<T> rows) => Write(table, rows, "");

    public override ValueTask Upsert<T>(Table<T> table, IReadOnlyCollection<T> rows) => Write(table, rows, table.OnConflict);

    public override ValueTask InsertMissing<T>(Table<T> table, IReadOnlyCollection<T> rows) => Write(table, rows, "on conflict do nothing");

    public override ValueTask Update<T>(Table<T> table, IReadOnlyCollection<T> rows)
    {
        var marks = table.Columns.Select((c, i) => (c.Name, Mark: $"{c.Name} = ?{i + 1}")).ToList();
        return Run($"update {table.Name} set {string.Join(", ", marks.Where(m => !table.Key.Contains(m.Name)).Select(m => m.Mark))} where "
            + string.Join(" and ", marks.Where(m => table.Key.Contains(m.Name)).Select(m => m.Mark)), table, rows);
    }

    private ValueTask Write<T>(Table<T> table, IReadOnlyCollection<T> rows, string onConflict)
    {
        var marks = string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"));
        return Run($"insert into {table.Name} ({table.ColumnNames}) values ({marks}) {onConflict}", table, rows);
    }

    private ValueTask Run<T>(string sql, Table<T> table, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) return ValueTask.CompletedTask;
        var statement = Prepare(sql);
        var columns = table.Columns;
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++) Bind(statement, i + 1, columns[i], row);
            var result = raw.sqlite3_step(statement);
            raw.sqlite3_reset(statement);
            if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(raw.sqlite3_extended_errcode(connection.Handle), connection.Handle);
        }
        raw.sqlite3_clear_bindings(statement);
        return ValueTask.CompletedTask;
    }

    private static void Bind<T>(sqlite3_stmt statement, int index, Column<T> column, T row)
    {
        switch (column)
        {
            case Column<T>.Long c:
                raw.sqlite3_bind_int64(statement, index, c.Get(row));
                break;
            case Column<T>.LongOrNull c:
                if (c.Get(row) is { } number) raw.sqlite3_bind_int64(statement, index, number); else raw.sqlite3_bind_null(statement, index);
                break;
            case Column<T>.Text c:
                if (c.Get(row) is { } text) raw.sqlite3_bind_text(statement, index, text); else raw.sqlite3_bind_null(statement, index);
                break;
            case Column<T>.Utf8 c:
                raw.sqlite3_bind_text(statement, index, c.Get(row));
                break;
            case Column<T>.Bytes c:
                if (c.Get(row) is { } bytes) raw.sqlite3_bind_blob(statement, index, bytes); else raw.sqlite3_bind_null(statement, index);
                break;
        }
    }

    private sqlite3_stmt Prepare(string sql)
    {
        var statements = Prepared.GetOrCreateValue(connection);
        if (statements.TryGetValue(sql, out var known)) return known;
        var result = raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement);
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, connection.Handle);
        return statements[sql] = statement;
    }

    public override Task Commit(CancellationToken cancel = default)
    {
        transaction.Commit();
        committed();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        if (disposed) return ValueTask.CompletedTask;
        disposed = true;
        try { transaction.Dispose(); }
        finally { turn.Release(); }
        return ValueTask.CompletedTask;
    }
}
