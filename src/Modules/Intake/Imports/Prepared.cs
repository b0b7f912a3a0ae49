using Danke.Contracts.Events;
using Danke.Intake.Events;
using Danke.Intake.Files;
using Danke.Intake.Mappings;

namespace Danke.Intake.Imports;

/// <summary>Rows and the events that they came to.</summary>
/// <param name="Events">Read events, acceptable or not; empty when the rows came to none.</param>
/// <param name="Problem">Why the rows came to none.</param>
internal sealed record PreparedUnit(Unit Unit, IReadOnlyList<Received> Events, RowProblem? Problem, bool Skipped)
{
    public long FirstRow => Unit.Rows.Count > 0 ? Unit.Rows[0].Number : 0;
}

/// <summary>Turns a file into events, unit by unit. What a run and a preview have in common; opens the file at once.</summary>
internal sealed class Preparation : IDisposable
{
    private readonly RowReader? rows;
    private readonly JsonLines? lines;
    private readonly CountingStream counting;
    private readonly Units? units;
    private readonly EventBuilder? builder;
    private readonly EventJsonReader parser;
    private readonly TimeProvider clock;
    private readonly long importId;
    private long lineNumber;

    /// <exception cref="FileException">The file cannot be read, or lacks a column.</exception>
    public Preparation(string path, string fileHash, Mapping mapping, TimeProvider clock, long importId, FutureTimes future)
    {
        parser = new EventJsonReader { Future = future };
        this.clock = clock;
        this.importId = importId;
        Shape = FileOpening.Find(path, mapping.File);
        if (Shape.Format == "events")
        {
            counting = new CountingStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan));
            lines = new JsonLines(FileOpening.Unzipped(counting));
            return;
        }
        rows = FileOpening.Open(path, Shape, out counting);
        var bound = MappingReader.Bind(mapping, rows, fileHash);
        units = new Units(rows, bound.Group);
        builder = new EventBuilder(bound);
    }

    public FileShape Shape { get; }
    public IReadOnlyList<string> Columns => rows?.Columns ?? [];
    public IReadOnlyList<RowProblem> Warnings => rows?.Warnings ?? [];
    public long BytesRead => counting.BytesRead;
    public long RowsRead => units?.RowsRead ?? lineNumber;

    /// <summary>Passes over a unit without making its events; false at the end.</summary>
    public bool Skip() => units is not null ? units.Next() is not null : NextLine(out _, out _);

    /// <summary>The next unit with its events; null at the end.</summary>
    public PreparedUnit? Next()
    {
        if (lines is not null) return NextEvent();
        if (units!.Next() is not { } unit) return null;
        if (unit.Problem is { } problem) return new PreparedUnit(unit, [], problem, false);
        var built = builder!.Build(unit.Rows);
        if (built.Problem is not null || built.Skipped) return new PreparedUnit(unit, [], built.Problem, built.Skipped);
        var events = new Received[built.Events.Count];
        for (var i = 0; i < events.Length; i++) events[i] = Read(built.Events[i], unit.Rows[0].Number);
        return new PreparedUnit(unit, events, null, false);
    }

    private PreparedUnit? NextEvent()
    {
        if (!NextLine(out var line, out var problem)) return null;
        if (problem is not null) return new PreparedUnit(new Unit([new Row(lineNumber, [], problem)], 1, problem), [], problem, false);
        return new PreparedUnit(new Unit([new Row(lineNumber, [])], 1, null), [Read(line.ToArray(), lineNumber)], null, false);
    }

    private bool NextLine(out ReadOnlyMemory<byte> line, out RowProblem? problem)
    {
        if (!lines!.Read(out line, out problem)) return false;
        lineNumber++;
        return true;
    }

    private Received Read(byte[] json, long row) =>
        new(row, parser.Read(json, clock.GetUtcNow().ToUnixTimeMilliseconds()), json) { Import = (importId, row) };

    public void Dispose()
    {
        rows?.Dispose();
        lines?.Dispose();
        counting.Dispose();
    }
}
