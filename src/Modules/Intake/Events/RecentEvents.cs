using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Danke.Contracts.Commands;

namespace Danke.Intake.Events;

/// <summary>An event that came in lately, with its answer, for whoever connects a source and wants to see what arrives.</summary>
/// <param name="Number">Increasing, since the server's start.</param>
internal sealed record RecentEvent(
    long Number, long AtMs, string Source, string Id, string Type, string Channel, string Status, string? Code, string? Detail, long PersonId, string Body);

/// <summary>
/// The last events with their answers, in memory, and a live stream of them. Of a busy source not every event is kept: this
/// is for looking, not for counting. Bodies hold personal data: see <see cref="EventMasking"/> before showing them.
/// </summary>
internal sealed class RecentEvents(TimeProvider clock)
{
    public const int Keeps = 200;

    /// <summary>Of one chunk this many are kept, refused ones first.</summary>
    private const int KeepsOfChunk = 20;

    private const int LongestBody = 16 * 1024;

    /// <summary>A watcher that reads more slowly than this misses events.</summary>
    private const int WatcherHolds = 100;

    private readonly Lock guard = new();
    private readonly Queue<RecentEvent> ring = new(Keeps);
    private readonly ConcurrentDictionary<Channel<RecentEvent>, byte> watchers = new();
    private long number;

    public void Note(IReadOnlyList<Received> all)
    {
        // Of what is suppressed nothing is kept, here neither.
        var chunk = all.Any(r => r.Answer.Status == AnswerStatus.Suppressed) ? all.Where(r => r.Answer.Status != AnswerStatus.Suppressed).ToList() : all;
        var kept = chunk.Count <= KeepsOfChunk ? chunk
            : chunk.Where(r => r.Answer.Status is AnswerStatus.Rejected or AnswerStatus.Declined).Concat(chunk.Reverse()).Distinct().Take(KeepsOfChunk).OrderBy(r => r.Line).ToList();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (guard)
            foreach (var received in kept) Keep(received, now);
    }

    private void Keep(Received received, long now)
    {
        var raw = received.Raw.Span;
        var one = new RecentEvent(++number, now, received.Source, received.Id, received.Type, received.Command?.Channel ?? "", Words.Of(received.Answer.Status),
            received.Answer.Code, received.Answer.Detail, received.Answer.PersonId, Encoding.UTF8.GetString(raw.Length > LongestBody ? raw[..LongestBody] : raw));
        if (ring.Count == Keeps) ring.Dequeue();
        ring.Enqueue(one);
        foreach (var (watcher, _) in watchers) watcher.Writer.TryWrite(one);
    }

    /// <summary>Takes out the events that hold what is searched for; answers how many.</summary>
    public int Forget(Func<string, bool> holds)
    {
        lock (guard)
        {
            var stay = ring.Where(e => !holds(e.Body) && !holds(e.Id) && !holds(e.Detail ?? "")).ToList();
            var gone = ring.Count - stay.Count;
            ring.Clear();
            foreach (var one in stay) ring.Enqueue(one);
            return gone;
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RecentEvent> List(string? source)
    {
        lock (guard) return ring.Where(e => source is null || e.Source == source).Reverse().ToList();
    }

    /// <summary>What comes from now on, until cancelled.</summary>
    public async IAsyncEnumerable<RecentEvent> Watch([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<RecentEvent>(new BoundedChannelOptions(WatcherHolds) { FullMode = BoundedChannelFullMode.DropOldest });
        watchers[channel] = 0;
        try
        {
            await foreach (var one in channel.Reader.ReadAllAsync(cancel)) yield return one;
        }
        finally
        {
            watchers.TryRemove(channel, out _);
        }
    }
}
