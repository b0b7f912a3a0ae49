namespace Danke.Platform.Books;

/// <summary>How rows of type <typeparamref name="T"/> lie in a table: its name, its key and, in order, its columns.</summary>
public sealed class Table<T>(string name, params string[] key)
{
    private readonly List<Column<T>> columns = [];
    private readonly Dictionary<string, OnMeeting> meetings = [];

    public string Name => name;
    public IReadOnlyList<string> Key => key;
    public IReadOnlyList<Column<T>> Columns => columns;

    public Table<T> Long(string column, Func<T, long> get) => With(new Column<T>.Long(column, get));
    public Table<T> LongOrNull(string column, Func<T, long?> get) => With(new Column<T>.LongOrNull(column, get));
    public Table<T> Text(string column, Func<T, string?> get) => With(new Column<T>.Text(column, get));
    /// <summary>Text that is UTF-8 already.</summary>
    public Table<T> Utf8(string column, Func<T, byte[]> get) => With(new Column<T>.Utf8(column, get));
    public Table<T> Bytes(string column, Func<T, byte[]?> get) => With(new Column<T>.Bytes(column, get));

    /// <summary>What an upsert does with the last column when the row is there already; else the new value replaces the old.</summary>
    public Table<T> When(OnMeeting meeting)
    {
        meetings[columns[^1].Name] = meeting;
        return this;
    }

    private Table<T> With(Column<T> column)
    {
        columns.Add(column);
        return this;
    }

    internal string ColumnNames { get => field ??= string.Join(", ", columns.Select(c => c.Name)); }

    internal IEnumerable<string> ColumnsBesideKey => columns.Select(c => c.Name).Where(c => !key.Contains(c));

    private string Met(string column) => meetings.GetValueOrDefault(column) switch
    {
        OnMeeting.Least => $"case when excluded.{column} < {name}.{column} then excluded.{column} else {name}.{column} end",
        OnMeeting.Add => $"{name}.{column} + excluded.{column}",
        OnMeeting.Greatest => $"case when excluded.{column} > {name}.{column} then excluded.{column} else {name}.{column} end",
        _ => $"excluded.{column}",
    };

    internal string OnConflict
    {
        get
        {
            if (field is not null) return field;
            var rest = ColumnsBesideKey.Where(c => meetings.GetValueOrDefault(c) != OnMeeting.Keep).Select(c => $"{c} = {Met(c)}").ToList();
            return field = $"on conflict ({string.Join(", ", key)}) do " + (rest.Count == 0 ? "nothing" : $"update set {string.Join(", ", rest)}");
        }
    }
}

/// <summary>What becomes of a column when an upsert meets a row.</summary>
public enum OnMeeting
{
    /// <summary>The new value.</summary>
    Replace,

    /// <summary>The old value.</summary>
    Keep,

    /// <summary>The smaller of the two.</summary>
    Least,

    /// <summary>The larger of the two.</summary>
    Greatest,

    /// <summary>Both together.</summary>
    Add,
}

/// <summary>One column: the Books hold whole numbers, text and bytes, and nothing else.</summary>
public abstract record Column<T>(string Name)
{
    public sealed record Long(string Name, Func<T, long> Get) : Column<T>(Name);
    public sealed record LongOrNull(string Name, Func<T, long?> Get) : Column<T>(Name);
    public sealed record Text(string Name, Func<T, string?> Get) : Column<T>(Name);
    public sealed record Utf8(string Name, Func<T, byte[]> Get) : Column<T>(Name);
    public sealed record Bytes(string Name, Func<T, byte[]?> Get) : Column<T>(Name);
}
