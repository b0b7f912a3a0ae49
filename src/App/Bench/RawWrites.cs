using System.Diagnostics;
using Danke.App.Hosting;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Danke.App.Bench;

/// <summary>
/// The physical limit: the rows that a run has left in the Books, written again into the same empty tables with the same indexes by
/// COPY (PostgreSQL) or one prepared statement a table (SQLite), batch by batch with a commit each, without reading or deciding anything.
/// </summary>
internal static class RawWrites
{
    /// <summary>As many transactions as the Door would need at its largest batch.</summary>
    private const int EventsPerBatch = 4_000;

    // Everything that an order event may leave behind.
    private static readonly string[] Tables =
        ["commands", "outbox", "persons", "identifiers", "links", "orders", "memberships", "lots", "points_entries", "order_awards", "tier_moves"];

    /// <param name="filled">The Books after the run.</param>
    /// <param name="before">How many rows each table had before what is timed.</param>
    public static async Task<TimeSpan> Measure(BooksStore filled, DankeSettings settings, IReadOnlyDictionary<string, long> before, int events, CancellationToken cancel)
    {
        await using var empty = await Empty(filled, settings, cancel);
        var tables = new List<(Table<object?[]> Table, List<object?[]> Rows)>();
        foreach (var name in Tables) tables.Add(await Read(filled, name, before[name], cancel));

        var batches = (events + EventsPerBatch - 1) / EventsPerBatch;
        var clock = Stopwatch.StartNew();
        for (var batch = 0; batch < batches; batch++)
        {
            await using var transaction = await empty.Begin(cancel);
            foreach (var (table, rows) in tables)
            {
                var (from, to) = ((int)((long)rows.Count * batch / batches), (int)((long)rows.Count * (batch + 1) / batches));
                await transaction.Insert(table, rows.GetRange(from, to - from));
            }
            await transaction.Commit(cancel);
        }
        return clock.Elapsed;
    }

    /// <summary>How long one row and its commit take by themselves, one at a time: less a single event cannot take. In milliseconds, sorted.</summary>
    public static async Task<double[]> Commits(BooksStore books, int commits, TimeSpan pause, CancellationToken cancel)
    {
        await books.Write(t => t.Execute("create table bench_commits (at bigint not null)"), cancel);
        var took = new double[commits];
        for (var i = 0; i < commits; i++)
        {
            var clock = Stopwatch.StartNew();
            await books.Write(t => t.Execute("insert into bench_commits (at) values (@at)", ("at", i)), cancel);
            took[i] = clock.Elapsed.TotalMilliseconds;
            await Task.Delay(pause, cancel);
        }
        await books.Write(t => t.Execute("drop table bench_commits"), cancel);
        Array.Sort(took);
        return took;
    }

    public static async Task<Dictionary<string, long>> Counts(BooksStore books, CancellationToken cancel)
    {
        var counts = new Dictionary<string, long>();
        foreach (var table in Tables)
            counts[table] = (await books.Read($"select count(*) from {table}", r => r.GetInt64(0), cancel: cancel))[0];
        return counts;
    }

    private static async Task<BooksStore> Empty(BooksStore filled, DankeSettings settings, CancellationToken cancel)
    {
        var books = BooksStore.FromSetting(await BenchData.Beside(filled, settings, "raw_limit", cancel));
        await Migrations.Apply(books, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance, cancel);
        return books;
    }

    /// <summary>The rows that came with the run: of grown tables the newest, of rewritten ones all.</summary>
    private static async Task<(Table<object?[]>, List<object?[]>)> Read(BooksStore books, string name, long before, CancellationToken cancel)
    {
        var (table, _, rows) = await CopiedRows.Read(books, name, cancel);
        // Rows that were there before are not rewritten, except where the run moved them: memberships.
        return (table, name is "memberships" ? rows : rows.GetRange((int)before, rows.Count - (int)before));
    }
}
