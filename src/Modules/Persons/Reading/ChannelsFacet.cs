using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Persons.Reading;

/// <summary>The channels on which persons were first seen or did something.</summary>
internal sealed class ChannelsFacet(BooksStore books) : IPersonFacet<PersonChannels>
{
    public async Task<IReadOnlyDictionary<long, PersonChannels>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        if (persons.Count == 0) return new Dictionary<long, PersonChannels>();
        var rows = await books.Read("""
            select person_id, first_channel from persons where person_id in ({keys}) and first_channel <> ''
            union
            select person_id, channel from interactions where person_id in ({keys})
            """, r => (Person: r.GetInt64(0), Channel: r.GetString(1)), [("keys", persons.ToArray())], cancel);
        return rows.GroupBy(r => r.Person).ToDictionary(g => g.Key, g => new PersonChannels([.. g.Select(r => r.Channel)]));
    }
}
