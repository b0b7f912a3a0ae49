using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Intake;

/// <summary>Events and files as a client sends them.</summary>
internal static class Sending
{
    private static int sources;

    /// <summary>A source that no other test of the run uses.</summary>
    public static string NewSource() => $"test-{Interlocked.Increment(ref sources)}";

    public static string Event(string source, string id, string? data = null, string type = "interaction.happened") =>
        $$"""{"source":"{{source}}","id":"{{id}}","type":"{{type}}","time":"2026-01-02T03:04:05Z","channel":"site","data":{{data ?? """{"kind":"page.view"}"""}}}""";

    public static string Order(string source, string id, string name = "Cream", long amount = 100) => Event(source, id,
        $$"""{"order":"{{source}}-{{id}}","currency":"CNY","lines":[{"sku":"A1","name":{{JsonSerializer.Serialize(name)}},"quantity":1,"amount_minor":{{amount}}}]}""", "order.paid");

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public static StringContent Lines(string body) => new(body, Encoding.UTF8, "application/x-ndjson");

    public static ByteArrayContent Bytes(byte[] body, string type = "application/x-ndjson", bool gzip = false) => new(body)
    {
        Headers = { ContentType = new MediaTypeHeaderValue(type), ContentEncoding = { gzip ? "gzip" : "identity" } },
    };

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    /// <summary>The answers to NDJSON, one a line.</summary>
    public static async Task<List<JsonElement>> SendLines(this HttpClient client, HttpContent body)
    {
        using var response = await client.PostAsync("v1/events", body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    public static string Said(this JsonElement answer) =>
        $"{(answer.TryGetProperty("line", out var line) ? line.GetInt64() : 0)} {answer.GetProperty("status").GetString()}" + (answer.TryGetProperty("code", out var code) ? " " + code.GetString() : "");

    public static Task<List<string>> LettersOf(this DankeApp app, string source) => app.Books.Read(
        "select code || ' ' || state from dead_letters where source = @source order by dead_letter_id", r => r.GetString(0), [("source", source)]);

    public static async Task<long> Applied(this DankeApp app, string source) =>
        (await app.Books.Read("select count(*) from commands where command_key like @key", r => r.GetInt64(0), [("key", source + "/%")]))[0];

    /// <summary>Uploads a file and answers what the server found out about it.</summary>
    public static async Task<JsonElement> Upload(this HttpClient client, byte[] bytes, string name = "file.csv")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", name } };
        return await client.PostAsync("v1/uploads", form).Json(HttpStatusCode.Created);
    }

    /// <summary>Imports a file and waits for the end.</summary>
    public static async Task<JsonElement> Import(this HttpClient client, byte[] bytes, string? mapping, bool dryRun = false, string name = "file.csv")
    {
        var upload = (await client.Upload(bytes, name)).GetProperty("upload_id").GetString();
        var begun = await client.Post("v1/imports", new { upload_id = upload, mapping, dry_run = dryRun }).Json(HttpStatusCode.Accepted);
        return await client.ImportEnded(begun.GetProperty("id").GetInt64());
    }

    public static Task<JsonElement> Import(this HttpClient client, string text, string? mapping, bool dryRun = false) => client.Import(Encoding.UTF8.GetBytes(text), mapping, dryRun);

    public static Task<JsonElement> ImportEnded(this HttpClient client, long id) => client.UntilNot($"v1/imports/{id}", "waiting", "running");

    public static long Number(this JsonElement import, string name) => import.GetProperty(name).GetInt64();

    /// <summary>Every row of a file is in an event, in a dead letter or skipped.</summary>
    public static void ShouldAccountForEveryRow(this JsonElement import)
    {
        import.GetProperty("state").GetString().ShouldBe("done", import.ToString());
        (import.Number("rows_in_events") + import.Number("rows_dead") + import.Number("rows_skipped")).ShouldBe(import.Number("rows_read"), import.ToString());
    }
}
