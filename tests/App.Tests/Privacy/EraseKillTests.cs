using System.Net;
using System.Text.Json;
using Danke.App.Tests.Fixtures;
using Danke.App.Tests.Intake;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Privacy.Erasing;
using Danke.Privacy.Requests;

namespace Danke.App.Tests.Privacy;

public sealed class EraseKillTests
{
    private const int Persons = 6;

    private static string Phone(int i) => $"1391234567{i}";

    private static string Joined(int i) => $$"""
        {"source":"kill","id":"j{{i}}","type":"member.updated","time":"2026-01-02T03:04:05Z","channel":"site","identifiers":[{"namespace":"phone","value":"{{Phone(i)}}"}],"data":{"profile":{"attributes":{"note":"call {{Phone(i)}}" } } } }
        """.Trim();

    private static string Refused(int i) => Joined(i).Replace($"\"j{i}\"", $"\"bad{i}\"", StringComparison.Ordinal).Replace("member.updated", "member.oops", StringComparison.Ordinal);

    [Theory, OnBothBooks]
    public async Task Killed_at_whatever_step_an_erasing_goes_on_and_ends_with_nothing_left(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        var said = await danke.Client.SendLines(Sending.Lines(string.Join('\n', Enumerable.Range(0, Persons).SelectMany(i => new[] { Joined(i), Refused(i) }))));
        var persons = said.Where((_, i) => i % 2 == 0).Select(s => s.GetProperty("person_id").GetInt64()).ToList();
        for (var i = 0; i < Persons; i++)
        {
            var request = (await danke.Client.Post("v1/privacy/requests", new { kind = "erase", person_id = persons[i] }).Json(HttpStatusCode.Created)).GetProperty("request_id").GetInt64();
            await danke.Client.Post($"v1/privacy/requests/{request}/start", new { confirm = $"{persons[i]}" }).Json(HttpStatusCode.Accepted);
            // Each a little later in the work.
            await Task.Delay(i * 40);
            danke.Kill();
            await danke.Start();
            var ended = await danke.Client.UntilNot($"v1/privacy/requests/{request}", "open", "running");
            ended.GetProperty("state").GetString().ShouldBe("done", ended.ToString());
        }

        danke.Kill();
        await using var books = BooksStore.FromSetting(danke.Settings.Books);
        using var vault = Vault.Find(danke.Settings.Data, _ => null)!;
        (await ByteScan.Find(books, danke.Settings.Books, danke.Settings.Data, vault, [.. Enumerable.Range(0, Persons).Select(Phone)])).ShouldBeEmpty();
        (await books.Read("select count(*) from persons where state = 'active'", r => r.GetInt64(0)))[0].ShouldBe(0);
        (await books.Read("select count(*) from erased_identifiers", r => r.GetInt64(0)))[0].ShouldBe(Persons);
    }

    [Theory, OnBothBooks]
    public async Task A_step_that_was_done_but_not_noted_so_is_done_again(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var said = await app.Client.SendLines(Sending.Lines($"{Joined(0)}\n{Refused(0)}"));
        var person = said[0].GetProperty("person_id").GetInt64();
        var id = (await app.Client.Post("v1/privacy/requests", new { kind = "erase", person_id = person }).Json(HttpStatusCode.Created)).GetProperty("request_id").GetInt64();
        var requests = app.Get<RequestStore>();
        (await requests.Begin(id, Caller.System)).ShouldBeTrue();
        var request = (await requests.Find(id))!;

        foreach (var (name, step) in app.Get<Eraser>().Plan(request, CancellationToken.None))
        {
            await step();
            await Should.NotThrowAsync(step, name);
        }

        (await requests.Find(id))!.Work.ShouldBeNull();
        (await ByteScan.Find(app, Phone(0))).ShouldBeEmpty();
    }
}
