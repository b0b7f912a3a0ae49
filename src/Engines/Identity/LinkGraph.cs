using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>
/// Who is one person, as a function of the links and the rules alone. Links are replayed in one order - most recent first, or
/// first seen first; then the smaller sum of priorities; then the smaller keys - and a link that would break a rule is dropped
/// (the replay of Adobe's identity optimisation, with rules added). What somebody decided comes before: forced links join
/// whatever the rules say, no limit counts among what the two persons had then, and what is kept apart is never joined. Before the replay go the links of values that many known persons
/// claim, and of the values that one identifier has more of than are counted. Everything else only ever forbids: what two sets may not
/// have together, larger ones may not either. So a link believed once is believed however much more recent it becomes, and where all
/// that hangs together may be one person nothing is replayed.
/// Nodes and links are numbered from 0 in the order in which they were added; millions fit.
/// </summary>
public sealed class LinkGraph(IdentityRules rules)
{
    /// <summary>So many are replayed at once; of more it is asked first what hangs together.</summary>
    private const int MostAtOnce = 4_096;

    internal const long MsPerDay = 86_400_000;

    private readonly List<NamespaceRule> namespaces = [];
    private readonly Dictionary<string, ushort> namespaceNumbers = [];
    private readonly Dictionary<(ushort, string), int> slotNumbers = [];
    private readonly List<NamespaceRule> slots = [];
    private readonly Decisions decisions = new();

    private NodeColumns nodes = new();
    private LinkColumns links = new();
    private Components? components;

    /// <summary>For tests: whichever it is, the answers are the same.</summary>
    internal int AtOnce { get; init; } = MostAtOnce;

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
        var slot = Clusters.None;
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
    public void Force(int a, int b, long atMs, IReadOnlyList<int> had) => decisions.Force(a, b, atMs, had);

    /// <summary>Somebody decided that what is on different sides of one decision is different persons.</summary>
    public void KeepApart(int decision, int node, int side) => decisions.KeepApart(decision, node, side);

    /// <summary>Replays everything. May be called again after more was added.</summary>
    public void Resolve()
    {
        links.Acquit();
        var decided = new Clusters(nodes, slots);
        decisions.Join(decided, nodes, namespaces);
        components = new Components(nodes, namespaces, slots, rules.MostIdentifiers);
        var order = new LinkOrder(links, nodes, namespaces, rules.Policy);
        if (links.Count <= AtOnce) ReplayAtOnce(components, order, decided);
        else ReplayWhereAtStake(components, order, decided);
    }

    private void ReplayAtOnce(Components all, LinkOrder order, Clusters decided)
    {
        all.TakeAsOne();
        var ordered = new OrderedLink[links.Count];
        for (var link = 0; link < ordered.Length; link++)
        {
            var byTime = new OrderedLink(order.ByTime(link), links.A[link], links.B[link], link);
            ordered[link] = byTime with { Order = order.Of(byTime) };
        }
        NewReplay(all, order).Run(ordered, decided);
    }

    private void ReplayWhereAtStake(Components all, LinkOrder order, Clusters decided)
    {
        var buckets = LinkBuckets.ByNode(links, nodes.Count, order);
        all.Find(buckets, decisions.Nodes);
        var staked = buckets.AtStake(all, order);
        Parallel.For(0, staked.Count, () => NewReplay(all, order), (bucket, _, replay) =>
        {
            if (bucket == staked.Count - 1) replay.Run(staked[bucket], decided);
            else replay.RunEach(staked, bucket);
            return replay;
        }, _ => { });
    }

    private Replay NewReplay(Components all, LinkOrder order) => new(links, nodes, namespaces, slots, rules, all, order, decisions.OwnerOf);

    /// <summary>A number that the nodes of one person, and no others, have in common: one of theirs.</summary>
    public int ClusterOf(int node) => components!.Of(node);

    public LinkVerdict VerdictOf(int link)
    {
        var (rule, @namespace) = links.VerdictOf(link);
        return new LinkVerdict(rule, rule is DropRule.OneValue or DropRule.TooManyValues or DropRule.Shared ? namespaces[@namespace] : null);
    }
}
