namespace Danke.Persons.Linking;

/// <summary>
/// Groups a batch's sightings by shared identifiers, before anything is decided: whose uniqueness must be known
/// (a new value or a second person is in the group), and which persons may be united.
/// </summary>
internal sealed record Components(IReadOnlyList<long> Undecided, IReadOnlyList<long> MayMerge)
{
    public static Components Of(IReadOnlyList<Sighting> sightings, IReadOnlyDictionary<long, IdentifierRow> known)
    {
        var parents = new Dictionary<long, long>();
        long Root(long key)
        {
            while (parents.TryGetValue(key, out var parent) && parent != key) key = parents[key] = parents.GetValueOrDefault(parent, parent);
            return key;
        }
        foreach (var sighting in sightings)
        {
            if (sighting.Identifiers.Length == 0) continue;
            var first = Root(sighting.Identifiers[0].Key);
            parents.TryAdd(first, first);
            foreach (var other in sighting.Identifiers.AsSpan(1)) parents[Root(other.Key)] = first;
        }

        var persons = new Dictionary<long, HashSet<long>>();
        var withNew = new HashSet<long>();
        foreach (var key in sightings.SelectMany(s => s.Identifiers).Select(i => i.Key).Distinct())
        {
            var root = Root(key);
            if (!known.TryGetValue(key, out var row)) withNew.Add(root);
            else if (persons.TryGetValue(root, out var set)) set.Add(row.PersonId);
            else persons[root] = [row.PersonId];
        }
        return new Components(
            persons.Where(p => p.Value.Count > 1 || withNew.Contains(p.Key)).SelectMany(p => p.Value).Distinct().Order().ToList(),
            persons.Where(p => p.Value.Count > 1).SelectMany(p => p.Value).Distinct().Order().ToList());
    }
}
