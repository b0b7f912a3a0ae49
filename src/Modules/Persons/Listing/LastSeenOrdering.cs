using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Persons.Listing;

/// <summary>Who was seen last comes first: the usual order of a list.</summary>
internal sealed class LastSeenOrdering(BooksStore books) : IPersonOrdering
{
    public const string OrderingName = "last_seen";

    public string Name => OrderingName;

    public async Task<IReadOnlyList<RankedPerson>> Next(PersonCriteria criteria, RankedPerson? after, int limit, CancellationToken cancel) => await books.Read("""
        select last_seen_ms, person_id from persons
        where state = 'active' and (last_seen_ms, person_id) < (@value, @person) and last_seen_ms >= @from and last_seen_ms < @to
        order by last_seen_ms desc, person_id desc limit @limit
        """, r => new RankedPerson(r.GetInt64(0), r.GetInt64(1)),
        [
            ("value", after?.Value ?? long.MaxValue), ("person", after?.PersonId ?? long.MaxValue), ("limit", (long)limit),
            ("from", criteria.LastSeenFromMs ?? long.MinValue), ("to", criteria.LastSeenToMs ?? long.MaxValue),
        ], cancel);

    public async Task<IReadOnlyList<RankedPerson>> Of(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel) => await books.Read(
        "select last_seen_ms, person_id from persons where person_id in ({keys}) and state = 'active'",
        r => new RankedPerson(r.GetInt64(0), r.GetInt64(1)), [("keys", persons.ToArray())], cancel);

    /// <summary>How many persons there are.</summary>
    public async Task<long> Count(CancellationToken cancel) =>
        (await books.Read("select count(*) from persons where state = 'active'", r => r.GetInt64(0), null, cancel))[0];
}
