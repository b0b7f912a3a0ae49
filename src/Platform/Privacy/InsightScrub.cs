using System.Globalization;
using Danke.Platform.Insight;

namespace Danke.Platform.Privacy;

/// <summary>
/// Removes persons from Insight's files. The feed only covers old rows with newer ones, and files of rows that were replaced stay for a
/// while, embedded for as long as nothing is written: so the tables are written anew without the persons.
/// </summary>
public sealed class InsightScrub(InsightFeeder feeder, InsightClient insight)
{
    public bool IsOff => insight.Endpoint.Mode == InsightMode.Off;

    /// <summary>How many rows of the persons there are, covered ones too.</summary>
    public async Task<long> Count(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        long found = 0;
        foreach (var table in feeder.Tables) found += await insight.Count($"select count() from {table.Name} where {Of(persons)}", cancel: cancel);
        return found;
    }

    /// <summary>Returns when no file of Insight holds a row of the persons. What the Books said before must be fed.</summary>
    public Task<long> Remove(IReadOnlyCollection<long> persons, CancellationToken cancel) => feeder.Cut(Of(persons), cancel);

    /// <summary>Removes a table's rows from before an instant; rows that are not in the Books any more.</summary>
    /// <param name="column">A DateTime64(3) of the table.</param>
    public async Task RemoveBefore(string table, string column, long beforeMs, CancellationToken cancel)
    {
        var condition = string.Create(CultureInfo.InvariantCulture, $"{column} < fromUnixTimestamp64Milli(toInt64({beforeMs}), 'UTC')");
        if (await insight.Count($"select count() from {table} where {condition}", cancel: cancel) > 0) await feeder.Cut(condition, cancel, table);
    }

    private static string Of(IReadOnlyCollection<long> persons) => $"person_id in ({string.Join(',', persons.Select(p => p.ToString(CultureInfo.InvariantCulture)))})";
}
