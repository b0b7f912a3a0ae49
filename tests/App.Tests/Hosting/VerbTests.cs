using System.Net;
using System.Text.Json;
using Danke.App.Tests.Browser;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Hosting;

public sealed class VerbTests
{
    private const string Phone = "13800138000";

    [Theory, OnBothBooks]
    public async Task No_personal_value_gets_into_the_log(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        var good = """{"source":"test","id":"1","type":"member.joined","time":"2026-01-02T03:04:05Z","channel":"store","identifiers":[{"namespace":"phone","value":"PHONE"}],"data":{"profile":{"name":"王小明"}}}""".Replace("PHONE", Phone);
        var bad = """{"source":"test","id":"2","type":"member.joined","time":"never","channel":"store","identifiers":[{"namespace":"phone","value":"PHONE"}],"data":{"profile":{"name":"王小明"}}}""".Replace("PHONE", Phone);
        var broken = $$"""{"source":"test","phone":"{{Phone}}" "name":"王小明" """;
        foreach (var body in new[] { good, bad, broken })
            ((int)(await danke.Client.PostAsync("v1/events", Http.Text(body))).StatusCode).ShouldBeLessThan(500);
        ((int)(await danke.Client.GetAsync($"v1/persons?q={Phone}")).StatusCode).ShouldBeLessThan(500);
        await danke.Client.PostAsync("v1/session", Http.Text($$"""{"user":"{{Phone}}","password":"王小明"}"""));
        await danke.Client.PostAsync("v1/session", Http.Text($$"""{"user":{{Phone}},"password":"王小明"}"""));
        await Task.Delay(500);
        danke.Kill();

        danke.Output.ShouldContain("serving");
        danke.Output.ShouldNotContain(Phone);
        danke.Output.ShouldNotContain("王小明");
    }

    [Theory, OnBothBooks]
    public async Task A_verb_goes_through_the_server_that_holds_the_data(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();

        var (exit, output, errors) = await danke.Verb("password", "admin");

        exit.ShouldBe(0, errors);
        var password = output.Split("password ")[1].Split(' ')[0];
        (await danke.Client.Post("v1/session", new { user = "admin", password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await danke.Client.GetJson("v1/audit-log")).GetProperty("items")[0].GetProperty("actor").GetString().ShouldBe("cli");
    }

    [Theory, OnBothBooks]
    public async Task A_verb_opens_the_stores_itself_when_no_server_runs(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);

        var (exit, _, errors) = await danke.Verb("password", "nobody");

        exit.ShouldBe(1);
        errors.ShouldContain("There is no user nobody.");
    }

    [Fact]
    public async Task Migrate_says_what_it_would_do_does_it_and_then_has_nothing_to_do()
    {
        await using var danke = await DankeProcess.New(Dialect.Sqlite);

        var would = await danke.Verb("migrate", "--dry-run", "--json");
        File.Exists(Path.Combine(danke.Settings.Data, "books.db")).ShouldBeFalse();
        var did = await danke.Verb("migrate", "--json");
        var again = await danke.Verb("migrate", "--json");

        static int Steps(string output) => JsonDocument.Parse(output).RootElement.GetProperty("steps").GetArrayLength();
        Steps(would.Output).ShouldBeGreaterThan(5);
        Steps(did.Output).ShouldBe(Steps(would.Output));
        Steps(again.Output).ShouldBe(0);
    }

    [Theory, OnBothBooks]
    public async Task The_doctor_finds_a_new_installation_and_a_running_one_well(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        var before = JsonDocument.Parse((await danke.Verb("doctor", "--json")).Output).RootElement;
        await danke.Start();

        var after = JsonDocument.Parse((await danke.Verb("doctor", "--json")).Output).RootElement;

        before.GetProperty("ok").GetBoolean().ShouldBeTrue(before.ToString());
        after.GetProperty("ok").GetBoolean().ShouldBeTrue(after.ToString());
        after.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("name").GetString() == "schema").GetProperty("found").GetString().ShouldBe("up to date");
    }

    [Fact]
    public async Task The_doctor_sees_an_open_key_and_says_what_to_do()
    {
        await using var danke = await DankeProcess.New(Dialect.Sqlite);
        await danke.Start();
        danke.Kill();
        if (OperatingSystem.IsWindows()) return;
        var key = Path.Combine(danke.Settings.Data, "danke.key");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var (exit, output, _) = await danke.Verb("doctor");

        exit.ShouldBe(1);
        output.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task An_unknown_option_is_a_wrong_command_line()
    {
        await using var danke = await DankeProcess.New(Dialect.Sqlite);

        (await danke.Verb("migrate", "--nonsense")).ExitCode.ShouldBe(2);
        (await danke.Verb("apply", "/no/such/file.yaml")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Files_are_applied_with_programs_first_and_points_that_no_program_has_are_refused_before_anything_is_kept()
    {
        await using var danke = await DankeProcess.New(Dialect.Sqlite);
        await danke.Start();
        var folder = danke.Settings.Data;
        string Audience(string type) => $"kind: audience\nname: rich\ntitle: Rich\nbody: {{ condition: points.{type} >= 10 }}\n";
        await File.WriteAllTextAsync(Path.Combine(folder, "a.yaml"), Audience("coins"));
        await File.WriteAllTextAsync(Path.Combine(folder, "b.yaml"), Audience("stars"));
        var program = await File.ReadAllTextAsync(ConsoleServer.InRepository("samples/programs/default.yaml")!);
        await File.WriteAllTextAsync(Path.Combine(folder, "p.yaml"), program.TrimEnd() + "\n  point_types: [{ name: coins, title: 币 }]\n");

        var refused = await danke.Verb("apply", Path.Combine(folder, "b.yaml"), Path.Combine(folder, "p.yaml"));
        refused.ExitCode.ShouldBe(1);
        refused.Errors.ShouldContain("/condition: The program 'default' has no points of the type 'stars', but points, coins.");
        var applied = await danke.Verb("apply", Path.Combine(folder, "a.yaml"), Path.Combine(folder, "p.yaml"));
        applied.ExitCode.ShouldBe(0, applied.Errors);
        applied.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]).ShouldBe(["program/default", "audience/rich"]);
    }
}
