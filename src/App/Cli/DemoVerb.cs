using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Danke.App.Hosting;
using Danke.Contracts.Commands;
using Danke.Demo;
using Danke.Engines.Demo;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Insight;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Command = System.CommandLine.Command;

namespace Danke.App.Cli;

/// <summary><c>danke demo</c>: an invented brand with two years of history, and the console on it. The second start is quick.</summary>
internal static class DemoVerb
{
    /// <summary>Its own folder, so that trying Danke never touches a real installation.</summary>
    public const string DefaultData = ".danke/demo";

    private static readonly Option<int> Members = new("--members") { Description = "How many persons join.", HelpName = "N", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> Months = new("--months") { Description = "How long the history is; it ends yesterday.", HelpName = "M", DefaultValueFactory = _ => 24 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Another seed is another history.", HelpName = "S", DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        var verb = new Command("demo", $"Make a demo brand (in {DefaultData}) and serve the console on it, until Ctrl-C.") { Members, Months, Seed };
        verb.SetAction(Run);
        return verb;
    }

    private static async Task<int> Run(ParseResult given, CancellationToken cancel)
    {
        var settings = given.Settings(DefaultData);
        if (await RunningServer.Find(settings, cancel) is { } running)
        {
            Console.WriteLine($"The demo is being served already: {running.Url}");
            return 0;
        }
        await using var app = await DankeServer.Build(settings, new ServerOptions { Quiet = true }, cancel);
        await app.StartAsync(cancel);
        if (!await IsMade(app, cancel)) await Make(app, settings, PlanOf(given), cancel);
        Console.WriteLine($"""

            The demo brand {DemoBrand.Name} is served on {DankeServer.UrlOf(app)}
            Sign in as admin; the one-time password was printed at the first start. Lost it? ./danke password admin --data {DefaultData}
            Ctrl-C stops it; ./danke demo starts it again. To begin anew, delete {settings.Data}.
            """);
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    private static DemoPlan PlanOf(ParseResult given)
    {
        var today = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb[DemoBrand.Zone]).Date;
        var plan = new DemoPlan { Members = given.GetValue(Members), Months = given.GetValue(Months), Seed = given.GetValue(Seed) };
        if (plan.Fault() is { } fault) throw new StartException("demo_plan", fault);
        return DemoPlan.UpTo(today, plan.Members, plan.Months, plan.Seed);
    }

    private static async Task<bool> IsMade(WebApplication app, CancellationToken cancel) =>
        (await app.Services.GetRequiredService<BooksStore>().Read("select 1 from installation where name = 'demo'", r => r.GetInt32(0), cancel: cancel)).Count > 0;

    private static async Task Make(WebApplication app, DankeSettings settings, DemoPlan plan, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Making the demo brand {DemoBrand.Name}: {plan.Members:N0} members, {plan.Months} months."));
        await Samples.PublishDemo(app.Services.GetRequiredService<DefinitionStore>(), cancel);
        var load = await ProgressBar.Run("Generating and applying", progress => DemoLoader.Load(app.Services.GetRequiredService<IDoor>(), plan, progress, cancel));
        using (var till = (await RunningServer.Find(settings, cancel))!.Client()) await DemoCounter.Play(till, plan, cancel);
        await app.Services.GetRequiredService<InsightFeeder>().WaitUntilCaughtUp(cancel);
        // Only now: a demo that was interrupted is completed at the next start, what is in already being known.
        await app.Services.GetRequiredService<BooksStore>().Write(t => t.Execute("insert into installation (name, value) values ('demo', @seed) on conflict (name) do nothing",
            ("seed", plan.Seed.ToString(CultureInfo.InvariantCulture))), cancel);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{load.Events:N0} events in {clock.Elapsed.TotalSeconds:N0} s: {load.Applied:N0} applied, {load.Duplicate:N0} sent twice, {load.Declined + load.Rejected:N0} refused."));
    }
}
