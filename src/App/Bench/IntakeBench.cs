using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>
/// Order events over HTTP from this process to a server in another, with points, tiers, outbox and Insight on; then the same final rows
/// written raw. Also: one event at a time to the idle server, start to ready, memory.
/// </summary>
internal static class IntakeBench
{
    private const int EventsPerRequest = 5_000;
    private const int Connections = 4;
    private const int SingleEvents = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task<object> Run(DankeSettings settings, int events, int buyers, CancellationToken cancel)
    {
        await using var server = await ServerUnderTest.Start(settings, cancel);
        await Task.Delay(TimeSpan.FromSeconds(5), cancel); // the Insight child is up and idle
        var idle = server.Memory();
        await using var books = BooksStore.FromSetting(settings.Books);

        Console.Error.WriteLine($"{buyers:N0} members join …");
        await Send(server, PlatformOrders.Joins(buyers, EventsPerRequest).ToList(), cancel);

        Console.Error.WriteLine($"{SingleEvents} single events …");
        await server.UntilInsightCaughtUp(cancel);
        await Task.Delay(TimeSpan.FromSeconds(10), cancel); // and the database has tidied up
        var latencies = await OneByOne(server, events, buyers, cancel);
        var commits = await RawWrites.Commits(books, SingleEvents, Pause, cancel);
        var before = await RawWrites.Counts(books, cancel);
        var bodies = PlatformOrders.Orders(events, buyers, EventsPerRequest, seed: 7).ToList();

        Console.Error.WriteLine($"{events:N0} orders …");
        var doorBefore = await server.DoorTimes(cancel);
        var clock = Stopwatch.StartNew();
        await Send(server, bodies, cancel);
        var took = clock.Elapsed;
        var busy = server.Memory();
        var door = await server.DoorShares(doorBefore, cancel);

        Console.Error.WriteLine("The same rows, raw …");
        await server.DisposeAsync();
        var raw = await RawWrites.Measure(books, settings, before, events, cancel);
        var ours = events / took.TotalSeconds;
        var limit = events / raw.TotalSeconds;
        return new
        {
            books = books.Label,
            events,
            events_per_second = (long)ours,
            raw_events_per_second = (long)limit,
            ratio = Math.Round(ours / limit, 2),
            door,
            single_event_ms = Percentiles(latencies),
            single_commit_ms = Percentiles(commits),
            start_to_ready_s = Math.Round(server.StartToReady.TotalSeconds, 2),
            idle_memory_mb = new { server = idle.ServerMb, insight = idle.ChildrenMb },
            busy_memory_mb = new { server = busy.ServerMb, insight = busy.ChildrenMb },
        };
    }

    private static async Task Send(ServerUnderTest server, List<byte[]> bodies, CancellationToken cancel)
    {
        using var client = server.NewClient();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancel }, async (body, stop) =>
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
            using var answer = await client.PostAsync("v1/events", content, stop);
            var text = await answer.Content.ReadAsByteArrayAsync(stop);
            var applied = Count(text, "\"status\":\"applied\""u8);
            if (applied != Count(body, "\n"u8)) throw new InvalidOperationException($"{answer.StatusCode}: {applied} applied; {Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(500, text.Length)))}");
        });
    }

    private static async Task<double[]> OneByOne(ServerUnderTest server, int events, int buyers, CancellationToken cancel)
    {
        using var client = server.NewClient();
        var latencies = new List<double>();
        foreach (var body in PlatformOrders.Orders(events + SingleEvents, buyers, 1, seed: 7).Skip(events))
        {
            var clock = Stopwatch.StartNew();
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await client.PostAsync("v1/events", content, cancel);
            answer.EnsureSuccessStatusCode();
            latencies.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(Pause, cancel);
        }
        latencies.Sort();
        return [.. latencies];
    }

    private static object Percentiles(double[] sorted) => new { p50 = At(sorted, .50), p95 = At(sorted, .95), p99 = At(sorted, .99) };

    private static double At(double[] sorted, double share) => Math.Round(sorted[(int)(share * (sorted.Length - 1))], 2);

    private static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted) => text.Count(wanted);
}
