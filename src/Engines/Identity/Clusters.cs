namespace Danke.Engines.Identity;

/// <summary>
/// Disjoint sets of nodes with what each set may not have together with another: its values of namespaces that allow one or so many,
/// and its sides of decisions.
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
    private Dictionary<int, int>? equals;
    private readonly Dictionary<int, List<(int Decision, int Side)>> sides = [];

    /// <summary>Makes every node a set of its own.</summary>
    /// <param name="slotRules">For each slot of the nodes.</param>
    public void Reset(NodeColumns nodeColumns, IReadOnlyList<NamespaceRule> slotRules, Func<int, List<(int Decision, int Side)>?> sidesOf)
    {
        var count = nodeColumns.Count;
        (nodes, slots, equals) = (nodeColumns, slotRules, null);
        sides.Clear();
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

    /// <summary>What a value counts as: itself, or another that somebody said is the same person's.</summary>
    public int ValueOf(int node)
    {
        if (equals is not null)
            while (equals.TryGetValue(node, out var other)) node = other;
        return node;
    }

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
                if (nodes.Slot[ours] == nodes.Slot[theirs] && MayNotMeet(ours, theirs, x, y)) return ours;
        return None;
    }

    private int ConflictByTable(int x, int y)
    {
        if (values[x] > values[y]) (x, y) = (y, x);
        var bySlot = new Dictionary<int, int>(values[x]);
        for (var ours = firstValue[x]; ours != None; ours = nextValue[ours]) bySlot.TryAdd(nodes.Slot[ours], ours);
        for (var theirs = firstValue[y]; theirs != None; theirs = nextValue[theirs])
            if (bySlot.TryGetValue(nodes.Slot[theirs], out var ours) && MayNotMeet(ours, theirs, x, y)) return ours;
        return None;
    }

    private bool MayNotMeet(int ours, int theirs, int x, int y) =>
        slots[nodes.Slot[ours]] is { IsCounted: true } rule ? AreTooMany(nodes.Slot[ours], rule, x, y) : ValueOf(ours) != ValueOf(theirs);

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

    /// <summary>From now on values of both sets that stand in one slot count as one value.</summary>
    public void MakeEqual(int x, int y)
    {
        for (var ours = firstValue[x]; ours != None; ours = nextValue[ours])
            for (var theirs = firstValue[y]; theirs != None; theirs = nextValue[theirs])
                if (nodes.Slot[ours] == nodes.Slot[theirs] && slots[nodes.Slot[ours]].OnePerScope && ValueOf(ours) is var a && ValueOf(theirs) is var b && a != b) (equals ??= [])[Math.Max(a, b)] = Math.Min(a, b);
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
    }
}
