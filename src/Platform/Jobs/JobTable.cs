using System.Data.Common;
using System.Text.Json.Nodes;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Platform.Jobs;

/// <summary>The rows of jobs.</summary>
internal static class JobTable
{
    private const string Select = "select job_id, kind, title, state, done, total, detail, error, created_by, created_at_ms, started_at_ms, ended_at_ms from jobs";

    public static async Task<Job?> Find(BooksStore books, long id, CancellationToken cancel = default) =>
        (await books.Read($"{Select} where job_id = @id", From, [("id", id)], cancel)).FirstOrDefault();

    public static Task<List<Job>> List(BooksStore books, string? kind, string? state, long before, int limit, CancellationToken cancel) => books.Read($"""
        {Select} where job_id < @before and (@kind = '' or kind = @kind) and (@state = '' or state = @state) order by job_id desc limit @limit
        """, From, [("before", before), ("kind", kind ?? ""), ("state", state ?? ""), ("limit", (long)limit)], cancel);

    public static Task Add(BooksTransaction t, Job job, string node, long nowMs) => t.Execute("""
        insert into jobs (job_id, kind, title, state, done, total, detail, created_by, created_at_ms, node, beat_at_ms)
        values (@id, @kind, @title, 'waiting', 0, @total, @detail, @by, @now, @node, @now)
        """,
        ("id", job.JobId), ("kind", job.Kind), ("title", job.Title), ("total", job.Total), ("detail", job.Detail.ToJsonString(DankeJson.Options)), ("by", job.CreatedBy),
        ("now", nowMs), ("node", node));

    /// <summary>Jobs that nobody runs: this node's from before it was started, and those whose node has been silent for too long.</summary>
    public static Task<List<Job>> Claim(BooksTransaction t, string node, bool isStart, long silentSince, long nowMs) => t.Read($"""
        update jobs set node = @node, beat_at_ms = @now
        where state in ('waiting', 'running') and (beat_at_ms < @silent {(isStart ? "or node = @node" : "")})
        returning job_id, kind, title, state, done, total, detail, error, created_by, created_at_ms, started_at_ms, ended_at_ms
        """, From, ("node", node), ("now", nowMs), ("silent", silentSince));

    /// <summary>The job is being run by this node now; false when it ended or was taken meanwhile.</summary>
    public static async Task<bool> Begin(BooksTransaction t, long id, string node, long nowMs) => await t.Execute("""
        update jobs set state = 'running', started_at_ms = coalesce(started_at_ms, @now), beat_at_ms = @now
        where job_id = @id and node = @node and state in ('waiting', 'running') and cancel_asked = 0
        """, ("id", id), ("node", node), ("now", nowMs)) == 1;

    /// <summary>Keeps what a run reported; answers false when it must stop: cancelled, or no longer ours.</summary>
    public static async Task<bool> Beat(BooksTransaction t, JobRun run, string node, long nowMs) => await t.Execute("""
        update jobs set done = @done, total = @total, detail = @detail, beat_at_ms = @now
        where job_id = @id and node = @node and state = 'running' and cancel_asked = 0
        """,
        ("id", run.JobId), ("node", node), ("done", run.Done), ("total", run.Total), ("detail", run.Detail.ToJsonString(DankeJson.Options)), ("now", nowMs)) == 1;

    /// <summary>Of the waiting jobs of this node: the beat that keeps other nodes from taking them.</summary>
    public static Task BeatWaiting(BooksTransaction t, string node, long nowMs) =>
        t.Execute("update jobs set beat_at_ms = @now where node = @node and state = 'waiting'", ("node", node), ("now", nowMs));

    public static Task End(BooksTransaction t, JobRun run, string node, JobState state, string? error, long nowMs) => t.Execute("""
        update jobs set state = @state, error = @error, done = @done, total = @total, detail = @detail, ended_at_ms = @now
        where job_id = @id and node = @node and state in ('waiting', 'running')
        """,
        ("id", run.JobId), ("node", node), ("state", Word(state)), ("error", error), ("done", run.Done), ("total", run.Total),
        ("detail", run.Detail.ToJsonString(DankeJson.Options)), ("now", nowMs));

    /// <summary>Asks a job to stop; one that has not begun has stopped with that. False when it has ended.</summary>
    public static async Task<bool> AskToCancel(BooksTransaction t, long id, long nowMs) => await t.Execute("""
        update jobs set cancel_asked = 1,
          state = case when state = 'waiting' then 'cancelled' else state end,
          ended_at_ms = case when state = 'waiting' then @now else ended_at_ms end
        where job_id = @id and state in ('waiting', 'running')
        """, ("id", id), ("now", nowMs)) == 1;

    public static string Word(JobState state) => state.ToString().ToLowerInvariant();

    private static Job From(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), Enum.Parse<JobState>(row.GetString(3), ignoreCase: true), row.GetInt64(4), row.GetInt64(5),
        JsonNode.Parse(row.GetString(6))!.AsObject(), row.TextOrNull(7), row.GetString(8), At(row.GetInt64(9))!.Value, At(row.LongOrNull(10)), At(row.LongOrNull(11)));

    private static DateTimeOffset? At(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
