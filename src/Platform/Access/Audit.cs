using System.Data.Common;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Json;

namespace Danke.Platform.Access;

/// <summary>
/// Who changed what. Write the entry in the change's own transaction: <c>await audit.Record(t, caller, "definition.published",
/// "program/default", before: …, after: …)</c>. Before and after hold settings, states and numbers - never names, identifiers or
/// other personal data; a person is named by <c>person/ID</c> in the target.
/// </summary>
public sealed class Audit(BooksStore books, TimeProvider clock)
{
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="target">kind/name: <c>user/anna</c>, <c>definition/audience/loyal@3</c>, <c>person/17</c>.</param>
    public async Task Record(BooksTransaction transaction, Caller caller, string action, string target, object? before = null, object? after = null) =>
        await transaction.Execute("""
            insert into audit_log (entry_id, at_ms, actor, action, target, detail) values (@id, @at, @actor, @action, @target, @detail)
            """,
            ("id", await Sequences.TakeRange(transaction, "audit_entry", 1)), ("at", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("actor", caller.Actor), ("action", AuditActions.Known(action)), ("target", target),
            ("detail", JsonSerializer.Serialize(new AuditDetail(before, after), DankeJson.Options)));

    /// <summary>For a change that has no transaction of its own in the Books.</summary>
    public Task Record(Caller caller, string action, string target, object? before = null, object? after = null) =>
        books.Write(transaction => Record(transaction, caller, action, target, before, after));

    /// <summary>The numbers of so many entries: what is told of them must be in their order.</summary>
    internal static Question<long>? AskNumbers(Questions asking, int count) => Sequences.AskRange(asking, "audit_entry", count);

    /// <summary>What commands ask to be told, in their own transaction.</summary>
    /// <param name="commands">Null for one that was not applied: its number stays unused, so that the others' do not hang on it.</param>
    /// <param name="end">The number after the last of those that were taken for them.</param>
    internal static ValueTask Record(BooksTransaction transaction, IReadOnlyList<(CommandAudit Said, string Target)?> commands, long end, long nowMs) =>
        transaction.Insert(Table, [.. commands.Select((c, i) => (Row: c, Id: end - commands.Count + i)).Where(c => c.Row is not null).Select(c => new AuditRow(c.Id, nowMs, c.Row!.Value.Said, c.Row.Value.Target))]);

    /// <summary>Before and after as a command carries them.</summary>
    public static CommandAudit Of(Caller caller, string action, object? after) =>
        new(caller.Actor, AuditActions.Known(action), JsonSerializer.Serialize(new AuditDetail(null, after), DankeJson.Options));

    private sealed record AuditRow(long Id, long AtMs, CommandAudit Said, string Target);

    private static readonly Table<AuditRow> Table = new Table<AuditRow>("audit_log", "entry_id")
        .Long("entry_id", r => r.Id).Long("at_ms", r => r.AtMs).Text("actor", r => r.Said.Actor).Text("action", r => r.Said.Action).Text("target", r => r.Target)
        .Text("detail", r => r.Said.Detail);

    /// <summary>Newest first.</summary>
    internal Task<List<AuditEntry>> Read(string? actor, string? action, long before, int limit, CancellationToken cancel) => books.Read("""
        select entry_id, at_ms, actor, action, target, detail from audit_log
        where entry_id < @before and (@actor = '' or actor = @actor) and (@action = '' or action = @action)
        order by entry_id desc limit @limit
        """, EntryFrom, [("before", before), ("actor", actor ?? ""), ("action", action ?? ""), ("limit", (long)limit)], cancel);

    private static AuditEntry EntryFrom(DbDataReader row) => new(
        row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetString(3), row.GetString(4),
        JsonSerializer.Deserialize<JsonElement>(row.GetString(5)));

    private sealed record AuditDetail(object? Before, object? After);
}

/// <summary>One change.</summary>
/// <param name="Actor"><c>user:NAME</c>, <c>key:ID</c>, <c>cli</c> or <c>system</c>.</param>
/// <param name="Detail"><c>{before, after}</c>, either may be null.</param>
public sealed record AuditEntry(long EntryId, DateTimeOffset At, string Actor, string Action, string Target, JsonElement Detail);
