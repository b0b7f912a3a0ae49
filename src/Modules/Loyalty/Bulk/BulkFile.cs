using System.Globalization;
using System.Text;
using System.Text.Json;
using Danke.Contracts.Events;

namespace Danke.Loyalty.Bulk;

/// <summary>One line of a file: to whom, how many, why.</summary>
/// <param name="Who">As the file says: <c>person:17</c>, <c>card:9000…</c>, or <c>phone::138…</c> for namespace, scope and value.</param>
/// <param name="Problem">What is wrong with the line; null when it can be tried.</param>
internal sealed record BulkLine(long Line, string Who, long Points, string? Reason, long? ExpiresAtMs, string? Key, string? Problem);

/// <summary>Reads lists of adjustments: CSV with a heading, or one JSON object a line. Columns: one of person_id, card, phone, or namespace, scope and value; points; reason, expires_at, key.</summary>
internal static class BulkFile
{
    public const int MostLines = 100_000;
    public const int MostBytes = 20 * 1024 * 1024;

    /// <exception cref="InvalidDataException">It is no such file; the message says why.</exception>
    public static List<BulkLine> Read(string text, bool isJson)
    {
        var lines = isJson ? JsonLines(text) : CsvLines(text);
        return lines.Count switch
        {
            0 => throw new InvalidDataException("The list is empty."),
            > MostLines => throw new InvalidDataException($"The list has {lines.Count} lines; at most {MostLines} at once."),
            _ => lines,
        };
    }

    private static List<BulkLine> JsonLines(string text)
    {
        var lines = new List<BulkLine>();
        foreach (var raw in text.Split('\n'))
        {
            if (raw.AsSpan().Trim().IsEmpty) continue;
            try
            {
                using var document = JsonDocument.Parse(raw);
                lines.Add(Of(lines.Count + 1, name => document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : ""));
            }
            catch (JsonException)
            {
                lines.Add(new BulkLine(lines.Count + 1, "", 0, null, null, null, "line_unreadable"));
            }
        }
        return lines;
    }

    private static List<BulkLine> CsvLines(string text)
    {
        var rows = Rows(text.TrimStart('\uFEFF'));
        if (rows.Count == 0) return [];
        var columns = rows[0].Select((name, i) => (Name: name.Trim().ToLowerInvariant(), i)).GroupBy(c => c.Name).ToDictionary(g => g.Key, g => g.First().i);
        if (!columns.ContainsKey("points") || !columns.Keys.Any(c => c is "person_id" or "card" or "phone" or "value"))
            throw new InvalidDataException("The first line names the columns: points, and one of person_id, card, phone, or namespace and value.");
        return [.. rows.Skip(1).Select((row, i) => Of(i + 1, name => columns.TryGetValue(name, out var at) && at < row.Count ? row[at].Trim() : ""))];
    }

    private static BulkLine Of(long line, Func<string, string> cell)
    {
        var who = cell("person_id") is { Length: > 0 } person ? $"person:{person}" : cell("card") is { Length: > 0 } card ? $"card:{card}" : cell("phone") is { Length: > 0 } phone ? $"phone::{phone}"
            : cell("value") is { Length: > 0 } value ? $"{cell("namespace")}:{cell("scope")}:{value}" : "";
        var isNumber = long.TryParse(cell("points"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var points);
        long? ends = null;
        var problem = who.Length is 0 or > 300 ? "who_missing" : !isNumber || points == 0 || Math.Abs((decimal)points) > EventJsonReader.MostPoints ? "points_invalid" : null;
        if (cell("expires_at") is { Length: > 0 } end)
        {
            if (DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) ends = at.ToUnixTimeMilliseconds();
            else problem ??= "expires_at_invalid";
        }
        var key = cell("key") is { Length: > 0 } given ? given : null;
        if (key is { Length: > 80 } || key?.Any(c => c is < '!' or > '~') == true) problem ??= "key_invalid";
        return new BulkLine(line, who, isNumber ? points : 0, cell("reason") is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, 200)] : null, ends, key, problem);
    }

    // RFC 4180: quotes double themselves, and hold line ends.
    private static List<List<string>> Rows(string text)
    {
        var (rows, row, cell, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') { cell.Append('"'); i++; }
            else if (c == '"') quoted = !quoted;
            else if (!quoted && c == ',') End();
            else if (!quoted && c is '\n' or '\r' && !quoted) EndRow();
            else cell.Append(c);
        }
        EndRow();
        return rows;

        void End()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }

        void EndRow()
        {
            if (row.Count == 0 && cell.Length == 0) return;
            End();
            rows.Add(row);
            row = [];
        }
    }
}
