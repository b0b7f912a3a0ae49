using System.Data.Common;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Privacy.Requests;

/// <summary>The rows of requests.</summary>
internal sealed class RequestStore(BooksStore books, Audit audit, TimeProvider clock)
{
    private const string Select = """
        select request_id, kind, person_id, state, note, received_at_ms, due_at_ms, created_by, started_by, started_at_ms, ended_at_ms, job_id, steps, error, work_cipher, document_until_ms
        from privacy_requests
        """;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<PrivacyRequest?> Find(long id, CancellationToken cancel = default) => (await books.Read($"{Select} where request_id = @id", Read, [("id", id)], cancel)).FirstOrDefault();

    /// <summary>Newest first.</summary>
    public Task<List<PrivacyRequest>> List(string? state, string? kind, long? person, long before, int limit, CancellationToken cancel) => books.Read($"""
        {Select} where request_id < @before and (@state = '' or state = @state) and (@kind = '' or kind = @kind) and (@person = 0 or person_id = @person) order by request_id desc limit @limit
        """, Read, [("before", before), ("state", state ?? ""), ("kind", kind ?? ""), ("person", person ?? 0), ("limit", (long)limit)], cancel);

    public async Task<(long Open, long Overdue)> Waiting(CancellationToken cancel) => (await books.Read(
        "select count(*), coalesce(sum(case when due_at_ms < @now then 1 else 0 end), 0) from privacy_requests where state in ('open', 'running', 'failed')",
        r => (r.GetInt64(0), Convert.ToInt64(r.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)), [("now", NowMs)], cancel))[0];

    public Task<long> Add(string kind, long person, string note, long receivedAtMs, long dueAtMs, Caller by) => books.Write(async t =>
    {
        var id = await Sequences.TakeRange(t, "privacy_request", 1);
        await t.Execute("""
            insert into privacy_requests (request_id, kind, person_id, state, note, received_at_ms, due_at_ms, created_by, job_id, steps)
            values (@id, @kind, @person, 'open', @note, @received, @due, @by, 0, '[]')
            """, ("id", id), ("kind", kind), ("person", person), ("note", note), ("received", receivedAtMs), ("due", dueAtMs), ("by", by.Actor));
        await audit.Record(t, by, "privacy.requested", $"privacy-request/{id}", after: new { kind, person });
        return id;
    });

    /// <summary>The request is being worked on from now on; false when it is already, or has ended.</summary>
    public Task<bool> Begin(long id, Caller by) => books.Write(async t =>
    {
        var begun = await t.Execute("""
            update privacy_requests set state = 'running', started_by = @by, started_at_ms = coalesce(started_at_ms, @now), error = null where request_id = @id and state in ('open', 'failed')
            """, ("id", id), ("by", by.Actor), ("now", NowMs)) == 1;
        if (begun) await audit.Record(t, by, "privacy.started", $"privacy-request/{id}");
        return begun;
    });

    public Task<bool> Withdraw(long id, Caller by) => books.Write(async t =>
    {
        var done = await t.Execute("update privacy_requests set state = 'withdrawn', ended_at_ms = @now where request_id = @id and state = 'open'", ("id", id), ("now", NowMs)) == 1;
        if (done) await audit.Record(t, by, "privacy.withdrawn", $"privacy-request/{id}");
        return done;
    });

    public Task RunBy(long id, long job) => books.Write(t => t.Execute("update privacy_requests set job_id = @job where request_id = @id", ("job", job), ("id", id)));

    public Task Keep(long id, IReadOnlyList<RequestStep> steps) =>
        books.Write(t => t.Execute("update privacy_requests set steps = @steps where request_id = @id", ("steps", PrivacyRequest.Json(steps)), ("id", id)));

    /// <summary>What the steps had to look for is found: nothing of it is kept any longer, nor what was noted of the person.</summary>
    public Task ForgetWork(PrivacyRequest request) => books.Write(async t =>
    {
        await t.Execute("update privacy_requests set work_cipher = null where request_id = @id", ("id", request.RequestId));
        await t.Execute("update privacy_requests set note = '' where person_id = @person", ("person", request.PersonId));
    });

    public Task Done(long id, IReadOnlyList<RequestStep> steps, long? documentUntilMs) => books.Write(async t =>
    {
        await t.Execute("update privacy_requests set state = 'done', ended_at_ms = @now, steps = @steps, error = null where request_id = @id", ("now", NowMs), ("steps", PrivacyRequest.Json(steps)), ("id", id));
        if (documentUntilMs is { } until) await t.Execute("update privacy_requests set document_until_ms = @until where request_id = @id", ("until", until), ("id", id));
        await audit.Record(t, Caller.System, "privacy.done", $"privacy-request/{id}", after: new { steps = steps.ToDictionary(s => s.Name, s => s.Count) });
    });

    /// <summary>When the person goes on with it, all is looked through again that had not been checked.</summary>
    public Task Failed(long id, string error) => books.Write(async t =>
    {
        var steps = PrivacyRequest.StepsOf((await t.Read("select steps from privacy_requests where request_id = @id", r => r.GetString(0), ("id", id)))[0]);
        var isChecked = steps.Any(s => s is { Name: "check", State: "done" });
        steps = [.. steps.Select(s => s.State == "done" && (isChecked || s.Name is "points" or "erase") ? s : s with { State = "waiting", Count = null, At = null })];
        await t.Execute("update privacy_requests set state = 'failed', error = @error, steps = @steps where request_id = @id and state = 'running'",
            ("error", error), ("steps", PrivacyRequest.Json(steps)), ("id", id));
        await audit.Record(t, Caller.System, "privacy.failed", $"privacy-request/{id}");
    });

    public Task<List<PrivacyRequest>> Documents(CancellationToken cancel) => books.Read($"{Select} where document_until_ms is not null", Read, null, cancel);

    public Task DocumentGone(long id) => books.Write(t => t.Execute("update privacy_requests set document_until_ms = null where request_id = @id", ("id", id)));

    private static PrivacyRequest Read(DbDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6), r.GetString(7), r.TextOrNull(8), r.LongOrNull(9), r.LongOrNull(10),
        r.GetInt64(11), PrivacyRequest.StepsOf(r.GetString(12)), r.TextOrNull(13), r.IsDBNull(14) ? null : r.Bytes(14), r.LongOrNull(15));
}
