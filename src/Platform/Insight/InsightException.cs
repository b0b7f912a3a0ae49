namespace Danke.Platform.Insight;

/// <summary>Insight understood and refused or failed. <see cref="Code"/> is ClickHouse's error code, e.g. 241 for a memory limit, 159 for a timeout.</summary>
public sealed class InsightException(int code, string message) : Exception(message)
{
    public const int TimeoutExceeded = 159;
    public const int MemoryLimitExceeded = 241;
    public const int UnknownTable = 60;
    public const int UnknownDatabase = 81;

    public int Code => code;
}

/// <summary>Insight cannot be asked now: it is starting, restarting, unreachable or switched off. Callers answer 503 <c>insight_unavailable</c>.</summary>
public sealed class InsightUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
