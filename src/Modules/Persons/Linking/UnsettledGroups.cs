using Danke.Engines.Identity;

namespace Danke.Persons.Linking;

/// <summary>Sightings that hang together by shared identifiers and may change who is who, with the persons that their identifiers have now.</summary>
internal sealed record UnsettledGroup(List<Sighting> Sightings, List<long> Persons);

/// <summary>Groups a batch's sightings before anything is decided.</summary>
internal static class UnsettledGroups
{
    public static List<UnsettledGroup> Of(IEnumerable<Sighting> all, PersonGraph graph)
    {
        // Where every identifier is one person's, nothing joins: by far the most.
        var sightings = all.Where(s => s.Seen.Length > 0 && !graph.IsSettled(s.Seen, s.AtMs)).ToList();
        if (sightings.Count == 0) return [];
        var parents = new Dictionary<long, long>();
        long Root(long key)
        {
            while (parents.TryGetValue(key, out var parent) && parent != key) key = parents[key] = parents.GetValueOrDefault(parent, parent);
            return key;
        }
        // Persons hang together as identifiers do: two events with different identifiers of one person are one group.
        static IEnumerable<long> Ends(Sighting sighting) => sighting.Seen.Select(s => s.Identifier.PersonId == 0 ? s.Identifier.Key : -s.Identifier.PersonId)
            .Concat(sighting.Seen.Select(s => s.Identifier.Key));
        foreach (var sighting in sightings)
        {
            var first = Root(sighting.Seen[0].Identifier.Key);
            parents.TryAdd(first, first);
            foreach (var other in Ends(sighting)) parents[Root(other)] = first;
        }
        return [.. sightings.GroupBy(s => Root(s.Seen[0].Identifier.Key)).Select(g =>
            new UnsettledGroup([.. g], [.. g.SelectMany(s => s.Seen).Select(s => s.Identifier.PersonId).Where(p => p != 0).Distinct()]))];
    }
}
