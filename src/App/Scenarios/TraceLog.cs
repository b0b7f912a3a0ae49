using Microsoft.Extensions.Logging;

namespace Danke.App.Scenarios;

/// <summary>Where the log of a play goes: errors into the trace, so that a broken stage can be found.</summary>
internal sealed class PlayLog
{
    public Action<string>? Tell { get; set; }
}

internal sealed class TraceLog<T>(PlayLog play) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel level) => level >= LogLevel.Error;

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? error, Func<TState, Exception?, string> format)
    {
        if (IsEnabled(level)) play.Tell?.Invoke($"{format(state, error)} {error}");
    }
}
