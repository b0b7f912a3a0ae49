using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Danke.Intake.Mappings;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;
using Danke.Platform.Settings;

namespace Danke.Intake.Imports;

/// <summary>Imports in the Books, each with its row among the jobs. A run survives its server: see <see cref="Claim"/>.</summary>
internal sealed class ImportStore(BooksStore books, DankeSettings settings, TimeProvider clock)
{
    private const long LeaseMs = 20_000;

    private const string Columns = """
        import_id, upload_id, file, mapping, dry_run, state, bytes_total, rows_read, rows_in_events, rows_dead, rows_skipped, bytes_read, events, applied,
        duplicate, declined, rejected, units_done, problems, error, created_at_ms, created_by, started_at_ms, ended_at_ms
        """;

    // One server holds a data directory: after a restart it goes on with what it ran before.
    private readonly string runner = $"{Environment.MachineName}:{settings.Data}";

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins a run, or answers the one of the same file and mapping that is not finished.</summary>
    public async Task<Import> Begin(Upload upload, Mapping mapping, bool dryRun, string by, CancellationToken cancel)
    {
        var json = mapping.Document.ToJsonString(DankeJson.Options);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{upload.Sha256}\n{dryRun}\n{json}")));
        var id = await books.Write(async t =>
        {
            var open = await t.Read("select import_id, state from imports where run_key = @key and state in ('waiting', 'running', 'failed', 'cancelled') order by import_id desc limit 1",
                r => (Id: r.GetInt64(0), State: r.GetString(1)), ("key", key));
            if (open is [var again])
            {
                if (again.State is "failed" or "cancelled") await Reopen(t, again.Id);
                return again.Id;
            }
            var id = await Sequences.TakeRange(t, "job", 1);
            await t.Execute("""
                insert into imports (import_id, upload_id, file, mapping, run_key, dry_run, state, rows_read, rows_in_events, rows_dead, rows_skipped, bytes_read,
                  bytes_total, events, applied, duplicate, declined, rejected, units_done, problems, lease_until_ms, created_at_ms, created_by)
                values (@id, @upload, @file, @mapping, @key, @dry, 'waiting', 0, 0, 0, 0, 0, @bytes, 0, 0, 0, 0, 0, 0, '[]', 0, @now, @by)
                """, ("id", id), ("upload", upload.UploadId), ("file", upload.Name), ("mapping", json), ("key", key), ("dry", dryRun ? 1L : 0L),
                ("bytes", upload.Bytes), ("now", Now), ("by", by));
            await t.Execute("""
                insert into jobs (job_id, kind, title, state, done, total, detail, created_by, created_at_ms) values (@id, 'import', @title, 'waiting', 0, @total, '{}', @by, @now)
                """, ("id", id), ("title", upload.Name), ("total", upload.Bytes), ("by", by), ("now", Now));
            return id;
        }, cancel);
        return (await Find(id, cancel))!;
    }

    /// <summary>Lets a failed or cancelled run go on where it stopped; false when it is in another state.</summary>
    public Task<bool> Resume(long id, CancellationToken cancel) => books.Write(t => Reopen(t, id), cancel);

    private async Task<bool> Reopen(BooksTransaction t, long id)
    {
        var changed = await t.Execute("update imports set state = 'waiting', error = null, ended_at_ms = null where import_id = @id and state in ('failed', 'cancelled')", ("id", id));
        await t.Execute("update jobs set state = 'waiting', error = null, ended_at_ms = null where job_id = @id and state in ('failed', 'cancelled')", ("id", id));
        return changed == 1;
    }

    public Task<bool> Cancel(long id, CancellationToken cancel) => books.Write(async t =>
    {
        var changed = await t.Execute("update imports set state = 'cancelled', ended_at_ms = @now where import_id = @id and state in ('waiting', 'running')", ("id", id), ("now", Now));
        await t.Execute("update jobs set state = 'cancelled', ended_at_ms = @now where job_id = @id and state in ('waiting', 'running')", ("id", id), ("now", Now));
        return changed == 1;
    }, cancel);

    /// <summary>At the start: what this server was running when it ended is free again.</summary>
    public Task Release() => books.Write(t => t.Execute("update imports set lease_until_ms = 0 where state = 'running' and runner = @runner", ("runner", runner)));

