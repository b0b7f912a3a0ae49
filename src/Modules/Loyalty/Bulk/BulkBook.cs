using System.Data.Common;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Bulk;

internal sealed record BulkRow(long Id, string Program, string Title, string State, bool IsDryRun, string CreatedBy, long AtMs, string? DecidedBy, long? DecidedAtMs)
{
    public const string Select = "select bulk_id, program, title, state, is_dry_run, created_by, at_ms, decided_by, decided_at_ms from bulk_adjustments";

    public static BulkRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4) != 0, r.GetString(5), r.GetInt64(6), r.TextOrNull(7), r.LongOrNull(8));
}

internal sealed record BulkLineRow(long Bulk, long Line, byte[]? Who, long PersonId, long Points, string Reason, long? ExpiresAtMs, string? Key, string Outcome, string? Code)
{
    public const string Select = "select bulk_id, line, who, person_id, points, reason, expires_at_ms, line_key, outcome, code from bulk_adjustment_lines";

    public static BulkLineRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.Bytes(2), r.GetInt64(3), r.GetInt64(4), r.GetString(5), r.LongOrNull(6), r.TextOrNull(7), r.GetString(8), r.TextOrNull(9));

    public static readonly Table<BulkLineRow> Table = new Table<BulkLineRow>("bulk_adjustment_lines", "bulk_id", "line")
        .Long("bulk_id", r => r.Bulk).Long("line", r => r.Line).Bytes("who", r => r.Who).Long("person_id", r => r.PersonId).Long("points", r => r.Points).Text("reason", r => r.Reason)
        .LongOrNull("expires_at_ms", r => r.ExpiresAtMs).Text("line_key", r => r.Key).Text("outcome", r => r.Outcome).Text("code", r => r.Code);
}

/// <summary>What came of the lines so far.</summary>
/// <param name="Code">Of the refused: why.</param>
internal sealed record BulkSum(string Outcome, string? Code, long Lines, long Given, long Taken);

/// <summary>The rows of bulk adjustments.</summary>
internal sealed class BulkBook(BooksStore books, Vault vault, Audit audit)
{
    public const string Checking = "checking", Checked = "checked", Awaiting = "awaiting", Applying = "applying", Done = "done", Rejected = "rejected";
    public const string New = "new", Ready = "ready", Applied = "applied", Known = "known", Refused = "refused";

    public Task<long> Keep(string program, string title, bool isDryRun, IReadOnlyList<BulkLine> lines, Caller by, long nowMs, CancellationToken cancel) => books.Write(async t =>
    {
        var id = await Sequences.TakeRange(t, "bulk_adjustment", 1);
        await t.Execute("""
            insert into bulk_adjustments (bulk_id, program, title, state, is_dry_run, created_by, at_ms) values (@id, @program, @title, 'checking', @dry, @by, @now)
            """, ("id", id), ("program", program), ("title", title), ("dry", isDryRun ? 1L : 0L), ("by", by.Actor), ("now", nowMs));
        await t.Insert(BulkLineRow.Table, [.. lines.Select(l => new BulkLineRow(id, l.Line, l.Problem is null ? vault.Seal(l.Who) : null, 0, l.Points, l.Reason ?? title, l.ExpiresAtMs, l.Key,
            l.Problem is null ? New : Refused, l.Problem))]);
        await audit.Record(t, by, "bulk_adjustment.handed_in", $"bulk_adjustment/{id}", after: new { program, lines = lines.Count, dry_run = isDryRun });
        return id;
    }, cancel);

    public async Task<BulkRow?> Find(long id, CancellationToken cancel) => (await books.Read($"{BulkRow.Select} where bulk_id = @id", BulkRow.Read, [("id", id)], cancel)).FirstOrDefault();

    public Task<List<BulkRow>> List(string? state, long before, int limit, CancellationToken cancel) =>
        books.Read($"{BulkRow.Select} where bulk_id < @before and (@state = '' or state = @state) order by bulk_id desc limit @limit", BulkRow.Read,
            [("state", state ?? ""), ("before", before), ("limit", (long)limit)], cancel);

    public Task<List<BulkLineRow>> Lines(long id, string? outcome, long after, int limit, CancellationToken cancel) => books.Read($"""
        {BulkLineRow.Select} where bulk_id = @id and line > @after and (@outcome = '' or outcome = @outcome) order by line limit @limit
        """, BulkLineRow.Read, [("id", id), ("outcome", outcome ?? ""), ("after", after), ("limit", (long)limit)], cancel);

    public Task<List<BulkSum>> Sums(long id, CancellationToken cancel) => books.Read("""
        select outcome, code, count(*), cast(sum(case when points > 0 then points else 0 end) as bigint), cast(sum(case when points < 0 then -points else 0 end) as bigint)
        from bulk_adjustment_lines where bulk_id = @id group by outcome, code order by outcome, code
        """, r => new BulkSum(r.GetString(0), r.TextOrNull(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)), [("id", id)], cancel);

    public Task Save(IReadOnlyCollection<BulkLineRow> lines, CancellationToken cancel) => books.Write(async t => await t.Upsert(BulkLineRow.Table, lines), cancel);

    public Task SetState(long id, string state, CancellationToken cancel) =>
        books.Write(async t => await t.Execute("update bulk_adjustments set state = @state where bulk_id = @id", ("state", state), ("id", id)), cancel);

    /// <summary>Somebody decides what becomes of it; false when it is in that state no longer.</summary>
    public Task<bool> Decide(long id, string from, string to, Caller by, string action, long nowMs, CancellationToken cancel) => books.Write(async t =>
    {
        if (await t.Execute("update bulk_adjustments set state = @to, is_dry_run = 0, decided_by = @by, decided_at_ms = @now where bulk_id = @id and state = @from",
                ("to", to), ("by", by.Actor), ("now", nowMs), ("id", id), ("from", from)) == 0) return false;
        await audit.Record(t, by, action, $"bulk_adjustment/{id}");
        return true;
    }, cancel);

    /// <summary>It is to be applied in earnest; nobody has approved it yet.</summary>
    public Task<bool> Begin(long id, Caller by, CancellationToken cancel) => books.Write(async t =>
    {
        if (await t.Execute("update bulk_adjustments set state = 'checking', is_dry_run = 0 where bulk_id = @id and state = 'checked'", ("id", id)) == 0) return false;
        await audit.Record(t, by, "bulk_adjustment.begun", $"bulk_adjustment/{id}");
        return true;
    }, cancel);

    public string Open(byte[] who) => vault.Open(who);
}
