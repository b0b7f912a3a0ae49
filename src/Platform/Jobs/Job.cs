using System.Text.Json.Nodes;

namespace Danke.Platform.Jobs;

/// <summary>Where a job stands.</summary>
public enum JobState { Waiting, Running, Done, Failed, Cancelled }

/// <summary>One piece of long work, as its row says: the only truth about it.</summary>
/// <param name="Done">How much is done, in the job's own unit (rows, persons).</param>
/// <param name="Total">Of how much; 0 when not known.</param>
/// <param name="Detail">What the kind keeps: what to work on, how far it came, what came of it.</param>
/// <param name="Error">Why it failed, for a person to read; null otherwise.</param>
public sealed record Job(
    long JobId, string Kind, string Title, JobState State, long Done, long Total, JsonObject Detail, string? Error, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Cancelled;
}

/// <summary>A kind of long work: <c>services.AddSingleton&lt;IJobKind, ImportJob&gt;()</c>.</summary>
public interface IJobKind
{
    /// <summary>Noun, as in the row: <c>import</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// Whether <see cref="Run"/> called again on the same job goes on where the last run ended or was killed. If not, a job that a
    /// restart interrupts has failed.
    /// </summary>
    bool Resumes { get; }

    /// <summary>
    /// Does the work. Reports through <paramref name="job"/>; returns when done, throws when failed. The token ends it when somebody
    /// cancels the job and when the server stops; in the second case a kind that resumes is run again at the next start.
    /// </summary>
    Task Run(JobRun job, CancellationToken cancel);
}

/// <summary>What a running job tells about itself. Kept in the Books about once a second, and when <see cref="Keep"/> is called.</summary>
public sealed class JobRun(Job job, Func<JobRun, Task> keep)
{
    private readonly Lock guard = new();
    private JsonObject detail = job.Detail;

    public long JobId => job.JobId;
    public string CreatedBy => job.CreatedBy;

    public long Done { get; private set; } = job.Done;
    public long Total { get; private set; } = job.Total;

    /// <summary>A copy of what the kind keeps.</summary>
    public JsonObject Detail
    {
        get { lock (guard) return (JsonObject)detail.DeepClone(); }
        set { lock (guard) detail = value; }
    }

    public void Report(long done, long total) => (Done, Total) = (done, total);

    /// <summary>Writes what was reported now: a point to go on from.</summary>
    public Task Keep() => keep(this);
}
