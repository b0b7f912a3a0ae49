namespace Danke.Platform.Insight;

/// <summary>What Insight is doing.</summary>
public enum InsightPhase
{
    /// <summary>Switched off.</summary>
    Off,

    /// <summary>The child or the server does not answer yet, or no more.</summary>
    Unavailable,

    /// <summary>Answers; another node feeds it.</summary>
    Standby,

    /// <summary>Its tables are being made anew; reports show what was there before.</summary>
    Building,

    /// <summary>Follows the Books.</summary>
    Feeding,

    /// <summary>Answers, but the feed fails; it is tried again. See <see cref="InsightStatus.Error"/>.</summary>
    Failing,
}

/// <param name="Mode">embedded, server or off.</param>
/// <param name="LagEvents">Outbox entries that Insight does not show yet; counted up to 100,000.</param>
/// <param name="LagSeconds">Age of the oldest of them; 0 when there is none.</param>
/// <param name="Restarts">How often the child was started again.</param>
/// <param name="MemoryBytes">Resident memory of the child; 0 for a server.</param>
/// <param name="Error">What went wrong last, while it does.</param>
public sealed record InsightStatus(
    InsightMode Mode, InsightPhase State, long LagEvents, double LagSeconds, int Restarts, long MemoryBytes, string? Error = null);
