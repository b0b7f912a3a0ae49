using Danke.Contracts.Persons;

namespace Danke.Persons.Reading;

/// <summary>What all modules together know of a page of persons. Who has nothing of a kind is not in its dictionary.</summary>
internal sealed class Facets(
    IEnumerable<IPersonFacet<PersonChannels>> channels, IEnumerable<IPersonFacet<PersonWorth>> worth,
    IEnumerable<IPersonFacet<PersonMemberships>> memberships, IEnumerable<IPersonFacet<PersonAudiences>> audiences)
{
    public async Task<IReadOnlyDictionary<long, IReadOnlyList<string>>> Channels(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        var all = new Dictionary<long, SortedSet<string>>();
        foreach (var facet in channels)
            foreach (var (person, known) in await facet.Of(persons, cancel))
                (all.TryGetValue(person, out var set) ? set : all[person] = new SortedSet<string>(StringComparer.Ordinal)).UnionWith(known.Channels);
        return all.ToDictionary(p => p.Key, p => (IReadOnlyList<string>)[.. p.Value]);
    }

    public Task<IReadOnlyDictionary<long, PersonWorth>> Worth(IReadOnlyCollection<long> persons, CancellationToken cancel) => One(worth, persons, cancel);

    public Task<IReadOnlyDictionary<long, PersonMemberships>> Memberships(IReadOnlyCollection<long> persons, CancellationToken cancel) => One(memberships, persons, cancel);

    public Task<IReadOnlyDictionary<long, PersonAudiences>> Audiences(IReadOnlyCollection<long> persons, CancellationToken cancel) => One(audiences, persons, cancel);

    // At most one module knows these; an installation may leave it out.
    private static async Task<IReadOnlyDictionary<long, T>> One<T>(IEnumerable<IPersonFacet<T>> facets, IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        facets.FirstOrDefault() is { } facet && persons.Count > 0 ? await facet.Of(persons, cancel) : new Dictionary<long, T>();
}
