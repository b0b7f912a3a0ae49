using System.IO.Compression;
using System.Text;

namespace Danke.Intake.Files;

/// <summary>How a file is to be read, from the mapping and from the file itself.</summary>
/// <param name="Format">csv, columns (whitespace-separated), ndjson, xlsx, or events: canonical events, one a line.</param>
/// <param name="Encoding">Of text formats; null for ndjson and xlsx.</param>
internal sealed record FileShape(string Format, string? Encoding = null, char? Separator = null, IReadOnlyList<string>? Header = null, int SkipLines = 0, string? Sheet = null);

/// <summary>Opens what people hand in: gz or not, finds its format, encoding and separator as far as the mapping does not say.</summary>
internal static class FileOpening
{
    /// <summary>As much of a file's beginning as decides what it is.</summary>
    private const int LooksAt = 256 * 1024;

    private static readonly char[] Separators = [',', '\t', ';', '|'];

    public static readonly IReadOnlyList<string> Formats = ["csv", "tsv", "columns", "ndjson", "xlsx", "events"];

    /// <exception cref="FileException">It cannot be told what the file is, or a person must say.</exception>
    public static FileShape Find(string path, Mappings.FileSpec? wanted = null)
    {
        var (head, whole) = Head(path);
        var format = wanted?.Format switch { null => FormatOf(path, head), "tsv" => "csv", var given => given };
        if (format is "xlsx" or "ndjson" or "events") return new FileShape(format, Header: wanted?.Columns, SkipLines: wanted?.SkipLines ?? 0, Sheet: wanted?.Sheet);

        var encoding = wanted?.Encoding is { } named ? Encodings.Canonical(named) : Encodings.Detect(head, whole);
        if (format == "columns") return new FileShape("columns", encoding, null, wanted?.Columns, wanted?.SkipLines ?? 0);
        var separator = wanted?.Format == "tsv" ? '\t' : wanted?.Separator ?? SeparatorOf(Encodings.Get(encoding).GetString(head), whole, wanted?.SkipLines ?? 0);
        return new FileShape(separator is null ? "columns" : "csv", encoding, separator, wanted?.Columns, wanted?.SkipLines ?? 0);
    }

    /// <summary>Opens the file's rows. <paramref name="counting"/> tells how many bytes of the file were read.</summary>
    public static RowReader Open(string path, FileShape shape, out CountingStream counting)
    {
        counting = new CountingStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan));
        try
        {
            return shape.Format switch
            {
                "xlsx" => new SpreadsheetReader(Seekable(path, counting), shape.Sheet, shape.Header, shape.SkipLines),
                "ndjson" or "events" => new JsonLinesReader(Unzipped(counting)),
                _ => new DelimitedReader(
                    new StreamReader(Unzipped(counting), Encodings.Get(shape.Encoding!), detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16),
                    new Delimiting(shape.Separator, Header: shape.Header, SkipLines: shape.SkipLines)),
            };
        }
        catch
        {
            counting.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a text file, unpacked when it is gz.</summary>
    public static Stream Unzipped(CountingStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        var isGz = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        file.Position = 0;
        return isGz ? new UnpackedStream(new GZipStream(file, CompressionMode.Decompress), () => file.BytesRead) : file;
    }

    // A workbook is a zip archive, which is read from its end. A gz around it is unpacked beside it, within the bounds.
    private static Stream Seekable(string path, CountingStream file)
    {
        var unzipped = Unzipped(file);
        if (unzipped == file) return file;
        var copy = new FileStream(path + ".unpacked", FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        var buffer = new byte[1 << 16];
        for (int read; (read = unzipped.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, read);
            if (copy.Length > 1L << 30) throw new FileException("spreadsheet_too_large", "The workbook unpacks to more than 1 GB. Save it as CSV.");
        }
        unzipped.Dispose();
        copy.Position = 0;
        return copy;
    }

    private static (byte[] Head, bool Whole) Head(string path)
    {
        using var file = new CountingStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        try
        {
            using var stream = Unzipped(file);
            var head = new byte[LooksAt];
            var length = stream.ReadAtLeast(head, LooksAt, throwOnEndOfStream: false);
            return (head[..length], length < LooksAt);
        }
        catch (InvalidDataException)
        {
            throw new FileException("file_damaged", "The gz file is damaged. Pack it again.");
        }
    }

    private static string FormatOf(string path, ReadOnlySpan<byte> head)
    {
        if (head.Length == 0) throw new FileException("file_empty", "The file is empty.");
        if (head.StartsWith("PK\u0003\u0004"u8)) return "xlsx";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xd0, 0xcf, 0x11, 0xe0]))
            throw new FileException("format_unsupported", "This is an old Excel workbook (.xls). Save it as .xlsx or CSV.");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) head = head[3..];
        var first = head.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0 || head[first] != '{') return "csv";
        var line = head[first..];
        if (line.IndexOf((byte)'\n') is > 0 and var end) line = line[..end];
        // What is an event already needs no mapping.
        return line.IndexOf("\"source\""u8) >= 0 && line.IndexOf("\"type\""u8) >= 0 && line.IndexOf("\"time\""u8) >= 0 && line.IndexOf("\"data\""u8) >= 0 ? "events" : "ndjson";
    }

    /// <summary>The character that cuts the first lines into the same number of fields, more than one; null for white space.</summary>
    private static char? SeparatorOf(string head, bool whole, int skipLines)
    {
        var text = head.TrimStart('\ufeff');
        if (!whole && text.LastIndexOf('\n') is > 0 and var last) text = text[..last];
        char? best = null;
        var bestWidth = 1;
        foreach (var separator in Separators)
            if (WidthOf(text, separator, skipLines) is var width && width > bestWidth) (best, bestWidth) = (separator, width);
        if (best is not null) return best;
        return WidthOf(text, null, skipLines) > 1 ? null : ',';
    }

    private static int WidthOf(string text, char? separator, int skipLines)
    {
        try
        {
            using var reader = new DelimitedReader(new StringReader(text), new Delimiting(separator, SkipLines: skipLines));
            int rows = 0, fitting = 0;
            while (rows < 50 && reader.Read(out var row))
            {
                rows++;
                if (row.Values.Length == reader.Columns.Count) fitting++;
            }
            // A few odd rows are odd rows; many mean that this is not the separator.
            return rows == 0 || fitting * 10 >= rows * 7 ? reader.Columns.Count : 0;
        }
        catch (FileException)
        {
            return 0;
        }
    }
}

/// <summary>A file that knows how far it was read, for progress.</summary>
internal sealed class CountingStream(FileStream file) : Stream
{
    public long BytesRead => Volatile.Read(ref position);
    private long position;

    public override int Read(byte[] buffer, int offset, int count) => Counted(file.Read(buffer, offset, count));
    public override int Read(Span<byte> buffer) => Counted(file.Read(buffer));

    private int Counted(int read)
    {
        Volatile.Write(ref position, file.Position);
        return read;
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => file.Length;
    public override long Position { get => file.Position; set => file.Position = value; }
    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
