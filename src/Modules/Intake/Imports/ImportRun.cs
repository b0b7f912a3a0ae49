using System.Threading.Channels;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Intake.Events;
using Danke.Intake.Files;
using Danke.Intake.Mappings;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Jobs;
using Danke.Platform.Privacy;

namespace Danke.Intake.Imports;

/// <summary>
/// Runs one import: one thread reads the file and makes events, chunk by chunk, while the Door applies the chunks before.
/// How far it came is written together with its dead letters; whatever is done twice after a crash is answered as duplicate.
/// </summary>
internal sealed class ImportRun(Import import, Upload upload, string path, Reception reception, ImportStore store, BooksStore books, IErasedTexts erased, TimeProvider clock, FutureTimes future, JobRun job)
{
    private const int ChunkUnits = 500;
    private const int ChunkRows = 4_000;
    private const int ChunkEvents = 1_500;

    /// <summary>Chunks that are made ahead, and chunks that wait for their answers: this bounds memory.</summary>
    private const int Ahead = 2;
    private const int InFlight = 3;
    private const int Retries = 6;
    private static readonly TimeSpan SavesEvery = TimeSpan.FromSeconds(1);

    private readonly Tally tally = import.Tally;
    private IReadOnlyList<string> columns = [];
    private long lastSaved = clock.GetTimestamp();

    private sealed record Chunk(IReadOnlyList<PreparedUnit> Units, long RowsRead, long BytesRead)
    {
        public List<Received> Events { get; } = [.. Units.SelectMany(u => u.Events)];
    }

