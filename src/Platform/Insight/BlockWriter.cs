using System.Globalization;
using Danke.Contracts.Events;
using Danke.Platform.Books;

namespace Danke.Platform.Insight;

/// <summary>
/// Brings Insight's rows of a block's keys to what the Books say now. Running it twice, or once more after half of it, ends the same:
/// rows are whole states, newer versions replace older ones, and what is gone gets a tombstone of the block's version.
/// </summary>
internal sealed class BlockWriter(IReadOnlyList<InsightTable> tables, BooksStore books, InsightClient insight)
{
    /// <summary>Pairs in one condition: bounds the statement's text.</summary>
    private const int PairsAtOnce = 5_000;

    private readonly TableReader reader = new(books);

    /// <summary>Answers whether the block touched any table.</summary>
    public async Task<bool> Write(FeedBlock block, string pair, long version, CancellationToken cancel)
    {
        var touched = false;
        foreach (var table in tables)
            if (block.Persons.Count > 0 || block.KeysOf(table).Count > 0)
            {
                await Write(table, block, pair, version, cancel);
                touched = true;
            }
        return touched;
    }

    private async Task Write(InsightTable table, FeedBlock block, string pair, long version, CancellationToken cancel)
    {
        var rows = new RowBinaryWriter(table, version);
        var missing = new HashSet<long>(block.KeysOf(table));
        var shrunk = block.ShrunkIn(table);
        var suspects = block.MovedIn(table).ToHashSet();
        await reader.ByKeys(table, block.KeysOf(table), rows, (person, key) =>
        {
            missing.Remove(key);
            if (shrunk.Contains(key)) suspects.Add((person, key));
        }, cancel);
        await reader.ByPersons(table, block.Persons, rows, cancel);

        var token = string.Create(CultureInfo.InvariantCulture, $"{pair}-{table.Name}-{version}-{EventHash.XxHash64(rows.Written.Span):x}");
        await insight.Insert(table.Name, table.AllColumns, rows.Written, rows.Count, token, cancel);

        foreach (var some in suspects.Order().Chunk(PairsAtOnce))
            await Bury(table, $"(person_id, {table.Key}) in ({string.Join(',', some.Select(p => $"({Text(p.Person)},{Text(p.Key)})"))})", version, cancel);
        foreach (var some in missing.Order().Chunk(PairsAtOnce))
            await Bury(table, $"{table.Key} in ({string.Join(',', some.Select(Text))})", version, cancel);
        foreach (var some in block.Persons.Order().Chunk(PairsAtOnce))
            await Bury(table, $"person_id in ({string.Join(',', some.Select(Text))})", version, cancel);
    }

    // Whatever is there and was not written by this block is no more.
    private Task Bury(InsightTable table, string condition, long version, CancellationToken cancel) => insight.Execute($"""
        insert into {table.Name} ({table.ColumnNames}, version, is_deleted)
        select {table.ColumnNames}, {Text(version)}, 1 from {table.Name} final where {condition} and version < {Text(version)}
        """, timeout: TimeSpan.FromMinutes(2), cancel: cancel);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
