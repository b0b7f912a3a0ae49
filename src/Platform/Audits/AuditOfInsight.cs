using Danke.Platform.Insight;

namespace Danke.Platform.Audits;

/// <summary>The last part of an audit: every row and column of Insight against the Books.</summary>
public sealed class AuditOfInsight(InsightAudit audit, InsightFeeder feeder, TimeProvider clock)
{
    private const string Says = "Insight holds the same rows as the Books.";
    private const string Advice = "Make Insight anew from the Books: ./danke insight rebuild";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>For an audit of the Books alone.</summary>
    public static readonly AuditFinding NotHere = Skipped("Insight is compared by a running server: start it (./danke serve) and run the audit again.");

    /// <summary>A finding a table; one that says why when Insight is off or does not answer.</summary>
    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken cancel)
    {
        if (feeder.Status.State == InsightPhase.Off) return [Skipped("Insight is switched off (DANKE_INSIGHT=off).")];
        var started = clock.GetTimestamp();
        using var patience = new CancellationTokenSource(LongestWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await feeder.WaitUntilCaughtUp(either.Token);
            var tables = await audit.Compare(cancel);
            var seconds = clock.GetElapsedTime(started).TotalSeconds / Math.Max(1, tables.Count);
            return [.. tables.Select(t => Finding(t, seconds))];
        }
        catch (InsightUnavailableException error)
        {
            return [Broken(error.Message)];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [Broken($"After {LongestWait.TotalSeconds} seconds Insight is still {feeder.Status.LagEvents} entries behind the Books. {feeder.Status.Error}")];
        }
    }

    private static AuditFinding Finding(TableComparison table, double seconds) => new($"insight.{table.Table}", Says, Advice, table.BooksRows, table.Difference is null ? 0 : 1,
        table.Difference is { } difference ? [new AuditDifference(table.Table, "as in the Books", difference)] : [], seconds);

    private static AuditFinding Broken(string why) => new("insight", Says, "See ./danke doctor and the server's log.", 0, 1, [new AuditDifference("insight", "an answer", why)], 0);

    private static AuditFinding Skipped(string why) => new("insight", Says, Advice, 0, 0, [], 0, why);
}
