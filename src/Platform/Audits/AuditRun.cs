using System.Globalization;
using Danke.Platform.Books;

namespace Danke.Platform.Audits;

/// <summary>Where a check does not hold.</summary>
/// <param name="Id">Which row.</param>
public sealed record AuditDifference(string Id, string Expected, string Found);

/// <summary>What a check found.</summary>
/// <param name="Rows">How many rows it looked at.</param>
/// <param name="Differences">For how many it does not hold.</param>
/// <param name="First">The first of them.</param>
/// <param name="Skipped">Why it was not run; null when it was.</param>
public sealed record AuditFinding(
    string Name, string Says, string Advice, long Rows, long Differences, IReadOnlyList<AuditDifference> First, double Seconds, string? Skipped = null);

/// <summary>What an audit found. <see cref="Ok"/>: every check that was run holds.</summary>
public sealed record AuditReport(bool Ok, IReadOnlyList<AuditFinding> Checks);

/// <summary>Runs checks one after another on the Books as they are: while commands are applied too, each check sees one moment.</summary>
public sealed class AuditRun(IEnumerable<AuditCheck> checks, TimeProvider clock)
{
    /// <summary>As many as a person looks at.</summary>
    private const int MostShown = 10;

    public async Task<AuditReport> Run(BooksStore books, Action<AuditFinding>? told = null, CancellationToken cancel = default)
    {
        var findings = new List<AuditFinding>();
        foreach (var check in checks.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            var finding = await Run(check, books, cancel);
            findings.Add(finding);
            told?.Invoke(finding);
        }
        return new AuditReport(findings.TrueForAll(f => f.Differences == 0), findings);
    }

    private async Task<AuditFinding> Run(AuditCheck check, BooksStore books, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        await using var connection = await books.Open(cancel);
        await using var counting = Reading.Command(connection, null, books.Dialect, check.Rows, null);
        counting.CommandTimeout = 0;
        var rows = Convert.ToInt64(await counting.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
        (string, object?)[] yesterday = [("yesterday", clock.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds())];
        await using var command = Reading.Command(connection, null, books.Dialect, check.Differences, check.Differences.Contains("@yesterday", StringComparison.Ordinal) ? yesterday : null);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var first = new List<AuditDifference>();
        long differences = 0;
        while (await reader.ReadAsync(cancel))
        {
            differences++;
            if (first.Count < MostShown) first.Add(new AuditDifference(Text(reader.GetValue(0)), Text(reader.GetValue(1)), Text(reader.GetValue(2))));
        }
        return new AuditFinding(check.Name, check.Says, check.Advice, rows, differences, first, clock.GetElapsedTime(started).TotalSeconds);
    }

    private static string Text(object value) => value is DBNull ? "nothing" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
