using System.Diagnostics;
using System.Globalization;
using System.Text;
using Danke.App.Hosting;
using Danke.App.Scenarios;
using Danke.Contracts.Commands;
using Danke.Loyalty.Expiring;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Danke.App.Bench;

/// <summary>A night in which all lots end, through the Door with chain, seals, double entry and outbox; then one bare UPDATE of the same lots.</summary>
internal static class ExpiryBench
{
    private const int LotsEach = 5;
    private const int PerBody = 1_000;

    // Years after all of the lots have ended.
    private static readonly long Night = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static async Task<object> Run(DankeSettings settings, int lots, CancellationToken cancel)
    {
        settings = settings with { Insight = "off", Listen = "http://127.0.0.1:0" };
        await using var books = BooksStore.FromSetting(settings.Books);
        Console.Error.WriteLine($"{lots:N0} lots of {lots / LotsEach:N0} members …");
        await Fill(settings, lots / LotsEach, cancel);
        Console.Error.WriteLine("All of them end …");
        var (memberships, ours, door) = await Expire(settings, cancel);
        Console.Error.WriteLine("One bare UPDATE of as many …");
        var (rows, bare) = await Bare(books, settings, cancel);
        return new
        {
            books = books.Label,
            lots = rows,
            memberships,
            seconds = Math.Round(ours.TotalSeconds, 1),
            door,
            lots_per_second = (long)(rows / ours.TotalSeconds),
            bare_update_seconds = Math.Round(bare.TotalSeconds, 1),
            ratio = Math.Round(ours / bare, 1),
        };
    }

    private static async Task Fill(DankeSettings settings, int members, CancellationToken cancel)
    {
        await using var app = await DankeServer.Build(settings, new ServerOptions { Quiet = true, Tell = _ => { } }, cancel);
        await app.StartAsync(cancel);
        var door = app.Services.GetRequiredService<IDoor>();
        await DoorBench.Send(door, PlatformOrders.Joins(members, PerBody), cancel);
        for (var lot = 0; lot < LotsEach; lot++) await DoorBench.Send(door, Gifts(members, lot), cancel);
        await app.StopAsync(cancel);
    }

    // Each on a day of its own, as orders would give them.
    private static IEnumerable<byte[]> Gifts(int members, int lot)
    {
        for (var from = 0; from < members; from += PerBody)
        {
            var text = new StringBuilder();
            for (var i = from; i < Math.Min(members, from + PerBody); i++)
                text.Append(CultureInfo.InvariantCulture, $$$"""
                    {"source":"bench-till","id":"gift/{{{lot}}}/{{{i}}}","type":"points.adjusted","time":"2026-{{{lot + 2:D2}}}-{{{i % 28 + 1:D2}}}T12:00:00+08:00","channel":"store","shop":"s1","identifiers":[{"namespace":"phone","value":"100{{{i:D8}}}"}],"data":{"points":{{{100 + i % 900}}},"reason":"bench"}}
                    """).Append('\n');
            yield return Encoding.UTF8.GetBytes(text.ToString());
        }
    }

    // Nothing runs but the Door: the night's other work is not what is timed.
    private static async Task<(int Memberships, TimeSpan Took, object Door)> Expire(DankeSettings settings, CancellationToken cancel)
    {
        var night = new VirtualClock { NowMs = Night };
        await using var app = await DankeServer.Build(settings, new ServerOptions { Quiet = true, Tell = _ => { }, Services = s => s.Replace(ServiceDescriptor.Singleton<TimeProvider>(night)) }, cancel);
        var door = app.Services.GetRequiredService<TheDoor>();
        await door.StartAsync(cancel);
        var clock = Stopwatch.StartNew();
        var ended = await app.Services.GetRequiredService<ExpiryClock>().Sweep(cancel);
        var took = clock.Elapsed;
        await door.StopAsync(cancel);
        return (ended, took, ServerUnderTest.Shares(app.Services.GetRequiredService<DoorStatistics>().Snapshot().Times.ToDictionary(t => $"{t.Work} {t.Part}", t => t.Ms)));
    }

    private static async Task<(long Rows, TimeSpan Took)> Bare(BooksStore filled, DankeSettings settings, CancellationToken cancel)
    {
        await using var copy = BooksStore.FromSetting(await BenchData.Beside(filled, settings, "bare_limit", cancel));
        await Migrations.Apply(copy, BooksStart.AllMigrations(ModuleList.All), 0, NullLogger.Instance, cancel);
        var lots = await CopiedRows.Read(filled, "lots", cancel);
        foreach (var chunk in lots.Rows.Chunk(100_000))
            await copy.Write(t => t.Insert(lots.Table, [.. chunk.Select(l => lots.Like(l, ("state", "active"), ("remaining", lots.Of(l, "amount"))))]).AsTask(), cancel);
        await copy.Write(t => t.Execute("analyze"), cancel);
        var clock = Stopwatch.StartNew();
        var rows = await copy.Write(t => t.Execute("update lots set state = 'expired', remaining = 0 where state = 'active' and expires_at_ms <= @now", ("now", Night)), cancel);
        return (rows, clock.Elapsed);
    }
}
