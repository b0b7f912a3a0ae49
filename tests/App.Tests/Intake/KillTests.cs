using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Intake;

public sealed class KillTests
{
    private const int Orders = 6_000;
    private const int Buyers = 300;
    private const int PerRequest = 100;
    private const int Kills = 10;

    [Theory, OnBothBooks]
    public async Task Killed_ten_times_during_intake_nothing_answered_is_lost_and_nothing_counts_twice(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        await Send(danke, [.. Enumerable.Range(0, Buyers).Select(Joined)], new ConcurrentDictionary<string, bool>());
        var answered = new ConcurrentDictionary<string, bool>();
        var requests = new ConcurrentQueue<string[]>(Enumerable.Range(0, Orders).Select(Order).Chunk(PerRequest));
        var sending = Enumerable.Range(0, 3).Select(_ => Task.Run(() => SendAll(danke, requests, answered))).ToArray();

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(Random.Shared.Next(20, 400));
            danke.Kill();
            await danke.Start();
        }
        await Task.WhenAll(sending);

        answered.Count.ShouldBe(Orders);
        await using var books = BooksStore.FromSetting(danke.Settings.Books);
        (await Number(books, "select count(*) from orders")).ShouldBe(Orders);
        (await Number(books, "select count(*) from commands where command_key like 'kill/o%'")).ShouldBe(Orders);
        (await Number(books, "select sum(total_minor) from orders")).ShouldBe(Enumerable.Range(0, Orders).Sum(Amount));
        (await Number(books, "select sum(pending) from points_entries")).ShouldBe(Enumerable.Range(0, Orders).Sum(i => Amount(i) / 100));
        (await Number(books, "select count(*) from persons")).ShouldBe(Buyers);
        var audit = await danke.Verb("audit");
        audit.ExitCode.ShouldBe(0, audit.Output + audit.Errors);
    }

    private static long Amount(int i) => 100L * (i % 90 + 1);

    private static string Joined(int buyer) => Event($"j{buyer}", "member.joined", buyer, "{}");

    private static string Order(int i) => Event($"o{i}", "order.paid", i % Buyers,
        $$"""{"order":"{{i}}","currency":"CNY","lines":[{"sku":"A","quantity":1,"amount_minor":{{Amount(i)}}}]}""");

    private static string Event(string id, string type, int buyer, string data) =>
        $$"""{"source":"kill","id":"{{id}}","type":"{{type}}","time":"2026-01-0{{(type == "order.paid" ? 3 : 2)}}T03:04:05Z","channel":"site","identifiers":[{"namespace":"customer","value":"c{{buyer}}"}],"data":{{data}}}""";

    private static async Task SendAll(DankeProcess danke, ConcurrentQueue<string[]> requests, ConcurrentDictionary<string, bool> answered)
    {
        while (requests.TryDequeue(out var events))
        {
            // Slowly enough that every kill meets somebody sending.
            await Task.Delay(30);
            await Send(danke, events, answered);
        }
    }

    /// <summary>Sends what is not answered yet, until all is.</summary>
    private static async Task Send(DankeProcess danke, string[] events, ConcurrentDictionary<string, bool> answered)
    {
        var open = events.ToDictionary(e => JsonDocument.Parse(e).RootElement.GetProperty("id").GetString()!);
        for (var tries = 0; open.Count > 0; tries++)
        {
            if (tries > 2_000) throw new TimeoutException($"{open.Count} events were never answered: {danke.Output}");
            try
            {
                using var response = await danke.Client.PostAsync("v1/events", new StringContent(string.Join('\n', open.Values), Encoding.UTF8, "application/x-ndjson"));
                using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
                while (await lines.ReadLineAsync() is { } line) Take(line, open, answered);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException or ObjectDisposedException or JsonException)
            {
                await Task.Delay(50);
            }
        }
    }

    private static void Take(string line, Dictionary<string, string> open, ConcurrentDictionary<string, bool> answered)
    {
        var answer = JsonDocument.Parse(line).RootElement;
        if (!answer.TryGetProperty("id", out var id)) return;
        answer.GetProperty("status").GetString().ShouldBeOneOf("applied", "duplicate");
        open.Remove(id.GetString()!);
        answered[id.GetString()!] = true;
    }

    private static async Task<long> Number(BooksStore books, string sql) => (await books.Read(sql, r => Convert.ToInt64(r.GetValue(0))))[0];
}
