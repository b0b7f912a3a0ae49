using Danke.Platform.Books;

namespace Danke.App.Bench;

/// <summary>Rows of any table as they lie there, to be written again elsewhere or by the million.</summary>
/// <param name="Columns">What the database does not fill by itself, in the order of the values.</param>
internal sealed record CopiedRows(Table<object?[]> Table, List<string> Columns, List<object?[]> Rows)
{
    /// <param name="table">A constant name.</param>
    public static async Task<CopiedRows> Read(BooksStore books, string table, CancellationToken cancel)
    {
        List<(string Name, string Type)>? columns = null;
        var rows = await books.Read($"select * from {table}", r =>
        {
            columns ??= Enumerable.Range(0, r.FieldCount).Select(i => (r.GetName(i), r.GetDataTypeName(i).ToLowerInvariant())).Where(c => c.Item1 != "tx_id").ToList();
            return columns.Select((_, i) => r.IsDBNull(i) ? null : r.GetValue(i)).ToArray();
        }, cancel: cancel);
        var copied = new Table<object?[]>(table);
        foreach (var (column, index) in (columns ?? []).Select((c, i) => (c, i)))
            _ = column.Type switch
            {
                "bigint" or "integer" => copied.LongOrNull(column.Name, r => (long?)r[index]),
                "blob" or "bytea" => copied.Bytes(column.Name, r => (byte[]?)r[index]),
                _ => copied.Text(column.Name, r => (string?)r[index]),
            };
        return new CopiedRows(copied, [.. (columns ?? []).Select(c => c.Name)], rows);
    }

    /// <summary>A row like <paramref name="row"/> with some values of its own.</summary>
    public object?[] Like(object?[] row, params ReadOnlySpan<(string Column, object? Value)> changes)
    {
        var copy = (object?[])row.Clone();
        foreach (var (column, value) in changes) copy[At(column)] = value;
        return copy;
    }

    /// <summary>The value of a column.</summary>
    public object? Of(object?[] row, string column) => row[At(column)];

    private int At(string column) => Columns.IndexOf(column) is >= 0 and var at ? at : throw new ArgumentException($"{Table.Name} has no column {column}.", nameof(column));
}
