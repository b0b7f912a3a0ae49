using Danke.Engines.Identity;
using Danke.Platform.Books;

namespace Danke.Persons.Linking;

/// <summary>Decisions as they lie in the Books.</summary>
internal static class Decisions
{
    /// <summary>The side, of a decision to unite, of what the two persons had beside the two identifiers that are tied; those before such were kept name none.</summary>
    private const int Had = 1;

    private sealed record KeyRow(long Decision, long Key, int Side);

    private static readonly Table<KeyRow> Keys = new Table<KeyRow>("identity_decision_keys", "identifier_key", "decision_id")
        .Long("identifier_key", r => r.Key).Long("decision_id", r => r.Decision).Long("side", r => r.Side);

    /// <summary>The decisions in force that name any of the identifiers, each with all that it names.</summary>
    public static async Task<List<IdentityDecision>> Read(BooksTransaction books, long[] keys) => Of(await books.Read(Naming, Row, ("keys", keys)));

    /// <inheritdoc cref="Read(BooksTransaction, long[])"/>
    public static async Task<List<IdentityDecision>> Read(BooksStore books, long[] keys, CancellationToken cancel) => Of(await books.Read(Naming, Row, [("keys", keys)], cancel));

    private const string Naming = """
        select d.decision_id, d.kind, d.at_ms, k.identifier_key, k.side from identity_decisions d join identity_decision_keys k on k.decision_id = d.decision_id
        where d.revoked_ms is null and d.decision_id in (select decision_id from identity_decision_keys where identifier_key in ({keys}))
        """;

    /// <summary>All that are in force.</summary>
    public static async Task<List<IdentityDecision>> All(BooksStore books, CancellationToken cancel) => Of(await books.Read("""
        select d.decision_id, d.kind, d.at_ms, k.identifier_key, k.side from identity_decisions d join identity_decision_keys k on k.decision_id = d.decision_id
        where d.revoked_ms is null
        """, Row, [], cancel));

    private static (long Id, string Kind, long AtMs, long Key, int Side) Row(System.Data.Common.DbDataReader r) =>
        (r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), (int)r.GetInt64(4));

    private static List<IdentityDecision> Of(List<(long Id, string Kind, long AtMs, long Key, int Side)> rows) =>
    [
        .. rows.GroupBy(r => (r.Id, r.Kind, r.AtMs)).OrderBy(g => g.Key.Id).Select(g => g.Key.Kind == "together"
            ? new IdentityDecision(g.Key.Id, g.Key.AtMs, [.. g.Where(r => r.Side == 0).Select(r => r.Key).Order()], []) { Had = [.. g.Where(r => r.Side == Had).Select(r => r.Key).Order()] }
            : new IdentityDecision(g.Key.Id, g.Key.AtMs, [], [.. g.OrderBy(r => r.Key).Select(r => (r.Key, r.Side))])),
    ];

    public static async Task Save(BooksTransaction books, IdentityDecision decision, bool divides, string by, string reason, string commandKey)
    {
        await books.Execute("""
            insert into identity_decisions (decision_id, kind, at_ms, decided_by, reason, command_key, divides) values (@id, @kind, @at, @by, @reason, @command, @divides)
            """, ("id", decision.Id), ("kind", decision.Together.Count > 0 ? "together" : "apart"), ("at", decision.AtMs), ("by", by), ("reason", reason), ("command", commandKey), ("divides", divides ? 1L : 0L));
        await books.Insert(Keys, [.. decision.Together.Select(k => new KeyRow(decision.Id, k, 0)).Concat(decision.Had.Select(k => new KeyRow(decision.Id, k, Had))).Concat(decision.Apart.Select(a => new KeyRow(decision.Id, a.Key, a.Side)))]);
    }

    public static Task Revoke(BooksTransaction books, long decision, string by, long atMs) =>
        books.Execute("update identity_decisions set revoked_ms = @at, revoked_by = @by where decision_id = @id", ("id", decision), ("by", by), ("at", atMs));
}
