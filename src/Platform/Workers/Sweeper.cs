using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Workers;

/// <summary>
/// Looks again and again for something to do. What there is to do lies in the Books, so that a sweep may be missed, repeated or
/// done by two nodes. While sweeps fail, the pauses grow and the log gets a line a try.
/// </summary>
public abstract class Sweeper(TimeSpan every, TimeProvider clock, ILogger log) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected TimeProvider Clock => clock;
    protected ILogger Log => log;

    /// <summary>Does all that is due now; answers how much that was.</summary>
    public abstract Task<int> Sweep(CancellationToken cancel);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        var pause = every;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Sweep(stopping);
                pause = every;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                pause = TimeSpan.FromTicks(Math.Min(Math.Max(LongestPause.Ticks, every.Ticks), pause.Ticks * 2));
                log.LogError(error, "A sweep failed; the next try is in {Pause}", pause);
            }
            // Not thrown when stopping: the loop ends by itself.
            await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
