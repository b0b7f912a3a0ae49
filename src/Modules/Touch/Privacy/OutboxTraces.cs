using Danke.Platform.Privacy;
using Danke.Touch.Outgoing;

namespace Danke.Touch.Privacy;

/// <summary>Lines of the files in which messages were handed over.</summary>
internal sealed class OutboxTraces(LocalOutbox outbox) : ISweepsTraces
{
    public string Name => "outbox_files";

    public Task<long> Sweep(Traces traces, CancellationToken cancel) => outbox.Forget(traces, cancel);

    public Task<long> Count(Traces traces, CancellationToken cancel) => Task.FromResult(outbox.Holding(traces));
}
