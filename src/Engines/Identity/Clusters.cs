using System.Runtime.CompilerServices;

namespace Danke.Engines.Identity;

/// <summary>
/// Disjoint sets of nodes with what each set may not have together with another: its values of namespaces that allow one or so many,
/// and its sides of decisions. What the persons had whom somebody united is granted: no limit counts while there is nothing else beside it.
/// </summary>
internal sealed class Clusters
{
    public const int None = -1;

    /// <summary>Beyond so many comparisons a table is made instead.</summary>
    private const int MostComparisons = 256;

    /// <summary>
    /// All that a node is asked while sets are united, side by side: each is one reach into memory. What is said of a set
    /// stands at its root. A set's limited values are a list through the nodes themselves.
    /// </summary>
    private struct Node
    {
        public int Parent;
        public int Size;
        public int Values;
        public int FirstValue;
        public int LastValue;
        public int NextValue;
        public int Slot;
        public int Outside;

        /// <summary>A bit for each slot of which the set has a value; several slots may have the same.</summary>
        public ulong Slots;
    }

    private Node[] all = [];
    private readonly NodeColumns nodes;
    private readonly IReadOnlyList<NamespaceRule> slots;
    private readonly List<long> starts = [];
    private readonly Dictionary<int, List<(int Decision, int Side)>> sides = [];

    // By node, and added up by set: how many of its nodes each decision grants.
    private readonly Dictionary<int, HashSet<int>> grants = [];
    private readonly Dictionary<int, Dictionary<int, int>> granted = [];

    /// <summary>No nodes yet.</summary>
    /// <param name="nodes">Those of the graph.</param>
    /// <param name="slots">The rule for each of their slots.</param>
    public Clusters(NodeColumns nodes, IReadOnlyList<NamespaceRule> slots) => (this.nodes, this.slots) = (nodes, slots);

    public int Count { get; private set; }

    /// <summary>A node of the graph comes in, a set of its own.</summary>
    /// <returns>Its number here: they count from 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(int node)
    {
        if (Count == all.Length) Array.Resize(ref all, Math.Max(16, Count * 2));
        var (number, slot) = (Count++, nodes.Slot[node]);
        var value = slot == None ? None : number;
        all[number] = new Node
        {
            Parent = number,
            Size = 1,
            Values = slot == None ? 0 : 1,
            FirstValue = value,
            LastValue = value,
            NextValue = None,
            Slot = slot,
            Outside = node,
            Slots = slot == None ? 0 : 1UL << (slot % 64),
        };
        return number;
    }

    /// <summary>The node of the graph that has this number here.</summary>
    public int NodeOf(int number) => all[number].Outside;

    /// <summary>Somebody decided on which sides the node is.</summary>
    public void Side(int number, IEnumerable<(int Decision, int Side)> on) => sides[number] = [.. on];

    /// <summary>All nodes go.</summary>
    public void Clear()
    {
        Count = 0;
        if (sides.Count > 0) sides.Clear();
        if (grants.Count > 0) grants.Clear();
        if (granted.Count > 0) granted.Clear();
    }

    public int Root(int node)
    {
        var sets = all;
        while (true)
        {
            var parent = sets[node].Parent;
            if (parent == node) return node;
            node = sets[node].Parent = sets[parent].Parent;
        }
    }

    public int Size(int root) => all[root].Size;

    public bool AreKeptApart(int x, int y)
    {
        if (sides.Count == 0 || !sides.TryGetValue(x, out var ours) || !sides.TryGetValue(y, out var theirs)) return false;
        foreach (var (decision, side) in ours)
            foreach (var (other, otherSide) in theirs)
                if (decision == other && side != otherSide) return true;
        return false;
    }

    /// <summary>A value that the two sets may not have together with what else they have; -1 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Conflict(int x, int y)
    {
        if ((all[x].Slots & all[y].Slots) == 0) return None;
        if ((long)all[x].Values * all[y].Values > MostComparisons) return ConflictByTable(x, y);
        for (var ours = all[x].FirstValue; ours != None; ours = all[ours].NextValue)
            for (var theirs = all[y].FirstValue; theirs != None; theirs = all[theirs].NextValue)
                if (all[ours].Slot == all[theirs].Slot && MayNotMeet(all[ours].Slot, x, y)) return ours;
        return None;
    }

