using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>
/// Members redeem points, one request each over 64 connections, from this process at a server in another: Insight, tiers and audit on. Then
/// <see cref="PgBench"/> does what a till's own database would do for the same: lock, check, insert, update, commit.
/// </summary>
internal static class RedeemBench
{
    private const int Connections = 64;
    private const long PointsEach = 10;
    private const int PerBody = 5_000;

    public static async Task<object> Run(DankeSettings settings, int redemptions, int members, CancellationToken cancel)
    {
        await using var books = BooksStore.FromSetting(settings.Books);
        var limit = PgBench.For(settings, books.Dialect);
        await using var server = await ServerUnderTest.Start(settings, cancel);
        using var client = server.NewClient();

        Console.Error.WriteLine($"{members:N0} members with three lots each …");
        foreach (var body in PlatformOrders.Joins(members, PerBody)) await Post(client, body, cancel);
        for (var lot = 0; lot < 3; lot++)
            foreach (var body in Gifts(members, lot)) await Post(client, body, cancel);
        await server.UntilInsightCaughtUp(cancel);
        await Task.Delay(TimeSpan.FromSeconds(10), cancel); // and the database has tidied up

        Console.Error.WriteLine($"{redemptions:N0} redemptions by {Connections} connections …");
        await Redeem(client, redemptions / 10, members, seed: 3, cancel); // code compiled, caches filled
        var doorBefore = await server.DoorTimes(cancel);
        var clock = Stopwatch.StartNew();
        var latencies = await Redeem(client, redemptions, members, seed: 4, cancel);
        var ours = redemptions / clock.Elapsed.TotalSeconds;
        var door = await server.DoorShares(doorBefore, cancel);
        await server.UntilInsightCaughtUp(cancel);
        await server.DisposeAsync();

        Console.Error.WriteLine("The same by hand-written SQL …");
        double? raw = limit is null ? null : await limit.Measure(books, members, Connections, redemptions, cancel);
        return new
        {
            books = books.Label,
            redemptions,
            connections = Connections,
            redemptions_per_second = (long)ours,
            door,
            request_ms = new { p50 = At(latencies, .50), p95 = At(latencies, .95), p99 = At(latencies, .99) },
            pgbench_per_second = raw is { } perSecond ? (long?)perSecond : null,
            ratio = raw is { } rate ? (double?)Math.Round(ours / rate, 2) : null,
        };
    }

    // Each worker has requests of its own: as many at once as there are connections, none of them waiting for another's answer.
    private static async Task<double[]> Redeem(HttpClient client, int redemptions, int members, int seed, CancellationToken cancel)
    {
        var latencies = new double[redemptions];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < redemptions; i = Interlocked.Increment(ref next))
            {
                var began = Stopwatch.GetTimestamp();
                await RedeemOne(client, $"{seed}-{i}", (int)((long)i * 7_919 * seed % members), cancel);
                latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }, cancel)));
        Array.Sort(latencies);
        return latencies;
    }

    private static async Task RedeemOne(HttpClient client, string key, int member, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/points/redemptions")
        {
            Content = Json($$"""{"points":{{PointsEach}},"reason":"bench","identifiers":[{"namespace":"phone","value":"100{{member:D8}}"}]}"""),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, cancel);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancel)}");
    }

    private static ByteArrayContent Json(string text) => new(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static async Task Post(HttpClient client, byte[] body, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        using var answer = await client.PostAsync("v1/events", content, cancel);
        var text = await answer.Content.ReadAsByteArrayAsync(cancel);
        if (text.AsSpan().Count("\"status\":\"applied\""u8) != body.AsSpan().Count("\n"u8))
            throw new InvalidOperationException($"{answer.StatusCode}: {Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(500, text.Length)))}");
    }

    /// <summary>A lot for each member, as a till would push it.</summary>
    private static IEnumerable<byte[]> Gifts(int members, int lot)
    {
        for (var from = 0; from < members; from += PerBody)
        {
            var text = new StringBuilder();
            for (var i = from; i < Math.Min(members, from + PerBody); i++)
                text.Append(CultureInfo.InvariantCulture, $$$"""
                    {"source":"bench-till","id":"gift/{{{lot}}}/{{{i}}}","type":"points.adjusted","time":"2026-02-0{{{lot + 1}}}T12:00:00+08:00","channel":"store","shop":"s1","identifiers":[{"namespace":"phone","value":"100{{{i:D8}}}"}],"data":{"points":1000000,"reason":"bench"}}
                    """).Append('\n');
            yield return Encoding.UTF8.GetBytes(text.ToString());
        }
    }

    private static double At(double[] sorted, double share) => Math.Round(sorted[(int)(share * (sorted.Length - 1))], 2);
}