    /// <summary>Runs to the end of the file.</summary>
    /// <exception cref="FileException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled, or the server stops.</exception>
    public async Task Run(CancellationToken cancel)
    {
        var mapping = MappingReader.Read(import.Mapping).Mapping ?? throw new FileException("mapping_invalid", "The mapping cannot be read by this version. Begin the import again.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var chunks = Channel.CreateBounded<Chunk>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAll(mapping, chunks.Writer, stop.Token), CancellationToken.None);
        try
        {
            await ApplyAll(chunks.Reader, stop.Token);
            await reading;
            await Finish();
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task ReadAll(Mapping mapping, ChannelWriter<Chunk> chunks, CancellationToken cancel)
    {
        try
        {
            using var preparation = new Preparation(path, upload.FileHash, mapping, clock, import.ImportId, future);
            columns = preparation.Columns;
            for (long skipped = 0; skipped < tally.UnitsDone && preparation.Skip(); skipped++) cancel.ThrowIfCancellationRequested();
            while (NextChunk(preparation, cancel) is { } chunk) await chunks.WriteAsync(chunk, cancel);
            chunks.Complete();
        }
        catch (Exception error)
        {
            chunks.Complete(error);
        }
    }

    private static Chunk? NextChunk(Preparation preparation, CancellationToken cancel)
    {
        var units = new List<PreparedUnit>(ChunkUnits);
        long rows = 0;
        var events = 0;
        while (units.Count < ChunkUnits && rows < ChunkRows && events < ChunkEvents && preparation.Next() is { } unit)
        {
            cancel.ThrowIfCancellationRequested();
            units.Add(unit);
            rows += unit.Unit.RowCount;
            events += unit.Events.Count;
        }
        return units.Count == 0 ? null : new Chunk(units, preparation.RowsRead, preparation.BytesRead);
    }

    private async Task ApplyAll(ChannelReader<Chunk> chunks, CancellationToken cancel)
    {
        var waiting = new Queue<(Chunk Chunk, Task Answered)>();
        await foreach (var chunk in chunks.ReadAllAsync(cancel))
        {
            waiting.Enqueue((chunk, Submit(chunk, cancel)));
            if (waiting.Count >= InFlight) await Take(waiting);
        }
        while (waiting.Count > 0) await Take(waiting);
    }

    private async Task Take(Queue<(Chunk Chunk, Task Answered)> waiting)
    {
        var (chunk, answered) = waiting.Dequeue();
        await answered;
        await Count(chunk);
    }

    private async Task Submit(Chunk chunk, CancellationToken cancel)
    {
        if (import.DryRun)
        {
            foreach (var one in chunk.Events) one.Answer = one.Command is not null ? Answer.Applied(0) : Answer.Rejected(one.Problems[0].Code, $"{one.Problems[0].Path}: {one.Problems[0].Detail}");
            return;
        }
        for (var tried = 1; ; tried++)
        {
            try
            {
                await reception.Submit(chunk.Events, cancel);
                return;
            }
            catch (BooksUnavailableException) when (tried < Retries)
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, tried - 1)), clock, cancel);
            }
        }
    }

    /// <summary>Adds an answered chunk to the figures and keeps its dead letters.</summary>
    private async Task Count(Chunk chunk)
    {
        var letters = new List<DeadLetter>();
        var refusedByDoor = new List<(string Key, long Row)>();
        var suppressed = await Suppressed(chunk);
        foreach (var unit in chunk.Units)
            if (suppressed.Contains(unit)) Suppress(unit); else Count(unit, letters, refusedByDoor);
        tally.UnitsDone += chunk.Units.Count;
        tally.RowsRead = chunk.RowsRead;
        tally.BytesRead = chunk.BytesRead;
        job.Report(tally.BytesRead, import.BytesTotal);
        if (letters.Count == 0 && refusedByDoor.Count == 0 && clock.GetElapsedTime(lastSaved) < SavesEvery) return;
        lastSaved = clock.GetTimestamp();
        await books.Write(async t =>
        {
            if (!import.DryRun)
            {
                await DeadLetters.Keep(t, letters, clock.GetUtcNow().ToUnixTimeMilliseconds());
                foreach (var (key, row) in refusedByDoor)
                    await t.Execute("update dead_letters set import_id = @import, import_row = @row where command_key = @key", ("import", import.ImportId), ("row", row), ("key", key));
            }
            await store.Save(t, import.ImportId, tally);
        });
    }

    // Rows that make no event and speak of somebody who was erased: nothing of them is kept.
    private async Task<HashSet<PreparedUnit>> Suppressed(Chunk chunk)
    {
        var unread = chunk.Units.Where(u => u is { Skipped: false, Problem: not null }).ToList();
        if (unread.Count == 0 || import.DryRun) return [];
        var texts = unread.ConvertAll(u => (LetterOf(u, "", "", "").Body, ""));
        var known = await books.Write(t => erased.Suppress(t, texts, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        return [.. unread.Where((_, i) => known[i])];
    }

    private void Suppress(PreparedUnit unit)
    {
        tally.Declined++;
        tally.RowsInEvents += unit.Unit.RowCount;
        tally.AddProblem(Refusal.Suppressed.Code, unit.FirstRow, Refusal.Suppressed.Detail);
    }

    private void Count(PreparedUnit unit, List<DeadLetter> letters, List<(string, long)> refusedByDoor)
    {
        var rows = unit.Unit.RowCount;
        if (unit.Skipped)
        {
            tally.RowsSkipped += rows;
            return;
        }
        if (unit.Problem is { } problem)
        {
            tally.RowsDead += rows;
            tally.AddProblem(problem.Code, unit.FirstRow, problem.Detail);
            letters.Add(LetterOf(unit, "", problem.Code, problem.Detail));
            return;
        }
        var dead = false;
        foreach (var one in unit.Events)
        {
            tally.Events++;
            switch (one.Answer.Status)
            {
                case AnswerStatus.Applied:
                    if (!import.DryRun) tally.Applied++;
                    continue;
                case AnswerStatus.Duplicate:
                    tally.Duplicate++;
                    continue;
                case AnswerStatus.Suppressed:
                    // Dropped as it has to be: no letter, no example, only the count.
                    tally.Declined++;
                    tally.AddProblem(one.Answer.Code!, unit.FirstRow, one.Answer.Detail!);
                    continue;
                case AnswerStatus.Declined:
                    tally.Declined++;
                    letters.Add(LetterOf(unit, one.Type, one.Answer.Code!, one.Answer.Detail!));
                    break;
                default:
                    tally.Rejected++;
                    if (one.Command is not null) refusedByDoor.Add((one.Command.Key, one.Line));
                    break;
            }
            dead = true;
            tally.AddProblem(one.Answer.Code!, unit.FirstRow, one.Answer.Detail!);
        }
        if (dead) tally.RowsDead += rows; else tally.RowsInEvents += rows;
    }

    // The same row of the same file refused again is the same letter.
    private DeadLetter LetterOf(PreparedUnit unit, string type, string code, string detail) => new()
    {
        CommandKey = $"{SourceOf()}/row:{upload.FileHash}:{unit.FirstRow}",
        Source = SourceOf(),
        Type = type,
        Code = code,
        Detail = $"Row {unit.FirstRow}: {detail}",
        Body = unit.Events.Count > 0 ? Reception.Storable(unit.Events[0].Raw.Span) : Reception.Storable(System.Text.Encoding.UTF8.GetBytes(RowLetters.BodyOf(columns, unit.Unit, upload.FileHash))),
        ImportId = import.ImportId,
        ImportRow = unit.FirstRow,
    };

    private string SourceOf() => source ??= MappingReader.Read(import.Mapping).Mapping!.Source;
    private string? source;

    private Task Finish() => books.Write(async t =>
    {
        tally.BytesRead = import.BytesTotal;
        job.Report(tally.BytesRead, import.BytesTotal);
        await store.Save(t, import.ImportId, tally);
        if (!import.DryRun) await store.SettleOlderLetters(t, import);
    });
}
