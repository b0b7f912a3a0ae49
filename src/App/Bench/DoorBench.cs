using System.Diagnostics;
using Danke.App.Hosting;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Platform.Books;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Danke.App.Bench;

/// <summary>The Door without HTTP: events parsed and handed in within one process. For profiling; <see cref="IntakeBench"/> is what counts.</summary>
internal static class DoorBench
{
    public static async Task<object> Run(DankeSettings settings, int events, int buyers, CancellationToken cancel)
    {
        await using var app = await DankeServer.Build(settings with { Insight = "off", Listen = "http://127.0.0.1:0" }, new ServerOptions { Quiet = true, Tell = _ => { } }, cancel);
        await app.StartAsync(cancel);
        var door = app.Services.GetRequiredService<IDoor>();
        await Send(door, PlatformOrders.Joins(buyers, 1000), cancel);
        var bodies = PlatformOrders.Orders(events, buyers, 1000, seed: 7).ToList();

        var parsing = Stopwatch.StartNew();
        foreach (var body in bodies) Parse(body);
        var parsed = parsing.Elapsed;
        var sending = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await Send(door, bodies, cancel);
        var took = sending.Elapsed;
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        await app.StopAsync(cancel);
        return new
        {
            events,
            parse_events_per_second = (long)(events / parsed.TotalSeconds),
            events_per_second = (long)(events / took.TotalSeconds),
            cpu_microseconds_per_event = Math.Round(used.TotalMicroseconds / events, 1),
        };
    }

    /// <summary>NDJSON texts through the Door, some ahead of the answers; every event must be applied.</summary>
    internal static async Task Send(IDoor door, IEnumerable<byte[]> bodies, CancellationToken cancel)
    {
        var pending = new Queue<Task<Answer[]>>();
        foreach (var body in bodies)
        {
            pending.Enqueue(door.SubmitMany(Parse(body), cancel).AsTask());
            if (pending.Count > 8) Verify(await pending.Dequeue());
        }
        foreach (var rest in pending) Verify(await rest);
    }

    private static List<Contracts.Commands.Command> Parse(byte[] body)
    {
        var reader = new EventJsonReader();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var commands = new List<Contracts.Commands.Command>(1000);
        foreach (var range in body.AsSpan().Split((byte)'\n'))
            if (range.End.Value > range.Start.Value) commands.Add(reader.Read(body.AsMemory(range), now) is { Command: { } command } ? command
                : throw new InvalidOperationException(string.Join("; ", reader.Read(body.AsMemory(range), now).Problems)));
        return commands;
    }

    private static void Verify(Answer[] answers)
    {
        if (answers.FirstOrDefault(a => a.Status != AnswerStatus.Applied) is { } bad) throw new InvalidOperationException($"{bad.Status} {bad.Code}: {bad.Detail}");
    }
}
