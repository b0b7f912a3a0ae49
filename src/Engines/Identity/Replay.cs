using System.Runtime.CompilerServices;

namespace Danke.Engines.Identity;

/// <summary>Resolves components: drops what is claimed or counted too often, then believes the rest in the one order as far as the rules let it. Each core has one of its own.</summary>
internal sealed class Replay(LinkColumns links, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, IReadOnlyList<NamespaceRule> slots, IdentityRules rules,
    Components components, LinkOrder order, Func<int, int> ownerOf)
{
    private readonly SharedValues shared = new(links, nodes, namespaces, components, ownerOf);
    private readonly Surplus surplus = new(links, nodes, namespaces, slots, components);
    private readonly LinkSorter sorter = new(order);
    private Clusters? own;
    private OrderedLink[] sorted = [];
    private int[] ends = [];

    /// <summary>The components of a bucket, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RunEach(LinkBuckets staked, int bucket)
    {
        own ??= new Clusters(nodes, slots);
        if (ends.Length <= staked.Range) ends = new int[staked.Range + 1];
        if (sorted.Length < staked[bucket].Length) sorted = new OrderedLink[Math.Max(staked[bucket].Length, sorted.Length * 2)];
        staked.ByComponent(bucket, components, sorted, ends);
        var begin = 0;
        foreach (var end in ends)
        {
            if (end == begin) continue;
            own.Clear();
            Run(sorted.AsSpan(begin..end), own);
            begin = end;
        }
    }

    /// <summary>All together.</summary>
    /// <param name="clusters">With the nodes that somebody decided about, united as was decided; others come to it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(ReadOnlySpan<OrderedLink> staked, Clusters clusters)
    {
        for (var i = 0; i < clusters.Count; i++) components.Number(clusters.NodeOf(i), i);
        // Which values are shared hangs on all links, those that are dropped for another reason too.
        var isAnyDropped = surplus.Drop(staked) | shared.Drop(staked);
        foreach (var place in sorter.Sort(staked))
        {
            ref readonly var link = ref staked[place];
            var (a, b) = (NumberOf(link.A, clusters), NumberOf(link.B, clusters));
            if (isAnyDropped && !links.Joins(link.Number)) continue;
            if (Join(clusters, a, b) is var verdict and not 0) links.Verdict[link.Number] = verdict;
        }
        for (var i = 0; i < clusters.Count; i++) components.Tell(clusters.NodeOf(i), clusters.NodeOf(clusters.Root(i)));
    }

    private int NumberOf(int node, Clusters clusters)
    {
        var number = components.NumberOf(node);
        if (number == Components.None) components.Number(node, number = clusters.Add(node));
        return number;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ushort Join(Clusters clusters, int a, int b)
    {
        var (x, y) = (clusters.Root(a), clusters.Root(b));
        if (x == y) return 0;
        if (clusters.AreKeptApart(x, y)) return LinkColumns.VerdictOf(DropRule.KeptApart);
        if (clusters.Conflict(x, y) is var conflict and not Clusters.None) return Forbidden(nodes.Namespace[clusters.NodeOf(conflict)]);
        if (rules.MostIdentifiers is { } most && clusters.Size(x) + clusters.Size(y) > most && !clusters.AreAllGranted(x, y)) return LinkColumns.VerdictOf(DropRule.TooManyIdentifiers);
        clusters.Unite(x, y);
        return 0;
    }

    private ushort Forbidden(int @namespace) =>
        LinkColumns.VerdictOf(namespaces[@namespace].OnePerScope ? DropRule.OneValue : DropRule.TooManyValues, @namespace);
}
