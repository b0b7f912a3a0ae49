using System.Text.Json;
using Danke.Platform.Books;

namespace Danke.Platform.Outbox;

/// <summary>
/// How far a reader has come. On PostgreSQL the order is by transaction and then number: a number is given before commit, so rows with
/// smaller numbers may appear later. On SQLite the transaction is always 0.
/// </summary>
public sealed record OutboxPosition(long Tx, long Seq) : IComparable<OutboxPosition>
{
    public static readonly OutboxPosition Start = new(0, 0);

    public int CompareTo(OutboxPosition? other) => other is null ? 1 : Tx != other.Tx ? Tx.CompareTo(other.Tx) : Seq.CompareTo(other.Seq);
    public static bool operator <(OutboxPosition a, OutboxPosition b) => a.CompareTo(b) < 0;
    public static bool operator >(OutboxPosition a, OutboxPosition b) => a.CompareTo(b) > 0;
    public static bool operator <=(OutboxPosition a, OutboxPosition b) => a.CompareTo(b) <= 0;
    public static bool operator >=(OutboxPosition a, OutboxPosition b) => a.CompareTo(b) >= 0;
}

/// <summary>One command's announcements, with where they stand in the outbox.</summary>
/// <param name="Announcements">JSON array of type, entity, key, data and was_person.</param>
public sealed record OutboxEntry(OutboxPosition Position, long AtMs, string Announcements);

/// <summary>Reads the outbox in order, without ever passing by a row that commits later. One mark a reader, kept in the Books.</summary>
public sealed class OutboxReader(BooksStore books, string reader)
{
    // Below the oldest running transaction everything is decided: committed rows are visible and none will come.
    private const string Page = """
        select seq, at_ms, announcements, {sqlite:0}{postgres:tx_id::text::bigint} from outbox
        where {sqlite:seq > @seq}{postgres:(tx_id, seq) > (@tx::text::xid8, @seq) and tx_id < pg_snapshot_xmin(pg_current_snapshot())}
        order by {postgres:tx_id, }seq limit @count
        """;

    private const string Last = "select seq, {sqlite:0}{postgres:tx_id::text::bigint} from outbox order by {postgres:tx_id desc, }seq desc limit 1";

    private const string Unread = """
        select count(*), coalesce(min(at_ms), 0) from
          (select at_ms from outbox where {sqlite:seq > @seq}{postgres:(tx_id, seq) > (@tx::text::xid8, @seq)} limit @count) unread
        """;

    /// <summary>Counting further than this would only cost.</summary>
    private const int CountsUpTo = 100_000;

    /// <summary>The mark; null when this reader never read.</summary>
    public async Task<OutboxPosition?> Mark(CancellationToken cancel = default)
    {
        var rows = await books.Read("select position_tx, position_seq from outbox_readers where reader = @reader",
            r => new OutboxPosition(r.GetInt64(0), r.GetInt64(1)), [("reader", reader)], cancel);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The next entries behind a position, oldest first; fewer than asked for when there are no more yet.</summary>
    public Task<List<OutboxEntry>> Read(OutboxPosition after, int count, CancellationToken cancel = default) =>
        books.Read(Page, r => new OutboxEntry(new OutboxPosition(r.GetInt64(3), r.GetInt64(0)), r.GetInt64(1), r.GetString(2)),
            [.. Arguments(after), ("count", (long)count)], cancel);

    /// <summary>The last entry that is committed now; a reader that has passed it has seen everything that was answered before.</summary>
    public async Task<OutboxPosition> Head(CancellationToken cancel = default) =>
        (await books.Read(Last, r => new OutboxPosition(r.GetInt64(1), r.GetInt64(0)), null, cancel)).FirstOrDefault() ?? OutboxPosition.Start;

    /// <summary>
    /// A position with everything that is visible now behind it, and nothing that is not: whoever reads the Books after taking it and
    /// then the outbox from it on misses nothing.
    /// </summary>
    public async Task<OutboxPosition> Now(CancellationToken cancel = default) => books.Dialect == Dialect.Sqlite
        ? await Head(cancel)
        : (await books.Read("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint", r => new OutboxPosition(r.GetInt64(0) - 1, long.MaxValue), null, cancel))[0];

    /// <summary>How many entries wait behind a position (counted up to 100,000) and since when the oldest does; 0 and 0 when none.</summary>
    public async Task<(long Entries, long OldestAtMs)> Waiting(OutboxPosition after, CancellationToken cancel = default) =>
        (await books.Read(Unread, r => (r.GetInt64(0), r.GetInt64(1)), [.. Arguments(after), ("count", (long)CountsUpTo)], cancel))[0];

    /// <summary>Sets the mark, also backwards.</summary>
    public Task Save(BooksTransaction transaction, OutboxPosition position, long nowMs) => transaction.Execute("""
        insert into outbox_readers (reader, position_tx, position_seq, updated_at_ms) values (@reader, @tx, @seq, @now)
        on conflict (reader) do update set position_tx = excluded.position_tx, position_seq = excluded.position_seq, updated_at_ms = excluded.updated_at_ms
        """, ("reader", reader), ("tx", position.Tx), ("seq", position.Seq), ("now", nowMs));

    private (string, object?)[] Arguments(OutboxPosition position) =>
        books.Dialect == Dialect.Sqlite ? [("seq", position.Seq)] : [("tx", position.Tx), ("seq", position.Seq)];
}

/// <summary>Takes announcements out of an outbox entry.</summary>
public static class OutboxEntries
{
    /// <summary>Calls <paramref name="each"/> with type, entity, key and, when there, the person before and the data.</summary>
    public static void ForEach(this OutboxEntry entry, Action<string, string, long, long?, JsonElement> each)
    {
        using var json = JsonDocument.Parse(entry.Announcements);
        foreach (var announcement in json.RootElement.EnumerateArray())
        {
            var was = announcement.TryGetProperty("was_person", out var person) ? person.GetInt64() : (long?)null;
            announcement.TryGetProperty("data", out var data);
            each(announcement.GetProperty("type").GetString()!, announcement.GetProperty("entity").GetString()!, announcement.GetProperty("key").GetInt64(), was, data);
        }
    }
}
