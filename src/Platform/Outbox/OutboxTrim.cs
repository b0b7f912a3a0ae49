using Danke.Platform.Books;
using Danke.Platform.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Outbox;

/// <summary>
/// Removes outbox rows that every reader has passed and that are older than the settings' days. Only Insight's mark may be left
/// behind: when it has not moved for that long (Insight was switched off), Insight is built anew from the Books anyway.
/// </summary>
public sealed class OutboxTrim(BooksStore books, DankeSettings settings, TimeProvider clock, ILogger<OutboxTrim> log) : BackgroundService
{
    public const string InsightReader = "insight";

    private const int RowsAtOnce = 20_000;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    private const string Slowest = """
        select position_tx, position_seq from outbox_readers where reader <> @insight or updated_at_ms >= @oldest
        order by position_tx, position_seq limit 1
        """;

    // Instants rise with the numbers: the first young row ends the search.
    private const string Delete = """
        delete from outbox where seq in
          (select seq from outbox
           where seq < coalesce((select seq from outbox where at_ms >= @oldest order by seq limit 1), 9223372036854775807)
             and {sqlite:seq <= @seq}{postgres:(tx_id, seq) <= (@tx::text::xid8, @seq)}
           limit @count)
        """;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            for (var wait = First; ; wait = Every)
            {
                await Task.Delay(wait, clock, stopping);
                await TryTrim(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TryTrim(CancellationToken cancel)
    {
        try
        {
            var removed = await Trim(cancel);
            if (removed > 0) log.LogInformation("Removed {Count} outbox rows that every reader has passed", removed);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogWarning(error, "The outbox could not be trimmed; it is tried again in an hour");
        }
    }

    /// <summary>Answers how many rows were removed.</summary>
    public async Task<long> Trim(CancellationToken cancel = default)
    {
        var oldest = clock.GetUtcNow().AddDays(-settings.OutboxDays).ToUnixTimeMilliseconds();
        var passed = await books.Read(Slowest, r => new OutboxPosition(r.GetInt64(0), r.GetInt64(1)), [("insight", InsightReader), ("oldest", oldest)], cancel);
        if (passed.Count == 0) return 0;
        (string, object?)[] position = books.Dialect == Dialect.Sqlite ? [("seq", passed[0].Seq)] : [("tx", passed[0].Tx), ("seq", passed[0].Seq)];
        long removed = 0;
        while (true)
        {
            var count = await books.Write(t => t.Execute(Delete, [.. position, ("oldest", oldest), ("count", (long)RowsAtOnce)]), cancel);
            removed += count;
            if (count < RowsAtOnce) return removed;
        }
    }
}
