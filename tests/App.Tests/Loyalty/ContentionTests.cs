using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Loyalty;

/// <summary>
/// Many tills at once, one account that half of them want and many others; requests are given up and sent again, the server is killed. The
/// expected balances are kept here, from the answers alone, without anything of the product. <c>DANKE_TEST_EFFORT</c> makes it longer.
/// </summary>
public sealed class ContentionTests
{
    private const int Tills = 64;
    private const int Kills = 3;
    private const long Given = 1_000;
    private static readonly int Members = 240 * RandomCases.Effort;
    private static readonly int Operations = 2_400 * RandomCases.Effort;

    /// <summary>One request and how it was answered for good.</summary>
    private sealed record Answered(int Member, string Kind, string Path, string Body, string Key, HttpStatusCode Status, string Said);

    /// <summary>What one member's answers come to: nothing else changes the balance.</summary>
    private sealed class Account
    {
        public long Balance = Given;
        public readonly ConcurrentQueue<(long Id, long Points)> Reservations = new();
        public readonly ConcurrentQueue<(long Id, long Points)> Redemptions = new();
    }

    [Theory, OnBothBooks]
    public async Task Tills_at_once_with_retries_and_kills_overspend_nothing_lose_nothing_and_hear_the_same_again(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        var accounts = Enumerable.Range(0, Members).Select(_ => new Account()).ToArray();
        await UntilAllAreIn(danke, Enumerable.Range(0, Members).Select(m => Event($"j{m}", "member.joined", m, "{}")));
        await UntilAllAreIn(danke, Enumerable.Range(0, Members).Select(m => Event($"g{m}", "points.adjusted", m, $$"""{"points":{{Given}},"reason":"welcome"}""")));

        var answers = new ConcurrentBag<Answered>();
        var next = 0;
        var tills = Enumerable.Range(0, Tills).Select(till => Task.Run(async () =>
        {
            var random = new Random(till);
            while (Interlocked.Increment(ref next) is var i && i <= Operations)
                answers.Add(await Operate(danke, random, random.Next(2) == 0 ? 0 : random.Next(Members), i, accounts));
        })).ToList();
        for (var kill = 1; kill <= Kills; kill++)
        {
            while (Volatile.Read(ref next) < Operations * kill / (Kills + 1)) await Task.Delay(5);
            danke.Kill();
            await danke.Start();
        }
        await Task.WhenAll(tills);

        foreach (var answer in answers.Where(a => a.Status != HttpStatusCode.OK)) answer.Status.ShouldBe(HttpStatusCode.Conflict, $"{answer.Said} {danke.Output}");
        foreach (var answer in answers.Where(a => a.Said.Contains("\"spendable\":-", StringComparison.Ordinal))) answer.Said.ShouldBe("never less than nothing");
        await Parallel.ForEachAsync(answers, new ParallelOptions { MaxDegreeOfParallelism = Tills }, async (answer, _) =>
        {
            var again = await UntilAnswered(danke, answer.Path, answer.Body, answer.Key, patience: null);
            (again.Status, Told(again.Said)).ShouldBe((answer.Status, Told(answer.Said)), answer.Kind);
        });
        await using var books = BooksStore.FromSetting(danke.Settings.Books);
        var balances = await books.Read("select points_spendable from memberships order by person_id", r => r.GetInt64(0));
        balances.ShouldBe(accounts.Select(a => a.Balance));
        var audit = await danke.Verb("audit");
        audit.ExitCode.ShouldBe(0, audit.Output + audit.Errors);
    }

    private static async Task UntilAllAreIn(DankeProcess danke, IEnumerable<string> events)
    {
        foreach (var body in events.Chunk(1_000))
        {
            using var request = new StringContent(string.Join('\n', body), Encoding.UTF8, "application/x-ndjson");
            using var answer = await danke.Client.PostAsync("v1/events", request);
            (await answer.Content.ReadAsStringAsync()).Split("\"status\":\"applied\"").Length.ShouldBe(body.Length + 1);
        }
    }

    // An event sent again is a duplicate, with the same person; all else is repeated word for word.
    private static string Told(string said) => said.Replace("\"status\":\"duplicate\"", "\"status\":\"applied\"", StringComparison.Ordinal);

