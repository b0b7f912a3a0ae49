using System.Net;
using System.Text;

namespace Danke.App.Tests.Fixtures;

/// <summary>Reading an export as a spreadsheet does: RFC 4180, with the mark of UTF-8 in front.</summary>
internal static class Csv
{
    public static async Task<List<Dictionary<string, string>>> Export(this HttpClient client, string path)
    {
        using var response = await client.GetAsync("v1/" + path);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, Encoding.UTF8.GetString(bytes));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var rows = Rows(Encoding.UTF8.GetString(bytes[3..]));
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    public static List<List<string>> Rows(string text)
    {
        var rows = new List<List<string>> { new() };
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
            else if (text[i] == '"') quoted = !quoted;
            else if (quoted || text[i] is not (',' or '\r' or '\n')) cell.Append(text[i]);
            else if (text[i] != '\r')
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                if (text[i] == '\n') rows.Add([]);
            }
        }
        quoted.ShouldBeFalse();
        rows[^1].ShouldBeEmpty("the last row ends as every row");
        return rows[..^1];
    }
}
