using Danke.Contracts.Persons;
using Danke.Persons.Reading;

namespace Danke.Persons.Listing;

/// <summary>Who is known on a channel, whichever module knows it.</summary>
internal sealed class ChannelFilter(Facets facets) : IPersonFilter
{
    public bool AppliesTo(PersonCriteria criteria) => criteria.Channel is not null;

    public Task<IReadOnlyList<long>?> All(PersonCriteria criteria, int atMost, CancellationToken cancel) => Task.FromResult<IReadOnlyList<long>?>(null);

    public async Task<IReadOnlySet<long>> Among(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        (await facets.Channels(persons, cancel)).Where(p => p.Value.Contains(criteria.Channel)).Select(p => p.Key).ToHashSet();
}
