using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Danke.Intake.Events;
using Danke.Intake.Files;
using Danke.Intake.Imports;
using Danke.Platform.Books;
using Danke.Platform.Privacy;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Http;

namespace Danke.Intake.Privacy;

/// <summary>Refused events and rows: a letter that holds an identifier of the person goes, whatever else it holds.</summary>
internal sealed class LetterTraces(BooksStore books) : ISweepsTraces
{
    private const int LettersAtOnce = 200;

    public string Name => "dead_letters";

    public async Task<long> Sweep(Traces traces, CancellationToken cancel)
    {
        var found = await Holding(traces, cancel);
        foreach (var some in found.Chunk(LettersAtOnce))
            await books.Write(t => t.Execute("delete from dead_letters where dead_letter_id in ({keys})", ("keys", some)), cancel);
        return found.Count;
    }

    public async Task<long> Count(Traces traces, CancellationToken cancel) => (await Holding(traces, cancel)).Count;

    private async Task<List<long>> Holding(Traces traces, CancellationToken cancel)
    {
        var holding = new List<long>();
        for (var after = 0L; ;)
        {
            var letters = await books.Read("select dead_letter_id, command_key, detail, body from dead_letters where dead_letter_id > @after order by dead_letter_id limit @most",
                r => (Id: r.GetInt64(0), Key: r.GetString(1), Detail: r.GetString(2), Body: r.GetString(3)), [("after", after), ("most", (long)LettersAtOnce)], cancel);
            if (letters.Count == 0) return holding;
            holding.AddRange(letters.Where(l => traces.IsIn(l.Body) || traces.IsIn(l.Key) || traces.IsIn(l.Detail)).Select(l => l.Id));
            after = letters[^1].Id;
        }
    }
}

/// <summary>Events of the last minutes, in memory for the page that shows what arrives.</summary>
internal sealed class RecentTraces(RecentEvents recent) : ISweepsTraces
{
    public string Name => "recent_events";

    public Task<long> Sweep(Traces traces, CancellationToken cancel) => Task.FromResult((long)recent.Forget(traces.IsIn));

    public Task<long> Count(Traces traces, CancellationToken cancel) => Task.FromResult(recent.List(null).LongCount(e => traces.IsIn(e.Body) || traces.IsIn(e.Id) || traces.IsIn(e.Detail)));
}

/// <summary>
/// Files that were handed in: one that holds an identifier of the person is deleted whole, when no import reads it any more. What came of
/// its rows is in the Books; to import it again it is handed in again. Examples of what went wrong in imports lose their texts.
/// </summary>
internal sealed class UploadTraces(BooksStore books, DankeSettings settings) : ISweepsTraces
{
    /// <summary>Characters looked at together; a value that lies across two blocks is found in the overlap.</summary>
    private const int Block = 64 * 1024;
    private const int Overlap = 1024;

    private readonly string folder = Path.Combine(settings.Data, "uploads");

    public string Name => "uploads";

    public async Task<long> Sweep(Traces traces, CancellationToken cancel)
    {
        var files = Holding(traces, cancel);
        foreach (var path in files)
        {
            await RequireNotRead(Path.GetFileName(path), cancel);
            File.Delete(path);
        }
        return files.Count + await BlankImports(traces, cancel);
    }

    public async Task<long> Count(Traces traces, CancellationToken cancel) => Holding(traces, cancel).Count + (await Imports(traces, cancel)).Count;

    private List<string> Holding(Traces traces, CancellationToken cancel) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(path => Holds(path, traces, cancel))] : [];

    private async Task RequireNotRead(string upload, CancellationToken cancel)
    {
        var reading = await books.Read("select i.import_id from imports i join jobs j on j.job_id = i.job_id where i.upload_id = @upload and j.state in ('waiting', 'running')",
            r => r.GetInt64(0), [("upload", upload)], cancel);
        if (reading.Count > 0)
            throw new ProblemException(StatusCodes.Status409Conflict, "import_running", $"Import {reading[0]} still reads a file that holds the person. Wait until it has ended, or cancel it, then go on with this request.");
    }

    // What cannot be read cannot be shown to hold nothing.
    private static bool Holds(string path, Traces traces, CancellationToken cancel)
    {
        try
        {
            using var file = new CountingStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan));
            using var plain = FileOpening.Unzipped(file);
            return IsWorkbook(path) ? Sheets(plain, traces, cancel) : Text(plain, Encodings.Get(EncodingOf(path)), traces, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or FileException or DecoderFallbackException)
        {
            return true;
        }
    }

    private static bool IsWorkbook(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic is [(byte)'P', (byte)'K', 3, 4];
    }

    private static string EncodingOf(string path)
    {
        try
        {
            return FileOpening.Find(path).Encoding ?? "utf-8";
        }
        catch (FileException error) when (error.Candidates.Count > 0)
        {
            // Several would do: identifiers look the same in all of them.
            return Encodings.Canonical(error.Candidates[0]);
        }
    }

    private static bool Sheets(Stream workbook, Traces traces, CancellationToken cancel)
    {
        using var zip = new ZipArchive(workbook, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            using var part = entry.Open();
            if (Text(part, Encoding.UTF8, traces, cancel)) return true;
        }
        return false;
    }

    private static bool Text(Stream stream, Encoding encoding, Traces traces, CancellationToken cancel)
    {
        using var reader = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        var block = new char[Block + Overlap];
        var kept = 0;
        while (reader.ReadBlock(block, kept, Block) is > 0 and var read)
        {
            cancel.ThrowIfCancellationRequested();
            if (traces.IsIn(new string(block, 0, kept + read))) return true;
            var all = kept + read;
            kept = Math.Min(Overlap, all);
            Array.Copy(block, all - kept, block, 0, kept);
        }
        return false;
    }

    private async Task<List<(long Id, string File, string Problems)>> Imports(Traces traces, CancellationToken cancel) =>
        [.. (await books.Read("select import_id, file, problems from imports", r => (Id: r.GetInt64(0), File: r.GetString(1), Problems: r.GetString(2)), null, cancel))
            .Where(i => traces.IsIn(i.File) || traces.IsIn(i.Problems))];

    private async Task<long> BlankImports(Traces traces, CancellationToken cancel)
    {
        var found = await Imports(traces, cancel);
        foreach (var (id, file, problems) in found)
            await books.Write(t => t.Execute("update imports set file = @file, problems = @problems where import_id = @id",
                ("file", traces.IsIn(file) ? "***" : file), ("problems", WithoutExamples(problems)), ("id", id)), cancel);
        foreach (var (id, name) in await books.Read("select upload_id, name from uploads", r => (r.GetString(0), r.GetString(1)), null, cancel))
            if (traces.IsIn(name)) await books.Write(t => t.Execute("update uploads set name = '***' where upload_id = @id", ("id", id)), cancel);
        return found.Count;
    }

    private static string WithoutExamples(string problems)
    {
        var all = JsonNode.Parse(problems)!.AsArray();
        foreach (var problem in all.OfType<JsonObject>())
            foreach (var name in problem.Select(p => p.Key).Where(k => k.Equals("examples", StringComparison.OrdinalIgnoreCase)).ToList()) problem[name] = new JsonArray();
        return all.ToJsonString(Platform.Json.DankeJson.Options);
    }
}
