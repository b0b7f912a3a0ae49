using System.Buffers;
using System.Text.Json;
using Danke.Contracts.Events;

namespace Danke.Intake.Events;

/// <summary>One event's bytes within a chunk, or why there are none to read.</summary>
/// <param name="Line">NDJSON: the line, from 1; array: the position, from 1.</param>
internal readonly record struct Slice(long Line, int Start, int Length, EventProblem? Problem = null);

/// <summary>Some events of a body and the buffer that holds them, which goes back to the pool when they are answered.</summary>
internal sealed class Chunk(byte[] buffer)
{
    public byte[] Buffer => buffer;
    public List<Slice> Slices { get; } = [];

    public void Return() => ArrayPool<byte>.Shared.Return(buffer);
}

/// <summary>
/// Cuts a body into events while it arrives: the lines of NDJSON or the elements of a JSON array. Holds no more than one
/// event's limit; a longer line is read past. Answers as soon as it has one event, with as many as came along.
/// </summary>
internal sealed class BodyReader : IDisposable
{
    private const int ChunkBytes = 128 * 1024;
    private const int MostEvents = 1_000;

    /// <summary>Of a line that is too long this much is kept as evidence.</summary>
    private const int KeptOfLong = 4 * 1024;

    private readonly Stream body;
    private readonly bool isArray;
    private readonly long mostBytes;
    private byte[] buffer;
    private int start;
    private int end;
    private int scanned;
    private long line;
    private long total;
    private bool ended;
    private bool inLongLine;
    private int keptOfLong;
    private bool opened;
    private bool afterElement;
    private bool closed;
    private bool reading;

