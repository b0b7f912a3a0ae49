using System.Collections.Immutable;
using System.Text.Json;
using Danke.Engines.Matching;
using Danke.Intake.Files;

namespace Danke.App.Cli;

/// <summary>Reads files of records into one table: what the import reads, by the same means. Columns of the same name are one.</summary>
internal static class MatchFile
{
    /// <summary>More records than that are not held in memory.</summary>
    public const int MostRows = 2_000_000;

    /// <param name="warn">Is told of each file with rows that cannot be read; those are left out.</param>
    /// <exception cref="FileException">A file cannot be read.</exception>
    public static MatchTable Read(IEnumerable<string> paths, Action<string>? warn = null)
    {
        var table = new Table();
        foreach (var path in paths) ReadInto(table, path, warn);
        return table.Done();
    }

    private static void ReadInto(Table table, string path, Action<string>? warn)
    {
        var unreadable = 0;
        string? first = null;
        using var rows = FileOpening.Open(path, FileOpening.Find(path), out _);
        while (rows.Read(out var row))
        {
            if (row.Problem is { } problem)
            {
                unreadable++;
                first ??= $"row {row.Number}: {problem.Detail}";
                continue;
            }
            if (table.Count >= MostRows) throw new FileException("too_many_rows", $"More than {MostRows:N0} records.");
            table.Begin();
            for (var i = 0; i < row.Values.Length; i++)
                if (row.Values[i] is { Length: > 0 } value && !(value.StartsWith("[{", StringComparison.Ordinal) && TryList(table, value))) table.Put(rows.Columns[i], value);
        }
        foreach (var column in rows.Columns) table.Knows(column);
        if (first is not null) warn?.Invoke($"{Path.GetFileName(path)}: {unreadable} rows cannot be read and are left out; {first}");
    }

    /// <summary>
    /// A list of objects, e.g. all names and addresses of a person: what stands in one object stays together. The second object that has
    /// a property of the first fills columns of its own, <c>NAME_LAST#2</c> beside <c>NAME_FIRST#2</c>.
    /// </summary>
    private static bool TryList(Table table, string json)
    {
        try
        {
            using var list = JsonDocument.Parse(json);
            foreach (var item in list.RootElement.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object) continue;
                var values = item.EnumerateObject().Where(p => p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number).Select(p => (p.Name, Value: p.Value.ToString())).ToArray();
                var slot = Enumerable.Range(1, 20).First(s => s == 20 || values.All(v => !table.Has(Named(v.Name, s))));
                foreach (var (name, value) in values) table.Put(Named(name, slot), value);
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Named(string name, int slot) => slot == 1 ? name : $"{name}#{slot}";

    private sealed class Table
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
        private readonly List<string?[]> rows = [];
        private string?[] row = [];

        public int Count => rows.Count;

        public void Begin()
        {
            row = new string?[places.Count];
            rows.Add(row);
        }

        public void Knows(string column) => places.TryAdd(column, places.Count);

        public bool Has(string column) => places.TryGetValue(column, out var place) && place < row.Length && row[place] is not null;

        public void Put(string column, string value)
        {
            if (!places.TryGetValue(column, out var place)) places[column] = place = places.Count;
            if (place >= row.Length)
            {
                Array.Resize(ref row, places.Count);
                rows[^1] = row;
            }
            row[place] = value;
        }

        public MatchTable Done() => new([.. places.OrderBy(p => p.Value).Select(p => p.Key)], [.. rows.Select(r =>
        {
            var full = new string[places.Count];
            for (var i = 0; i < full.Length; i++) full[i] = i < r.Length ? r[i] ?? "" : "";
            return full;
        })]);
    }
}
