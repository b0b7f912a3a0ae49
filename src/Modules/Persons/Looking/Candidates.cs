using Danke.Platform.Books;

namespace Danke.Persons.Looking;

/// <summary>Who might be meant by a value that is nobody's, or that several claim: the persons at the other ends of its dropped links.</summary>
internal sealed class Candidates(BooksStore books)
{
    /// <summary>A shop's own phone has thousands.</summary>
    private const long Most = 200;

    /// <summary>By the identifier's key, each with present numbers in ascending order.</summary>
    public async Task<ILookup<long, long>> Of(IReadOnlyCollection<long> keys, CancellationToken cancel) => (keys.Count == 0 ? [] : await books.Read("""
        select l.low_key, i.person_id from links l join identifiers i on i.identifier_key = l.high_key
        where l.low_key in ({keys}) and l.dropped_rule is not null and i.person_id <> 0
        union
        select l.high_key, i.person_id from links l join identifiers i on i.identifier_key = l.low_key
        where l.high_key in ({keys}) and l.dropped_rule is not null and i.person_id <> 0
        order by 1, 2 limit @most
        """, r => (Key: r.GetInt64(0), Person: r.GetInt64(1)), [("keys", keys.ToArray()), ("most", Most)], cancel)).ToLookup(r => r.Key, r => r.Person);
}
