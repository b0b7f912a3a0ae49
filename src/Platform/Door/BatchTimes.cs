using System.Diagnostics;

namespace Danke.Platform.Door;

/// <summary>Where the time of one batch went: what was done (load, decide, save, commit) and whose part of it.</summary>
internal sealed class BatchTimes
{
    private readonly List<(string Work, string Part, TimeSpan Took)> marks = [];
    private long last = Stopwatch.GetTimestamp();

    public IReadOnlyList<(string Work, string Part, TimeSpan Took)> Marks => marks;

    /// <summary>What went by since the last mark was this.</summary>
    public void Mark(string work, string part)
    {
        var now = Stopwatch.GetTimestamp();
        marks.Add((work, part, Stopwatch.GetElapsedTime(last, now)));
        last = now;
    }

    /// <summary>A stage's part goes by its name: PersonsStage's is <c>Persons</c>.</summary>
    public void Mark(string work, IStage stage) => Mark(work, stage.GetType().Name.Replace("Stage", "", StringComparison.Ordinal));
}
