using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Danke.Platform.Insight;

/// <summary>
/// Asks Insight over ClickHouse's HTTP interface; the same for the embedded child and for a server. What comes from outside
/// goes into <c>{name:Type}</c> parameters, never into the text. Tables are read with FINAL.
/// <code>await insight.Query("select channel, count() from orders final where ordered_at >= {from:DateTime64(3)} group by channel",
///     row => (Channel: row.Text(0), Orders: row.Long(1)), [("from", from)]);</code>
/// </summary>
public sealed class InsightClient : IDisposable
{
    /// <summary>After this a query is broken off where it runs.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    // The server breaks off first and says why; this is for when it does not answer at all.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly InsightEndpoint endpoint;

    public InsightClient(InsightEndpoint endpoint)
    {
        this.endpoint = endpoint;
        http = new HttpClient(endpoint.Handler()) { BaseAddress = endpoint.Address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Add("X-ClickHouse-User", endpoint.User);
        http.DefaultRequestHeaders.Add("X-ClickHouse-Key", endpoint.Key);
    }

    public InsightEndpoint Endpoint => endpoint;

    /// <summary>Rows of a SELECT. The row given to <paramref name="map"/> is reused: take out what is needed.</summary>
    /// <exception cref="InsightException">Refused or failed, also when it took too long or too much memory.</exception>
    /// <exception cref="InsightUnavailableException">Cannot be asked now.</exception>
    public async Task<List<T>> Query<T>(
        string sql, Func<InsightRow, T> map, (string Name, object? Value)[]? parameters = null, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        var rows = new List<T>();
        await Read(sql, row => rows.Add(map(row)), parameters, timeout, cancel);
        return rows;
    }

    /// <summary>One value of one row, e.g. a count.</summary>
    public async Task<long> Count(string sql, (string Name, object? Value)[]? parameters = null, CancellationToken cancel = default) =>
        (await Query(sql, row => row.Long(0), parameters, cancel: cancel)).Single();

    /// <summary>As <see cref="Query{T}"/>, row by row as they come: for answers too long to keep.</summary>
    public async Task Read(
        string sql, Action<InsightRow> each, (string Name, object? Value)[]? parameters = null, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        using var response = await Send(Arguments(timeout, parameters, ("default_format", "RowBinaryWithNamesAndTypes"), ("readonly", "2")),
            new StringContent(sql, Encoding.UTF8), timeout, cancel);
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        try
        {
            using var reader = new RowBinaryReader(body);
            while (reader.Next()) each(reader.Row);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new InsightUnavailableException("Insight broke off in the middle of an answer.", error);
        }
    }

    /// <summary>Runs a statement that answers nothing: DDL, INSERT … SELECT. Answers how many rows it wrote.</summary>
    public async Task<long> Execute(string sql, (string Name, object? Value)[]? parameters = null, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        using var response = await Send(Arguments(timeout, parameters, ("wait_end_of_query", "1"), ("max_query_size", "33554432")),
            new StringContent(sql, Encoding.UTF8), timeout, cancel);
        return WrittenRows(response);
    }

    /// <summary>
    /// Writes rows and checks that as many were stored. Durable when it returns. Sent again with the same token, the same rows are
    /// taken once.
    /// </summary>
    /// <param name="columns">The columns in the order of the rows' values.</param>
    /// <param name="rows">RowBinary, see <see cref="RowBinaryWriter"/>.</param>
    /// <exception cref="InsightException">Also when another number of rows was written than given.</exception>
    public async Task Insert(
        string table, IEnumerable<string> columns, ReadOnlyMemory<byte> rows, long count, string? token = null, CancellationToken cancel = default)
    {
        if (count == 0) return;
        var timeout = TimeSpan.FromMinutes(5);
        var arguments = Arguments(timeout, null, ("wait_end_of_query", "1"),
            ("query", $"INSERT INTO {endpoint.Database}.{table} ({string.Join(", ", columns)}) FORMAT RowBinary"));
        if (token is not null) arguments += "&insert_deduplication_token=" + Uri.EscapeDataString(token);
        var body = new ReadOnlyMemoryContent(rows) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var response = await Send(arguments, body, timeout, cancel);
        var written = WrittenRows(response);
        if (written != count) throw new InsightException(0, $"{count} rows were sent to {table} and {written} were written.");
    }

    /// <summary>Makes the database that everything else is said to.</summary>
    internal async Task CreateDatabase(CancellationToken cancel = default)
    {
        using var body = new StringContent($"create database if not exists {endpoint.Database}", Encoding.UTF8);
        using var response = await Send("wait_end_of_query=1", body, null, cancel);
    }

    /// <summary>Whether it answers at all.</summary>
    public async Task<bool> Ping(CancellationToken cancel = default)
    {
        if (endpoint.Mode == InsightMode.Off) return false;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            using var response = await http.GetAsync("ping", limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<HttpResponseMessage> Send(string arguments, HttpContent body, TimeSpan? timeout, CancellationToken cancel)
    {
        if (endpoint.Mode == InsightMode.Off) throw new InsightUnavailableException("Insight is switched off (DANKE_INSIGHT=off).");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter((timeout ?? DefaultTimeout) + Grace);
        try
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "?" + arguments) { Content = body };
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw await ErrorOf(response, limit.Token);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new InsightUnavailableException($"Insight ({endpoint.Label}) does not answer.", error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new InsightUnavailableException($"Insight ({endpoint.Label}) did not answer in time.", error);
        }
    }

    private static async Task<InsightException> ErrorOf(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = (await response.Content.ReadAsStringAsync(cancel)).Trim();
        var code = response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out var given)
            && int.TryParse(given.First(), CultureInfo.InvariantCulture, out var number) ? number : 0;
        return new InsightException(code, text.Length > 2_000 ? text[..2_000] + " …" : text);
    }

    private string Arguments(TimeSpan? timeout, (string Name, object? Value)[]? parameters, params (string Name, string Value)[] settings)
    {
        var arguments = new StringBuilder("database=").Append(Uri.EscapeDataString(endpoint.Database))
            .Append(CultureInfo.InvariantCulture, $"&max_execution_time={(long)(timeout ?? DefaultTimeout).TotalSeconds}");
        foreach (var (name, value) in settings) arguments.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        foreach (var (name, value) in parameters ?? [])
            arguments.Append("&param_").Append(name).Append('=').Append(Uri.EscapeDataString(InsightParameter.Text(value)));
        return arguments.ToString();
    }

    private static long WrittenRows(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("X-ClickHouse-Summary", out var summary)) return 0;
        using var json = JsonDocument.Parse(summary.Last());
        return json.RootElement.TryGetProperty("written_rows", out var rows) ? long.Parse(rows.GetString()!, CultureInfo.InvariantCulture) : 0;
    }

    public void Dispose() => http.Dispose();
}
