namespace Danke.Platform.Books;

/// <summary>
/// Asks the Books for rows by key: who asks while an answer is on its way is asked for together with all who do, in the next question. Alone, a key is
/// asked for at once; of many at a time none costs a round trip and a connection of its own. An answer is never older than its question.
/// </summary>
/// <param name="read">The rows of the keys that have one. Runs once at a time.</param>
public sealed class GatheredReads<TKey, TRow>(Func<IReadOnlyCollection<TKey>, Task<Dictionary<TKey, TRow>>> read) where TKey : notnull
{
    /// <summary>As many keys as a question has at most.</summary>
    private const int Most = 500;

    private readonly Lock turn = new();
    private readonly Queue<(TKey Key, TaskCompletionSource<(bool, TRow?)> Answer)> waiting = [];
    private bool asking;

    /// <summary>The key's row, or that it has none.</summary>
    public Task<(bool Found, TRow? Row)> Find(TKey key, CancellationToken cancel = default)
    {
        var answer = new TaskCompletionSource<(bool, TRow?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (turn)
        {
            waiting.Enqueue((key, answer));
            if (asking) return answer.Task.WaitAsync(cancel);
            asking = true;
        }
        _ = AskAll();
        return answer.Task.WaitAsync(cancel);
    }

    private async Task AskAll()
    {
        while (Take() is { Count: > 0 } taken)
        {
            try
            {
                var rows = await read([.. taken.Select(t => t.Key).Distinct()]);
                foreach (var (key, answer) in taken) answer.TrySetResult(rows.TryGetValue(key, out var row) ? (true, row) : (false, default));
            }
            catch (Exception error)
            {
                foreach (var (_, answer) in taken) answer.TrySetException(error);
            }
        }
    }

    private List<(TKey Key, TaskCompletionSource<(bool, TRow?)> Answer)> Take()
    {
        lock (turn)
        {
            List<(TKey, TaskCompletionSource<(bool, TRow?)>)> taken = [];
            while (taken.Count < Most && waiting.TryDequeue(out var next)) taken.Add(next);
            asking = taken.Count > 0;
            return taken;
        }
    }
}
