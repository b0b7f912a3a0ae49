namespace Danke.Engines.Identity;

/// <summary>
/// Disjoint sets of nodes with what each set may not have together with another: its values of namespaces that allow one or so many,
/// and its sides of decisions. What the persons had whom somebody united is granted: no limit counts while there is nothing else beside it.
/// </summary>
internal sealed class Clusters
{
    private const int None = -1;

    /// <summary>Beyond so many comparisons a table is made instead.</summary>
    private const int MostComparisons = 256;

    private int[] parent = [];
    private int[] size = [];

    // The limited values of a set as a list through the nodes themselves.
    private int[] firstValue = [];
    private int[] lastValue = [];
    private int[] nextValue = [];
    private int[] values = [];
    private NodeColumns nodes = new();
    private IReadOnlyList<NamespaceRule> slots = [];
    private readonly Dictionary<int, List<(int Decision, int Side)>> sides = [];

    // By node, and added up by set: how many of its nodes each decision grants.
    private readonly Dictionary<int, HashSet<int>> grants = [];
    private readonly Dictionary<int, Dictionary<int, int>> granted = [];

    /// <summary>Makes every node a set of its own.</summary>
    /// <param name="slotRules">For each slot of the nodes.</param>
    public void Reset(NodeColumns nodeColumns, IReadOnlyList<NamespaceRule> slotRules, Func<int, List<(int Decision, int Side)>?> sidesOf)
    {
        var count = nodeColumns.Count;
        (nodes, slots) = (nodeColumns, slotRules);
        sides.Clear();
        grants.Clear();
        granted.Clear();
        (parent, size, firstValue, lastValue, nextValue, values) = (new int[count], new int[count], new int[count], new int[count], new int[count], new int[count]);
        for (var node = 0; node < count; node++)
        {
            (parent[node], size[node], nextValue[node]) = (node, 1, None);
            var isLimited = nodes.Slot[node] != None;
            firstValue[node] = lastValue[node] = isLimited ? node : None;
            values[node] = isLimited ? 1 : 0;
            if (sidesOf(node) is { } list) sides[node] = [.. list];
        }
    }

    public int Root(int node)
    {
        var parents = parent;
        while (parents[node] != node) node = parents[node] = parents[parents[node]];
        return node;
    }

    public int Size(int root) => size[root];

    public bool AreKeptApart(int x, int y)
    {
        if (sides.Count == 0 || !sides.TryGetValue(x, out var ours) || !sides.TryGetValue(y, out var theirs)) return false;
        foreach (var (decision, side) in ours)
            foreach (var (other, otherSide) in theirs)
                if (decision == other && side != otherSide) return true;
        return false;
    }

    /// <summary>A value that the two sets may not have together with what else they have; -1 when there is none.</summary>
    public int Conflict(int x, int y)
    {
        if (values[x] == 0 || values[y] == 0) return None;
        if ((long)values[x] * values[y] > MostComparisons) return ConflictByTable(x, y);
        for (var ours = firstValue[x]; ours != None; ours = nextValue[ours])
            for (var theirs = firstValue[y]; theirs != None; theirs = nextValue[theirs])
                if (nodes.Slot[ours] == nodes.Slot[theirs] && MayNotMeet(nodes.Slot[ours], x, y)) return ours;
        return None;
    }

    private int ConflictByTable(int x, int y)
    {
        if (values[x] > values[y]) (x, y) = (y, x);
        var bySlot = new Dictionary<int, int>(values[x]);
        for (var ours = firstValue[x]; ours != None; ours = nextValue[ours]) bySlot.TryAdd(nodes.Slot[ours], ours);
        for (var theirs = firstValue[y]; theirs != None; theirs = nextValue[theirs])
            if (bySlot.TryGetValue(nodes.Slot[theirs], out var ours) && MayNotMeet(nodes.Slot[ours], x, y)) return ours;
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
        for (var value = firstValue[root]; value != None; value = nextValue[value])
            if (nodes.Slot[value] == slot && !(grants.TryGetValue(value, out var by) && by.Contains(decision))) return false;
        return true;
    }

    /// <summary>Whether the two sets together are nothing but what one decision grants.</summary>
    public bool AreAllGranted(int x, int y)
    {
        if (!granted.TryGetValue(x, out var ours) || !granted.TryGetValue(y, out var theirs)) return false;
        foreach (var (decision, count) in ours)
            if (theirs.TryGetValue(decision, out var others) && count == size[x] && others == size[y]) return true;
        return false;
    }

    private bool AreTooMany(int slot, NamespaceRule rule, int x, int y)
    {
        var starts = new List<long>();
        foreach (var root in (ReadOnlySpan<int>)[x, y])
            for (var value = firstValue[root]; value != None; value = nextValue[value])
                if (nodes.Slot[value] == slot) starts.Add(nodes.Start[value]);
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

    public void Unite(int x, int y)
    {
        if (x == y) return;
        if (size[x] < size[y]) (x, y) = (y, x);
        parent[y] = x;
        size[x] += size[y];
        if (values[y] > 0)
        {
            if (values[x] == 0) firstValue[x] = firstValue[y];
            else nextValue[lastValue[x]] = firstValue[y];
            lastValue[x] = lastValue[y];
            values[x] += values[y];
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
