using System.Data.Common;
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
public sealed class AuditRun(IEnumerable<AuditCheck> checks, TimeProvider clock, AuditOfInsight? insight = null)
{
    /// <summary>As many as a person looks at.</summary>
    private const int MostShown = 10;

    public async Task<AuditReport> Run(BooksStore books, Action<AuditFinding>? told = null, CancellationToken cancel = default)
    {
        await using var connection = await books.Open(cancel);
        return await Run(new Reader(connection, null, books.Dialect), told, cancel);
    }

    /// <summary>The Books as a transaction sees them.</summary>
    internal Task<AuditReport> Run(BooksTransaction books, CancellationToken cancel) =>
        Run(new Reader(books.Connection, books.Transaction, books.Dialect), null, cancel);

    private async Task<AuditReport> Run(Reader books, Action<AuditFinding>? told, CancellationToken cancel)
    {
        var findings = new List<AuditFinding>();
        void Found(AuditFinding finding)
        {
            findings.Add(finding);
            told?.Invoke(finding);
        }
        foreach (var check in checks.OrderBy(c => c.Name, StringComparer.Ordinal)) Found(await Run(check, books, cancel));
        foreach (var finding in insight is null ? [AuditOfInsight.NotHere] : await insight.Run(cancel)) Found(finding);
        return new AuditReport(findings.TrueForAll(f => f.Differences == 0), findings);
    }

    private readonly record struct Reader(DbConnection Connection, DbTransaction? Transaction, Dialect Dialect)
    {
        // As long as it takes: an audit of many millions of rows is asked for by somebody who waits.
        public DbCommand Command(string sql, params (string, object?)[] args)
        {
            var command = Reading.Command(Connection, Transaction, Dialect, sql, args);
            command.CommandTimeout = 0;
            return command;
        }
    }

    private async Task<AuditFinding> Run(AuditCheck check, Reader books, CancellationToken cancel)
    {
        if (check.NotHere is { } why) return new AuditFinding(check.Name, check.Says, check.Advice, 0, 0, [], 0, why);
        var started = clock.GetTimestamp();
        await using var counting = books.Command(check.Rows);
        var rows = Convert.ToInt64(await counting.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
        var yesterday = ("yesterday", (object?)clock.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds());
        await using var command = books.Command(check.Differences, check.Differences.Contains("@yesterday", StringComparison.Ordinal) ? [yesterday] : []);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var first = new List<AuditDifference>();
        long differences = 0;
        var judge = check.Judge?.Invoke() ?? (r => new AuditDifference(Text(r.GetValue(0)), Text(r.GetValue(1)), Text(r.GetValue(2))));
        while (await reader.ReadAsync(cancel))
        {
            if (judge(reader) is not { } difference) continue;
            differences++;
            if (first.Count < MostShown) first.Add(difference);
        }
        return new AuditFinding(check.Name, check.Says, check.Advice, rows, differences, first, clock.GetElapsedTime(started).TotalSeconds);
    }

    private static string Text(object value) => value is DBNull ? "nothing" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
