using Danke.Intake.Imports;

namespace Danke.Intake.Files;

/// <summary>How the columns of a text file are told apart.</summary>
/// <param name="Separator">The character between fields; null for runs of spaces and tabs.</param>
/// <param name="Header">The names, when the file does not begin with them.</param>
internal sealed record Delimiting(char? Separator, char Quote = '"', IReadOnlyList<string>? Header = null, int SkipLines = 0);

/// <summary>
/// CSV, TSV and their relatives after RFC 4180, and whitespace-separated text. A quote in the middle of an unquoted field is
/// a character like any other. Values are as in the file; nothing is interpreted.
/// </summary>
internal sealed class DelimitedReader : RowReader
{
    // The mark that the decoder puts where bytes are not of the encoding: a noncharacter, in no real text.
    internal const char Undecodable = '\uffff';

    private readonly TextReader text;
    private readonly char separator;
    private readonly bool whitespace;
    private readonly char quote;
    private readonly char[] stops;
    private readonly char[] buffer = new char[32 * 1024];
    private readonly List<string> fields = [];
    private readonly System.Text.StringBuilder field = new();
    private readonly string?[] repeated = new string?[1024];
    private int at;
    private int end;
    private long number;
    private bool tooLong;
    private int linesInField;
    private int rowChars;

    public DelimitedReader(TextReader text, Delimiting how)
    {
        this.text = text;
        whitespace = how.Separator is null;
        separator = how.Separator ?? ' ';
        quote = how.Quote;
        stops = whitespace ? [' ', '\t', '\n', '\r'] : [separator, '\n', '\r'];
        for (var skipped = 0; skipped < how.SkipLines; skipped++) SkipLine();
        if (how.Header is { } names) NameColumns(names);
        else if (ReadFields()) NameColumns(tooLong ? throw new FileException("header_too_long", "The header line is too long to hold names. Is this a text file with columns?") : fields);
        else throw new FileException("file_empty", "The file has no header line to take the columns' names from.");
    }

    public override bool Read(out Row row)
    {
        row = default;
        if (!ReadFields()) return false;
        number++;
        row = new Row(number, [.. fields], ProblemOfRow());
        return true;
    }

    private RowProblem? ProblemOfRow()
    {
        if (tooLong) return new RowProblem(ImportRefusals.FieldTooLong,
            $"A field is longer than {MostFieldChars:N0} characters, or the row than {MostRowChars:N0}" + (linesInField > 1 ? $" and runs over {linesInField} lines: look for a quote that never closes." : "."));
        if (fields.Count != Columns.Count) return new RowProblem(ImportRefusals.ColumnCount,
            $"The row has {fields.Count} fields and the file {Columns.Count} columns. Look for a separator or quote within a value.");
        foreach (var value in fields)
            if (value.Contains(Undecodable)) return new RowProblem(ImportRefusals.EncodingInvalid, "The row holds bytes that are not of the file's encoding. Name the right encoding in the mapping.");
        return null;
    }

    /// <summary>Reads one row into <see cref="fields"/>, passing over blank lines; false at the end of the file.</summary>
    private bool ReadFields()
    {
        while (true)
        {
            fields.Clear();
            tooLong = false;
            linesInField = 0;
            rowChars = 0;
            if (at >= end && !Fill()) return false;
            var more = true;
            while (more) more = ReadField();
            if (fields.Count == 0 || fields.Count == 1 && fields[0].Length == 0) continue;
            return true;
        }
    }

    /// <summary>Reads one field; true when another follows in the row.</summary>
    private bool ReadField()
    {
        if (whitespace && SkipBlanks() is { } rowGoesOn) return rowGoesOn;
        if (at >= end && !Fill())
        {
            fields.Add("");
            return false;
        }
        return buffer[at] == quote && quote != '\0' ? QuotedField() : PlainField();
    }

