using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>
/// What hangs together at all, before any rule is asked: no replay leads from one component into another. Beside each stands whether a rule can
/// drop anything in it. Rules only ever forbid, and smaller sets less than larger ones: where a component may be one person as a whole, and
/// nothing in it is claimed or counted too often, all its links join, in whatever order. So only the others are replayed. Whatever is
/// noted here errs to that side.
/// </summary>
internal sealed class Components
{
    public const int None = -1;

    private const int SlotBits = 64;
    private const byte AtStake = byte.MaxValue;
    private const ulong NoNumber = ulong.MaxValue;

    // Roles of a node.
    private const int CanBeShared = 1, IsPerson = 2, IsCounted = 4, RoleBits = 3;

    // Meanings of a link.
    private const int ClaimsA = 1, ClaimsB = 2, CountsA = 4, CountsB = 8;

    /// <summary>Side by side: each node is one reach into memory.</summary>
    private struct Node
    {
        public int Parent;
        public byte Role;

        /// <summary>It is shared after so many more claims at the earliest.</summary>
        public byte ClaimsLeft;

        /// <summary>It is linked to too many counted values after so many more at the earliest.</summary>
        public byte CountedLeft;

        /// <summary>At a root, how many nodes of the component may be there several times over; or that something is at stake.</summary>
        public byte Others;

        /// <summary>At a root, a bit for each slot of which a person has one value and the component has; several slots may have the same. In a replay the node's number.</summary>
        public ulong Slots;
    }

    private readonly Node[] all;
    private readonly byte[] meanings = Meanings();
    private readonly int mostOthers;
    private readonly int mostIdentifiers;

    /// <summary>Every node by itself.</summary>
    /// <param name="namespaces">By the number that nodes name.</param>
    /// <param name="slots">The rule for each slot of the nodes.</param>
    public Components(NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, IReadOnlyList<NamespaceRule> slots, int? mostIdentifiers)
    {
        this.mostIdentifiers = mostIdentifiers ?? int.MaxValue;
        mostOthers = Math.Min(AtStake - 1, namespaces.Where(n => n.IsCounted).Min(n => n.ValuesPerPerson) ?? int.MaxValue);
        all = GC.AllocateUninitializedArray<Node>(nodes.Count);
        Node[] kinds = [.. namespaces.Select(Like)];
        bool[] isOnly = [false, .. slots.Select(s => s.OnePerScope)];
        Ranges.Each(nodes.Count, (from, to) =>
        {
            for (var node = from; node < to; node++)
            {
                ref var own = ref all[node];
                own = kinds[nodes.Namespace[node]];
                own.Parent = node;
                var slot = nodes.Slot[node];
                if (isOnly[slot + 1]) own.Slots = 1UL << (slot % SlotBits);
                else own.Others = 1;
            }
        });
    }

    private Node Like(NamespaceRule rule) => new()
    {
        Role = (byte)((rule.SharedAfter is null ? 0 : CanBeShared) | (rule.IsPerson ? IsPerson : 0) | (rule.IsCounted ? IsCounted : 0)),
        ClaimsLeft = (byte)Math.Clamp(rule.SharedAfter ?? byte.MaxValue, 1, byte.MaxValue),
        CountedLeft = (byte)(mostOthers + 1),
    };

    // By the roles of both ends.
    private static byte[] Meanings()
    {
        var meanings = new byte[1 << (2 * RoleBits)];
        for (var roles = 0; roles < meanings.Length; roles++)
        {
            var (a, b) = (roles >> RoleBits, roles & ((1 << RoleBits) - 1));
            var claims = (a & CanBeShared) != 0 && (b & IsPerson) != 0 ? ClaimsA : (b & CanBeShared) != 0 && (a & IsPerson) != 0 ? ClaimsB : 0;
            meanings[roles] = (byte)(claims | ((a & IsCounted) != 0 ? CountsA : 0) | ((b & IsCounted) != 0 ? CountsB : 0));
        }
        return meanings;
    }

    /// <summary>The component of the node; once a replay has told, whose it is.</summary>
    public int Of(int node) => all[node].Parent;

    /// <summary>The replay tells to whom of its component the node belongs.</summary>
    public void Tell(int node, int root) => all[node].Parent = root;

    public bool IsAtStake(int node) => all[node].Others == AtStake;

    public bool MayBeShared(int node) => all[node].ClaimsLeft == 0;

