using System.Text;
using System.Text.Json;
using Danke.Intake.Imports;

namespace Danke.Intake.Files;

/// <summary>
/// One JSON object a line. Nested objects become columns joined by dots (<c>buyer.phone</c>), lists stay JSON text. Columns
/// that first appear later in the file are added when they do.
/// </summary>
internal sealed class JsonLinesReader : RowReader
{
    private const int LooksAhead = 200;

    private readonly JsonLines lines;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Queue<Row> ahead = [];
    private long number;

    public JsonLinesReader(Stream stream)
    {
        lines = new JsonLines(stream);
        while (ahead.Count < LooksAhead && ReadLine(out var row)) ahead.Enqueue(row);
    }

    public override bool Read(out Row row) => ahead.TryDequeue(out row) || ReadLine(out row);

    // A property may first appear far down: whoever asks for one gets its place.
    public override int IndexOf(string column) => PlaceOf(column);

    private bool ReadLine(out Row row)
    {
        row = default;
        if (!lines.Read(out var line, out var problem)) return false;
        number++;
        if (problem is not null)
        {
            row = new Row(number, [], problem);
            return true;
        }
        var values = new List<string>(Columns.Count);
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object) problem = new RowProblem(ImportRefusals.RowInvalid, "The line is JSON but no object.");
            else Flatten(json.RootElement, "", values, 0);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            problem = new RowProblem(ImportRefusals.RowInvalid, "The line is no valid JSON.");
        }
        if (problem is null && Columns.Count > MostColumns) problem = new RowProblem(ImportRefusals.ColumnCount, $"More than {MostColumns} different properties.");
        while (values.Count < Columns.Count) values.Add("");
        row = new Row(number, problem is null ? [.. values] : [Encoding.UTF8.GetString(line.Span[..Math.Min(line.Length, 4_000)])], problem);
        return true;
    }

    private void Flatten(JsonElement json, string prefix, List<string> values, int depth)
    {
        foreach (var property in json.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object && depth < 8) Flatten(property.Value, name + ".", values, depth + 1);
            else if (property.Value.ValueKind != JsonValueKind.Null && PlaceOf(name) is var place and >= 0) Put(values, place, TextOf(property.Value));
        }
    }

    private int PlaceOf(string name)
    {
        if (places.TryGetValue(name, out var place)) return place;
        if (Columns.Count > MostColumns) return -1;
        return places[name] = AddColumn(name);
    }

    private static void Put(List<string> values, int place, string text)
    {
        while (values.Count <= place) values.Add("");
        values[place] = text;
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    public override void Dispose() => lines.Dispose();
}

/// <summary>The lines of a stream, blank ones passed over; a line over the limit is refused and read past without being kept.</summary>
internal sealed class JsonLines(Stream stream) : IDisposable
{
    private byte[] buffer = new byte[128 * 1024];
    private int at;
    private int end;

    /// <summary>The next line, valid until the next call; false at the end.</summary>
    public bool Read(out ReadOnlyMemory<byte> line, out RowProblem? problem)
    {
        problem = null;
        while (NextLine(out line, out var tooLong))
        {
            if (tooLong)
            {
                problem = new RowProblem(ImportRefusals.FieldTooLong, $"The line is longer than {Contracts.Events.EventJsonReader.MostBytes:N0} bytes.");
                return true;
            }
            if (line.Span.IndexOfAnyExcept(" \t\r\uFEFF"u8) < 0) continue;
            return true;
        }
        return false;
    }

    private bool NextLine(out ReadOnlyMemory<byte> line, out bool tooLong)
    {
        tooLong = false;
        var scanned = 0;
        while (true)
        {
            var newLine = buffer.AsSpan(at + scanned, end - at - scanned).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                line = buffer.AsMemory(at, tooLong ? 0 : scanned + newLine);
                at += scanned + newLine + 1;
                return true;
            }
            scanned = end - at;
            if (tooLong || scanned > Contracts.Events.EventJsonReader.MostBytes)
            {
                tooLong = true;
                at = end = scanned = 0;
            }
            if (Fill()) continue;
            line = buffer.AsMemory(at, end - at);
            at = end;
            return line.Length > 0 || tooLong;
        }
    }

    private bool Fill()
    {
        if (at > 0)
        {
            buffer.AsSpan(at, end - at).CopyTo(buffer);
            (at, end) = (0, end - at);
        }
        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }

    public void Dispose() => stream.Dispose();
}
