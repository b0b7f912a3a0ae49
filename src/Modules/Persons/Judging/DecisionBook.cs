using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Judging;

/// <summary>Something that somebody decided about identifiers.</summary>
/// <param name="Kind">together or apart.</param>
/// <param name="Divides">Of an apart decision: it parted one person.</param>
/// <param name="By">Who, as in the audit log.</param>
/// <param name="RevokedAt">Since when it counts no more; null while it does.</param>
public sealed record DecisionView(
    long Decision, string Kind, bool Divides, DateTimeOffset At, string By, string Reason, DateTimeOffset? RevokedAt, string? RevokedBy, IReadOnlyList<DecisionIdentifierView> Identifiers);

/// <param name="Side">Of an apart decision: 0 who stayed, 1 who went. Of one to unite: 0 the two that are tied, 1 what else the two persons had.</param>
/// <param name="PersonId">Whose it is now; 0: nobody's.</param>
public sealed record DecisionIdentifierView(string Id, string Namespace, string Scope, string Value, int Side, long PersonId);

/// <summary>Reads decisions for showing.</summary>
internal sealed class DecisionBook(BooksStore books, Vault vault, LiveIdentityRules live)
{
    /// <summary>More than anybody reads; the newest are kept.</summary>
    private const long Most = 200;

    private sealed record Row(long Id, string Kind, bool Divides, long AtMs, string By, string Reason, long? RevokedMs, string? RevokedBy);

    private const string Select = "select decision_id, kind, at_ms, decided_by, reason, revoked_ms, revoked_by, divides from identity_decisions";

    /// <summary>Those that name any of the person's identifiers, newest first.</summary>
    public async Task<IReadOnlyList<DecisionView>> Of(long person, bool reveal, CancellationToken cancel) => await Views(await books.Read(Select + """
         where decision_id in (select k.decision_id from identity_decision_keys k join identifiers i on i.identifier_key = k.identifier_key where i.person_id = @person)
        order by decision_id desc limit @most
        """, Read, [("person", person), ("most", Most)], cancel), reveal, cancel);

    /// <summary>The decision of the number, or the one that the command made.</summary>
    public async Task<DecisionView?> Find(long? number, string commandKey, bool reveal, CancellationToken cancel) =>
        (await Views(number is { } known ? await books.Read(Select + " where decision_id = @id", Read, [("id", known)], cancel)
            : await books.Read(Select + " where command_key = @key", Read, [("key", commandKey)], cancel), reveal, cancel)).FirstOrDefault();

    private static Row Read(System.Data.Common.DbDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetInt64(7) != 0, r.GetInt64(2), r.GetString(3), r.GetString(4), r.LongOrNull(5), r.TextOrNull(6));

    private async Task<List<DecisionView>> Views(List<Row> rows, bool reveal, CancellationToken cancel)
    {
        if (rows.Count == 0) return [];
        var keys = await books.Read("select decision_id, identifier_key, side from identity_decision_keys where decision_id in ({keys})",
            r => (Decision: r.GetInt64(0), Key: r.GetInt64(1), Side: (int)r.GetInt64(2)), [("keys", rows.Select(r => r.Id).ToArray())], cancel);
        var identifiers = (await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(live.Current),
            [("keys", keys.Select(k => k.Key).Distinct().ToArray())], cancel)).ToDictionary(i => i.Key);
        var of = keys.Where(k => identifiers.ContainsKey(k.Key)).ToLookup(k => k.Decision, k => View(identifiers[k.Key], k.Side, reveal));
        return [.. rows.Select(r => new DecisionView(r.Id, r.Kind, r.Divides, r.AtMs.ToInstant(), r.By, r.Reason, r.RevokedMs.ToInstant(), r.RevokedBy,
            [.. of[r.Id].OrderBy(i => i.Side).ThenBy(i => live.Current[i.Namespace].Priority).ThenBy(i => i.Id, StringComparer.Ordinal)]))];
    }

    private DecisionIdentifierView View(IdentifierRow row, int side, bool reveal)
    {
        var value = vault.Open(row.ValueCipher);
        return new DecisionIdentifierView(IdentifierName.Of(row.Key), row.Namespace, row.Scope, reveal ? value : Vault.Mask(row.Namespace, value), side, row.PersonId);
    }
}
