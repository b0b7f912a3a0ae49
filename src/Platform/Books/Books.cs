using System.Data.Common;

namespace Danke.Platform.Books;

/// <summary>Which database holds the Books.</summary>
public enum Dialect { Sqlite, Postgres }

/// <summary>
/// The truth: one SQLite file or one PostgreSQL database, by <c>DANKE_BOOKS</c>. Reads open a connection of their own;
/// writes go through <see cref="Begin"/>, which on SQLite lets one writer in at a time.
/// </summary>
public abstract class BooksStore : IAsyncDisposable
{
    public abstract Dialect Dialect { get; }

    /// <summary>What to call this store in logs and on screens; no password.</summary>
    public abstract string Label { get; }

    /// <summary>A connection for reading; the caller disposes it.</summary>
    public abstract ValueTask<DbConnection> Open(CancellationToken cancel = default);

    /// <summary>A connection for reading rows by sets of keys: their index is used, whatever the planner knows of the table; the caller disposes it.</summary>
    public virtual ValueTask<DbConnection> OpenByKeys(CancellationToken cancel = default) => Open(cancel);

    /// <summary>A transaction for writing, mostly by sets of keys (see <see cref="OpenByKeys"/>); the caller commits and disposes it.</summary>
    public abstract ValueTask<BooksTransaction> Begin(CancellationToken cancel = default);

    /// <summary>
    /// Like <see cref="Begin"/>, for a caller with a thread of its own: whatever is awaited of the transaction has ended when it comes
    /// back, so that the caller stays on its thread and never queues behind others for one.
    /// </summary>
    public abstract BooksTransaction BeginOnThread();

    /// <summary>Whether the error is a clash with another writer, so that the same work may succeed when run again.</summary>
    public abstract bool IsClash(Exception error);

    /// <summary>Fills the dialect's words into portable SQL: see <see cref="Sql"/>.</summary>
    public string Localise(string sql) => Sql.Localise(sql, Dialect);

    /// <summary>Runs <paramref name="work"/> in one write transaction and commits it.</summary>
    public async Task<T> Write<T>(Func<BooksTransaction, Task<T>> work, CancellationToken cancel = default)
    {
        await using var transaction = await Begin(cancel);
        var result = await work(transaction);
        await transaction.Commit(cancel);
        return result;
    }

    /// <inheritdoc cref="Write{T}"/>
    public Task Write(Func<BooksTransaction, Task> work, CancellationToken cancel = default) =>
        Write(async transaction => { await work(transaction); return true; }, cancel);

    /// <summary>Reads rows on a connection of its own.</summary>
    public async Task<List<T>> Read<T>(
        string sql, Func<DbDataReader, T> map, (string Name, object? Value)[]? args = null, CancellationToken cancel = default)
    {
        await using var connection = await Open(cancel);
        return await Reading.Rows(connection, null, Dialect, sql, map, args, cancel);
    }

    /// <summary>Makes sure that nothing of what was deleted or overwritten is left in the store's files.</summary>
    /// <param name="rewritten">Tables that held what must not be found again.</param>
    /// <param name="vacuumed">Tables of which rows went, with nothing in them that tells who it was.</param>
    public abstract Task Compact(IReadOnlyCollection<string> rewritten, IReadOnlyCollection<string> vacuumed, CancellationToken cancel = default);

    public abstract ValueTask DisposeAsync();

    /// <summary><c>postgres://…</c>, <c>Host=…</c> → PostgreSQL; <c>sqlite:PATH</c> or a path → SQLite.</summary>
    public static BooksStore FromSetting(string setting)
    {
        if (setting.StartsWith("postgres://", StringComparison.Ordinal) || setting.StartsWith("postgresql://", StringComparison.Ordinal)
            || setting.Contains("Host=", StringComparison.OrdinalIgnoreCase))
            return new PostgresBooks(setting);
        return new SqliteBooks(setting.StartsWith("sqlite:", StringComparison.Ordinal) ? setting["sqlite:".Length..] : setting);
    }
}
