using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Intake.Mappings;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Jobs;
using Danke.Platform.Json;

namespace Danke.Intake.Imports;

/// <summary>Imports in the Books. Each is run by a job, and by another one when it is resumed.</summary>
internal sealed class ImportStore(BooksStore books, JobRunner jobs, TimeProvider clock)
{
    private const string Select = """
        select i.import_id, i.job_id, i.upload_id, i.file, i.mapping, i.dry_run, j.state, i.bytes_total, i.rows_read, i.rows_in_events, i.rows_dead, i.rows_skipped,
          i.bytes_read, i.events, i.applied, i.duplicate, i.declined, i.rejected, i.units_done, i.problems, j.error, i.created_at_ms, i.created_by, j.started_at_ms, j.ended_at_ms
        from imports i left join jobs j on j.job_id = i.job_id
        """;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins a run; of the same file and mapping the one that is not finished goes on.</summary>
    public async Task<Import> Begin(Upload upload, Mapping mapping, bool dryRun, Caller by, CancellationToken cancel)
    {
        var json = mapping.Document.ToJsonString(DankeJson.Options);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{upload.Sha256}\n{dryRun}\n{json}")));
        var (id, isNew) = await books.Write(async t =>
        {
            var before = await t.Read("""
                select i.import_id from imports i left join jobs j on j.job_id = i.job_id
                where i.run_key = @key and coalesce(j.state, '') <> 'done' order by i.import_id desc limit 1
                """, r => r.GetInt64(0), ("key", key));
            return before is [var known] ? (known, false) : (await Add(t, upload, json, key, dryRun, by), true);
        }, cancel);
        var import = (await Find(id, cancel))!;
        if (!isNew && import.State is JobState.Waiting or JobState.Running) return import;
        await Run(import, by, cancel);
        return (await Find(id, cancel))!;
    }

    private async Task<long> Add(BooksTransaction t, Upload upload, string mapping, string key, bool dryRun, Caller by)
    {
        var id = await Sequences.TakeRange(t, "import", 1);
        await t.Execute("""
            insert into imports (import_id, job_id, upload_id, file, mapping, run_key, dry_run, rows_read, rows_in_events, rows_dead, rows_skipped, bytes_read,
              bytes_total, events, applied, duplicate, declined, rejected, units_done, problems, created_at_ms, created_by)
            values (@id, 0, @upload, @file, @mapping, @key, @dry, 0, 0, 0, 0, 0, @bytes, 0, 0, 0, 0, 0, 0, '[]', @now, @by)
            """, ("id", id), ("upload", upload.UploadId), ("file", upload.Name), ("mapping", mapping), ("key", key), ("dry", dryRun ? 1L : 0L),
            ("bytes", upload.Bytes), ("now", Now), ("by", by.Actor));
        return id;
    }

    private async Task Run(Import import, Caller by, CancellationToken cancel)
    {
        var job = await jobs.Start(ImportJob.KindName, import.File, new JsonObject { ["import_id"] = import.ImportId }, by, import.BytesTotal, cancel);
        await books.Write(t => t.Execute("update imports set job_id = @job where import_id = @id", ("job", job.JobId), ("id", import.ImportId)), cancel);
    }

    /// <summary>Lets a failed or cancelled run go on where it stopped; false when it is in another state.</summary>
    public async Task<bool> Resume(Import import, Caller by, CancellationToken cancel)
    {
        if (import.State is not (JobState.Failed or JobState.Cancelled)) return false;
        await Run(import, by, cancel);
        return true;
    }

    public Task<bool> Cancel(Import import, Caller by) => jobs.Cancel(import.JobId, by);

    /// <summary>Writes how far the run has come.</summary>
    public Task Save(BooksTransaction t, long id, Tally tally) => t.Execute("""
        update imports set rows_read = @read, rows_in_events = @in_events, rows_dead = @dead, rows_skipped = @skipped, bytes_read = @bytes, events = @events,
          applied = @applied, duplicate = @duplicate, declined = @declined, rejected = @rejected, units_done = @units, problems = @problems
        where import_id = @id
        """,
        ("read", tally.RowsRead), ("in_events", tally.RowsInEvents), ("dead", tally.RowsDead), ("skipped", tally.RowsSkipped), ("bytes", tally.BytesRead),
        ("events", tally.Events), ("applied", tally.Applied), ("duplicate", tally.Duplicate), ("declined", tally.Declined), ("rejected", tally.Rejected),
        ("units", tally.UnitsDone), ("problems", JsonSerializer.Serialize(tally.Problems, DankeJson.Options)), ("id", id));

    /// <summary>After a whole run: what was refused of this file before the run and not again in it is settled.</summary>
    public Task SettleOlderLetters(BooksTransaction t, Import import) => t.Execute("""
        update dead_letters set state = 'replayed', last_at_ms = @now
        where state = 'open' and last_at_ms < @begun and import_id in (select import_id from imports where upload_id = @upload)
        """, ("now", Now), ("begun", import.CreatedAtMs), ("upload", import.UploadId));

    public async Task<Mapping?> MappingOf(long id, CancellationToken cancel) =>
        await Find(id, cancel) is { } import ? MappingReader.Read(import.Mapping).Mapping : null;

    public async Task<Import?> Find(long id, CancellationToken cancel) =>
        (await books.Read($"{Select} where i.import_id = @id", Read, [("id", id)], cancel)).FirstOrDefault();

    /// <summary>Newest first, below a number.</summary>
    public Task<List<Import>> List(long before, int take, CancellationToken cancel) =>
        books.Read($"{Select} where i.import_id < @before order by i.import_id desc limit {take.ToString(CultureInfo.InvariantCulture)}", Read, [("before", before)], cancel);

    private static Import Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5) == 1, StateOf(r.TextOrNull(6)), r.GetInt64(7),
        new Tally
        {
            RowsRead = r.GetInt64(8),
            RowsInEvents = r.GetInt64(9),
            RowsDead = r.GetInt64(10),
            RowsSkipped = r.GetInt64(11),
            BytesRead = r.GetInt64(12),
            Events = r.GetInt64(13),
            Applied = r.GetInt64(14),
            Duplicate = r.GetInt64(15),
            Declined = r.GetInt64(16),
            Rejected = r.GetInt64(17),
            UnitsDone = r.GetInt64(18),
            Problems = JsonSerializer.Deserialize<List<ProblemCount>>(r.GetString(19), DankeJson.Options)!,
        },
        r.TextOrNull(20), r.GetInt64(21), r.GetString(22), r.LongOrNull(23), r.LongOrNull(24));

    // Without a job: the server ended in the moment between the two. It can be resumed.
    private static JobState StateOf(string? word) => word is null ? JobState.Failed : Enum.Parse<JobState>(word, ignoreCase: true);
}
