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

    public static async Task<Dictionary<string, long>> Counts(BooksStore books, CancellationToken cancel)
    {
        var counts = new Dictionary<string, long>();
        foreach (var table in Tables)
            counts[table] = (await books.Read($"select count(*) from {table}", r => r.GetInt64(0), cancel: cancel))[0];
        return counts;
    }

    private static async Task<BooksStore> Empty(BooksStore filled, DankeSettings settings, CancellationToken cancel)
    {
        var setting = "sqlite:" + Path.Combine(settings.Data, "raw.db");
        if (filled.Dialect == Dialect.Postgres)
        {
            await filled.Write(t => t.Execute("drop schema if exists raw_limit cascade"), cancel);
            await filled.Write(t => t.Execute("create schema raw_limit"), cancel);
            setting = settings.Books.Contains("://", StringComparison.Ordinal)
                ? settings.Books + (settings.Books.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "Search%20Path=raw_limit"
                : settings.Books + ";Search Path=raw_limit";
        }
        var books = BooksStore.FromSetting(setting);
        await Migrations.Apply(books, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance, cancel);
        return books;
    }

    /// <summary>The rows that came with the run: of grown tables the newest, of rewritten ones all.</summary>
    private static async Task<(Table<object?[]>, List<object?[]>)> Read(BooksStore books, string name, long before, CancellationToken cancel)
    {
        List<(string Name, string Type)>? columns = null;
        var rows = await books.Read($"select * from {name}", r =>
        {
            columns ??= Enumerable.Range(0, r.FieldCount).Select(i => (r.GetName(i), r.GetDataTypeName(i).ToLowerInvariant())).Where(c => c.Item1 != "tx_id").ToList();
            return columns.Select((_, i) => r.IsDBNull(i) ? null : r.GetValue(i)).ToArray();
        }, cancel: cancel);
        var table = new Table<object?[]>(name);
        foreach (var (column, index) in (columns ?? []).Select((c, i) => (c, i)))
            _ = column.Type switch
            {
                "bigint" or "integer" => table.LongOrNull(column.Name, r => (long?)r[index]),
                "blob" or "bytea" => table.Bytes(column.Name, r => (byte[]?)r[index]),
                _ => table.Text(column.Name, r => (string?)r[index]),
            };
        // Rows that were there before are not rewritten, except where the run moved them: memberships.
        return (table, name is "memberships" ? rows : rows.Skip((int)before).ToList());
    }
}
