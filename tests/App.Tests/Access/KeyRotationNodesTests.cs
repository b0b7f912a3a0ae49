using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Intake;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.App.Tests.Access;

/// <summary>Keys rotate under two nodes that go on reading and writing.</summary>
public sealed class KeyRotationNodesTests
{
    private const int Persons = 3_000;
    private const int MostRounds = 2_000;

    private static string PhoneOf(int i) => $"1392{i:0000000}";

    private static string Joined(int i) => $$"""
        {"source":"nodes","id":"j{{i}}","type":"member.updated","time":"2026-01-02T03:04:05Z","channel":"site","identifiers":[{"namespace":"phone","value":"{{PhoneOf(i)}}"}],"data":{"profile":{"name":"李四{{i}}" } } }
        """.Trim();

    private static async Task Write(HttpClient client, IEnumerable<int> numbers) =>
        (await client.SendLines(Sending.Lines(string.Join('\n', numbers.Select(Joined))))).ShouldAllBe(s => s.GetProperty("status").GetString() == "applied");

    /// <summary>Found by the phone, and shown by name and phone: both were opened.</summary>
    private static async Task Read(HttpClient client, int i)
    {
        var found = (await client.GetJson($"v1/persons?q={PhoneOf(i)}")).GetProperty("items").EnumerateArray().Single();
        var person = await client.GetJson($"v1/persons/{found.GetProperty("person_id").GetInt64()}");
        person.GetProperty("profile").GetProperty("name").GetString().ShouldBe($"李四{i}");
        person.GetProperty("identifiers").EnumerateArray().Single().GetProperty("value").GetString()!.ShouldEndWith(PhoneOf(i));
    }

    /// <summary>One node's work: new persons, then some of them and of the other's read back. Answers the numbers that it wrote.</summary>
    private static async Task<List<int>> Work(HttpClient client, int first, CancellationToken stop)
    {
        var written = new List<int>();
        for (var round = 0; round < MostRounds && !stop.IsCancellationRequested; round++)
        {
            int[] some = [.. Enumerable.Range(first + round * 10, 10)];
            await Write(client, some);
            written.AddRange(some);
            await Read(client, some[round % 10]);
            await Read(client, round * 37 % Persons);
            await Read(client, written[round * 7 % written.Count]);
        }
        return written;
    }

    private static async Task<JsonElement> Ended(HttpClient client, long job)
    {
        for (var tries = 0; ; tries++)
        {
            var view = await client.GetJson($"v1/jobs/{job}");
            if (view.GetProperty("state").GetString() is "done" or "failed" || tries > 2400) return view;
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Two_nodes_read_and_write_all_the_time_and_in_the_end_all_is_sealed_by_the_new_key()
    {
        await using var one = await DankeProcess.New(Dialect.Postgres);
        await one.Start();
        await using var two = one.Beside();
        // As the guide says: the new key is on every node before it is used.
        var key = Path.Combine(one.Settings.Data, Vault.FileName);
        await File.AppendAllTextAsync(key, $"\nseal 2 {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n");
        Directory.CreateDirectory(two.Settings.Data);
        File.Copy(key, Path.Combine(two.Settings.Data, Vault.FileName));
        await two.Start();
        await Write(one.Client, Enumerable.Range(0, Persons));

        using var stop = new CancellationTokenSource();
        var working = new[] { Work(one.Client, 100_000, stop.Token), Work(two.Client, 200_000, stop.Token) };
        var job = (await one.Client.Post("v1/keys/rotations", new { }).Json(HttpStatusCode.Accepted)).GetProperty("job_id").GetInt64();
        var ended = await Ended(two.Client, job);
        await stop.CancelAsync();
        var written = (await Task.WhenAll(working)).SelectMany(w => w).ToList();

        ended.GetProperty("state").GetString().ShouldBe("done", ended.ToString());
        foreach (var node in new[] { one, two })
        {
            var keys = await node.Client.GetJson("v1/keys");
            (keys.GetProperty("in_use").GetInt32(), keys.GetProperty("everything").GetInt32()).ShouldBe((2, 2));
            foreach (var i in written.Where((_, n) => n % 50 == 0)) await Read(node.Client, i);
        }
        await using var books = BooksStore.FromSetting(one.Settings.Books);
        using var vault = Vault.Find(two.Settings.Data, _ => null)!;
        foreach (var column in new[] { "identifiers value_cipher", "persons name_cipher", "attribute_statements value_cipher" }.Select(c => c.Split(' ')))
        {
            var values = await books.Read($"select {column[1]} from {column[0]} where {column[1]} is not null", r => r.Bytes(0));
            values.Count.ShouldBe(Persons + written.Count);
            values.ShouldAllBe(v => Vault.SealOf(v) == 2);
            values.Select(v => vault.Open(v)).Distinct().Count().ShouldBe(Persons + written.Count);
        }
    }
}
