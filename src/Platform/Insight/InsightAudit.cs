using Danke.Platform.Books;
using Danke.Platform.Outbox;

namespace Danke.Platform.Insight;

/// <summary>One table in both stores.</summary>
/// <param name="Sums">Sums of the amounts and counts: column, in the Books, in Insight.</param>
/// <param name="SameContent">Every column of every row is the same.</param>
public sealed record TableComparison(string Table, long BooksRows, long InsightRows, IReadOnlyList<(string Column, long Books, long Insight)> Sums, bool SameContent)
{
    /// <summary>What differs, for a person to read; null when nothing does.</summary>
    public string? Difference
    {
        get
        {
            if (SameContent) return null;
            var sums = Sums.Where(s => s.Books != s.Insight).Select(s => $"{s.Column} {s.Books} / {s.Insight}").ToList();
            if (BooksRows != InsightRows) sums.Insert(0, $"rows {BooksRows} / {InsightRows}");
            return $"{Table} (Books / Insight): {(sums.Count > 0 ? string.Join(", ", sums) : "same counts and sums, other content")}";
        }
    }
}

/// <summary>Compares Insight with the Books, all rows and columns of all tables.</summary>
public sealed class InsightAudit(BooksStore books, InsightClient insight, InsightFeeder feeder)
{
    /// <summary>Commands that come in between make a difference that is none: look again.</summary>
    private const int Tries = 3;

    /// <summary>A table each. Best asked while nothing comes in; otherwise tables that change are looked at up to three times.</summary>
    /// <exception cref="InsightUnavailableException">Insight is off or does not answer.</exception>
    public async Task<IReadOnlyList<TableComparison>> Compare(CancellationToken cancel = default)
    {
        var outbox = new OutboxReader(books, OutboxTrim.InsightReader);
        for (var tries = 1; ; tries++)
        {
            await feeder.WaitUntilCaughtUp(cancel);
            var before = await outbox.Head(cancel);
            var tables = await feeder.WhileStill(() => CompareAll(cancel), cancel);
            if (tries == Tries || tables.All(t => t.SameContent) || await outbox.Head(cancel) == before) return tables;
        }
    }

    private async Task<List<TableComparison>> CompareAll(CancellationToken cancel)
    {
        var compared = new List<TableComparison>();
        foreach (var table in feeder.Tables) compared.Add(await Compare(table, cancel));
        return compared;
    }

    private async Task<TableComparison> Compare(InsightTable table, CancellationToken cancel)
    {
        var ours = new ChecksumSink(table);
        await new TableReader(books).All(table, ours, cancel);
        var columns = ours.Sums.ToList();
        var theirs = (await insight.Query(ChecksumSink.Sql(table),
            row => (Rows: row.Long(0), Hash: row.Long(1), Sums: columns.Select((_, i) => row.Long(i + 2)).ToList()), timeout: TimeSpan.FromMinutes(10), cancel: cancel)).Single();
        var sums = columns.Select((c, i) => (c.Column, c.Sum, theirs.Sums[i])).ToList();
        return new TableComparison(table.Name, ours.Count, theirs.Rows, sums, ours.Count == theirs.Rows && ours.Hash == theirs.Hash);
    }
}
