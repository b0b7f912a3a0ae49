namespace Danke.Intake.Events;

/// <summary>What one request may ask of the server; see docs/events/README.md. Memory is bounded whatever is sent.</summary>
internal sealed record IntakeLimits
{
    /// <summary>A JSON array is one document: longer ones are sent as NDJSON, which has no end. Counted unpacked.</summary>
    public long MostArrayBytes { get; init; } = 64L << 20;

    /// <summary>How long a body may go without completing an event.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Events of one request that wait for their answers; then reading pauses.</summary>
    public int MostInFlight { get; init; } = 2_000;

    /// <summary>Chunks likewise: each holds its bytes until it is answered.</summary>
    public int MostChunks { get; init; } = 16;
}
