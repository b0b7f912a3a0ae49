using System.Collections.Concurrent;

namespace Danke.InsightHost.Chdb;

/// <summary>
/// Threads of our own that call into the library, and what waits for them. A call blocks its thread until the query is done, and the
/// library keeps state by thread: the thread pool is not for this.
/// </summary>
internal sealed class Lane : IDisposable
{
    private readonly BlockingCollection<Action> waiting;
    private int running;

    public Lane(string name, int threads, int capacity)
    {
        waiting = new BlockingCollection<Action>(capacity);
        for (var i = 0; i < threads; i++) new Thread(Work) { Name = $"chdb {name} {i}", IsBackground = true }.Start();
    }

    public bool IsIdle => waiting.Count == 0 && Volatile.Read(ref running) == 0;

    /// <exception cref="ChdbException">So much is waiting already that another would wait too long (202).</exception>
    public async Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var added = waiting.TryAdd(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error) when (error is ChdbException or OperationCanceledException)
            {
                done.SetException(error);
            }
        });
        if (!added) throw new ChdbException(202, "Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)");
        return await done.Task;
    }

    private void Work()
    {
        foreach (var job in waiting.GetConsumingEnumerable())
        {
            Interlocked.Increment(ref running);
            try
            {
                job();
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }
    }

    public void Dispose() => waiting.CompleteAdding();
}
