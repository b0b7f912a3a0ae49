using System.Data.Common;
using Danke.Platform.Books;

namespace Danke.Platform.Insight;

/// <summary>
/// The right to feed Insight, which one node has at a time: on PostgreSQL a lock that ends with its connection, on SQLite a matter of
/// course.
/// </summary>
internal sealed class FeedLead : IAsyncDisposable
{
    private const long LockNumber = 0x44_61_6E_6B_65_02; // "Danke", 2
    private readonly DbConnection? connection;

    private FeedLead(DbConnection? connection) => this.connection = connection;

    /// <summary>Null when another node has it.</summary>
    public static async Task<FeedLead?> TryTake(BooksStore books, CancellationToken cancel)
    {
        if (books.Dialect == Dialect.Sqlite) return new FeedLead(null);
        var connection = await books.Open(cancel);
        if (await Ask(connection, $"select pg_try_advisory_lock({LockNumber})", cancel) is true) return new FeedLead(connection);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Throws when the connection, and with it the lock, is gone.</summary>
    public async Task Check(CancellationToken cancel)
    {
        if (connection is not null) await Ask(connection, "select true", cancel);
    }

    private static async Task<object?> Ask(DbConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is null) return;
        try
        {
            await Ask(connection, $"select pg_advisory_unlock({LockNumber})", CancellationToken.None);
        }
        catch (DbException)
        {
            // Gone with the connection.
        }
        await connection.DisposeAsync();
    }
}
