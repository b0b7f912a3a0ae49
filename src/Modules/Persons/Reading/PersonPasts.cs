using System.Collections.Immutable;
using System.Text.Json;
using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Persons.Reading;

/// <summary>Reads what persons did, for who goes through history.</summary>
internal sealed class PersonPasts(BooksStore books) : IPersonPasts
{
    public async Task<long> Highest(CancellationToken cancel) => (await books.Read("select coalesce(max(person_id), 0) from persons", r => r.GetInt64(0), [], cancel))[0];

    public Task<List<PastInteraction>> Interactions(long afterPerson, long toPerson, CancellationToken cancel) => books.Read("""
        select interaction_id, person_id, via_key, at_ms, channel, shop, kind, properties from interactions where person_id > @after and person_id <= @to order by interaction_id
        """, r => new PastInteraction(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetString(4), r.GetString(5), r.GetString(6),
            r.GetString(7) is var text && text == "{}" ? ImmutableSortedDictionary<string, string>.Empty
                : JsonSerializer.Deserialize<Dictionary<string, string>>(text)!.ToImmutableSortedDictionary(StringComparer.Ordinal)), [("after", afterPerson), ("to", toPerson)], cancel);

    public async Task<Dictionary<long, int>> BirthMonths(long afterPerson, long toPerson, CancellationToken cancel) =>
        (await books.Read("select person_id, birthday from persons where person_id > @after and person_id <= @to and birthday is not null",
            r => (Person: r.GetInt64(0), Month: BirthMonth.Of(r.GetString(1))), [("after", afterPerson), ("to", toPerson)], cancel)).ToDictionary(p => p.Person, p => p.Month);
}
