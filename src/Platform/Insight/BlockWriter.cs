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
        // Tables of one SELECT - orders and their lines - are read once.
        foreach (var alike in tables.GroupBy(t => t.Select).Select(g => g.ToList()))
            if (block.Persons.Count > 0 || block.KeysOf(alike[0]).Count > 0)
            {
                await Write(alike, block, pair, version, cancel);
                touched = true;
            }
        return touched;
    }

    private async Task Write(List<InsightTable> alike, FeedBlock block, string pair, long version, CancellationToken cancel)
    {
        var rows = alike.ConvertAll(table => new RowBinaryWriter(table, version));
        var missing = new HashSet<long>(block.KeysOf(alike[0]));
        var shrunk = block.ShrunkIn(alike[0]);
        var suspects = block.MovedIn(alike[0]).ToHashSet();
        await reader.ByKeys(alike, block.KeysOf(alike[0]), rows, (person, key) =>
        {
            missing.Remove(key);
            if (shrunk.Contains(key)) suspects.Add((person, key));
        }, cancel);
        await reader.ByPersons(alike, block.Persons, rows, cancel);
        for (var i = 0; i < alike.Count; i++) await Write(alike[i], rows[i], suspects, missing, block, pair, version, cancel);
    }

    private async Task Write(
        InsightTable table, RowBinaryWriter rows, HashSet<(long Person, long Key)> suspects, HashSet<long> missing, FeedBlock block, string pair, long version, CancellationToken cancel)
    {
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
