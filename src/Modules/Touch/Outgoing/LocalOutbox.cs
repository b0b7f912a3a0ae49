using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Privacy;
using Danke.Platform.Settings;
using Danke.Platform.Workers;
using Danke.Touch.Messages;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Danke.Touch.Outgoing;

/// <summary>
/// Hands queued messages over to files in the data directory, a JSON line a message: what a gateway would get, to look at or to pick up.
/// Once in effect, whatever dies in between: a message is first claimed in the Books, then written with its key and forced to disk, then
/// reported to the Door. What is found claimed is looked up in the files by its key.
/// </summary>
internal sealed class LocalOutbox(BooksStore books, IDoor door, Vault vault, DankeSettings settings, TimeProvider clock, ILogger<LocalOutbox> log) : Sweeper(TimeSpan.FromSeconds(1), clock, log)
{
    private const int PageSize = 500;

    private readonly OutboxFiles files = new(Path.Combine(settings.Data, "outbox"));

    private readonly SemaphoreSlim turn = new(1, 1); // held while the files are written

    /// <summary>Hands over everything that is queued; answers how many messages.</summary>
    public override async Task<int> Sweep(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return await HandOver(cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Takes the lines of a person, or to the person's addresses, out of the files; answers how many.</summary>
    public async Task<long> Forget(Traces traces, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return files.Forget(traces);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>How many such lines there are.</summary>
    public long Holding(Traces traces) => files.Holding(traces);

    private async Task<int> HandOver(CancellationToken cancel)
    {
        var sent = 0;
        await Recover(cancel);
        while (await Claim(cancel) is { Count: > 0 } page)
        {
            Write(page);
            sent += await Report(page, MessageReported.Sent, cancel);
        }
        return sent;
    }

    /// <summary>Settles what an earlier run of this sender had claimed.</summary>
    private async Task Recover(CancellationToken cancel)
    {
        var claimed = await books.Read(MessageRow.Select + " where state = 'sending' and claimed_by = @me order by message_id", MessageRow.Read, [("me", files.SenderId)], cancel);
        if (claimed.Count == 0) return;
        var written = files.Written([.. claimed.Select(m => m.Key)], DayOf(claimed.Min(m => m.ClaimedAtMs!.Value)));
        foreach (var group in claimed.Chunk(PageSize))
        {
            await Report([.. group.Where(m => written.Contains(m.Key))], MessageReported.Sent, cancel);
            await Report([.. group.Where(m => !written.Contains(m.Key))], MessageReported.NotSent, cancel);
        }
    }

    private async Task<List<MessageRow>> Claim(CancellationToken cancel)
    {
        var waiting = await books.Read("select 1 from messages where state = 'queued' limit 1", r => r.GetInt32(0), cancel: cancel);
        if (waiting.Count == 0) return [];
        var rows = await books.Write(t => t.Read("""
            update messages set state = 'sending', claimed_by = @me, claimed_at_ms = @now
            where message_id in (select message_id from messages where state = 'queued' order by message_id limit @limit {postgres:for update skip locked})
            returning message_id, message_key, person_id, via, template, state, reason, address_key, body_cipher, journey, at_ms, sent_at_ms, claimed_by, claimed_at_ms, via_key
            """, MessageRow.Read, ("me", files.SenderId), ("now", Now), ("limit", (long)PageSize)), cancel);
        rows.Sort((a, b) => a.MessageId.CompareTo(b.MessageId));
        return rows;
    }

    private void Write(List<MessageRow> page)
    {
        var day = DayOf(Now);
        foreach (var group in page.GroupBy(m => m.Via))
            files.Append(group.Key, day, group.Select(m => (m, MessageBody.Open(vault, m.BodyCipher!))));
    }

    private async Task<int> Report(IReadOnlyList<MessageRow> messages, Func<MessageRow, long, Command> report, CancellationToken cancel)
    {
        var answers = await door.SubmitMany([.. messages.Select(m => report(m, Now))], cancel);
        foreach (var refused in answers.Where(a => a.Status is AnswerStatus.Declined or AnswerStatus.Rejected))
            Log.LogError("What became of a message was not taken: {Code}", refused.Code);
        return answers.Count(a => a.Status == AnswerStatus.Applied);
    }

    private long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private LocalDate DayOf(long atMs) => Instant.FromUnixTimeMilliseconds(atMs).InZone(DateTimeZoneProviders.Tzdb[settings.Zone]).Date;
}

/// <summary>The files <c>VIA-YYYYMMDD.jsonl</c>, for their owner only: they hold addresses and texts.</summary>
internal sealed class OutboxFiles
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string folder;

    public OutboxFiles(string folder)
    {
        this.folder = folder;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SenderId = KeepId(Path.Combine(folder, "sender.id"));
    }

    /// <summary>Belongs to the folder: who has the folder can tell what was written.</summary>
    public string SenderId { get; }

    private static string KeepId(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } known) return known;
        var id = "local-" + Guid.NewGuid().ToString("N");
        File.WriteAllText(path, id + "\n");
        return id;
    }

