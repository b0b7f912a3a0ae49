using System.Data.Common;
using System.Text;
using System.Text.Json;

namespace Danke.Platform.Insight;

/// <summary>
/// Takes a table's values one after another, column by column, row after row; a row is whole when its last column was written.
/// Numbers that do not fit their column and values of the wrong kind are programming errors and throw.
/// </summary>
public abstract class RowSink
{
    private readonly IReadOnlyList<ColumnKind> kinds;
    private int column;

    private protected RowSink(IReadOnlyList<ColumnKind> kinds) => this.kinds = kinds;

    /// <summary>Whole rows so far.</summary>
    public long Count { get; private set; }

    /// <summary>A whole number, a flag as 0 or 1, or an instant in milliseconds.</summary>
    public void Write(long value)
    {
        switch (kinds[column])
        {
            case ColumnKind.UInt8: Number(checked((byte)value), 1); break;
            case ColumnKind.UInt32: Number(checked((uint)value), 4); break;
            case ColumnKind.UInt64: Number(checked((long)(ulong)value), 8); break;
            case ColumnKind.Int64: Number(value, 8); break;
            case ColumnKind.NullableInt64: NumberOrNull(value); break;
            default: throw Wrong("a number");
        }
        Next();
    }

    public void Write(bool value) => Write(value ? 1L : 0L);

    /// <summary>Text, null as ''; or for arrays and maps their JSON, null as empty.</summary>
    public void Write(string? value)
    {
        switch (kinds[column])
        {
            case ColumnKind.Text: Text(value ?? ""); break;
            case ColumnKind.Texts: Texts(ReadArray(value)); break;
            case ColumnKind.TextMap: TextMap(ReadMap(value)); break;
            default: throw Wrong("text");
        }
        Next();
    }

    /// <summary>Texts of an array.</summary>
    public void Write(IEnumerable<string> values)
    {
        if (kinds[column] != ColumnKind.Texts) throw Wrong("texts");
        Texts(values.ToList());
        Next();
    }

    /// <summary>A number that may be missing.</summary>
    public void WriteOrNull(long? value)
    {
        if (kinds[column] != ColumnKind.NullableInt64) throw Wrong("a number or null");
        NumberOrNull(value);
        Next();
    }

    internal void Copy(DbDataReader reader, int index)
    {
        switch (kinds[column])
        {
            case ColumnKind.Text or ColumnKind.Texts or ColumnKind.TextMap:
                Write(reader.IsDBNull(index) ? null : reader.GetString(index));
                break;
            case ColumnKind.NullableInt64:
                WriteOrNull(reader.IsDBNull(index) ? null : reader.GetInt64(index));
                break;
            default:
                Write(reader.GetInt64(index));
                break;
        }
    }

    private InvalidOperationException Wrong(string given) => new($"Column {column} is {kinds[column]} and was given {given}.");

    private void Next()
    {
        if (++column < kinds.Count) return;
        column = 0;
        Count++;
        RowEnd();
    }

    private protected abstract void Number(long value, int bytes);
    private protected abstract void NumberOrNull(long? value);
    private protected abstract void Text(string value);
    private protected abstract void Texts(List<string> values);
    private protected abstract void TextMap(List<(string Key, string Value)> pairs);
    private protected abstract void RowEnd();

    private static List<string> ReadArray(string? json)
    {
        var texts = new List<string>();
        if (string.IsNullOrEmpty(json)) return texts;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
        return texts;
    }

    private static List<(string, string)> ReadMap(string? json)
    {
        var pairs = new List<(string, string)>();
        if (string.IsNullOrEmpty(json)) return pairs;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
            pairs.Add((property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText()));
        return pairs;
    }
}