    private bool PlainField()
    {
        field.Clear();
        while (true)
        {
            var stop = buffer.AsSpan(at, end - at).IndexOfAny(stops);
            if (stop >= 0)
            {
                Keep(field.Length == 0 && stop <= MostFieldChars ? Text(buffer.AsSpan(at, stop)) : Grown(stop));
                at += stop;
                return EndOfField();
            }
            Grow(end - at);
            at = end;
            if (Fill()) continue;
            Keep(field.ToString());
            return false;
        }
    }

    private bool QuotedField()
    {
        field.Clear();
        at++;
        while (true)
        {
            var close = buffer.AsSpan(at, end - at).IndexOf(quote);
            var until = close >= 0 ? close : end - at;
            linesInField += buffer.AsSpan(at, until).Count('\n');
            Grow(until);
            at += until;
            if (close < 0)
            {
                if (Fill()) continue;
                Keep(field.ToString());
                return false;
            }
            at++;
            if (at >= end && !Fill())
            {
                Keep(field.ToString());
                return false;
            }
            if (buffer[at] == quote)
            {
                Grow(1);
                at++;
                continue;
            }
            // What stands between the closing quote and the separator belongs to the value too.
            var rest = at;
            while (rest < end && Array.IndexOf(stops, buffer[rest]) < 0) rest++;
            if (rest > at)
            {
                Grow(rest - at);
                at = rest;
                if (at >= end && !Fill()) { Keep(field.ToString()); return false; }
            }
            Keep(field.Length <= 32 ? Text(field) : field.ToString());
            return EndOfField();
        }
    }

    private string Grown(int more)
    {
        Grow(more);
        return field.ToString();
    }

    // A field over the limit is read to its end and forgotten, so that the next row is found.
    private void Grow(int chars)
    {
        var room = MostFieldChars - field.Length;
        if (chars > room) tooLong = true;
        field.Append(buffer, at, Math.Min(chars, room));
    }

    private void Keep(string value)
    {
        if (fields.Count > MostColumns) return;
        rowChars += value.Length;
        if (rowChars > MostRowChars) (tooLong, value) = (true, "");
        fields.Add(value);
    }

    /// <summary>At a separator or the end of the line: passes over it; true when another field follows.</summary>
    private bool EndOfField()
    {
        var stop = buffer[at++];
        if (stop == separator || whitespace && stop == '\t') return true;
        if (stop == '\r' && (at < end || Fill()) && buffer[at] == '\n') at++;
        return false;
    }

    // Null when a field begins here; else the row has ended.
    private bool? SkipBlanks()
    {
        while (at < end || Fill())
        {
            if (buffer[at] is '\n' or '\r')
            {
                EndOfField();
                return false;
            }
            if (buffer[at] is not (' ' or '\t')) return null;
            at++;
        }
        return false;
    }

    private void SkipLine()
    {
        while (at < end || Fill())
        {
            var newLine = buffer.AsSpan(at, end - at).IndexOf('\n');
            at = newLine < 0 ? end : at + newLine + 1;
            if (newLine >= 0) return;
        }
    }

    // Values repeat from row to row: give the same string again. One slot a hash, so it never grows.
    private string Text(ReadOnlySpan<char> value)
    {
        if (value.Length == 0) return "";
        if (value.Length > 32) return new string(value);
        var slot = unchecked((uint)(value[0] * 31 + value[^1] * 1031 + value[value.Length / 2] * 131 + value[value.Length * 3 / 4] * 523 + value.Length)) % (uint)repeated.Length;
        if (repeated[slot] is { } known && value.SequenceEqual(known)) return known;
        return repeated[slot] = new string(value);
    }

    private string Text(System.Text.StringBuilder value)
    {
        Span<char> copy = stackalloc char[value.Length];
        value.CopyTo(0, copy, value.Length);
        return Text(copy);
    }

    private bool Fill()
    {
        at = 0;
        end = text.Read(buffer, 0, buffer.Length);
        return end > 0;
    }

    public override void Dispose() => text.Dispose();
}
