namespace Danke.Intake.Files;

/// <summary>One row of a file. A row that cannot be read at all has a problem and maybe no values.</summary>
/// <param name="Number">1-based, headers and blank lines not counted.</param>
/// <param name="Values">One text a column, in the order of the reader's columns.</param>
internal readonly record struct Row(long Number, string[] Values, RowProblem? Problem = null);

/// <summary>Why a row, or the event that it should have been, is refused. See <see cref="Imports.ImportRefusals"/> for the codes.</summary>
internal sealed record RowProblem(string Code, string Detail);

/// <summary>A file cannot be read, or not without a decision by whoever handed it in.</summary>
internal sealed class FileException(string code, string detail, IReadOnlyList<string>? candidates = null) : Exception(detail)
{
    public string Code => code;
    public IReadOnlyList<string> Candidates => candidates ?? [];
}

/// <summary>
/// Rows of a table, one after the other, in bounded memory: a field or row larger than the limits is refused by itself and
/// the next is read. Reads synchronously; not safe for several threads.
/// </summary>
internal abstract class RowReader : IDisposable
{
    /// <summary>The longest field. Longer is no value of an event but a mistake, e.g. a quote that never closes.</summary>
    public const int MostFieldChars = 64 * 1024;

    public const int MostRowChars = 1024 * 1024;
    public const int MostColumns = 500;

    private readonly List<string> columns = [];

    public IReadOnlyList<string> Columns => columns;

    /// <summary>What was odd about the file without being an error: code and detail.</summary>
    public List<RowProblem> Warnings { get; } = [];

    /// <summary>The next row; false at the end.</summary>
    public abstract bool Read(out Row row);

    /// <summary>The column's place; −1 when the file has none of that name.</summary>
    public virtual int IndexOf(string column) => columns.IndexOf(column);

    public virtual void Dispose() { }

    /// <summary>Names the columns: trimmed, empty ones <c>column_3</c>, the second of a name <c>name_2</c>.</summary>
    protected void NameColumns(IEnumerable<string> header)
    {
        columns.Clear();
        foreach (var raw in header)
        {
            var name = raw.Trim().Trim('\ufeff');
            if (name.Length == 0) name = $"column_{columns.Count + 1}";
            if (columns.Contains(name)) name = Renamed(name);
            columns.Add(name);
        }
        if (columns.Count > MostColumns) throw new FileException("too_many_columns", $"The file has {columns.Count} columns; at most {MostColumns} are taken.");
    }

    protected int AddColumn(string name)
    {
        columns.Add(name);
        return columns.Count - 1;
    }

    private string Renamed(string name)
    {
        var number = 2;
        while (columns.Contains($"{name}_{number}")) number++;
        Warnings.Add(new RowProblem("header_duplicate", $"Two columns are called '{name}'. The later one is '{name}_{number}' here: use that name in the mapping."));
        return $"{name}_{number}";
    }
}
