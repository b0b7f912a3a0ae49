using System.Threading.Channels;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Danke.Platform.Outbox;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Door;

/// <summary>
/// Adaptive group commit: takes whatever is waiting - one command when idle, thousands under load - and applies it in one
/// transaction. See <see cref="BatchRun"/> for how a batch is applied, and ARCHITECTURE.md for the walk of one order.
/// </summary>
public sealed class TheDoor(BooksStore books, IReadOnlyList<IStage> stages, TimeProvider clock, OutboxSignal outbox, DoorStatistics statistics, ILogger<TheDoor> log)
    : BackgroundService, IDoor
{
    /// <summary>The most that one transaction applies: beyond this a bigger batch no longer pays and waits grow.</summary>
    public const int LargestBatch = 4_000;

    /// <summary>The most that may wait; with events of 1-2 kB this bounds memory to some tens of megabytes.</summary>
    public const int Capacity = 16_000;

    /// <summary>While so many wait, who sends many at once waits for room, and the rest of the capacity is for those who send one.</summary>
    private const int RoomForMany = 8_000;

    /// <summary>Clashes with other writers are retried; past this many something else is wrong.</summary>
    private const int LargestRetries = 16;

    private readonly Channel<Group> waiting = Channel.CreateUnbounded<Group>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Sequences ids = new();
    private volatile TaskCompletionSource roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waitingCommands;

    private readonly IPreparesSteps? preparing = stages.OfType<IPreparesSteps>().SingleOrDefault();

    private sealed record Group(IReadOnlyList<Command> Commands, object?[] Prepared, Answer?[] Answers, TaskCompletionSource<Answer[]> Done, long SubmittedAt);

    public bool IsFull => Volatile.Read(ref waitingCommands) >= Capacity;

    public async ValueTask<Answer> Submit(Command command, CancellationToken cancel)
    {
        if (IsFull) throw new DoorFullException();
        return (await Enqueue([command]).WaitAsync(cancel))[0];
    }

    public async ValueTask<Answer[]> SubmitMany(IReadOnlyList<Command> commands, CancellationToken cancel)
    {
        if (commands.Count == 0) return [];
        if (commands.Count > LargestBatch) throw new ArgumentException($"At most {LargestBatch} commands at once.", nameof(commands));
        while (Volatile.Read(ref waitingCommands) is var now && now > 0 && now + commands.Count > RoomForMany)
            await Task.WhenAny(roomMade.Task, Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancel));
        cancel.ThrowIfCancellationRequested();
        return await Enqueue(commands);
    }

    private Task<Answer[]> Enqueue(IReadOnlyList<Command> commands)
    {
        var prepared = new object?[commands.Count];
        if (preparing is not null)
            for (var i = 0; i < prepared.Length; i++) prepared[i] = preparing.Prepare(commands[i]);
        var group = new Group(commands, prepared, new Answer?[commands.Count], new(TaskCreationOptions.RunContinuationsAsynchronously), clock.GetTimestamp());
        statistics.Waiting = Interlocked.Add(ref waitingCommands, commands.Count);
        if (!waiting.Writer.TryWrite(group)) throw new OperationCanceledException("The Door is closed: the server is stopping.");
        return group.Done.Task;
    }

    // A thread of its own: on the pool's, each of a batch's answers from the database would queue behind the requests that came in meanwhile.
    protected override Task ExecuteAsync(CancellationToken stopping) =>
        Task.Factory.StartNew(() => Run(stopping), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stopping)
    {
        // What was taken in is finished before stopping.
        using var closing = stopping.Register(() => waiting.Writer.TryComplete());
        while (waiting.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            var groups = TakeWaiting();
            Apply(groups).GetAwaiter().GetResult();
            statistics.Waiting = Interlocked.Add(ref waitingCommands, -groups.Sum(g => g.Commands.Count));
            Interlocked.Exchange(ref roomMade, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    private List<Group> TakeWaiting()
    {
        var groups = new List<Group>();
        var count = 0;
        while (waiting.Reader.TryPeek(out var next) && (count == 0 || count + next.Commands.Count <= LargestBatch) && waiting.Reader.TryRead(out next))
        {
            groups.Add(next);
            count += next.Commands.Count;
        }
        return groups;
    }

    private async Task Apply(List<Group> groups)
    {
        var started = clock.GetTimestamp();
        var slots = new List<(Group Group, int Index)>();
        foreach (var group in groups)
            for (var i = 0; i < group.Commands.Count; i++) slots.Add((group, i));
        try
        {
            foreach (var (from, count) in Runs(slots)) await ApplyRange(slots, from, count);
            foreach (var group in groups) group.Done.TrySetResult(group.Answers!);
            outbox.Notify();
            foreach (var group in groups) statistics.Answered(group.Commands.Count, clock.GetElapsedTime(group.SubmittedAt));
            statistics.Applied(slots.Count, clock.GetElapsedTime(started));
        }
        catch (Exception error)
        {
            log.LogError(error, "The Books did not take a batch of {Count} commands; nothing of it that is unanswered was applied", slots.Count);
            foreach (var group in groups) group.Done.TrySetException(new BooksUnavailableException(error));
        }
    }

    // What wants to be alone has a transaction of its own, in its place among the others.
    private static IEnumerable<(int From, int Count)> Runs(List<(Group Group, int Index)> slots)
    {
        var from = 0;
        for (var i = 0; i < slots.Count; i++)
        {
            if (slots[i].Group.Commands[slots[i].Index].Body is not IAppliedAlone) continue;
            if (i > from) yield return (from, i - from);
            yield return (i, 1);
            from = i + 1;
        }
        if (from < slots.Count) yield return (from, slots.Count - from);
    }

    /// <summary>Applies a range in one transaction; when a command breaks it, halves it until the culprit is alone.</summary>
    private async Task ApplyRange(List<(Group Group, int Index)> slots, int from, int count)
    {
        var commands = new Command[count];
        var prepared = new object?[count];
        for (var i = 0; i < count; i++)
        {
            var (group, index) = slots[from + i];
            (commands[i], prepared[i]) = (group.Commands[index], group.Prepared[index]);
        }
        try
        {
            var answers = await WithRetries(commands, prepared);
            for (var i = 0; i < count; i++) slots[from + i].Group.Answers[slots[from + i].Index] = answers[i];
        }
        catch (Exception error) when (!IsBroken(error))
        {
            if (count == 1)
            {
                log.LogError(error, "A command of type {Type} from {Source} could not be applied", commands[0].Body.Type, commands[0].Source);
                slots[from].Group.Answers[slots[from].Index] = await Refuse(commands[0], error);
                return;
            }
            await ApplyRange(slots, from, count / 2);
            await ApplyRange(slots, from + count / 2, count - count / 2);
        }
    }

    private async Task<Answer[]> WithRetries(Command[] commands, object?[] prepared)
    {
        for (var attempt = 1; ; attempt++)
        {
            ids.Mark();
            try
            {
                var times = new BatchTimes();
                var answers = await BatchRun.Apply(books, stages, ids, commands, prepared, clock.GetUtcNow().ToUnixTimeMilliseconds(), times);
                statistics.Took(times);
                return answers;
            }
            catch (Exception error)
            {
                if (error is LoadAgainException) ids.Rewind();
                else ids.Forget();
                if (attempt == LargestRetries) throw;
                if (error is LoadAgainException) continue;
                if (!books.IsClash(error)) throw;
                statistics.Clashed();
                await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt), clock);
            }
        }
    }

    // The connection or the disk, not the command: halving would not help.
    private static bool IsBroken(Exception error) =>
        error is IOException or TimeoutException or System.Net.Sockets.SocketException
        || error is Npgsql.NpgsqlException and not Npgsql.PostgresException
        || error is Npgsql.PostgresException { SqlState: ['5', '3', ..] or ['5', '7', ..] or ['0', '8', ..] or "25006" }
        || error is Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 8 or 10 or 13 or 14 };

    private async Task<Answer> Refuse(Command command, Exception error)
    {
        var answer = Answer.Rejected("internal_error", $"The event could not be applied ({error.GetType().Name}); it is kept in the dead letters. Report it with the server's log.");
        await books.Write(transaction => DeadLetters.Keep(transaction, [BatchRun.LetterOf(command, answer)], clock.GetUtcNow().ToUnixTimeMilliseconds()));
        return answer;
    }
}

/// <summary>The Books cannot be written now; nothing was lost or half-applied. Callers answer 503.</summary>
public sealed class BooksUnavailableException(Exception cause) : Exception("The Books cannot be written now; retry.", cause);
