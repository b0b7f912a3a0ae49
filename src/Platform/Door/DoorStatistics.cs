using System.Diagnostics.Metrics;

namespace Danke.Platform.Door;

/// <summary>What the Door did lately, for the status page and for OpenTelemetry (meter <c>Danke.Door</c>).</summary>
public sealed class DoorStatistics
{
    /// <summary>Upper edges of the batch-size histogram.</summary>
    public static readonly int[] SizeEdges = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 4000];

    private const int RemembersLatencies = 4_096;
    private static readonly Meter Meter = new("Danke.Door");
    private readonly Counter<long> commands = Meter.CreateCounter<long>("danke.door.commands");
    private readonly Histogram<long> batchSizes = Meter.CreateHistogram<long>("danke.door.batch_size");
    private readonly Histogram<double> latencies = Meter.CreateHistogram<double>("danke.door.latency", "ms");
    private readonly Counter<long> clashes = Meter.CreateCounter<long>("danke.door.clashes");

    private readonly Histogram<double> works = Meter.CreateHistogram<double>("danke.door.batch_time", "ms");

    private readonly Lock guard = new();
    private readonly long[] sizes = new long[SizeEdges.Length];
    private readonly double[] recent = new double[RemembersLatencies];
    private readonly long[] perSecond = new long[60];
    private readonly Dictionary<(string Work, string Part), double> timesMs = [];
    private readonly TimeProvider clock;
    private long recentCount;
    private long lastSecond;
    private long totalCommands;
    private long totalBatches;
    private long totalClashes;

    public DoorStatistics(TimeProvider clock)
    {
        this.clock = clock;
        lastSecond = clock.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>Commands waiting or being applied.</summary>
    public int Waiting { get; internal set; }

    internal void Clashed()
    {
        clashes.Add(1);
        Interlocked.Increment(ref totalClashes);
    }

    internal void Applied(int count, TimeSpan took)
    {
        commands.Add(count);
        batchSizes.Record(count);
        lock (guard)
        {
            totalCommands += count;
            totalBatches++;
            var edge = Array.FindIndex(SizeEdges, e => count <= e);
            sizes[edge < 0 ? ^1 : edge]++;
            RollSeconds();
            perSecond[lastSecond % 60] += count;
        }
    }

    internal void Took(BatchTimes times)
    {
        foreach (var (work, part, took) in times.Marks)
        {
            works.Record(took.TotalMilliseconds, new("work", work), new("part", part));
            lock (guard) timesMs[(work, part)] = timesMs.GetValueOrDefault((work, part)) + took.TotalMilliseconds;
        }
    }

    internal void Answered(int count, TimeSpan latency)
    {
        latencies.Record(latency.TotalMilliseconds);
        lock (guard) recent[recentCount++ % RemembersLatencies] = latency.TotalMilliseconds;
    }

    public DoorSnapshot Snapshot()
    {
        lock (guard)
        {
            RollSeconds();
            var sorted = recent[..(int)Math.Min(recentCount, RemembersLatencies)];
            Array.Sort(sorted);
            double At(double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
            var seconds = Enumerable.Range(1, 60).Select(i => perSecond[(lastSecond + i) % 60]).ToArray();
            return new DoorSnapshot(Waiting, TheDoor.Capacity, totalBatches, totalCommands, totalClashes,
                SizeEdges.Zip(sizes, (edge, n) => new BatchSizeCount(edge, n)).ToArray(), new LatencySnapshot(At(.50), At(.95), At(.99)), seconds,
                [.. timesMs.Select(t => new WorkTime(t.Key.Work, t.Key.Part, Math.Round(t.Value, 1)))]);
        }
    }

    private void RollSeconds()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        for (var second = Math.Max(lastSecond + 1, now - 59); second <= now; second++) perSecond[second % 60] = 0;
        lastSecond = Math.Max(lastSecond, now);
    }
}

/// <param name="PerSecond">Commands applied in each of the last 60 seconds, oldest first.</param>
/// <param name="Times">Where the batches' time went since the start.</param>
public sealed record DoorSnapshot(
    int Waiting, int Capacity, long Batches, long Commands, long Clashes, BatchSizeCount[] BatchSizes, LatencySnapshot LatencyMs, long[] PerSecond, WorkTime[] Times);

/// <summary>Milliseconds that batches spent since the start, by what was done (load, decide, save, commit) and whose part of it.</summary>
public sealed record WorkTime(string Work, string Part, double Ms);

public sealed record BatchSizeCount(int Le, long Count);

/// <summary>Milliseconds from hand-in to answer, of the last 4,096 answers.</summary>
public sealed record LatencySnapshot(double P50, double P95, double P99);
