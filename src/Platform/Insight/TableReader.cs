using System.Data.Common;
using Danke.Platform.Books;

namespace Danke.Platform.Insight;

/// <summary>Runs the tables' SELECTs on the Books and hands their rows to a sink.</summary>
internal sealed class TableReader(BooksStore books)
{
    /// <summary>Keys in one statement: enough to make round trips cheap, few enough for SQLite's JSON.</summary>
    private const int KeysAtOnce = 5_000;

    /// <param name="found">Called with the person and the key of each row.</param>
    public Task ByKeys(IReadOnlyList<InsightTable> alike, IReadOnlyCollection<long> keys, IReadOnlyList<RowSink> sinks, Action<long, long> found, CancellationToken cancel) =>
        BySet(alike, alike[0].KeyColumn, keys, sinks, found, cancel);

    public Task ByPersons(IReadOnlyList<InsightTable> alike, IReadOnlyCollection<long> persons, IReadOnlyList<RowSink> sinks, CancellationToken cancel) =>
        BySet(alike, alike[0].PersonColumn, persons, sinks, static (_, _) => { }, cancel);

    // Tables that share a SELECT, each with its sink.
    private async Task BySet(
        IReadOnlyList<InsightTable> alike, string column, IReadOnlyCollection<long> set, IReadOnlyList<RowSink> sinks, Action<long, long> found, CancellationToken cancel)
    {
        if (set.Count == 0) return;
        var table = alike[0];
        var sql = table.SelectWhere($"{column} in ({{keys}})");
        var key = KeyIndex(table);
        await using var connection = await books.OpenByKeys(cancel);
        foreach (var chunk in set.Order().Chunk(KeysAtOnce))
            await Each(connection, sql, [("keys", chunk)], reader =>
            {
                found(reader.GetInt64(0), reader.GetInt64(key));
                for (var i = 0; i < alike.Count; i++) alike[i].Write(reader, sinks[i]);
            }, cancel);
    }

    /// <summary>
    /// Up to so many rows of the SELECT with a key from <paramref name="from"/> on, in the keys' order. Answers how many there were and
    /// the last one's key: the next page begins with that key again, as it may have more rows.
    /// </summary>
    public async Task<(int Rows, long LastKey)> Page(InsightTable table, long from, int limit, RowSink sink, CancellationToken cancel)
    {
        var sql = $"{table.SelectWhere($"{table.KeyColumn} >= @from")} order by {table.KeyColumn} limit @limit";
        var key = KeyIndex(table);
        var (rows, last) = (0, from);
        await using var connection = await books.OpenByKeys(cancel);
        await Each(connection, sql, [("from", from), ("limit", (long)limit)], reader =>
        {
            rows++;
            last = reader.GetInt64(key);
            table.Write(reader, sink);
        }, cancel);
        return (rows, last);
    }

    /// <summary>Every row, as one moment saw them.</summary>
    public async Task All(InsightTable table, RowSink sink, CancellationToken cancel)
    {
        await using var connection = await books.Open(cancel);
        await Each(connection, table.SelectWhere("1 = 1"), [], reader => table.Write(reader, sink), cancel);
    }

    private async Task Each(DbConnection connection, string sql, (string, object?)[] args, Action<DbDataReader> each, CancellationToken cancel)
    {
        await using var command = Reading.Command(connection, null, books.Dialect, sql, args);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) each(reader);
    }

    // The key stands in the SELECT where it stands among the columns.
    private static int KeyIndex(InsightTable table)
    {
        for (var i = 0; i < table.Columns.Count; i++)
            if (table.Columns[i].Name == table.Key) return i;
        throw new InvalidOperationException($"Insight table {table.Name} has no column {table.Key}.");
    }
}
