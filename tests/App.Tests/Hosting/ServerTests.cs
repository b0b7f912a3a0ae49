using System.Net;
using Danke.App.Hosting;
using Danke.App.Tests.Fixtures;
using Danke.Platform.Books;

namespace Danke.App.Tests.Hosting;

public sealed class ServerTests
{
    [Theory, OnBothBooks]
    public async Task A_new_server_is_ready_and_keeps_its_Books_over_a_restart(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        (await app.Anonymous().GetJson("health/ready")).GetProperty("status").GetString().ShouldBe("ready");
        app.Books.Dialect.ShouldBe(dialect);

        await app.Restart();

        (await app.Anonymous().GetJson("health/ready")).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Theory, OnBothBooks]
    public async Task A_killed_server_starts_again_on_the_same_data(Dialect dialect)
    {
        await using var danke = await DankeProcess.New(dialect);
        await danke.Start();
        danke.Kill();

        await danke.Start();

        (await danke.Client.GetAsync("health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_directory_is_refused()
    {
        await using var app = await DankeApp.Start(Dialect.Sqlite);

        var refused = await Should.ThrowAsync<StartException>(() => DankeServer.Build(app.Settings));

        refused.Code.ShouldBe("data_in_use");
    }

    [Theory, OnBothBooks]
    public async Task Books_begun_with_one_data_key_refuse_another(Dialect dialect)
    {
        await using var app = await DankeApp.Start(dialect);
        var other = app.Settings with { Data = Path.Combine(app.Data, "other") };
        var key = Convert.ToBase64String(new byte[32]);

        var missing = await Should.ThrowAsync<StartException>(() => DankeServer.Build(other, new ServerOptions { Environment = _ => null, Quiet = true }));
        var differs = await Should.ThrowAsync<StartException>(() => DankeServer.Build(other, new ServerOptions { Environment = _ => key, Quiet = true }));

        (missing.Code, differs.Code).ShouldBe(("data_key_missing", "data_key_differs"));
    }
}