    /// <param name="mostBytes">Of the whole body; long.MaxValue for a stream.</param>
    /// <param name="begun">What was read of the body already, to find out its form.</param>
    public BodyReader(Stream body, bool isArray, long mostBytes, ReadOnlySpan<byte> begun)
    {
        this.body = body;
        this.isArray = isArray;
        this.mostBytes = mostBytes;
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(ChunkBytes, begun.Length));
        begun.CopyTo(buffer);
        total = end = begun.Length;
    }

    /// <summary>The next events; null at the end of the body.</summary>
    public async ValueTask<Chunk?> Next(CancellationToken cancel)
    {
        var slices = new List<Slice>();
        while (true)
        {
            if (isArray) CutElements(slices); else CutLines(slices);
            if (slices.Count > 0) return Detach(slices);
            if (ended) return null;
            MakeRoom();
            reading = true;
            var read = await body.ReadAsync(buffer.AsMemory(end), cancel);
            reading = false;
            end += read;
            total += read;
            ended = read == 0;
            if (total > mostBytes) End(slices, EventRefusals.EventTooLarge, $"A JSON array of more than {mostBytes >> 20} MB is not taken. Send NDJSON (application/x-ndjson), which may be as long as it likes.");
        }
    }

    // The chunk keeps the buffer; what is left of it begins the next one.
    private Chunk Detach(List<Slice> slices)
    {
        var chunk = new Chunk(buffer);
        chunk.Slices.AddRange(slices);
        var rest = buffer.AsSpan(start, end - start);
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(ChunkBytes, rest.Length));
        rest.CopyTo(buffer);
        (start, end) = (0, rest.Length);
        return chunk;
    }

    private void MakeRoom()
    {
        var floor = inLongLine ? keptOfLong : 0;
        if (start > floor)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer.AsSpan(floor));
            (start, end) = (floor, floor + end - start);
        }
        if (end < buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private void CutLines(List<Slice> slices)
    {
        while (slices.Count < MostEvents)
        {
            var newLine = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                TakeLine(slices, scanned + newLine);
                start += scanned + newLine + 1;
                scanned = 0;
                continue;
            }
            scanned = end - start;
            // Not while events before it wait in the same buffer.
            if ((scanned > EventJsonReader.MostBytes || inLongLine) && slices.Count == 0) DropLongLine();
            if (ended && scanned + (inLongLine ? 1 : 0) > 0)
            {
                TakeLine(slices, scanned);
                start = end;
                scanned = 0;
            }
            return;
        }
    }

    private void TakeLine(List<Slice> slices, int length)
    {
        line++;
        if (inLongLine || length > EventJsonReader.MostBytes)
        {
            var kept = inLongLine ? keptOfLong : KeptOfLong;
            slices.Add(new Slice(line, inLongLine ? 0 : start, kept, TooLong));
            inLongLine = false;
            return;
        }
        var at = buffer.AsSpan(start, length);
        if (line == 1 && at.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) slices.Add(new Slice(line, start + 3, length - 3));
        else if (at.IndexOfAnyExcept(" \t\r"u8) >= 0) slices.Add(new Slice(line, start, length));
    }

    private static readonly EventProblem TooLong = new(EventRefusals.EventTooLarge, "$",
        $"The line has more than {EventJsonReader.MostBytes:N0} bytes. Split the event or leave out what Danke has no field for.");

    // Keeps the beginning at the front of the buffer and forgets the rest as it comes.
    private void DropLongLine()
    {
        if (!inLongLine)
        {
            keptOfLong = KeptOfLong;
            buffer.AsSpan(start, keptOfLong).CopyTo(buffer);
            inLongLine = true;
        }
        (start, end, scanned) = (keptOfLong, keptOfLong, 0);
    }

    private void CutElements(List<Slice> slices)
    {
        while (slices.Count < MostEvents)
        {
            SkipWhiteSpace();
            if (start == end) break;
            if (closed)
            {
                End(slices, EventRefusals.JsonInvalid, "Something follows after the array.");
                return;
            }
            if (!opened)
            {
                opened = true;
                start += buffer[start] == 0xef ? 4 : 1; // a byte-order mark may stand before the bracket
                continue;
            }
            if (buffer[start] == ']' && (afterElement || line == 0))
            {
                closed = true;
                start++;
                continue;
            }
            if (afterElement)
            {
                if (buffer[start] != ',')
                {
                    End(slices, EventRefusals.JsonInvalid, $"After element {line} of the array a comma or ] is missing.");
                    return;
                }
                start++;
                afterElement = false;
                continue;
            }
            if (!TakeElement(slices)) return;
        }
        if (ended && !closed && start == end) End(slices, EventRefusals.JsonInvalid, $"The array breaks off after element {line}.");
    }

    /// <summary>Takes one element; false when more bytes are needed or nothing more can be read.</summary>
    private bool TakeElement(List<Slice> slices)
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), ended, new JsonReaderState(new JsonReaderOptions { MaxDepth = 64 }));
        try
        {
            if (!reader.Read() || !reader.TrySkip() || reader.TokenType == JsonTokenType.Number && !ended && start + reader.BytesConsumed == end)
            {
                if (end - start > EventJsonReader.MostBytes) End(slices, EventRefusals.EventTooLarge, $"Element {line + 1} of the array has more than {EventJsonReader.MostBytes:N0} bytes.");
                return false;
            }
        }
        catch (JsonException)
        {
            End(slices, EventRefusals.JsonInvalid, $"The JSON of the array is broken in element {line + 1}; nothing after it could be read. Everything before it is answered.");
            return false;
        }
        var length = (int)reader.BytesConsumed;
        slices.Add(new Slice(++line, start, length));
        start += length;
        return afterElement = true;
    }

    private void SkipWhiteSpace()
    {
        var skip = buffer.AsSpan(start, end - start).IndexOfAnyExcept(" \t\r\n"u8);
        start = skip < 0 ? end : start + skip;
    }

    // The rest cannot be read: one last answer says so.
    private void End(List<Slice> slices, string code, string detail)
    {
        slices.Add(new Slice(++line, start, Math.Min(end - start, KeptOfLong), new EventProblem(code, "$", detail)));
        (start, ended, opened, closed) = (end, true, true, true);
    }

    // A read that did not come back may still write into the buffer: then it is not for others.
    public void Dispose()
    {
        if (!reading) ArrayPool<byte>.Shared.Return(buffer);
    }
}
