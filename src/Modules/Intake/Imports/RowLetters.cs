using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Intake.Files;
using Danke.Intake.Mappings;

namespace Danke.Intake.Imports;

/// <summary>Rows that became no event, as the body of a dead letter, and back: <c>{"rows":[{column: value}],"row_numbers":[17],"file":"…"}</c>.</summary>
internal static class RowLetters
{
    private const int MostRows = 500;
    private const int MostValue = 2_000;
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string BodyOf(IReadOnlyList<string> columns, Unit unit, string fileHash)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteStartArray("rows");
            foreach (var row in unit.Rows.Take(MostRows)) Write(json, columns, row);
            json.WriteEndArray();
            json.WriteStartArray("row_numbers");
            foreach (var row in unit.Rows.Take(MostRows)) json.WriteNumberValue(row.Number);
            json.WriteEndArray();
            json.WriteString("file", fileHash);
            if (unit.RowCount > MostRows) json.WriteNumber("rows_left_out", unit.RowCount - MostRows);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string> columns, Row row)
    {
        json.WriteStartObject();
        for (var i = 0; i < row.Values.Length; i++)
        {
            var value = row.Values[i];
            json.WriteString(i < columns.Count ? columns[i] : $"column_{i + 1}", value.Length <= MostValue ? value : value[..MostValue]);
        }
        json.WriteEndObject();
    }

    /// <summary>The events of a letter's rows, by the mapping of their import.</summary>
    public static Built Build(JsonArray rows, JsonObject letter, Mapping mapping)
    {
        try
        {
            using var file = new LetterRows(rows, letter["row_numbers"] as JsonArray);
            var bound = MappingReader.Bind(mapping, file, letter["file"]?.GetValue<string>() ?? "");
            return file.All.Count == 0
                ? new Built([], new RowProblem(ImportRefusals.RowInvalid, "The letter holds no rows."), false)
                : new EventBuilder(bound).Build(file.All);
        }
        catch (FileException error)
        {
            return new Built([], new RowProblem(error.Code, error.Message), false);
        }
    }

    private sealed class LetterRows : RowReader
    {
        public LetterRows(JsonArray rows, JsonArray? numbers)
        {
            var objects = rows.OfType<JsonObject>().ToList();
            NameColumns(objects.SelectMany(o => o.Select(p => p.Key)).Distinct());
            All = objects.Select((o, i) => new Row(NumberOf(numbers, i), [.. Columns.Select(c => TextOf(o[c]))])).ToList();
        }

        public IReadOnlyList<Row> All { get; }

        public override bool Read(out Row row) => throw new NotSupportedException();

        private static long NumberOf(JsonArray? numbers, int at) =>
            numbers is not null && at < numbers.Count && numbers[at] is JsonValue value && value.TryGetValue<long>(out var number) ? number : at + 1;

        private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";
    }
}
