namespace Danke.Engines.Identity;

/// <summary>Drops the links of values that one identifier is linked to more of than are counted: those that began last, or were seen longest ago.</summary>
internal sealed class Surplus(LinkColumns links, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, IReadOnlyList<NamespaceRule> slots, Components components)
{
    private readonly bool[] isCounted = [.. namespaces.Select(n => n.IsCounted)];
    private readonly bool isAnyCounted = namespaces.Any(n => n.IsCounted);
    private readonly List<(long Owner, int Link, int Value)> counted = [];

    /// <param name="staked">All links of every node that they name.</param>
    /// <returns>Whether there may be any.</returns>
    public bool Drop(ReadOnlySpan<OrderedLink> staked)
    {
        if (!isAnyCounted) return false;
        counted.Clear();
        foreach (ref readonly var link in staked)
            if (components.MayHaveTooMany(link.A) || components.MayHaveTooMany(link.B)) Add(link);
        if (counted.Count == 0) return false;
        counted.Sort();
        for (int i = 0, j; i < counted.Count; i = j)
        {
            for (j = i; j < counted.Count && counted[j].Owner == counted[i].Owner;) j++;
            var rule = slots[(int)(counted[i].Owner & 0xFFFFFFFF)];
            if (j - i <= rule.ValuesPerPerson) continue;
            foreach (var (link, value) in SurplusOf(counted.GetRange(i, j - i).ConvertAll(c => (c.Link, c.Value)), rule)) links.Drop(link, DropRule.TooManyValues, nodes.Namespace[value]);
        }
        return true;
    }

    private void Add(in OrderedLink link)
    {
        var (a, b) = (nodes.Namespace[link.A], nodes.Namespace[link.B]);
        if (a == b) return;
        if (isCounted[a]) counted.Add((Of(link.B, link.A), link.Number, link.A));
        if (isCounted[b]) counted.Add((Of(link.A, link.B), link.Number, link.B));
    }

    private long Of(int owner, int value) => ((long)owner << 32) | (uint)nodes.Slot[value];

    private IEnumerable<(int Link, int Value)> SurplusOf(List<(int Link, int Value)> some, NamespaceRule rule)
    {
        var window = rule.WindowDays is { } days ? days * LinkGraph.MsPerDay : long.MaxValue;
        long Place(int link) => rule.WhenFull == WhenFull.DropNew ? links.First[link] : -links.Last[link];
        var kept = new List<long>();
        foreach (var each in some.OrderBy(s => Place(s.Link)).ThenBy(s => Math.Min(nodes.Key[links.A[s.Link]], nodes.Key[links.B[s.Link]])).ThenBy(s => Math.Max(nodes.Key[links.A[s.Link]], nodes.Key[links.B[s.Link]])))
        {
            var place = Place(each.Link);
            if (kept.Count(k => place - k < window) < rule.ValuesPerPerson) kept.Add(place);
            else yield return each;
        }
    }
}
