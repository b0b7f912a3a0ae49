using System.Collections.Concurrent;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Intake.Events;

/// <summary>
/// Who sends what: counted in memory and added to the Books every few seconds. A crash loses the last seconds' counts; what
/// was applied is counted by the Books themselves.
/// </summary>
internal sealed class SourceCounts(BooksStore books, TimeProvider clock, ILogger<SourceCounts> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A sender that makes up sources must not fill the memory or the table.</summary>
    private const int MostSources = 2_000;

    private sealed class Tally
    {
        public long Events;
        public long Rejected;
    }

    private readonly ConcurrentDictionary<(string Source, string Channel), Tally> tallies = new();

    public void Count(IReadOnlyList<Received> events)
    {
        (string, string) last = ("", "");
        Tally? tally = null;
        foreach (var received in events)
        {
            var key = (received.Source, received.Command?.Channel ?? "");
            if (tally is null || key != last) tally = TallyOf(last = key);
            Interlocked.Increment(ref tally.Events);
            if (received.Answer.Status == AnswerStatus.Rejected) Interlocked.Increment(ref tally.Rejected);
        }
    }

    private Tally TallyOf((string, string) key) =>
        tallies.TryGetValue(key, out var known) ? known
        : tallies.GetOrAdd(tallies.Count < MostSources ? key : ("(other)", ""), _ => new Tally());

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Every, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Flush();
        }
    }

    /// <summary>Adds what was counted to the Books.</summary>
    public async Task Flush()
    {
        var taken = tallies.Select(t => (t.Key.Source, t.Key.Channel, Events: Interlocked.Exchange(ref t.Value.Events, 0), Rejected: Interlocked.Exchange(ref t.Value.Rejected, 0)))
            .Where(t => t.Events > 0).OrderBy(t => t.Source, StringComparer.Ordinal).ThenBy(t => t.Channel, StringComparer.Ordinal).ToList();
        if (taken.Count == 0) return;
        try
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            await books.Write(async transaction =>
            {
                foreach (var (source, channel, events, rejected) in taken)
                    await transaction.Execute("""
                        insert into sources (source, channel, events, rejected, last_at_ms) values (@source, @channel, @events, @rejected, @now)
                        on conflict (source, channel) do update set events = sources.events + @events, rejected = sources.rejected + @rejected, last_at_ms = @now
                        """, ("source", source), ("channel", channel), ("events", events), ("rejected", rejected), ("now", now));
            });
        }
        catch (Exception error)
        {
            log.LogWarning(error, "The sources' counts could not be written; they are tried again");
            foreach (var (source, channel, events, rejected) in taken)
            {
                var tally = TallyOf((source, channel));
                Interlocked.Add(ref tally.Events, events);
                Interlocked.Add(ref tally.Rejected, rejected);
            }
        }
    }
}
