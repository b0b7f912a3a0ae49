namespace Danke.Platform.Outbox;

/// <summary>Wakes the outbox's readers in this process when the Door has committed something.</summary>
public sealed class OutboxSignal
{
    private volatile TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Notify() => Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Completes at the next commit or after the given time, whichever is first.</summary>
    public Task Wait(TimeSpan atMost, TimeProvider clock, CancellationToken cancel) =>
        Task.WhenAny(next.Task, Task.Delay(atMost, clock, cancel));
}