    /// <summary>The next run that nobody works on; it is ours for as long as <see cref="Save"/> is called.</summary>
    public async Task<Import?> Claim(CancellationToken cancel)
    {
        var id = await books.Write(async t =>
        {
            var next = await t.Read("""
                select import_id from imports where state = 'waiting' or state = 'running' and lease_until_ms < @now order by import_id limit 1 {for update}
                """, r => r.GetInt64(0), ("now", Now));
            if (next.Count == 0) return 0;
            await t.Execute("""
                update imports set state = 'running', runner = @runner, lease_until_ms = @lease, started_at_ms = coalesce(started_at_ms, @now) where import_id = @id
                """, ("runner", runner), ("lease", Now + LeaseMs), ("now", Now), ("id", next[0]));
            await t.Execute("update jobs set state = 'running', started_at_ms = coalesce(started_at_ms, @now) where job_id = @id", ("now", Now), ("id", next[0]));
            return next[0];
        }, cancel);
        return id == 0 ? null : await Find(id, cancel);
    }

    /// <summary>Writes how far the run has come; false when it is not ours any more: cancelled, or taken over.</summary>
    public async Task<bool> Save(BooksTransaction t, long id, Tally tally)
    {
        var changed = await t.Execute("""
            update imports set rows_read = @read, rows_in_events = @in_events, rows_dead = @dead, rows_skipped = @skipped, bytes_read = @bytes, events = @events,
              applied = @applied, duplicate = @duplicate, declined = @declined, rejected = @rejected, units_done = @units, problems = @problems, lease_until_ms = @lease
            where import_id = @id and state = 'running' and runner = @runner and not exists (select 1 from jobs where job_id = @id and state = 'cancelled')
            """,
            ("read", tally.RowsRead), ("in_events", tally.RowsInEvents), ("dead", tally.RowsDead), ("skipped", tally.RowsSkipped), ("bytes", tally.BytesRead),
            ("events", tally.Events), ("applied", tally.Applied), ("duplicate", tally.Duplicate), ("declined", tally.Declined), ("rejected", tally.Rejected),
            ("units", tally.UnitsDone), ("problems", JsonSerializer.Serialize(tally.Problems, DankeJson.Options)), ("lease", Now + LeaseMs), ("id", id), ("runner", runner));
        if (changed == 1) await t.Execute("update jobs set done = @bytes where job_id = @id", ("bytes", tally.BytesRead), ("id", id));
        else await t.Execute("update imports set state = 'cancelled', ended_at_ms = @now where import_id = @id and state = 'running' and runner = @runner", ("now", Now), ("id", id), ("runner", runner));
        return changed == 1;
    }

    public async Task End(BooksTransaction t, long id, string state, string? error)
    {
        await t.Execute("update imports set state = @state, error = @error, ended_at_ms = @now where import_id = @id and state = 'running' and runner = @runner",
            ("state", state), ("error", error), ("now", Now), ("id", id), ("runner", runner));
        await t.Execute("update jobs set state = @state, error = @error, ended_at_ms = @now where job_id = @id and state in ('waiting', 'running')",
            ("state", state), ("error", error), ("now", Now), ("id", id));
    }

    /// <summary>After a whole run: what was refused from this file before and was not refused again is settled.</summary>
    public Task SettleOlderLetters(BooksTransaction t, Import import) => t.Execute("""
        update dead_letters set state = 'replayed', last_at_ms = @now
        where state = 'open' and last_at_ms < @started and import_id in (select import_id from imports where upload_id = @upload)
        """, ("now", Now), ("started", import.StartedAtMs ?? 0), ("upload", import.UploadId));

    public async Task<Mapping?> MappingOf(long id, CancellationToken cancel) =>
        await Find(id, cancel) is { } import ? MappingReader.Read(import.Mapping).Mapping : null;

    public async Task<Import?> Find(long id, CancellationToken cancel) =>
        (await books.Read($"select {Columns} from imports where import_id = @id", Read, [("id", id)], cancel)).FirstOrDefault();

    /// <summary>Newest first, below a number.</summary>
    public Task<List<Import>> List(long before, int take, CancellationToken cancel) =>
        books.Read($"select {Columns} from imports where import_id < @before order by import_id desc limit {take.ToString(CultureInfo.InvariantCulture)}", Read, [("before", before)], cancel);

    private static Import Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4) == 1, r.GetString(5), r.GetInt64(6),
        new Tally
        {
            RowsRead = r.GetInt64(7), RowsInEvents = r.GetInt64(8), RowsDead = r.GetInt64(9), RowsSkipped = r.GetInt64(10), BytesRead = r.GetInt64(11),
            Events = r.GetInt64(12), Applied = r.GetInt64(13), Duplicate = r.GetInt64(14), Declined = r.GetInt64(15), Rejected = r.GetInt64(16),
            UnitsDone = r.GetInt64(17), Problems = JsonSerializer.Deserialize<List<ProblemCount>>(r.GetString(18), DankeJson.Options)!,
        },
        r.TextOrNull(19), r.GetInt64(20), r.GetString(21), r.LongOrNull(22), r.LongOrNull(23));
}
