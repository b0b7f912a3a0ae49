using Danke.Platform.Jobs;

namespace Danke.Intake.Imports;

/// <summary>What went wrong how often in a run, with the first rows it went wrong in.</summary>
internal sealed record ProblemCount(string Code, long Count, IReadOnlyList<ProblemExample> Examples);

internal sealed record ProblemExample(long Row, string Detail);

/// <summary>The figures of a run. Rows read = rows in events + dead rows + skipped rows (+ rows of groups that are still open).</summary>
internal sealed record Tally
{
    private const int MostExamples = 5;
    private const int MostCodes = 50;

    public long RowsRead { get; set; }
    public long RowsInEvents { get; set; }
    public long RowsDead { get; set; }
    public long RowsSkipped { get; set; }
    public long BytesRead { get; set; }
    public long Events { get; set; }
    public long Applied { get; set; }
    public long Duplicate { get; set; }
    public long Declined { get; set; }
    public long Rejected { get; set; }

    /// <summary>Rows or groups that are answered and counted.</summary>
    public long UnitsDone { get; set; }

    private readonly Dictionary<string, (long Count, List<ProblemExample> Examples)> problems = [];

    public IReadOnlyList<ProblemCount> Problems
    {
        get => [.. problems.OrderByDescending(p => p.Value.Count).Select(p => new ProblemCount(p.Key, p.Value.Count, p.Value.Examples))];
        init { foreach (var p in value) problems[p.Code] = (p.Count, [.. p.Examples]); }
    }

    public void AddProblem(string code, long row, string detail)
    {
        if (!problems.TryGetValue(code, out var known))
        {
            if (problems.Count >= MostCodes) return;
            known = (0, []);
        }
        if (known.Examples.Count < MostExamples) known.Examples.Add(new ProblemExample(row, detail));
        problems[code] = (known.Count + 1, known.Examples);
    }
}

/// <summary>One run of a file through a mapping, as the Books know it. State, error and times are its job's.</summary>
/// <param name="Mapping">JSON.</param>
internal sealed record Import(
    long ImportId, long JobId, string UploadId, string File, string Mapping, bool DryRun, JobState State, long BytesTotal, Tally Tally, string? Error,
    long CreatedAtMs, string CreatedBy, long? StartedAtMs, long? EndedAtMs);
