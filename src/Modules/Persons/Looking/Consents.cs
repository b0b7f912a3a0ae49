using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Looking;

/// <summary>What a person allowed or forbade. Empty <paramref name="Point"/>: all of the kind.</summary>
public sealed record ConsentView(string Via, string Purpose, string Point, bool Granted, string? Evidence, string Source, DateTimeOffset At);

/// <summary>Reads consents with the contact points they are about.</summary>
internal sealed class Consents(BooksStore books, Vault vault)
{
    /// <param name="PointKey">0: all of the kind.</param>
    /// <param name="Point">Sealed; null for all of the kind, or for a point that nobody was ever seen with.</param>
    internal sealed record Row(string Via, string Purpose, long PointKey, bool Granted, string? Evidence, string Source, long AtMs, string? PointNamespace, byte[]? Point);

    public async Task<IReadOnlyList<ConsentView>> Of(long personId, bool reveal, CancellationToken cancel) =>
        [.. (await Rows(personId, cancel)).Select(r => new ConsentView(r.Via, r.Purpose, Point(r, reveal), r.Granted, Evidence(r, reveal), r.Source, r.AtMs.ToInstant()))];

    public Task<List<Row>> Rows(long personId, CancellationToken cancel) => books.Read("""
        select c.via, c.purpose, c.point_key, c.granted, c.evidence, c.source, c.at_ms, i.namespace, i.value_cipher
        from consents c left join identifiers i on i.identifier_key = c.point_key
        where c.person_id = @person order by c.via, c.purpose, c.point_key
        """, r => new Row(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3) != 0, r.TextOrNull(4), r.GetString(5), r.GetInt64(6), r.TextOrNull(7), r.IsDBNull(8) ? null : r.Bytes(8)),
        [("person", personId)], cancel);

    /// <summary>The contact point for showing: of a point that no identifier is known for, only that there is one.</summary>
    public string Point(Row row, bool reveal) =>
        row.PointKey == 0 ? "" : row.Point is null ? "***" : reveal ? vault.Open(row.Point) : Vault.Mask(row.PointNamespace!, vault.Open(row.Point));

    // A form's name, or a whole sentence with a number in it: whoever wrote it did not think of masks.
    public static string? Evidence(Row row, bool reveal) => row.Evidence is null || reveal ? row.Evidence : Vault.Mask("evidence", row.Evidence);
}