    private string PathOf(string via, LocalDate day) => Path.Combine(folder, $"{via}-{day.ToString("uuuuMMdd", null)}.jsonl");

    /// <summary>Appends a line a message and returns when they are on disk.</summary>
    public void Append(string via, LocalDate day, IEnumerable<(MessageRow Message, MessageBody Body)> messages)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(PathOf(via, day), options);
        DropTornLine(file);
        foreach (var (message, body) in messages) WriteLine(file, message, body);
        file.Flush(flushToDisk: true);
    }

    // A line that a killed process left half-written is no message.
    private static void DropTornLine(FileStream file)
    {
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') break;
            end--;
        }
        file.SetLength(end);
        file.Position = end;
    }

    private static void WriteLine(FileStream file, MessageRow message, MessageBody body)
    {
        using (var json = new Utf8JsonWriter(file, Readable))
        {
            json.WriteStartObject();
            json.WriteString("message_key", message.Key);
            json.WriteNumber("message_id", message.MessageId);
            json.WriteNumber("person_id", message.PersonId);
            json.WriteString("via", message.Via);
            json.WriteString("to", body.To);
            if (body.Subject is not null) json.WriteString("subject", body.Subject);
            json.WriteString("text", body.Text);
            json.WriteString("journey", message.Journey);
            json.WriteString("template", message.Template);
            json.WriteEndObject();
        }
        file.WriteByte((byte)'\n');
    }

    /// <summary>Which of the messages were written, looked up in the files of a day and later.</summary>
    public HashSet<string> Written(HashSet<string> wanted, LocalDate day)
    {
        var found = new HashSet<string>();
        var first = day.ToString("uuuuMMdd", null);
        foreach (var path in Directory.GetFiles(folder, "*.jsonl"))
        {
            var written = Path.GetFileNameWithoutExtension(path).Split('-')[^1];
            if (string.CompareOrdinal(written, first) < 0) continue;
            found.UnionWith(WholeLines(path).Select(KeyOf).Where(wanted.Contains));
        }
        return found;
    }

    /// <summary>Writes every file that holds such lines anew without them.</summary>
    public long Forget(Traces traces)
    {
        long gone = 0;
        foreach (var path in Directory.GetFiles(folder, "*.jsonl"))
        {
            var lines = WholeLines(path).ToList();
            var stay = lines.Where(line => !IsOf(line, traces)).ToList();
            if (stay.Count == lines.Count) continue;
            gone += lines.Count - stay.Count;
            Replace(path, stay);
        }
        return gone;
    }

    public long Holding(Traces traces) => Directory.GetFiles(folder, "*.jsonl").Sum(path => WholeLines(path).LongCount(line => IsOf(line, traces)));

    private static bool IsOf(string line, Traces traces)
    {
        using var json = JsonDocument.Parse(line);
        return traces.Subject.Persons.Contains(json.RootElement.GetProperty("person_id").GetInt64()) || traces.IsIn(line);
    }

    private static void Replace(string path, List<string> lines)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", options))
        {
            foreach (var line in lines) file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    private static IEnumerable<string> WholeLines(string path)
    {
        var ends = EndsWithNewline(path);
        string? line = null;
        foreach (var next in File.ReadLines(path, Encoding.UTF8))
        {
            if (line is not null) yield return line;
            line = next;
        }
        if (line is not null && ends) yield return line;
    }

    private static bool EndsWithNewline(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0) return false;
        file.Position = file.Length - 1;
        return file.ReadByte() == '\n';
    }

    private static string KeyOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("message_key").GetString()!;
    }
}
