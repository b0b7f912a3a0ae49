using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Danke.InsightHost.Chdb;

namespace Danke.InsightHost.Http;

/// <summary>
/// The part of ClickHouse's HTTP interface that its clients use: <c>/ping</c>; <c>GET</c> or <c>POST /?query=…</c> with settings,
/// <c>database</c>, <c>default_format</c> and <c>param_NAME</c> beside it; the body is the rest of the query, or the data of an
/// <c>INSERT … FORMAT X</c>. See https://clickhouse.com/docs/interfaces/http.
/// </summary>
internal sealed class ClickHouseInterface(Engine engine, InsightHostOptions options)
{
    private static readonly string[] NotSettings = ["query", "database", "default_format", "user", "password", "query_id", "session_id", "wait_end_of_query", "send_progress_in_http_headers", "compress", "decompress"];

    private readonly byte[] token = Encoding.UTF8.GetBytes(options.Token);

    public async Task Handle(HttpContext http)
    {
        if (http.Request.Path == "/ping")
        {
            await http.Response.WriteAsync("Ok.\n");
            return;
        }
        try
        {
            if (!IsAllowed(http)) throw new ChdbException(516, "Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)");
            await Answer(http);
        }
        catch (ChdbException error)
        {
            await Refuse(http, error);
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    private bool IsAllowed(HttpContext http) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(http.Request.Headers["X-ClickHouse-Key"].ToString()), token);

    private async Task Answer(HttpContext http)
    {
        await using var body = await RequestBody.Read(http, ServerConfig.BodiesIn(options.Data));
        var statement = Statement.Of(body.Query, body.DataFile);
        var query = http.Request.Query;
        var request = new Request
        {
            Sql = Encoding.UTF8.GetBytes(statement.Sql),
            Writes = statement.Writes,
            Format = query.TryGetValue("default_format", out var format) && format.Count > 0 ? format[0]! : "TabSeparated",
            Database = http.Request.Headers["X-ClickHouse-Database"].FirstOrDefault() ?? query["database"].FirstOrDefault(),
            Parameters = Pairs(query, name => name.StartsWith("param_", StringComparison.Ordinal) ? name["param_".Length..] : null),
            Settings = Settings(http, statement),
        };
        using var result = await engine.Run(request, http.RequestAborted);
        await Write(http, result);
    }

    // As ClickHouse does: what comes by GET cannot change anything.
    private static List<KeyValuePair<string, string>> Settings(HttpContext http, Statement statement)
    {
        if (HttpMethods.IsGet(http.Request.Method) && statement.Writes)
            throw new ChdbException(164, "Code: 164. DB::Exception: Cannot execute query in readonly mode: use POST to change something. (READONLY)");
        return Pairs(http.Request.Query, name => name.StartsWith("param_", StringComparison.Ordinal) || NotSettings.Contains(name) ? null : name);
    }

    private static List<KeyValuePair<string, string>> Pairs(IQueryCollection query, Func<string, string?> nameOf) =>
        [.. from item in query let name = nameOf(item.Key) where name is not null select new KeyValuePair<string, string>(name, item.Value.ToString())];

    private static async Task Write(HttpContext http, Result result)
    {
        var response = http.Response;
        response.Headers["X-ClickHouse-Summary"] = string.Create(CultureInfo.InvariantCulture,
            $$"""{"read_rows":"{{result.RowsRead}}","written_rows":"{{result.RowsWritten}}","result_bytes":"{{result.Length}}"}""");
        response.ContentType = "application/octet-stream";
        response.ContentLength = result.Length;
        for (long offset = 0; offset < result.Length;)
        {
            var count = result.Copy(offset, response.BodyWriter.GetSpan(65_536));
            response.BodyWriter.Advance(count);
            offset += count;
            await response.BodyWriter.FlushAsync(http.RequestAborted);
        }
    }

    private async Task Refuse(HttpContext http, ChdbException error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.StatusCode = StatusOf(error.Code);
        http.Response.Headers["X-ClickHouse-Exception-Code"] = error.Code.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "text/plain; charset=UTF-8";
        await http.Response.WriteAsync($"{error.Message} (version {engine.Version})\n");
    }

    // The ones that callers look at; ClickHouse has a longer list.
    private static int StatusOf(int code) => code switch
    {
        516 or 192 or 193 or 194 => StatusCodes.Status403Forbidden,
        60 or 81 or 36 or 46 => StatusCodes.Status404NotFound,
        62 or 47 or 43 or 53 or 6 or 27 or 115 or 117 or 456 or 457 => StatusCodes.Status400BadRequest,
        159 => StatusCodes.Status408RequestTimeout,
        202 => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
