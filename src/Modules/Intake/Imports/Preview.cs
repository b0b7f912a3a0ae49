using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Events;
using Danke.Intake.Files;
using Danke.Intake.Mappings;

namespace Danke.Intake.Imports;

/// <summary>What a mapping would make of a file: the first rows and events, and every kind of trouble with examples.</summary>
/// <param name="Complete">The whole file was looked at; else as much as the time allowed.</param>
internal sealed record PreviewResult(
    JsonObject Mapping, bool Proposed, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<JsonElement> Events,
    IReadOnlyList<ProblemCount> Problems, long RowsRead, long RowsInEvents, long RowsDead, long RowsSkipped, long EventsMade, bool Complete);

/// <summary>What was found out about an upload without a mapping.</summary>
internal sealed record UploadLook(string Format, string? Encoding, string? Separator, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> RowsSample, IReadOnlyList<ProblemCount> Warnings);

internal static class Preview
{
    private const int ShowsRows = 20;
    private const int ShowsEvents = 10;
    private const int LongestShown = 500;

    /// <summary>A person waits for it: beyond this the preview says that it is not complete.</summary>
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2.5);

    /// <exception cref="FileException">The file cannot be read.</exception>
    public static UploadLook Look(string path)
    {
        var shape = FileOpening.Find(path);
        if (shape.Format == "events") return new UploadLook("events", null, null, [], [], []);
        using var rows = FileOpening.Open(path, shape, out _);
        var sample = Sample(rows);
        return new UploadLook(shape.Format, shape.Encoding, shape.Separator?.ToString(), [.. rows.Columns], sample.Select(r => Shown(r.Values)).ToList(), Counted(rows.Warnings));
    }

    public static List<Row> Sample(RowReader rows)
    {
        var sample = new List<Row>();
        while (sample.Count < ShowsRows && rows.Read(out var row)) sample.Add(row);
        return sample;
    }

    private static IReadOnlyList<string> Shown(string[] values) => [.. values.Select(v => v.Length <= LongestShown ? v : v[..LongestShown] + "…")];

    private static IReadOnlyList<ProblemCount> Counted(IEnumerable<RowProblem> warnings) =>
        [.. warnings.Select(w => new ProblemCount(w.Code, 1, [new ProblemExample(0, w.Detail)]))];

    /// <exception cref="FileException">The file cannot be read, or lacks a column.</exception>
    public static PreviewResult Run(string path, string fileHash, Mapping mapping, bool proposed, TimeProvider clock, FutureTimes future, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        using var preparation = new Preparation(path, fileHash, mapping, clock, 0, future);
        var tally = new Tally { Problems = Counted(preparation.Warnings) };
        var rows = new List<IReadOnlyList<string>>();
        var events = new List<JsonElement>();
        var complete = false;
        while (clock.GetElapsedTime(started) < Time)
        {
            cancel.ThrowIfCancellationRequested();
            if (preparation.Next() is not { } unit)
            {
                complete = true;
                break;
            }
            foreach (var row in unit.Unit.Rows.Take(ShowsRows - rows.Count)) rows.Add(Shown(row.Values));
            Count(unit, tally, events);
        }
        return new PreviewResult(mapping.Document, proposed, [.. preparation.Columns], rows, events, tally.Problems,
            preparation.RowsRead, tally.RowsInEvents, tally.RowsDead, tally.RowsSkipped, tally.Events, complete);
    }

    private static void Count(PreparedUnit unit, Tally tally, List<JsonElement> events)
    {
        var refused = unit.Problem is { } problem ? (problem.Code, problem.Detail)
            : unit.Events.FirstOrDefault(e => e.Command is null) is { } bad ? (bad.Problems[0].Code, $"{bad.Problems[0].Path}: {bad.Problems[0].Detail}")
            : ((string, string)?)null;
        tally.Events += unit.Events.Count;
        if (unit.Skipped) tally.RowsSkipped += unit.Unit.RowCount;
        else if (refused is var (code, detail))
        {
            tally.RowsDead += unit.Unit.RowCount;
            tally.AddProblem(code, unit.FirstRow, detail);
        }
        else tally.RowsInEvents += unit.Unit.RowCount;
        foreach (var one in unit.Events)
            if (events.Count < ShowsEvents && one.Raw.Length < 64 * 1024 && one.Command is not null) events.Add(JsonDocument.Parse(one.Raw).RootElement);
    }
}
