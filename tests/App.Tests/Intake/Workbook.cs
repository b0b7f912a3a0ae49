using System.IO.Compression;
using System.Text;

namespace Danke.App.Tests.Intake;

/// <summary>The smallest XLSX files: texts inline, numbers as numbers.</summary>
internal static class Workbook
{
    private const string Head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    public static byte[] Of(params object?[][] rows)
    {
        var sheet = new StringBuilder(Head).Append("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
        for (var r = 0; r < rows.Length; r++)
        {
            sheet.Append($"<row r=\"{r + 1}\">");
            for (var c = 0; c < rows[r].Length; c++)
                if (rows[r][c] is { } value) sheet.Append(Cell($"{(char)('A' + c)}{r + 1}", value));
            sheet.Append("</row>");
        }
        return Zip(sheet.Append("</sheetData></worksheet>").ToString());
    }

    private static string Cell(string at, object value) => value switch
    {
        // Style 1 is a date: Excel keeps it as days since 1899-12-30.
        DateTime time => FormattableString.Invariant($"<c r=\"{at}\" s=\"1\"><v>{time.ToOADate()}</v></c>"),
        string text => $"<c r=\"{at}\" t=\"inlineStr\"><is><t>{System.Security.SecurityElement.Escape(text)}</t></is></c>",
        _ => FormattableString.Invariant($"<c r=\"{at}\"><v>{value}</v></c>"),
    };

    /// <param name="sheet">The sheet's XML, however long or wrong.</param>
    public static byte[] Zip(string sheet, string? shared = null)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, string text)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Optimal).Open());
                writer.Write(text);
            }
            Add("[Content_Types].xml", Head + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
            Add("_rels/.rels", Head + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add("xl/workbook.xml", Head + "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Orders\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
            Add("xl/_rels/workbook.xml.rels", Head + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>");
            Add("xl/styles.xml", Head + "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>");
            if (shared is not null) Add("xl/sharedStrings.xml", shared);
            Add("xl/worksheets/sheet1.xml", sheet);
        }
        return bytes.ToArray();
    }
}
