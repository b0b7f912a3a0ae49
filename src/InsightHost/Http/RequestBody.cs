using System.IO.Pipelines;
using System.Text;
using Danke.InsightHost.Chdb;

namespace Danke.InsightHost.Http;

/// <summary>
/// What a request says: the query, and a private file with the data to insert when there is some. Data goes through a file because
/// the library cuts inline binary data at a newline byte without an error.
/// </summary>
internal sealed class RequestBody : IAsyncDisposable
{
    /// <summary>A query that comes in the body. Data are not bounded by this.</summary>
    private const int LongestQuery = 4 << 20;

    public required string Query { get; init; }
    public string? DataFile { get; init; }

    public static async Task<RequestBody> Read(HttpContext http, string folder)
    {
        var query = http.Request.Query["query"].ToString();
        if (Statement.TakesData(query)) return new RequestBody { Query = query, DataFile = await Spool(http, folder, default) };

        var body = await ReadQuery(http.Request.BodyReader, http.RequestAborted);
        if (query.Length == 0 && Statement.SplitAtData(body) is { } at)
            return new RequestBody { Query = Encoding.UTF8.GetString(body, 0, at), DataFile = await Spool(http, folder, body.AsMemory(at)) };
        return new RequestBody { Query = query.Length == 0 ? Encoding.UTF8.GetString(body) : body.Length == 0 ? query : $"{query}\n{Encoding.UTF8.GetString(body)}" };
    }

    // All of the body, or as much of it as can hold the query's text when data follow.
    private static async Task<byte[]> ReadQuery(PipeReader reader, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            foreach (var piece in read.Buffer) text.Write(piece.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || Statement.SplitAtData(text.GetBuffer().AsSpan(0, (int)text.Length)) is not null) return text.ToArray();
            if (text.Length > LongestQuery) throw new ChdbException(62, "Code: 62. DB::Exception: Syntax error: the query is too long. (SYNTAX_ERROR)");
        }
    }

    private static async Task<string> Spool(HttpContext http, string folder, ReadOnlyMemory<byte> begun)
    {
        var path = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using var file = new FileStream(path, options);
            await file.WriteAsync(begun);
            await http.Request.BodyReader.CopyToAsync(file, http.RequestAborted);
            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        if (DataFile is not null) File.Delete(DataFile);
        return ValueTask.CompletedTask;
    }
}
