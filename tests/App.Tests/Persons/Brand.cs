using System.Text.Json;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.App.Tests.Persons;

/// <summary>One server a database with a program, and words to make things happen on it: <c>class MyTests(Brand brand) : IClassFixture&lt;Brand&gt;</c>.</summary>
public sealed class Brand : IAsyncDisposable
{
    private readonly DankeApps apps = new();
    private readonly Dictionary<Dialect, Task<BrandOn>> ready = [];

    public Task<BrandOn> On(Dialect dialect)
    {
        lock (ready) return ready.TryGetValue(dialect, out var known) ? known : ready[dialect] = Make(dialect);
    }

    private async Task<BrandOn> Make(Dialect dialect)
    {
        var app = await apps.On(dialect);
        await app.Books.Publish("program", "default", Programs.Plain);
        return new BrandOn(app);
    }

    public ValueTask DisposeAsync() => apps.DisposeAsync();
}

/// <summary>The brand on one database.</summary>
public sealed class BrandOn(DankeApp app)
{
    private int events;

    public DankeApp App => app;

    /// <summary>With all rights.</summary>
    public HttpClient Client => app.Client;

    /// <summary>May read everything, and reveal nothing.</summary>
    public Task<HttpClient> Analyst() => app.WithKey([.. Roles.ScopesOf[Roles.Analyst]]);

    /// <summary>Something happened on tmall/s1, so many days after 2026-01-01; answers whose it is. Must be applied.</summary>
    public Task<long> Happens(double day, CommandBody body, params Identifier[] identifiers) => Happens(day, "tmall", body, identifiers);

    public async Task<long> Happens(double day, string channel, CommandBody body, params Identifier[] identifiers)
    {
        var command = Say.Event($"{Interlocked.Increment(ref events)}", day, body, identifiers) with { Channel = channel };
        var answer = await app.Get<IDoor>().Submit(command, CancellationToken.None);
        answer.Status.ShouldBe(AnswerStatus.Applied, answer.Detail);
        return answer.PersonId;
    }

    /// <summary>Many things at once; all must be applied. Answers whose they are.</summary>
    public async Task<IReadOnlyList<long>> Happen(IEnumerable<(double Day, string Channel, CommandBody Body, Identifier[] Identifiers)> all)
    {
        var commands = all.Select(c => Say.Event($"{Interlocked.Increment(ref events)}", c.Day, c.Body, c.Identifiers) with { Channel = c.Channel }).ToList();
        var answers = await app.Get<IDoor>().SubmitMany(commands, CancellationToken.None);
        answers.ShouldAllBe(a => a.Status == AnswerStatus.Applied);
        return [.. answers.Select(a => a.PersonId)];
    }

    public Task<JsonElement> Get(string path) => Client.GetJson("v1/" + path);

    /// <summary>All items of a list, page by page, and how many pages it took.</summary>
    public async Task<(List<JsonElement> Items, int Pages)> Walk(string path, int limit, Func<Task>? between = null)
    {
        var items = new List<JsonElement>();
        var pages = 0;
        for (string? cursor = null; ; pages++)
        {
            var page = await Get($"{path}{(path.Contains('?') ? '&' : '?')}limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
            if (cursor is null) return (items, pages + 1);
            if (between is not null) await between();
        }
    }
}

internal static class JsonWords
{
    public static long Number(this JsonElement json, string name) => json.GetProperty(name).GetInt64();

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static List<JsonElement> Items(this JsonElement json, string name = "items") => [.. json.GetProperty(name).EnumerateArray()];

    public static List<long> Ids(this JsonElement json) => [.. json.Items().Select(i => i.Number("person_id"))];
}
