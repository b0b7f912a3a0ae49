using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>
/// Who is one person, as a function of the links and the rules alone. Links are replayed in one order - most recent first, or
/// first seen first; then the smaller sum of priorities; then the smaller keys - and a link that would break a rule is dropped
/// (the replay of Adobe's identity optimisation, with rules added). What somebody decided comes before: forced links join
/// whatever the rules say, no limit counts among what the two persons had then, and what is kept apart is never joined. Before the replay go the links of values that many known persons
/// claim, and of the values that one identifier has more of than are counted. Everything else only ever forbids: what two sets may not
/// have together, larger ones may not either. So a link believed once is believed however much more recent it becomes.
/// Nodes and links are numbered from 0 in the order in which they were added; millions fit.
/// </summary>
public sealed class LinkGraph(IdentityRules rules)
{
    private const int Nobody = -1;
    internal const long MsPerDay = 86_400_000;

    private readonly List<NamespaceRule> namespaces = [];
    private readonly Dictionary<string, ushort> namespaceNumbers = [];
    private readonly Dictionary<(ushort, string), int> slotNumbers = [];
    private readonly List<NamespaceRule> slots = [];
    private readonly List<(int A, int B, long AtMs, IReadOnlyList<int> Had)> forced = [];
    private readonly Dictionary<int, int> sameOwner = [];
    private readonly Dictionary<int, List<(int Decision, int Side)>> sidesOfNode = [];

    private NodeColumns nodes = new();
    private LinkColumns links = new();
    private Clusters clusters = new();
    private bool[] isShared = [];

    public int Nodes => nodes.Count;

    public int Links => links.Count;

    /// <summary>Makes room beforehand.</summary>
    public void Reserve(int nodeCount, int linkCount)
    {
        nodes.Reserve(nodeCount);
        links.Reserve(linkCount);
    }

    public int AddNode(IdentifierState identifier) => AddNode(identifier.Key, identifier.Rule, identifier.Scope, identifier.FirstSeenMs);

