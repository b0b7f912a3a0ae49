using System.Data.Common;

namespace Danke.Platform.Books;

/// <summary>One write transaction: reads, statements and bulk writes. Disposed without Commit, it rolls back.</summary>
public abstract class BooksTransaction : IAsyncDisposable
{
    public abstract Dialect Dialect { get; }
    public abstract DbConnection Connection { get; }
    public abstract DbTransaction Transaction { get; }

    public async Task<List<T>> Read<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] args)
    {
        var question = new Question<T>(sql, map, args);
        await Answer([question]);
        return question.Rows;
    }

    /// <summary>Reads that do not hang on one another's answers: see <see cref="Questions"/>.</summary>
    public Questions Ask() => new(this);

    internal abstract Task Answer(IReadOnlyList<Question> questions);

    /// <summary>Runs a statement; answers the number of rows it touched.</summary>
    public abstract Task<int> Execute(string sql, params (string Name, object? Value)[] args);

    /// <summary>
    /// Writes new rows: COPY on PostgreSQL, one prepared statement on SQLite. Like every write of rows, it may wait on PostgreSQL until
    /// the next read, statement or the commit and fail there.
    /// </summary>
    public abstract ValueTask Insert<T>(Table<T> table, IReadOnlyCollection<T> rows);

    /// <summary>Writes rows whose key may exist: every other column is replaced.</summary>
    public abstract ValueTask Upsert<T>(Table<T> table, IReadOnlyCollection<T> rows);

    /// <summary>Replaces the table's columns in rows that exist; other columns stay, and so do indexes over them. For a table of some columns only.</summary>
    public abstract ValueTask Update<T>(Table<T> table, IReadOnlyCollection<T> rows);

    /// <summary>Writes rows whose key does not exist yet and leaves the others alone.</summary>
    public abstract ValueTask InsertMissing<T>(Table<T> table, IReadOnlyCollection<T> rows);

    public abstract Task Commit(CancellationToken cancel = default);
    public abstract ValueTask DisposeAsync();
}
