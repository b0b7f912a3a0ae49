using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Danke.App.Hosting;
using Danke.Contracts.Commands;
using Danke.Demo;
using Danke.Engines.Demo;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Definitions;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Danke.App.Bench;

/// <summary>A changed program replayed over a generated brand's history through the API, beside the bare reading of the same rows.</summary>
internal static class SimulateBench
{
    public static async Task<object> Run(DankeSettings settings, int members, int months, string program, string changed, CancellationToken cancel)
    {
        await using var app = await DankeServer.Build(settings with { Insight = "off", Listen = "http://127.0.0.1:0" }, new ServerOptions { Quiet = true, Tell = _ => { }, MakesFirstUser = false }, cancel);
        await app.StartAsync(cancel);
        var definitions = app.Services.GetRequiredService<DefinitionStore>();
        var live = await definitions.Draft("program", "default", Body(program), null, null, Caller.Cli, cancel);
        await definitions.Publish("program", "default", live.Version, Caller.Cli, cancel);
        var today = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb[DemoBrand.Zone]).Date;
        var loaded = await DemoLoader.Load(app.Services.GetRequiredService<IDoor>(), DemoPlan.UpTo(today, members, months, 1), null, cancel);
        using var client = (await RunningServer.Find(settings, cancel))!.Client();
        var books = app.Services.GetRequiredService<BooksStore>();
        var reading = Stopwatch.StartNew();
        var orders = (await books.Read("select order_id, person_id, total_minor, paid_at_ms, completed_at_ms, lines from orders", r => r.GetInt64(0), [], cancel)).Count;
        reading.Stop();
        var same = await Simulate(client, Body(program), cancel);
        var other = await Simulate(client, Body(changed), cancel);
        var peak = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
        await app.StopAsync(cancel);
        return new
        {
            members,
            months,
            events = loaded.Events,
            orders,
            books = books.Dialect.ToString(),
            bare_read_seconds = Math.Round(reading.Elapsed.TotalSeconds, 2),
            same_program_seconds = same["seconds"],
            changed_program_seconds = other["seconds"],
            members_that_agree_with_the_ledger = same["actual"]!["same"],
            members_replayed = same["persons"],
            liability_live = other["live"]!["liability"],
            liability_changed = other["draft"]!["liability"],
            peak_megabytes = peak,
        };
    }

    private static JsonNode Body(string file)
    {
        var document = YamlJson.Read(File.ReadAllText(file))!;
        return document["body"] is { } body ? body.DeepClone() : document;
    }

    private static async Task<JsonNode> Simulate(HttpClient client, JsonNode document, CancellationToken cancel)
    {
        using var begun = await client.PostAsJsonAsync("v1/loyalty/simulations", new JsonObject { ["document"] = document }, cancel);
        var id = JsonNode.Parse(await begun.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancel))!["simulation_id"]!.GetValue<long>();
        while (true)
        {
            await Task.Delay(200, cancel);
            var view = JsonNode.Parse(await client.GetStringAsync(FormattableString.Invariant($"v1/loyalty/simulations/{id}"), cancel))!;
            if ((string?)view["state"] is "done") return view["report"]!;
            if ((string?)view["state"] is "failed" or "cancelled") throw new InvalidOperationException((string?)view["error"] ?? "cancelled");
        }
    }
}