    private int ConflictByTable(int x, int y)
    {
        if (all[x].Values > all[y].Values) (x, y) = (y, x);
        var bySlot = new Dictionary<int, int>(all[x].Values);
        for (var ours = all[x].FirstValue; ours != None; ours = all[ours].NextValue) bySlot.TryAdd(all[ours].Slot, ours);
        for (var theirs = all[y].FirstValue; theirs != None; theirs = all[theirs].NextValue)
            if (bySlot.TryGetValue(all[theirs].Slot, out var ours) && MayNotMeet(all[ours].Slot, x, y)) return ours;
        return None;
    }

    private bool MayNotMeet(int slot, int x, int y) => (!slots[slot].IsCounted || AreTooMany(slot, slots[slot], x, y)) && !IsGranted(slot, x, y);

    // All or nothing: one value more than was decided about, and the limit counts. So what two sets may not have together, larger ones may not either.
    private bool IsGranted(int slot, int x, int y)
    {
        if (!granted.TryGetValue(x, out var ours) || !granted.TryGetValue(y, out var theirs)) return false;
        foreach (var decision in ours.Keys)
            if (theirs.ContainsKey(decision) && AreGranted(decision, slot, x) && AreGranted(decision, slot, y)) return true;
        return false;
    }

    private bool AreGranted(int decision, int slot, int root)
    {
        for (var value = all[root].FirstValue; value != None; value = all[value].NextValue)
            if (all[value].Slot == slot && !(grants.TryGetValue(value, out var by) && by.Contains(decision))) return false;
        return true;
    }

    /// <summary>Whether the two sets together are nothing but what one decision grants.</summary>
    public bool AreAllGranted(int x, int y)
    {
        if (!granted.TryGetValue(x, out var ours) || !granted.TryGetValue(y, out var theirs)) return false;
        foreach (var (decision, count) in ours)
            if (theirs.TryGetValue(decision, out var others) && count == all[x].Size && others == all[y].Size) return true;
        return false;
    }

    private bool AreTooMany(int slot, NamespaceRule rule, int x, int y)
    {
        starts.Clear();
        foreach (var root in (ReadOnlySpan<int>)[x, y])
            for (var value = all[root].FirstValue; value != None; value = all[value].NextValue)
                if (all[value].Slot == slot) starts.Add(nodes.Start[all[value].Outside]);
        if (starts.Count <= rule.ValuesPerPerson) return false;
        if (rule.WindowDays is not { } days) return true;
        starts.Sort();
        for (var i = rule.ValuesPerPerson!.Value; i < starts.Count; i++)
            if (starts[i] - starts[i - rule.ValuesPerPerson.Value] < days * LinkGraph.MsPerDay) return true;
        return false;
    }

    /// <summary>Somebody decided that the node is one person's with others of the decision.</summary>
    public void Grant(int decision, int node)
    {
        if (!grants.TryGetValue(node, out var by)) grants[node] = by = [];
        if (!by.Add(decision)) return;
        var root = Root(node);
        if (!granted.TryGetValue(root, out var counts)) granted[root] = counts = [];
        counts[decision] = counts.GetValueOrDefault(decision) + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Unite(int x, int y)
    {
        if (x == y) return;
        if (all[x].Size < all[y].Size) (x, y) = (y, x);
        all[y].Parent = x;
        all[x].Size += all[y].Size;
        if (all[y].Values > 0)
        {
            if (all[x].Values == 0) all[x].FirstValue = all[y].FirstValue;
            else all[all[x].LastValue].NextValue = all[y].FirstValue;
            all[x].LastValue = all[y].LastValue;
            all[x].Values += all[y].Values;
            all[x].Slots |= all[y].Slots;
        }
        if (sides.Count > 0 && sides.Remove(y, out var theirs))
        {
            if (sides.TryGetValue(x, out var ours)) ours.AddRange(theirs.Where(t => !ours.Contains(t)));
            else sides[x] = theirs;
        }
        if (granted.Count > 0 && granted.Remove(y, out var counts))
        {
            if (!granted.TryGetValue(x, out var own)) granted[x] = own = [];
            foreach (var (decision, count) in counts) own[decision] = own.GetValueOrDefault(decision) + count;
        }
    }
}
