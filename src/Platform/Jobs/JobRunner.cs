using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Jobs;

/// <summary>
/// Runs long work in the background: <c>var job = await jobs.Start("import", "orders.csv", detail, caller)</c>. A job is one row; this
/// runs those of its node, a few at a time, keeps their progress, stops them when asked, and after a restart goes on with those
/// whose kind can. On PostgreSQL a node takes over what a silent node left.
/// </summary>
public sealed class JobRunner(BooksStore books, IEnumerable<IJobKind> kinds, DankeSettings settings, Audit audit, TimeProvider clock, ILogger<JobRunner> log) : BackgroundService
{
    /// <summary>Long work competes for the same two or three resources: more at once only makes all of them slower.</summary>
    public const int AtOnce = 2;

    /// <summary>Reports and questions whether to stop go to the Books this often.</summary>
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LooksForSilentEvery = TimeSpan.FromSeconds(30);

    /// <summary>A node that said nothing for so long is not working on the job any more.</summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, IJobKind> kinds = kinds.ToDictionary(k => k.Kind);
    private readonly Channel<Job> waiting = Channel.CreateUnbounded<Job>();
    private readonly ConcurrentDictionary<long, CancellationTokenSource> running = new();
    private readonly string node = $"{Environment.MachineName}:{settings.Data}";

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Writes the job's row and lets it run as soon as there is room.</summary>
    /// <param name="detail">What to work on; the kind reads it.</param>
    public async Task<Job> Start(string kind, string title, JsonObject detail, Caller by, long total = 0, CancellationToken cancel = default)
    {
        if (!kinds.ContainsKey(kind)) throw new ArgumentException($"No kind of job '{kind}' is registered.", nameof(kind));
        var job = await books.Write(async t =>
        {
            var now = NowMs;
            // As a later run will read it: numbers built as int would be long then.
            detail = JsonNode.Parse(detail.ToJsonString())!.AsObject();
            var made = new Job(await Sequences.TakeRange(t, "job", 1), kind, title, JobState.Waiting, 0, total, detail, null, by.Actor, DateTimeOffset.FromUnixTimeMilliseconds(now), null, null);
            await JobTable.Add(t, made, node, now);
            await audit.Record(t, by, "job.started", $"job/{made.JobId}", after: new { kind });
            return made;
        }, cancel);
        waiting.Writer.TryWrite(job);
        return job;
    }

    public Task<Job?> Find(long id, CancellationToken cancel = default) => JobTable.Find(books, id, cancel);

    /// <summary>Jobs of a kind or state, newest first.</summary>
    public Task<List<Job>> List(string? kind, string? state, long before, int limit, CancellationToken cancel) => JobTable.List(books, kind, state, before, limit, cancel);

    /// <summary>Asks a job to stop, wherever it runs; false when it has ended.</summary>
    public async Task<bool> Cancel(long id, Caller by)
    {
        var asked = await books.Write(async t =>
        {
            if (!await JobTable.AskToCancel(t, id, NowMs)) return false;
            await audit.Record(t, by, "job.cancelled", $"job/{id}");
            return true;
        });
        if (asked && running.TryGetValue(id, out var run))
        {
            try { await run.CancelAsync(); }
            catch (ObjectDisposedException) { /* it ended this moment */ }
        }
        return asked;
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        await Claim(isStart: true);
        var workers = Enumerable.Range(0, AtOnce).Select(_ => Work(stopping)).Append(TakeOver(stopping));
        await Task.WhenAll(workers);
    }

    private async Task TakeOver(CancellationToken stopping)
    {
        // Beside SQLite there is no other node.
        if (books.Dialect == Dialect.Sqlite) return;
        using var timer = new PeriodicTimer(LooksForSilentEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try { await Claim(isStart: false); }
                catch (Exception error) { log.LogWarning(error, "Could not look for jobs that were left"); }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task Claim(bool isStart)
    {
        var left = await books.Write(async t =>
        {
            if (!isStart) await JobTable.BeatWaiting(t, node, NowMs);
            return await JobTable.Claim(t, node, isStart, NowMs - (long)SilentAfter.TotalMilliseconds, NowMs);
        });
        foreach (var job in left.OrderBy(j => j.JobId))
        {
            if (job.State == JobState.Waiting || kinds.TryGetValue(job.Kind, out var kind) && kind.Resumes) waiting.Writer.TryWrite(job);
            else await End(new JobRun(job, _ => Task.CompletedTask), JobState.Failed, "Interrupted: the server stopped while it ran. Start it again.");
        }
    }

    private async Task Work(CancellationToken stopping)
    {
        try
        {
            await foreach (var job in waiting.Reader.ReadAllAsync(stopping)) await Run(job, stopping);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task Run(Job job, CancellationToken stopping)
    {
        using var cancelled = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancelled.Token);
        var run = new JobRun(job, Keep);
        // One that was begun while the server looked for what was left waits twice.
        if (!running.TryAdd(job.JobId, cancelled)) return;
        try
        {
            if (!await books.Write(t => JobTable.Begin(t, job.JobId, node, NowMs))) return;
            if (!kinds.TryGetValue(job.Kind, out var kind)) throw new InvalidOperationException($"This version of Danke has no jobs of kind '{job.Kind}'.");
            using var ended = new CancellationTokenSource();
            var beating = Beat(run, cancelled, ended.Token);
            try { await kind.Run(run, either.Token); }
            finally
            {
                await ended.CancelAsync();
                await beating;
            }
            await End(run, JobState.Done, null);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            await End(run, JobState.Cancelled, null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stays as it is in the Books: the next start goes on with it or says that it failed.
        }
        catch (Exception error)
        {
            log.LogError(error, "Job {Id} ({Kind}) failed", job.JobId, job.Kind);
            await End(run, JobState.Failed, error is Problems.ProblemException ? error.Message : $"{error.GetType().Name}; see the server's log, job {job.JobId}.");
        }
        finally
        {
            running.TryRemove(job.JobId, out _);
        }
    }

    private async Task Keep(JobRun run)
    {
        if (!await books.Write(t => JobTable.Beat(t, run, node, NowMs)) && running.TryGetValue(run.JobId, out var cancelled)) await cancelled.CancelAsync();
    }

    private async Task Beat(JobRun run, CancellationTokenSource cancelled, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await Task.Delay(BeatEvery, clock, ended);
                try
                {
                    if (!await books.Write(t => JobTable.Beat(t, run, node, NowMs), ended)) await cancelled.CancelAsync();
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    log.LogWarning(error, "Could not keep the progress of job {Id}", run.JobId);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended.
        }
    }

    private Task End(JobRun run, JobState state, string? error) => books.Write(t => JobTable.End(t, run, node, state, error, NowMs));
}
