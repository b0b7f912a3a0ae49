using System.Globalization;
using System.IO.Compression;
using ExcelDataReader;

namespace Danke.Intake.Files;

/// <summary>The rows of one sheet of an XLSX file, cells as text: numbers without trailing zeros, times as <c>2026-11-11 00:03:12</c>.</summary>
internal sealed class SpreadsheetReader : RowReader
{
    /// <summary>The shared texts of a workbook are held in memory whole; sheets are streamed.</summary>
    private const long MostSharedBytes = 64L << 20;

    private const long MostBytes = 4L << 30;

    /// <summary>Spreadsheets compress to a tenth; a hundredth is a repetitive one, and more is made to harm.</summary>
    private const int MostRatio = 300;

    private readonly IExcelDataReader excel;
    private readonly int width;
    private long number;

    // The reader of workbooks asks for windows-1252 whatever the file.
    static SpreadsheetReader() => Encodings.Register();

    /// <exception cref="FileException">No spreadsheet, or one that would unpack to more than it may.</exception>
    public SpreadsheetReader(Stream stream, string? sheet, IReadOnlyList<string>? header, int skipLines)
    {
        try
        {
            CheckSizes(stream);
            stream.Position = 0;
            excel = ExcelReaderFactory.CreateOpenXmlReader(stream, new ExcelReaderConfiguration { LeaveOpen = false });
            while (sheet is not null && excel.Name != sheet)
                if (!excel.NextResult()) throw new FileException("sheet_missing", $"The workbook has no sheet '{sheet}'.");
            for (var skipped = 0; skipped < skipLines; skipped++) excel.Read();
            if (header is not null) NameColumns(header);
            else if (excel.Read()) NameColumns(TrimEnd(Cells(excel.FieldCount)));
            else throw new FileException("file_empty", "The sheet is empty.");
        }
        catch (Exception error) when (error is not FileException and not IOException)
        {
            throw new FileException("spreadsheet_invalid", "The file cannot be read as an XLSX workbook. Open it and save it again as XLSX or CSV.");
        }
        width = Columns.Count;
    }

    public override bool Read(out Row row)
    {
        while (NextRow())
        {
            var cells = Cells(width);
            if (cells.All(c => c.Length == 0)) continue;
            number++;
            row = new Row(number, cells, cells.Any(c => c.Length > MostFieldChars) ? new RowProblem(Imports.ImportRefusals.FieldTooLong, $"A cell is longer than {MostFieldChars:N0} characters.") : null);
            return true;
        }
        row = default;
        return false;
    }

    private bool NextRow()
    {
        try
        {
            return excel.Read();
        }
        catch (Exception error) when (error is System.Xml.XmlException or InvalidDataException or FormatException or OverflowException or ArgumentException)
        {
            throw new FileException("spreadsheet_invalid", $"The workbook is damaged after row {number}. Open it and save it again as XLSX or CSV.");
        }
    }

    private string[] Cells(int count)
    {
        var cells = new string[count];
        for (var i = 0; i < count; i++) cells[i] = i < excel.FieldCount ? TextOf(excel.GetValue(i)) : "";
        return cells;
    }

    private static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) < 1e15 => ((decimal)number).ToString("0.############################", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static IEnumerable<string> TrimEnd(string[] header) => header[..(Array.FindLastIndex(header, name => name.Trim().Length > 0) + 1)];

    /// <summary>Unpacks every part once, counting: what the archive declares may be a lie.</summary>
    private static void CheckSizes(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Count > 2_000) throw Bomb();
        var most = Math.Min(MostBytes, Math.Max(1L << 20, stream.Length * MostRatio));
        if (zip.Entries.Sum(e => Math.Min(e.Length, MostBytes)) > most) throw Bomb();
        var buffer = new byte[64 * 1024];
        long total = 0;
        foreach (var entry in zip.Entries)
        {
            using var part = entry.Open();
            long size = 0;
            for (int read; (read = part.Read(buffer)) > 0;)
            {
                size += read;
                if (total + size > most || size > MostSharedBytes && !entry.FullName.Contains("/sheet", StringComparison.OrdinalIgnoreCase)) throw Bomb();
            }
            total += size;
        }
    }

    private static FileException Bomb() =>
        new("spreadsheet_too_large", "The workbook unpacks to far more than its size allows for. Save it as CSV when it is a real one.");

    public override void Dispose() => excel.Dispose();
}