    /// <param name="key">Unlike every other node's: the last resort of every order.</param>
    /// <param name="firstSeenMs">When a counted value began; of others it does not matter.</param>
    public int AddNode(long key, NamespaceRule rule, string scope, long firstSeenMs)
    {
        if (!namespaceNumbers.TryGetValue(rule.Name, out var number))
        {
            namespaceNumbers[rule.Name] = number = checked((ushort)namespaces.Count);
            namespaces.Add(rule);
        }
        var slot = Nobody;
        if (rule.ValuesPerPerson is not null)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(slotNumbers, (number, scope), out var exists);
            if (!exists)
            {
                known = slots.Count;
                slots.Add(rule);
            }
            slot = known;
        }
        return nodes.Add(key, number, slot, firstSeenMs);
    }

    /// <param name="verifiedMs">0: never verified.</param>
    public int AddLink(int a, int b, long firstMs, long lastMs, long verifiedMs = 0) => links.Add(a, b, firstMs, lastMs, verifiedMs);

    /// <summary>Somebody decided that the two are one person. Of several decisions the newest counts first.</summary>
    /// <param name="had">What else the two persons had: no limit keeps these from one another, as long as there is nothing else beside them.</param>
    public void Force(int a, int b, long atMs, IReadOnlyList<int> had) => forced.Add((a, b, atMs, had));

    /// <summary>Somebody decided that what is on different sides of one decision is different persons.</summary>
    public void KeepApart(int decision, int node, int side)
    {
        if (!sidesOfNode.TryGetValue(node, out var sides)) sidesOfNode[node] = sides = [];
        sides.Add((decision, side));
    }

    /// <summary>Replays everything. May be called again after more was added.</summary>
    public void Resolve()
    {
        links.Prepare(nodes);
        clusters.Reset(nodes, slots, sidesOfNode);
        JoinForced();
        isShared = SharedValues.Find(links, nodes, namespaces, OwnerOf);
        DropSurplus();
        Replay(LinkOrder.Of(links, [.. namespaces.Select(n => n.Priority)], nodes.Key, rules.Policy));
    }

    private void Replay(int[] order)
    {
        // The ends in the order of the replay: what comes next is read ahead, not reached for.
        var (froms, tos, verdicts) = (new int[order.Length], new int[order.Length], links.Verdict);
        Ranges.Each(order.Length, (from, to) =>
        {
            for (var i = from; i < to; i++) (froms[i], tos[i]) = EndsOf(order[i]);
        });
        for (var i = 0; i < order.Length; i++)
            // Most links join: nothing is written for them.
            if (froms[i] != Nobody && Join(froms[i], tos[i]) is var verdict and not 0) verdicts[order[i]] = verdict;
    }

    // Nobody when the link was dropped before the replay; links of shared values are dropped here.
    private (int A, int B) EndsOf(int link)
    {
        if (links.Excluded[link]) return (Nobody, Nobody);
        var (a, b) = (links.A[link], links.B[link]);
        if (!IsShared(a) && !IsShared(b)) return (a, b);
        links.Verdict[link] = Verdict(DropRule.Shared, IsShared(a) ? links.KindOfA(link) : links.KindOfB(link));
        return (Nobody, Nobody);
    }

    /// <summary>A number that the nodes of one person, and no others, have in common: one of theirs.</summary>
    public int ClusterOf(int node) => clusters.Root(node);

    /// <summary>Claimed by too many known persons to be anybody's.</summary>
    public bool IsShared(int node) => isShared.Length > node && isShared[node];

    public LinkVerdict VerdictOf(int link) =>
        links.Verdict[link] is var verdict and not 0 ? new LinkVerdict((DropRule)(verdict >> 12), NamespaceOf(verdict)) : default;

    private NamespaceRule? NamespaceOf(ushort verdict) => (DropRule)(verdict >> 12) is DropRule.OneValue or DropRule.TooManyValues or DropRule.Shared ? namespaces[verdict & 0xFFF] : null;

    private static ushort Verdict(DropRule rule, int @namespace = 0) => (ushort)(((int)rule << 12) | @namespace);

    private NamespaceRule RuleOf(int node) => namespaces[nodes.Namespace[node]];

    private void JoinForced()
    {
        sameOwner.Clear();
        var decision = 0;
        foreach (var (a, b, _, had) in forced.OrderByDescending(f => f.AtMs).ThenBy(f => Math.Min(nodes.Key[f.A], nodes.Key[f.B])).ThenBy(f => Math.Max(nodes.Key[f.A], nodes.Key[f.B])))
        {
            var (x, y) = (clusters.Root(a), clusters.Root(b));
            if (x != y && clusters.AreKeptApart(x, y)) continue;
            clusters.Unite(x, y);
            decision++;
            foreach (var node in had.Append(a).Append(b)) clusters.Grant(decision, node);
            MakeOneOwner(had.Append(a).Append(b).Where(n => RuleOf(n).IsPerson));
        }
    }

    // Two cards that somebody said are one person's claim a value once.
    private void MakeOneOwner(IEnumerable<int> owners)
    {
        int? first = null;
        foreach (var owner in owners.Select(OwnerOf))
            if ((first ??= OwnerOf(owner)) != OwnerOf(owner)) sameOwner[OwnerOf(owner)] = first.Value;
    }

    private int OwnerOf(int node)
    {
        while (sameOwner.TryGetValue(node, out var other)) node = other;
        return node;
    }

    private ushort Join(int a, int b)
    {
        var (x, y) = (clusters.Root(a), clusters.Root(b));
        if (x == y) return 0;
        if (clusters.AreKeptApart(x, y)) return Verdict(DropRule.KeptApart);
        if (clusters.Conflict(x, y) is var conflict and not Nobody)
            return Verdict(RuleOf(conflict).OnePerScope ? DropRule.OneValue : DropRule.TooManyValues, nodes.Namespace[conflict]);
        if (rules.MostIdentifiers is { } most && clusters.Size(x) + clusters.Size(y) > most && !clusters.AreAllGranted(x, y)) return Verdict(DropRule.TooManyIdentifiers);
        clusters.Unite(x, y);
        return 0;
    }

    /// <summary>Drops the links of values that one identifier is linked to more of than are counted: those that began last, or were seen longest ago.</summary>
    private void DropSurplus()
    {
        if (!namespaces.Exists(n => n.IsCounted)) return;
        var counted = Counted();
        counted.Sort();
        for (int i = 0, j; i < counted.Count; i = j)
        {
            for (j = i; j < counted.Count && counted[j].Owner == counted[i].Owner;) j++;
            var rule = slots[(int)(counted[i].Owner & 0xFFFFFFFF)];
            if (j - i <= rule.ValuesPerPerson) continue;
            foreach (var link in SurplusOf(counted.GetRange(i, j - i).ConvertAll(c => c.Link), rule))
            {
                links.Excluded[link] = true;
                links.Verdict[link] = Verdict(DropRule.TooManyValues, namespaceNumbers[rule.Name]);
            }
        }
    }

    // The links to counted values, of those only who may have too many of them.
    private List<(long Owner, int Link)> Counted()
    {
        bool[] isCounted = [.. namespaces.Select(n => n.IsCounted)];
        var least = namespaces.Where(n => n.IsCounted).Min(n => n.ValuesPerPerson);
        var counts = new int[nodes.Count];
        Each((_, owner, _) => counts[owner]++);
        var counted = new List<(long Owner, int Link)>();
        Each((value, owner, link) =>
        {
            if (counts[owner] > least) counted.Add((((long)owner << 32) | (uint)nodes.Slot[value], link));
        });
        return counted;

        void Each(Action<int, int, int> see)
        {
            for (var link = 0; link < links.Count; link++)
            {
                var (a, b) = (links.KindOfA(link), links.KindOfB(link));
                if (a == b) continue;
                if (isCounted[a]) see(links.A[link], links.B[link], link);
                if (isCounted[b]) see(links.B[link], links.A[link], link);
            }
        }
    }

    private IEnumerable<int> SurplusOf(List<int> some, NamespaceRule rule)
    {
        var window = rule.WindowDays is { } days ? days * MsPerDay : long.MaxValue;
        long Place(int link) => rule.WhenFull == WhenFull.DropNew ? links.First[link] : -links.Last[link];
        var kept = new List<long>();
        foreach (var link in some.OrderBy(Place).ThenBy(l => Math.Min(nodes.Key[links.A[l]], nodes.Key[links.B[l]])).ThenBy(l => Math.Max(nodes.Key[links.A[l]], nodes.Key[links.B[l]])))
        {
            var place = Place(link);
            if (kept.Count(k => place - k < window) < rule.ValuesPerPerson) kept.Add(place);
            else yield return link;
        }
    }
}
