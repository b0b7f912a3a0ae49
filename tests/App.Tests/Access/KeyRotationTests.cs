using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Intake;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.App.Tests.Access;

/// <summary>Values are sealed anew while all goes on, and after a kill as well.</summary>
public sealed class KeyRotationTests
{
    private static string Joined(int i) => $$"""
        {"source":"keys","id":"j{{i}}","type":"member.updated","time":"2026-01-02T03:04:05Z","channel":"site","identifiers":[{"namespace":"phone","value":"1391{{i:0000000}}"}],"data":{"profile":{"name":"张三{{i}}","attributes":{"note":"n{{i}}" } } } }
        """.Trim();

    private static readonly string[] Sealed = ["identifiers value_cipher", "persons name_cipher", "attribute_statements value_cipher"];

    private static async Task<long> By(BooksStore books, int seal)
    {
        long count = 0;
        foreach (var column in Sealed.Select(s => s.Split(' ')))
            count += (await books.Read($"select count(*) from {column[0]} where {column[1]} is not null and substr({column[1]}, 1, 1) = @seal", r => r.GetInt64(0), [("seal", new[] { (byte)seal })]))[0];
        return count;
    }

    [Theory, OnBothBooks]
    public async Task Killed_in_the_middle_a_rotation_goes_on_and_all_is_read_and_found_as_before(Dialect dialect)
    {
        const int persons = 5_000;
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        var said = await danke.Client.SendLines(Sending.Lines(string.Join('\n', Enumerable.Range(0, persons).Select(Joined))));
        said.ShouldAllBe(s => s.GetProperty("status").GetString() == "applied");
        var first = said[7].GetProperty("person_id").GetInt64();

        var job = (await danke.Client.Post("v1/keys/rotations", new { }).Json(HttpStatusCode.Accepted)).GetProperty("job_id").GetInt64();
        await using (var books = BooksStore.FromSetting(danke.Settings.Books))
        {
            // In the middle, if it is not over already: by chunks of 2,000 it takes at least eight transactions.
            for (var tries = 0; tries < 2000 && await By(books, 2) == 0; tries++) await Task.Delay(5);
            danke.Kill();
        }
        await danke.Start();
        // Found and read with one half sealed by each key, and made anew.
        (await danke.Client.GetJson($"v1/persons?q=13910000007")).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("person_id").GetInt64()).ShouldBe([first]);
        (await danke.Client.SendLines(Sending.Lines(Joined(7).Replace("\"j7\"", "\"again\"", StringComparison.Ordinal))))[0].GetProperty("person_id").GetInt64().ShouldBe(first);
        (await danke.Client.SendLines(Sending.Lines(Joined(persons))))[0].GetProperty("status").GetString().ShouldBe("applied");
        (await danke.Client.JobEnded(job)).GetProperty("state").GetString().ShouldBe("done");

        var keys = await danke.Client.GetJson("v1/keys");
        (keys.GetProperty("in_use").GetInt32(), keys.GetProperty("everything").GetInt32()).ShouldBe((2, 2));
        (await danke.Client.GetJson($"v1/persons?q=13910000007")).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("person_id").GetInt64()).ShouldBe([first]);
        (await danke.Client.GetJson($"v1/persons/{first}")).GetProperty("profile").GetProperty("name").GetString().ShouldBe("张三7");
        (await danke.Client.Post("v1/audits").Json()).GetProperty("ok").GetBoolean().ShouldBeTrue();
        await using (var books = BooksStore.FromSetting(danke.Settings.Books))
        {
            (await By(books, 1)).ShouldBe(0);
            using var vault = Vault.Find(danke.Settings.Data, _ => null)!;
            var values = await books.Read("select value_cipher from identifiers", r => vault.Open(r.Bytes(0)));
            values.Distinct().Count().ShouldBe(persons + 1);
        }
        // A second rotation is another key; without its line nothing starts.
        var again = (await danke.Client.Post("v1/keys/rotations", new { }).Json(HttpStatusCode.Accepted)).GetProperty("job_id").GetInt64();
        (await danke.Client.JobEnded(again)).GetProperty("state").GetString().ShouldBe("done");
        (await danke.Client.GetJson("v1/keys")).GetProperty("everything").GetInt32().ShouldBe(3);
    }
}