    private static async Task<Answered> Operate(DankeProcess danke, Random random, int member, int i, Account[] accounts)
    {
        var account = accounts[member];
        var points = random.Next(1, 60);
        var patience = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 30)) : (TimeSpan?)null;
        var key = $"op-{i}";
        switch (random.Next(8))
        {
            case 0 or 1:
                var earned = await UntilAnswered(danke, "v1/events", Event($"e{i}", "points.adjusted", member, $$"""{"points":{{points}},"reason":"earned"}"""), "", patience);
                Interlocked.Add(ref account.Balance, points);
                return Kept("earn", "v1/events", Event($"e{i}", "points.adjusted", member, $$"""{"points":{{points}},"reason":"earned"}"""), "", earned);
            case 2 when account.Reservations.TryDequeue(out var reservation):
                var confirmed = random.Next(1, (int)reservation.Points + 1);
                return await Settle($"reservations/{reservation.Id}/confirmation", confirmed, reservation.Points - confirmed, then: () => account.Redemptions.Enqueue((reservation.Id, confirmed)));
            case 3 when account.Reservations.TryDequeue(out var reservation):
                return await Settle($"reservations/{reservation.Id}/release", reservation.Points, reservation.Points, then: () => { });
            case 4 when account.Redemptions.TryDequeue(out var redemption):
                var back = random.Next(1, (int)redemption.Points + 1);
                return await Settle($"redemptions/{redemption.Id}/returns", back, back, then: () => { });
            case 5 or 6:
                return await Take("reservations", account.Reservations);
            default:
                return await Take("redemptions", account.Redemptions);
        }

        async Task<Answered> Take(string what, ConcurrentQueue<(long, long)> into)
        {
            var body = $$"""{"points":{{points}},"identifiers":[{"namespace":"customer","value":"c{{member}}"}]}""";
            var answer = await UntilAnswered(danke, $"v1/points/{what}", body, key, patience);
            if (answer.Status == HttpStatusCode.OK)
            {
                Interlocked.Add(ref account.Balance, -points);
                into.Enqueue((JsonDocument.Parse(answer.Said).RootElement.GetProperty("redemption_id").GetInt64(), points));
            }
            return Kept(what, $"v1/points/{what}", body, key, answer);
        }

        async Task<Answered> Settle(string path, long says, long givesBack, Action then)
        {
            var body = $$"""{"points":{{says}}}""";
            var answer = await UntilAnswered(danke, $"v1/points/{path}", body, key, patience);
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Said);
            Interlocked.Add(ref account.Balance, givesBack);
            then();
            return Kept(path, $"v1/points/{path}", body, key, answer);
        }

        Answered Kept(string kind, string path, string body, string of, (HttpStatusCode Status, string Said) answer) => new(member, kind, path, body, of, answer.Status, answer.Said);
    }

    private static string Event(string id, string type, int member, string data) => string.Create(CultureInfo.InvariantCulture,
        $$$"""{"source":"tills","id":"{{{id}}}","type":"{{{type}}}","time":"2026-02-03T04:05:06Z","channel":"store","identifiers":[{"namespace":"customer","value":"c{{{member}}}"}],"data":{{{data}}}}""");

    /// <summary>Sends until there is an answer that stays: not for a killed server, a lost answer, or "too busy".</summary>
    /// <param name="patience">After this the first tries are given up and sent again.</param>
    private static async Task<(HttpStatusCode Status, string Said)> UntilAnswered(DankeProcess danke, string path, string body, string key, TimeSpan? patience)
    {
        for (var tries = 0; ; tries++)
        {
            if (tries > 2_000) throw new TimeoutException($"{path} was never answered: {danke.Output}");
            using var stop = new CancellationTokenSource(patience is { } wait && tries < 3 ? wait : TimeSpan.FromSeconds(30));
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                if (key.Length > 0) request.Headers.Add("Idempotency-Key", key);
                using var answer = await danke.Client.SendAsync(request, stop.Token);
                var said = await answer.Content.ReadAsStringAsync(stop.Token);
                if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)) return (answer.StatusCode, said);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
            await Task.Delay(10);
        }
    }
}
