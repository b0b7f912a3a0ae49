using System.Globalization;
using Danke.Platform.Insight;

namespace Danke.Platform.Privacy;

/// <summary>
/// Removes persons from Insight's files. The feed only covers old rows with newer ones; here they are cut out of the parts, and the parts
/// that held them are waited for until they are gone from the disk.
/// </summary>
public sealed class InsightScrub(InsightFeeder feeder, InsightClient insight, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public bool IsOff => insight.Endpoint.Mode == InsightMode.Off;

    /// <summary>How many rows of the persons there are, covered ones too.</summary>
    public async Task<long> Count(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        long found = 0;
        foreach (var table in feeder.Tables) found += await insight.Count($"select count() from {table.Name} where {Of(persons)}", cancel: cancel);
        return found;
    }

    /// <summary>Returns when no file of Insight holds a row of the persons. What the Books said before must be fed.</summary>
    public async Task<long> Remove(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        var removed = 0L;
        foreach (var table in feeder.Tables)
        {
            var rows = await insight.Count($"select count() from {table.Name} where {Of(persons)}", cancel: cancel);
            removed += rows;
            if (rows == 0) continue;
            await insight.Execute($"alter table {table.Name} delete where {Of(persons)} settings mutations_sync = 2", timeout: Longest, cancel: cancel);
        }
        foreach (var table in feeder.Tables) await WaitForOldParts(table.Name, cancel);
        return removed;
    }

    // Replaced parts stay on the disk for a while, in case a query still reads them.
    private async Task WaitForOldParts(string table, CancellationToken cancel)
    {
        const string Old = "select count() from system.parts where database = currentDatabase() and table = {table:String} and not active";
        if (await insight.Count(Old, [("table", table)], cancel) == 0) return;
        await insight.Execute($"alter table {table} modify setting old_parts_lifetime = 1", cancel: cancel);
        try
        {
            for (var started = clock.GetTimestamp(); await insight.Count(Old, [("table", table)], cancel) > 0;)
            {
                if (clock.GetElapsedTime(started) > Longest) throw new InsightException(0, $"Replaced parts of {table} are still on the disk.");
                await Task.Delay(Between, clock, cancel);
            }
        }
        finally
        {
            await insight.Execute($"alter table {table} modify setting old_parts_lifetime = {InsightSchema.OldPartsLifetimeSeconds}", cancel: CancellationToken.None);
        }
    }

    private static string Of(IReadOnlyCollection<long> persons) => $"person_id in ({string.Join(',', persons.Select(p => p.ToString(CultureInfo.InvariantCulture)))})";
}
