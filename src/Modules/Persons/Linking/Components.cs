namespace Danke.Persons.Linking;

/// <summary>
/// Groups a batch's sightings by shared identifiers, before anything is decided: whose uniqueness must be known
/// (a new value or a second person is in the group), and which persons may be united.
/// </summary>
internal sealed record Components(IReadOnlyList<long> Undecided, IReadOnlyList<long> MayMerge)
{
    public static Components Of(IEnumerable<Sighting> all, IReadOnlyDictionary<long, IdentifierRow> known)
    {
        // Where every identifier is known and all are one person's, nothing joins: by far the most.
        var sightings = all.Where(s => !IsSettled(s, known)).ToList();
        if (sightings.Count == 0) return new Components([], []);
        var parents = new Dictionary<long, long>();
        long Root(long key)
        {
            while (parents.TryGetValue(key, out var parent) && parent != key) key = parents[key] = parents.GetValueOrDefault(parent, parent);
            return key;
        }
        foreach (var sighting in sightings)
        {
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

    private static bool IsSettled(Sighting sighting, IReadOnlyDictionary<long, IdentifierRow> known)
    {
        var person = 0L;
        foreach (var identifier in sighting.Identifiers)
        {
            if (!known.TryGetValue(identifier.Key, out var row) || (person != 0 && row.PersonId != person)) return false;
            person = row.PersonId;
        }
        return true;
    }
}
