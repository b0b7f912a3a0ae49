using System.Data.Common;
using Npgsql;

namespace Danke.Platform.Books;

/// <summary>
/// A write transaction that waits little: a few rows to be written go along with the next read, statement or the commit, in one round
/// trip; many are on their way while the caller prepares the next. What fails of these is told by whatever comes after them.
/// </summary>
internal sealed class PostgresTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, bool staysOnThread) : BooksTransaction
{
    /// <summary>Up to this many rows one statement among others is cheaper than a COPY with round trips of its own.</summary>
    private const int FewRows = 256;

    /// <summary>Up to this many rows are put into memory as COPY takes them, so that the caller can go on meanwhile.</summary>
    private const int ManyRows = 16_384;

    private List<NpgsqlBatchCommand> waiting = [];
    private Task underWay = Task.CompletedTask;

    public override Dialect Dialect => Dialect.Postgres;
    public override DbConnection Connection => connection;
    public override DbTransaction Transaction => transaction;

    internal override async Task Answer(IReadOnlyList<Question> questions)
    {
        await Free();
        await using var batch = WithWaiting();
        foreach (var question in questions) batch.BatchCommands.Add(Command(question.Sql, question.Args));
        await using var reader = staysOnThread ? batch.ExecuteReader() : await batch.ExecuteReaderAsync();
        for (var i = 0; i < questions.Count; i++)
        {
            if (i > 0) _ = staysOnThread ? reader.NextResult() : await reader.NextResultAsync();
            while (staysOnThread ? reader.Read() : await reader.ReadAsync()) questions[i].Take(reader);
        }
    }

    public override async Task<int> Execute(string sql, params (string Name, object? Value)[] args)
    {
        await Flush();
        await Free();
        await using var command = Reading.Command(connection, transaction, Dialect, sql, args);
        return staysOnThread ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync();
    }

    // Until what is under way has come through.
    private async ValueTask Free()
    {
        if (staysOnThread) underWay.GetAwaiter().GetResult();
        else await underWay;
    }

    private NpgsqlBatch WithWaiting()
    {
        var batch = new NpgsqlBatch(connection, transaction);
        foreach (var command in waiting) batch.BatchCommands.Add(command);
        waiting = [];
        return batch;
    }

    private static NpgsqlBatchCommand Command(string sql, (string Name, object? Value)[] args)
    {
        var command = new NpgsqlBatchCommand(Sql.Localise(sql, Dialect.Postgres));
        foreach (var (name, value) in args) command.Parameters.Add(Reading.ForPostgres(name, value));
        return command;
    }

    public override async ValueTask Insert<T>(Table<T> table, IReadOnlyCollection<T> rows)
    {
        if (rows.Count <= FewRows)
        {
            await Unnested(table, rows, $"insert into {table.Name} ({table.ColumnNames}) select * from");
            return;
        }
        await Flush();
        if (rows.Count > ManyRows)
        {
            await Free();
            using var copy = new PostgresCopy();
            await copy.Write(connection, table, rows);
            return;
        }
        var written = PostgresCopy.Of(table, rows);
        await Free();
        underWay = Beside(() => SendCopy(written));
    }

    private void SendCopy(PostgresCopy copy)
    {
        using (copy) copy.Send(connection);
    }

    // On a thread of its own as well: a batch waits for it.
    private static Task Beside(Action send) => Task.Factory.StartNew(send, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public override ValueTask Upsert<T>(Table<T> table, IReadOnlyCollection<T> rows) =>
        Unnested(table, rows, $"insert into {table.Name} ({table.ColumnNames}) select * from", table.OnConflict);

    public override ValueTask InsertMissing<T>(Table<T> table, IReadOnlyCollection<T> rows) =>
        Unnested(table, rows, $"insert into {table.Name} ({table.ColumnNames}) select * from", "on conflict do nothing");

    public override ValueTask Update<T>(Table<T> table, IReadOnlyCollection<T> rows) =>
        Unnested(table, rows, $"update {table.Name} t set {string.Join(", ", table.ColumnsBesideKey.Select(c => $"{c} = s.{c}"))} from",
            $"as s ({table.ColumnNames}) where {string.Join(" and ", table.Key.Select(k => $"t.{k} = s.{k}"))}");

    // The rows as one array a column: a single statement, prepared once, however many there are.
    private ValueTask Unnested<T>(Table<T> table, IReadOnlyCollection<T> rows, string before, string after = "")
    {
        if (rows.Count == 0) return ValueTask.CompletedTask;
        var arrays = string.Join(", ", table.Columns.Select((c, i) => $"${i + 1}::{TypeOf(c)}[]"));
        var command = new NpgsqlBatchCommand($"{before} unnest({arrays}) {after}");
        foreach (var column in table.Columns) command.Parameters.Add(ArrayOf(column, rows));
        waiting.Add(command);
        return rows.Count <= FewRows ? ValueTask.CompletedTask : Flush();
    }

    private async ValueTask Flush()
    {
        if (waiting.Count == 0) return;
        await Free();
        var batch = WithWaiting();
        underWay = Beside(() => Send(batch));
    }

    private static void Send(NpgsqlBatch batch)
    {
        using (batch) batch.ExecuteNonQuery();
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

    public override async Task Commit(CancellationToken cancel = default)
    {
        await Free();
        await using var batch = WithWaiting();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        _ = staysOnThread ? batch.ExecuteNonQuery() : await batch.ExecuteNonQueryAsync(cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        // Whatever became of it, the connection is free after it.
        try
        {
            await Free();
        }
        catch (Exception error) when (error is DbException or IOException or InvalidOperationException)
        {
            // Told already by what came after it, or of no interest to somebody who gives up.
        }
        if (staysOnThread)
        {
            transaction.Dispose();
            connection.Dispose();
            return;
        }
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
