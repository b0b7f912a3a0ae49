namespace Danke.Engines.Identity;

/// <summary>What somebody decided about nodes, whatever the rules say.</summary>
internal sealed class Decisions
{
    private readonly List<(int A, int B, long AtMs, IReadOnlyList<int> Had)> forced = [];
    private readonly Dictionary<int, List<(int Decision, int Side)>> sidesOf = [];
    private readonly Dictionary<int, int> sameOwner = [];

    /// <summary>All nodes that any decision names, each once.</summary>
    public IEnumerable<int> Nodes => forced.SelectMany(f => f.Had.Append(f.A).Append(f.B)).Concat(sidesOf.Keys).Distinct();

    public void Force(int a, int b, long atMs, IReadOnlyList<int> had) => forced.Add((a, b, atMs, had));

    public void KeepApart(int decision, int node, int side)
    {
        if (!sidesOf.TryGetValue(node, out var sides)) sidesOf[node] = sides = [];
        sides.Add((decision, side));
    }

    /// <summary>Of all that somebody said are one person, one and the same; the node itself where nobody did. After <see cref="Join"/>.</summary>
    public int OwnerOf(int node)
    {
        while (sameOwner.TryGetValue(node, out var other)) node = other;
        return node;
    }

    /// <summary>Adds the nodes and makes one set of what is forced together. Of several decisions the newest counts first.</summary>
    public void Join(Clusters clusters, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces)
    {
        sameOwner.Clear();
        var numbers = new Dictionary<int, int>();
        foreach (var node in Nodes) numbers[node] = clusters.Add(node);
        foreach (var (node, sides) in sidesOf) clusters.Side(numbers[node], sides);
        var decision = 0;
        foreach (var (a, b, _, had) in forced.OrderByDescending(f => f.AtMs).ThenBy(f => Math.Min(nodes.Key[f.A], nodes.Key[f.B])).ThenBy(f => Math.Max(nodes.Key[f.A], nodes.Key[f.B])))
        {
            var (x, y) = (clusters.Root(numbers[a]), clusters.Root(numbers[b]));
            if (x != y && clusters.AreKeptApart(x, y)) continue;
            clusters.Unite(x, y);
            decision++;
            foreach (var node in had.Append(a).Append(b)) clusters.Grant(decision, numbers[node]);
            MakeOneOwner(had.Append(a).Append(b).Where(n => namespaces[nodes.Namespace[n]].IsPerson));
        }
    }

    // Two cards that somebody said are one person's claim a value once.
    private void MakeOneOwner(IEnumerable<int> owners)
    {
        int? first = null;
        foreach (var owner in owners.Select(OwnerOf))
            if ((first ??= OwnerOf(owner)) != OwnerOf(owner)) sameOwner[OwnerOf(owner)] = first.Value;
    }
}