    /// <summary>It may be linked to more values than are counted.</summary>
    public bool MayHaveTooMany(int node) => all[node].CountedLeft == 0;

    /// <summary>The number of a node in its component's replay; none before it got one.</summary>
    public int NumberOf(int node) => all[node].Slots == NoNumber ? None : (int)all[node].Slots;

    public void Number(int node, int number) => all[node].Slots = (uint)number;

    /// <summary>The component of what somebody decided about.</summary>
    public int Decided { get; private set; } = None;

    /// <summary>All of the graph is replayed together, which is right however it hangs together.</summary>
    public void TakeAsOne()
    {
        for (var node = 0; node < all.Length; node++) all[node] = new Node { Parent = node, Others = AtStake, Slots = NoNumber };
    }

    /// <summary>Follows all links.</summary>
    /// <param name="decided">Nodes that somebody decided about, which are replayed together.</param>
    public void Find(LinkBuckets links, IEnumerable<int> decided)
    {
        var across = new List<OrderedLink>[links.Count];
        Parallel.For(0, links.Count, bucket => across[bucket] = FollowWithin(links, links[bucket]));
        foreach (var some in across)
            foreach (ref readonly var link in CollectionsMarshal.AsSpan(some)) Follow(link);
        Gather(decided);
        Ranges.Each(all.Length, Flatten);
    }

    private void Gather(IEnumerable<int> decided)
    {
        foreach (var node in decided)
        {
            if (Decided != None) Unite(Decided, node);
            Decided = Root(node);
        }
        if (Decided != None) all[Decided].Others = AtStake;
    }

    /// <summary>Follows the links from nodes of a range to nodes of the range; nobody else touches those.</summary>
    /// <returns>The links that lead out of it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private List<OrderedLink> FollowWithin(LinkBuckets buckets, ReadOnlySpan<OrderedLink> bucket)
    {
        var across = new List<OrderedLink>();
        foreach (ref readonly var link in bucket)
            if (buckets.IsInRange(link)) Follow(link);
            else across.Add(link);
        return across;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Follow(in OrderedLink link)
    {
        var meaning = meanings[(all[link.A].Role << RoleBits) | all[link.B].Role];
        if (meaning != 0) Note(meaning, link.A, link.B);
        // Most ends are together already: the parent tells without going to the root.
        if (all[link.A].Parent != all[link.B].Parent) Unite(link.A, link.B);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Note(int meaning, int a, int b)
    {
        if ((meaning & (ClaimsA | ClaimsB)) != 0)
        {
            var value = (meaning & ClaimsA) != 0 ? a : b;
            if (all[value].ClaimsLeft > 0 && --all[value].ClaimsLeft == 0) all[Root(value)].Others = AtStake;
        }
        if ((meaning & CountsA) != 0) NoteCounted(b);
        if ((meaning & CountsB) != 0) NoteCounted(a);
    }

    private void NoteCounted(int owner)
    {
        if (all[owner].CountedLeft > 0 && --all[owner].CountedLeft == 0) all[Root(owner)].Others = AtStake;
    }

    private int Root(int node)
    {
        var sets = all;
        while (true)
        {
            var parent = sets[node].Parent;
            if (parent == node) return node;
            node = sets[node].Parent = sets[parent].Parent;
        }
    }

    // The smaller number is the root: which it is hangs on the links alone.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unite(int a, int b)
    {
        var (x, y) = (Root(a), Root(b));
        if (x == y) return;
        if (x > y) (x, y) = (y, x);
        ref var root = ref all[x];
        ref var other = ref all[y];
        other.Parent = x;
        root.Others = Together(root, other);
        root.Slots |= other.Slots;
    }

    private byte Together(in Node x, in Node y)
    {
        if (x.Others == AtStake || y.Others == AtStake || (x.Slots & y.Slots) != 0) return AtStake;
        var others = x.Others + y.Others;
        return others > mostOthers || others + BitOperations.PopCount(x.Slots | y.Slots) > mostIdentifiers ? AtStake : (byte)others;
    }

    // Nobody shortens a way here: another might lengthen it again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Flatten(int from, int to)
    {
        var sets = all;
        for (var node = from; node < to; node++)
        {
            var root = sets[node].Parent;
            while (sets[root].Parent is var parent && parent != root) root = parent;
            ref var own = ref sets[node];
            own.Parent = root;
            own.Others = sets[root].Others;
            own.Slots = NoNumber;
        }
    }
}
