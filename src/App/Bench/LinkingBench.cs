using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Danke.Engines.Randomness;
using Danke.Platform.Books;
using Danke.Platform.Settings;

namespace Danke.App.Bench;

/// <summary>
/// The same sightings over HTTP to a server on empty Books and to one on Books with millions of persons: what linking costs must not hang on
/// how many there are. Six of ten show a new identifier of somebody, three what is known together already, one shows somebody new.
/// </summary>
internal static class LinkingBench
{
    private const int EventsPerRequest = 5_000;
    private const int Connections = 4;
    private const int SingleEvents = 1_000;

    public sealed record Side(int Persons, long EventsPerSecond, double P50Ms, double P95Ms, double P99Ms, object Door);

    public static async Task<object> Run(DankeSettings settings, int persons, int events, CancellationToken cancel)
    {
        await using var books = BooksStore.FromSetting(settings.Books);
        var bare = settings with { Data = Folder(settings, "bare"), Books = await BenchData.Beside(books, settings, "bare", cancel) };
        var crowded = settings with { Data = Folder(settings, "crowded"), Books = await BenchData.Beside(books, settings, "crowded", cancel) };
        Console.Error.WriteLine($"{events:N0} sightings on empty Books …");
        var empty = await Measure(bare, 0, persons, events, cancel);
        Console.Error.WriteLine($"{persons:N0} persons are written …");
        var clock = Stopwatch.StartNew();
        await Crowd.Fill(crowded, persons, cancel);
        var filled = clock.Elapsed;
        Console.Error.WriteLine($"{events:N0} sightings on Books with {persons:N0} persons …");
        var full = await Measure(crowded, persons, persons, events, cancel);
        return new { books = books.Label, events, empty, full, ratio = Math.Round((double)full.EventsPerSecond / empty.EventsPerSecond, 2), filled_in_s = Math.Round(filled.TotalSeconds) };
    }

    private static string Folder(DankeSettings settings, string name) => Directory.CreateDirectory(Path.Combine(settings.Data, name)).FullName;

    private static async Task<Side> Measure(DankeSettings settings, int persons, int among, int events, CancellationToken cancel)
    {
        await using var server = await ServerUnderTest.Start(settings, cancel);
        using var client = server.NewClient();
        await Post(client, Sightings(0, EventsPerRequest, among), cancel); // code compiled, connections open
        await server.UntilInsightCaughtUp(cancel); // which reads all persons first, as on any server that has been here for a while
        var bodies = Enumerable.Range(1, events / EventsPerRequest).Select(i => Sightings(i * EventsPerRequest, EventsPerRequest, among)).ToList();
        var before = await server.DoorTimes(cancel);
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancel }, async (body, stop) => await Post(client, body, stop));
        var perSecond = (long)(bodies.Count * EventsPerRequest / clock.Elapsed.TotalSeconds);
        var door = await server.DoorShares(before, cancel);

        await server.UntilInsightCaughtUp(cancel);
        await Task.Delay(TimeSpan.FromSeconds(10), cancel); // and the database has tidied up
        var latencies = await OneByOne(client, events + EventsPerRequest, among, cancel);
        return new Side(persons, perSecond, At(latencies, .50), At(latencies, .95), At(latencies, .99), door);
    }

    private static async Task<double[]> OneByOne(HttpClient client, int from, int among, CancellationToken cancel)
    {
        var latencies = new double[SingleEvents];
        for (var i = 0; i < SingleEvents; i++)
        {
            var body = Sightings(from + i, 1, among);
            var began = Stopwatch.GetTimestamp();
            await Post(client, body, cancel);
            latencies[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await Task.Delay(10, cancel);
        }
        Array.Sort(latencies);
        return latencies;
    }

    private static async Task Post(HttpClient client, byte[] body, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        using var answer = await client.PostAsync("v1/events", content, cancel);
        var text = await answer.Content.ReadAsByteArrayAsync(cancel);
        if (text.AsSpan().Count("\"status\":\"applied\""u8) != body.AsSpan().Count("\n"u8))
            throw new InvalidOperationException($"{answer.StatusCode}: {Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(500, text.Length)))}");
    }

    /// <summary>NDJSON of the sightings with these numbers; the same number is the same sighting.</summary>
    private static byte[] Sightings(int from, int count, int among)
    {
        var text = new StringBuilder(count * 300);
        for (var i = from; i < from + count; i++)
        {
            var state = (ulong)i;
            var person = (int)(SplitMix64.Next(ref state) % (ulong)among);
            var (phone, other) = (SplitMix64.Next(ref state) % 10) switch
            {
                < 6 => (Crowd.Phone(person), ("wechat_openid", "mini", $"oX{person:D9}bench")),
                < 9 => (Crowd.Phone(person), ("tmall_ouid", Crowd.Shop, Crowd.Ouid(person))),
                _ => (Crowd.Phone(among + i), ("wechat_openid", "mini", $"oN{i:D9}bench")),
            };
            text.Append(CultureInfo.InvariantCulture, $$$"""
                {"source":"bench-mini","id":"seen/{{{i}}}","type":"interaction.happened","time":"2026-03-01T12:00:{{{i % 60:D2}}}+08:00","channel":"wechat","shop":"mini","identifiers":[{"namespace":"phone","value":"{{{phone}}}"},{"namespace":"{{{other.Item1}}}","scope":"{{{other.Item2}}}","value":"{{{other.Item3}}}"}],"data":{"kind":"visit"}}
                """).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static double At(double[] sorted, double share) => Math.Round(sorted[(int)(share * (sorted.Length - 1))], 2);
}
