using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Outbox;
using Danke.Platform.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Danke.Platform.Insight;

/// <summary>
/// Moves changes from the Books into Insight: reads the outbox in order, in blocks, and brings the rows it names up to date. The mark
/// in the Books moves on when a block is durable in Insight; a block that was only half written is written again, to the same end.
/// One node feeds at a time. It leaves the machine to the Door: never busy for more than half of the time, and while many
/// wait there a tenth of it until Insight is half a minute behind; unless somebody waits for Insight.
/// </summary>
public sealed class InsightFeeder(
    BooksStore books, InsightClient insight, IEnumerable<InsightTable> declared, InsightSupervisor supervisor, OutboxSignal signal,
    DankeSettings settings, DoorStatistics door, TimeProvider clock, ILogger<InsightFeeder> log) : BackgroundService
{
    private const string Feed = "insight";
    private const int LargestBlock = 20_000;
    private const int SmallestBlock = 500;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HurriedPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenBlocks = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan FarBehind = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UntilAnswers = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StandbyPoll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<InsightTable> tables = Checked(declared);
    private readonly OutboxReader outbox = new(books, OutboxTrim.InsightReader);
    private readonly SemaphoreSlim turn = new(1, 1);       // held while a block is written or tables change places
    private readonly SemaphoreSlim rebuilding = new(1, 1); // one rebuild at a time
    private volatile TaskCompletionSource advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? error;
    private volatile InsightPhase phase = insight.Endpoint.Mode == InsightMode.Off ? InsightPhase.Off : InsightPhase.Unavailable;
    private volatile bool leading;
    private int hurry;
    private int blockLimit = LargestBlock;
    private volatile OutboxPosition position = OutboxPosition.Start;
    private long version;
    private string pair = "";
    private long savedAt;
    private volatile Lag lag = new(0, 0);

    private sealed record Lag(long Entries, long OldestAtMs);

    /// <summary>How Insight does; cheap to ask.</summary>
    public InsightStatus Status
    {
        get
        {
            var behind = lag;
            var age = behind.Entries == 0 ? 0 : Math.Max(0, (NowMs - behind.OldestAtMs) / 1000.0);
            return new InsightStatus(insight.Endpoint.Mode, phase, behind.Entries, age, supervisor.Restarts, supervisor.MemoryBytes,
                phase is InsightPhase.Feeding or InsightPhase.Standby or InsightPhase.Off ? null : error ?? supervisor.Error);
        }
    }

    internal IReadOnlyList<InsightTable> Tables => tables;

    private InsightSchema Schema { get => field ??= new InsightSchema(tables, insight); }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static List<InsightTable> Checked(IEnumerable<InsightTable> declared)
    {
        var tables = declared.ToList();
        foreach (var table in tables) table.Check();
        if (tables.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Insight table {twice.Key} is declared twice.");
        return tables;
    }

    /// <summary>Returns when Insight shows everything that the Door had answered before the call.</summary>
    /// <exception cref="InsightUnavailableException">Insight is switched off.</exception>
    public async Task WaitUntilCaughtUp(CancellationToken cancel = default)
    {
        if (phase == InsightPhase.Off) throw new InsightUnavailableException("Insight is switched off (DANKE_INSIGHT=off).");
        var head = await outbox.Head(cancel);
        Interlocked.Increment(ref hurry);
        try
        {
            while (true)
            {
                var next = advanced.Task;
                if (await HasReached(head, cancel)) return;
                signal.Notify();
                await Task.WhenAny(next, Task.Delay(Poll, clock, cancel));
                cancel.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Interlocked.Decrement(ref hurry);
        }
    }

    private async Task<bool> HasReached(OutboxPosition head, CancellationToken cancel) => phase switch
    {
        InsightPhase.Feeding => position >= head,
        InsightPhase.Standby => await outbox.Mark(cancel) is { } mark && mark >= head,
        _ => false,
    };

    /// <summary>Makes all tables anew from the Books. Reports keep working on the old ones until the new take their place.</summary>
    /// <exception cref="InsightUnavailableException">This node does not feed Insight now.</exception>
    public async Task Rebuild(IProgress<RebuildProgress>? progress = null, CancellationToken cancel = default)
    {
        await WaitUntilLeading(cancel);
        await Build(pair, progress, cancel);
    }

    /// <summary>
    /// Writes anew, without the rows of a condition, every table that holds such rows or has files of rows that were replaced: the
    /// old files go with the old table. The feed pauses meanwhile, questions do not. Answers how many rows went.
    /// </summary>
    /// <exception cref="InsightUnavailableException">This node does not feed Insight now.</exception>
    internal async Task<long> Cut(string condition, CancellationToken cancel, string? only = null)
    {
        await WaitUntilLeading(cancel);
        await rebuilding.WaitAsync(cancel);
        try
        {
            return await WhileStill(async () =>
            {
                long cut = 0;
                foreach (var table in tables.Where(t => only is null || t.Name == only)) cut += await Schema.Cut(table, condition, cancel);
                // The last block's rows may be among those that went: it was written all the same.
                await Schema.SaveIdentity(pair, version, cancel);
                return cut;
            }, cancel);
        }
        finally
        {
            rebuilding.Release();
        }
    }

    private async Task WaitUntilLeading(CancellationToken cancel)
    {
        for (var tries = 0; !leading; tries++)
        {
            if (phase == InsightPhase.Off) throw new InsightUnavailableException("Insight is switched off (DANKE_INSIGHT=off).");
            if (tries == 300) throw new InsightUnavailableException(phase == InsightPhase.Standby ? "Another node feeds Insight: ask there." : "Insight does not answer.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancel);
        }
    }

    /// <summary>Runs something while no block is written, everything before it being durable.</summary>
    internal async Task<T> WhileStill<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (insight.Endpoint.Mode == InsightMode.Off) return;
        await Task.Yield();
        var backOff = TimeSpan.FromSeconds(1);
        while (!stopping.IsCancellationRequested)
        {
            var pause = UntilAnswers;
            try
            {
                if (await FeedWhileLeading(stopping)) backOff = TimeSpan.FromSeconds(1);
                else pause = StandbyPoll;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (InsightUnavailableException unavailable)
            {
                (phase, error) = (InsightPhase.Unavailable, unavailable.Message);
            }
            catch (Exception failure)
            {
                (phase, error) = (InsightPhase.Failing, failure.Message);
                log.LogError(failure, "Insight's feed failed at {Position}; it is tried again in {Pause} s", position, backOff.TotalSeconds);
                blockLimit = Math.Max(SmallestBlock, blockLimit / 2);
                pause = backOff;
                backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            }
            leading = false;
            await RefreshLag();
            await Sleep(pause, stopping);
        }
    }

    /// <summary>Feeds until something goes wrong; false when another node does.</summary>
    private async Task<bool> FeedWhileLeading(CancellationToken stopping)
    {
        if (!await insight.Ping(stopping)) throw new InsightUnavailableException($"Insight ({insight.Endpoint.Label}) does not answer.");
        await using var lead = await FeedLead.TryTake(books, stopping);
        if (lead is null)
        {
            phase = InsightPhase.Standby;
            position = await outbox.Mark(stopping) ?? OutboxPosition.Start;
            return false;
        }
        await Prepare(stopping);
        (leading, phase, error) = (true, InsightPhase.Feeding, null);
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            await lead.Check(stopping);
            var started = clock.GetTimestamp();
            var entries = await WhileStill(() => FeedOnce(stopping), stopping);
            await RefreshLag();
            Interlocked.Exchange(ref advanced, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            await Pause(entries, clock.GetElapsedTime(started), stopping);
        }
    }

    // Somebody who waits gets all the speed there is; otherwise a block collects what comes in the meantime.
    private async Task Pause(int entries, TimeSpan took, CancellationToken stopping)
    {
        if (entries == 0)
        {
            await (IsHurried ? Sleep(HurriedPoll, stopping) : signal.Wait(Poll, clock, stopping));
            return;
        }
        var started = clock.GetTimestamp();
        while (!IsHurried && clock.GetElapsedTime(started) < PauseAfter(took) && !stopping.IsCancellationRequested) await Sleep(HurriedPoll, stopping);
    }

    // While many wait at the Door they come first, as long as Insight is not far behind.
    private TimeSpan PauseAfter(TimeSpan took)
    {
        var isSecond = door.Waiting > TheDoor.LargestBatch / 2 && Status.LagSeconds < FarBehind.TotalSeconds;
        var pause = isSecond ? took * 10 : took;
        return pause > BetweenBlocks ? pause : BetweenBlocks;
    }

    private bool IsHurried => Volatile.Read(ref hurry) > 0;

    /// <summary>Writes the next block; answers how many outbox entries it had.</summary>
    private async Task<int> FeedOnce(CancellationToken cancel)
    {
        var entries = await outbox.Read(position, blockLimit, cancel);
        if (entries.Count == 0)
        {
            if (clock.GetElapsedTime(savedAt) > Heartbeat) await Save(position, cancel);
            return 0;
        }
        var block = FeedBlock.Of(entries);
        var next = version + 1;
        if (await new BlockWriter(tables, books, insight).Write(block, pair, next, cancel)) version = next;
        await Save(block.End, cancel);
        if (blockLimit < LargestBlock) blockLimit = Math.Min(LargestBlock, blockLimit * 2);
        return entries.Count;
    }

    private async Task Save(OutboxPosition end, CancellationToken cancel)
    {
        await books.Write(async transaction =>
        {
            await outbox.Save(transaction, end, NowMs);
            await transaction.Execute("""
                insert into insight_feed (feed, pair, block) values (@feed, @pair, @block)
                on conflict (feed) do update set pair = excluded.pair, block = excluded.block
                """, ("feed", Feed), ("pair", pair), ("block", version));
        }, cancel);
        position = end;
        savedAt = clock.GetTimestamp();
    }

    /// <summary>Finds out whether this Insight is these Books' and nothing of it is lost; builds it when not.</summary>
    private async Task Prepare(CancellationToken cancel)
    {
        var known = (await books.Read("select pair, block from insight_feed where feed = @feed", r => (Pair: r.GetString(0), Block: r.GetInt64(1)), [("feed", Feed)], cancel)).FirstOrDefault();
        var identity = await Schema.Identity(cancel);
        var mark = await outbox.Mark(cancel);
        var reason = await WhyBuild(known, identity, mark, cancel);
        if (reason is null)
        {
            (pair, position) = (known.Pair, mark!);
            return;
        }
        log.LogInformation("Insight is built from the Books: {Reason}", reason);
        (phase, error) = (InsightPhase.Building, null);
        await Build(identity is not null && identity.Pair == known.Pair ? known.Pair : Guid.NewGuid().ToString("N"), null, cancel);
    }

    private async Task<string?> WhyBuild((string? Pair, long Block) known, InsightIdentity? identity, OutboxPosition? mark, CancellationToken cancel)
    {
        version = Math.Max(version, known.Block);
        if (identity is null) return "it is empty";
        if (known.Pair is null || mark is null) return "these Books have not fed it before";
        if (identity.Pair != known.Pair) return "it belongs to other Books";
        if (identity.Schema != Schema.Fingerprint) return "its tables are declared differently now";
        if (await MarkIsStale(cancel)) return "it was away for longer than the outbox is kept";
        var highest = await Schema.HighestVersion(cancel);
        version = Math.Max(version, highest);
        return highest < known.Block ? $"its rows end at block {highest}, {known.Block} were written" : null;
    }

    private async Task<bool> MarkIsStale(CancellationToken cancel)
    {
        var oldest = clock.GetUtcNow().AddDays(-settings.OutboxDays).ToUnixTimeMilliseconds();
        return (await books.Read("select count(*) from outbox_readers where reader = @reader and updated_at_ms < @oldest", r => r.GetInt64(0),
            [("reader", OutboxTrim.InsightReader), ("oldest", oldest)], cancel))[0] > 0;
    }

    private async Task Build(string intoPair, IProgress<RebuildProgress>? progress, CancellationToken cancel)
    {
        await rebuilding.WaitAsync(cancel);
        try
        {
            // Taken before the first row is read: what changes meanwhile is fed again afterwards.
            var from = await outbox.Now(cancel);
            var builder = new TableBuilder(tables, books, insight, Schema);
            var buildVersion = await WhileStill(() => Task.FromResult(++version), cancel);
            await builder.Build(buildVersion, progress, cancel);
            await WhileStill(() => TakeOver(intoPair, from, cancel), cancel);
            await builder.DropOld(cancel);
        }
        finally
        {
            rebuilding.Release();
        }
    }

    // The mark goes back first: wherever this is broken off, the tables that are in place get every change since the reading began.
    private async Task<bool> TakeOver(string intoPair, OutboxPosition from, CancellationToken cancel)
    {
        await Save(from, cancel);
        await Schema.Exchange(cancel);
        await Schema.SaveIdentity(intoPair, version, cancel);
        pair = intoPair;
        await Save(from, cancel);
        return true;
    }

    private async Task RefreshLag()
    {
        try
        {
            var (entries, oldest) = await outbox.Waiting(position);
            lag = new Lag(entries, oldest);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogDebug(failure, "The lag could not be read");
        }
    }

    private async Task Sleep(TimeSpan time, CancellationToken stopping)
    {
        if (time <= TimeSpan.Zero) return;
        try
        {
            await Task.Delay(time, clock, stopping);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the loop looks.
        }
    }
}
