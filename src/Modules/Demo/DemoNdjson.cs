using System.Buffers;
using Danke.Contracts.Events;
using Danke.Engines.Demo;

namespace Danke.Demo;

/// <summary>How far a generation or a load has come.</summary>
/// <param name="Events">Events so far.</param>
/// <param name="Share">The share of the plan's time that is over, 0 to 1: days differ in size, so it is not quite the share of the work.</param>
internal readonly record struct DemoProgress(long Events, double Share)
{
    public static DemoProgress Of(DemoPlan plan, long events, long atMs)
    {
        var start = plan.From.ToDateTimeUnspecified().Ticks;
        var end = plan.Until.ToDateTimeUnspecified().Ticks;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(atMs).Ticks;
        return new DemoProgress(events, Math.Clamp((now - start) / (double)(end - start), 0, 1));
    }
}

/// <summary>Writes a plan's events as NDJSON: one canonical event a line, UTF-8 without byte order mark, LF after every line.</summary>
internal static class DemoNdjson
{
    private const int FlushBytes = 256 * 1024;

    /// <returns>How many events were written.</returns>
    public static async Task<long> Write(DemoPlan plan, Stream to, IProgress<DemoProgress>? progress, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(FlushBytes + 64 * 1024);
        using var writer = new EventJsonWriter(buffer);
        var events = 0L;
        foreach (var command in DemoCommands.Of(plan))
        {
            writer.Write(command);
            buffer.Write("\n"u8);
            events++;
            if (buffer.WrittenCount < FlushBytes) continue;
            await Flush(buffer, to, cancel);
            progress?.Report(DemoProgress.Of(plan, events, command.AtMs));
        }
        await Flush(buffer, to, cancel);
        await to.FlushAsync(cancel);
        progress?.Report(new DemoProgress(events, 1));
        return events;
    }

    private static async Task Flush(ArrayBufferWriter<byte> buffer, Stream to, CancellationToken cancel)
    {
        await to.WriteAsync(buffer.WrittenMemory, cancel);
        buffer.ResetWrittenCount();
    }
}
