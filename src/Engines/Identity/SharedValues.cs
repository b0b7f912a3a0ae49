using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>
/// Values that so many known persons claim that they are nobody's. Owners are counted among one slot's values: a card of each of two
/// programs is not two owners. Whoever proved the value last has it: those who claimed it before do not count any more.
/// </summary>
/// <param name="namespaces">By the number that nodes name.</param>
/// <param name="ownerOf">One node for all that somebody said are one person.</param>
internal sealed class SharedValues(LinkColumns links, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, Components components, Func<int, int> ownerOf)
{
    private const int Nobody = -1;

    private readonly bool[] isShareable = [.. namespaces.Select(n => n.SharedAfter is not null)];
    private readonly bool[] isPerson = [.. namespaces.Select(n => n.IsPerson)];
    private readonly bool isAnyShareable = namespaces.Any(n => n.SharedAfter is not null);
    private readonly List<(int Value, int Owner, int Link)> claims = [];
    private readonly List<(int Slot, int Owner)> owners = [];
    private readonly HashSet<int> shared = [];

    /// <summary>Drops the links of shared values that no other rule has dropped.</summary>
    /// <param name="staked">All links of every node that they name.</param>
    /// <returns>Whether there may be any.</returns>
    public bool Drop(ReadOnlySpan<OrderedLink> staked)
    {
        if (!isAnyShareable) return false;
        Find(staked);
        if (shared.Count == 0) return false;
        foreach (ref readonly var link in staked)
        {
            var value = shared.Contains(link.A) ? link.A : shared.Contains(link.B) ? link.B : Nobody;
            if (value != Nobody && links.Joins(link.Number)) links.Drop(link.Number, DropRule.Shared, nodes.Namespace[value]);
        }
        return true;
    }

    private void Find(ReadOnlySpan<OrderedLink> staked)
    {
        shared.Clear();
        claims.Clear();
        foreach (ref readonly var link in staked)
            if ((components.MayBeShared(link.A) || components.MayBeShared(link.B)) && ValueOf(link) is var value and not Nobody)
                claims.Add((value, value == link.A ? link.B : link.A, link.Number));
        claims.Sort();
        for (int i = 0, j; i < claims.Count; i = j)
        {
            var (value, owner, _) = claims[i];
            var owners = 1;
            for (j = i + 1; j < claims.Count && claims[j].Value == value; j++)
                if (claims[j].Owner != owner) (owner, owners) = (claims[j].Owner, owners + 1);
            // Few have so many owners, whoever proved what when: the times need not be looked up.
            var after = namespaces[nodes.Namespace[value]].SharedAfter;
            if (owners >= after && MostOwners(CollectionsMarshal.AsSpan(claims)[i..j]) >= after) shared.Add(value);
        }
    }

    private int MostOwners(ReadOnlySpan<(int Value, int Owner, int Link)> claimed)
    {
        var since = 0L;
        foreach (var (_, _, link) in claimed) since = Math.Max(since, links.Verified[link]);
        owners.Clear();
        foreach (var (_, owner, link) in claimed)
            if (since == 0 || links.Last[link] >= since) owners.Add((nodes.Slot[owner], ownerOf(owner)));
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

    // Whoever is claimed by the link; nobody when it claims nothing.
    private int ValueOf(in OrderedLink link)
    {
        var (a, b) = (nodes.Namespace[link.A], nodes.Namespace[link.B]);
        if (isShareable[a] && isPerson[b]) return link.A;
        return isShareable[b] && isPerson[a] ? link.B : Nobody;
    }
}
