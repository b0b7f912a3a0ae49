namespace Danke.Engines.Identity;

/// <summary>
/// Values that so many known persons claim that they are nobody's. Owners are counted among one slot's values: a card of each of two
/// programs is not two owners. Whoever proved the value last has it: those who claimed it before do not count any more.
/// </summary>
internal sealed class SharedValues
{
    private const int Nobody = -1;

    private readonly LinkColumns links;
    private readonly NodeColumns nodes;
    private readonly IReadOnlyList<NamespaceRule> namespaces;
    private readonly Func<int, int> ownerOf;
    private readonly bool[] isShareable;
    private readonly bool[] isPerson;

    private SharedValues(LinkColumns links, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, Func<int, int> ownerOf)
    {
        (this.links, this.nodes, this.namespaces, this.ownerOf) = (links, nodes, namespaces, ownerOf);
        isShareable = [.. namespaces.Select(n => n.SharedAfter is not null)];
        isPerson = [.. namespaces.Select(n => n.IsPerson)];
    }

    /// <summary>For each node whether it is shared; empty when none can be.</summary>
    /// <param name="namespaces">By the number that nodes name.</param>
    /// <param name="ownerOf">One node for all that somebody said are one person.</param>
    public static bool[] Find(LinkColumns links, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, Func<int, int> ownerOf)
    {
        var shared = new SharedValues(links, nodes, namespaces, ownerOf);
        return shared.isShareable.Contains(true) ? shared.Find() : [];
    }

    private bool[] Find()
    {
        var counts = new int[nodes.Count];
        for (var link = 0; link < links.Count; link++)
            if (ValueOf(link) is var value and not Nobody) counts[value]++;
        var (ends, claims) = Claims(counts);
        var isShared = new bool[nodes.Count];
        Ranges.Each(nodes.Count, (from, to) =>
        {
            var owners = new List<(int Slot, int Owner)>();
            for (var value = from; value < to; value++)
                if (IsSuspect(value, counts[value])) isShared[value] = MostOwners(claims.AsSpan(ends[value] - counts[value], counts[value]), owners) >= SharedAfter(value);
        });
        return isShared;
    }

    // The links of one suspect side by side, and for each suspect where they end.
    private (int[] Ends, int[] Claims) Claims(int[] counts)
    {
        var ends = new int[counts.Length];
        var all = 0;
        for (var value = 0; value < counts.Length; value++)
        {
            ends[value] = all;
            if (IsSuspect(value, counts[value])) all += counts[value];
        }
        var claims = new int[all];
        for (var link = 0; link < links.Count; link++)
            if (ValueOf(link) is var value and not Nobody && IsSuspect(value, counts[value])) claims[ends[value]++] = link;
        return (ends, claims);
    }

    private bool IsSuspect(int value, int claims) => claims > 0 && claims >= SharedAfter(value);

    private int MostOwners(ReadOnlySpan<int> claims, List<(int Slot, int Owner)> owners)
    {
        var since = 0L;
        foreach (var link in claims) since = Math.Max(since, links.Verified[link]);
        owners.Clear();
        foreach (var link in claims)
        {
            if (since > 0 && links.Last[link] < since) continue;
            var owner = isPerson[links.KindOfB(link)] && isShareable[links.KindOfA(link)] ? links.B[link] : links.A[link];
            owners.Add((nodes.Slot[owner], ownerOf(owner)));
        }
        owners.Sort();
        var (most, distinct) = (0, 0);
        for (var i = 0; i < owners.Count; i++)
        {
            if (i == 0 || owners[i].Slot != owners[i - 1].Slot) distinct = 1;
            else if (owners[i].Owner != owners[i - 1].Owner) distinct++;
            most = Math.Max(most, distinct);
        }
        return most;
    }

    private int SharedAfter(int value) => namespaces[nodes.Namespace[value]].SharedAfter!.Value;

    // Whoever is claimed by the link; nobody when it claims nothing.
    private int ValueOf(int link)
    {
        var (a, b) = (links.KindOfA(link), links.KindOfB(link));
        if (isShareable[a] && isPerson[b]) return links.A[link];
        return isShareable[b] && isPerson[a] ? links.B[link] : Nobody;
    }
}
