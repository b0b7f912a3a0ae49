using Danke.Platform.Books;

namespace Danke.Platform.Insight;

/// <summary>How far a rebuild has come.</summary>
/// <param name="Table">The table that is being read.</param>
/// <param name="TableRows">Its rows so far.</param>
/// <param name="Rows">Rows of all tables so far.</param>
public sealed record RebuildProgress(string Table, int TablesDone, int Tables, long TableRows, long Rows);

/// <summary>Fills the tables anew beside the old ones, page by page over the Books.</summary>
internal sealed class TableBuilder(IReadOnlyList<InsightTable> tables, BooksStore books, InsightClient insight, InsightSchema schema)
{
    /// <summary>Rows read and written at once: some megabytes.</summary>
    private const int PageRows = 20_000;

    private readonly TableReader reader = new(books);

    public async Task Build(long version, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        long before = 0;
        for (var i = 0; i < tables.Count; i++)
        {
            var (table, done) = (tables[i], i);
            await schema.Drop(InsightSchema.Shadow(table), cancel);
            await schema.Create(table, InsightSchema.Shadow(table), cancel);
            before += await Fill(table, version, rows => progress?.Report(new RebuildProgress(table.Name, done, tables.Count, rows, before + rows)), cancel);
        }
    }

    public async Task DropOld(CancellationToken cancel)
    {
        foreach (var table in tables) await schema.Drop(InsightSchema.Shadow(table), cancel);
    }

    // One page is written while the next is read.
    private async Task<long> Fill(InsightTable table, long version, Action<long> report, CancellationToken cancel)
    {
        var (from, limit) = (long.MinValue, PageRows);
        long total = 0;
        var writing = Task.CompletedTask;
        while (true)
        {
            var rows = new RowBinaryWriter(table, version);
            var (count, last) = await reader.Page(table, from, limit, rows, cancel);
            await writing;
            writing = insight.Insert(InsightSchema.Shadow(table), table.AllColumns, rows.Written, rows.Count, cancel: cancel);
            total += count;
            report(total);
            if (count < limit) break;
            // A page within one key: the key has more rows than a page.
            limit = last == from ? limit * 2 : PageRows;
            from = last;
        }
        await writing;
        return total;
    }
}
