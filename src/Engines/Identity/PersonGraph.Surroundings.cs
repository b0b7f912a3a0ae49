using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>Resolving all that hangs together anew.</summary>
public sealed partial class PersonGraph
{
    /// <summary>Identifiers that must be known, with their links, before the surroundings of the given ones can be resolved; empty when they can.</summary>
    public IReadOnlyCollection<long> MissingAround(IEnumerable<long> keys)
    {
        var known = keys.Where(identifiers.ContainsKey).ToList();
        try
        {
            Around([.. known.Select(k => identifiers[k])], []);
            return [];
        }
        catch (NotLoadedException more)
        {
            return more.Keys;
        }
    }

    /// <summary>Resolves anew all that hangs together with the given identifiers, the outcome's new links among it.</summary>
    /// <exception cref="NotLoadedException">Not all of that is there.</exception>
    private void ResolveAround(IReadOnlyCollection<IdentifierState> start, Outcome outcome)
    {
        var withNew = LinksWith(outcome.Links.Where(l => l.IsObserved).Select(l => l.Link));
        var around = Around(start, withNew);
        var (graph, nodeOf, added) = GraphOf(around, withNew);
        graph.Resolve();

        var clusters = new Dictionary<int, List<IdentifierState>>();
        foreach (var identifier in around) (CollectionsMarshal.GetValueRefOrAddDefault(clusters, graph.ClusterOf(nodeOf[identifier.Key]), out _) ??= []).Add(identifier);
        long unborn = 0;
        foreach (var cluster in clusters.Values.OrderBy(c => c.Min(i => i.Key))) PersonNumbers.Assign(cluster, outcome.Via, outcome.Assignments, outcome.Anchors, ref unborn);
        outcome.Conclude(around);
        if (outcome.Via is not null) outcome.PersonId = PersonAfter(outcome.Via, outcome);
        TellVerdicts(graph, added, withNew, outcome);
    }

    private void TellVerdicts(LinkGraph graph, List<(long, long)> added, Dictionary<(long, long), Link> withNew, Outcome outcome)
    {
        var observed = outcome.Links.Select(l => (l.Link.Low, l.Link.High)).ToHashSet();
        var verdicts = new Dictionary<(long, long), LinkVerdict>();
        for (var i = 0; i < added.Count; i++)
        {
            var verdict = graph.VerdictOf(i);
            verdicts[added[i]] = verdict;
            if (!observed.Contains(added[i]) && links[added[i]].Joins != verdict.Joins) outcome.Links.Add(new LinkChange(links[added[i]].Link, verdict, false));
        }
        for (var i = 0; i < outcome.Links.Count; i++)
            if (outcome.Links[i] is { IsObserved: true } change)
                outcome.Links[i] = change with { Verdict = verdicts[(change.Link.Low, change.Link.High)], Link = withNew[(change.Link.Low, change.Link.High)] };
    }

    private Dictionary<(long, long), Link> LinksWith(IEnumerable<Link> observed)
    {
        var added = new Dictionary<(long, long), Link>();
        foreach (var link in observed)
        {
            var pair = (link.Low, link.High);
            added[pair] = links.TryGetValue(pair, out var known) ? known.Link.With(link) : added.TryGetValue(pair, out var twice) ? twice.With(link) : link;
        }
        return added;
    }

    // Through a value that is shared, and joined nobody before either, nothing reaches further.
    private List<IdentifierState> Around(IReadOnlyCollection<IdentifierState> start, Dictionary<(long, long), Link> withNew)
    {
        var found = new Dictionary<long, IdentifierState>();
        var queue = new Queue<IdentifierState>(start);
        foreach (var identifier in start) found[identifier.Key] = identifier;
        var fresh = new Dictionary<long, List<long>>();
        foreach (var (low, high) in withNew.Keys)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(fresh, low, out _) ??= []).Add(high);
            (CollectionsMarshal.GetValueRefOrAddDefault(fresh, high, out _) ??= []).Add(low);
        }
        var missing = new HashSet<long>();
        void Visit(long key)
        {
            if (found.ContainsKey(key)) return;
            if (!identifiers.TryGetValue(key, out var identifier)) missing.Add(key);
            else
            {
                found[key] = identifier;
                queue.Enqueue(identifier);
            }
        }
        while (queue.TryDequeue(out var identifier))
        {
            if (!wholeLinks.Contains(identifier.Key))
            {
                missing.Add(identifier.Key);
                continue;
            }
            foreach (var decision in DecisionsOf(identifier.Key))
                foreach (var key in decision.Together) Visit(key);
            var others = Neighbours(identifier.Key).Concat(fresh.GetValueOrDefault(identifier.Key) ?? []);
            if (identifier.Rule.SharedAfter is not null && LinksOf(identifier.Key).All(l => !l.Joins) && IsSharedNow(identifier, withNew))
                others = others.Where(o => withNew.ContainsKey(Pair(identifier.Key, o)));
            foreach (var other in others) Visit(other);
        }
        return missing.Count == 0 ? [.. found.Values] : throw new NotLoadedException(missing);
    }

    private bool IsDecided(IdentifierState identifier) => identifier.IsDecided || decisionsOf.ContainsKey(identifier.Key);

    private IEnumerable<long> Neighbours(long key) => neighbours.TryGetValue(key, out var others) ? others : [];

    private bool IsSharedNow(IdentifierState value, Dictionary<(long, long), Link> withNew)
    {
        var claims = new List<(IdentifierState Owner, Link Link)>();
        foreach (var other in Neighbours(value.Key).Concat(withNew.Keys.Where(p => p.Item1 == value.Key || p.Item2 == value.Key).Select(p => p.Item1 == value.Key ? p.Item2 : p.Item1)).Distinct())
        {
            if (!identifiers.TryGetValue(other, out var owner)) return false;
            if (!owner.Rule.IsPerson) continue;
            var pair = Pair(value.Key, other);
            claims.Add((owner, withNew.TryGetValue(pair, out var link) ? link : links[pair].Link));
        }
        // Decided alike by the graph; where somebody's decision makes two owners one, nothing is cut off.
        if (claims.Count == 0 || claims.Exists(c => IsDecided(c.Owner))) return false;
        var since = claims.Max(c => c.Link.VerifiedMs);
        return claims.Where(c => since == 0 || c.Link.LastMs >= since).GroupBy(c => (c.Owner.Rule.Name, c.Owner.Scope)).Max(g => g.Count()) >= value.Rule.SharedAfter;
    }

    private (LinkGraph Graph, Dictionary<long, int> NodeOf, List<(long, long)> Added) GraphOf(List<IdentifierState> around, Dictionary<(long, long), Link> withNew)
    {
        var graph = new LinkGraph(rules);
        var nodeOf = new Dictionary<long, int>(around.Count);
        var outside = new Dictionary<long, int>();
        foreach (var identifier in around) nodeOf[identifier.Key] = graph.AddNode(identifier);
        var added = new List<(long, long)>();
        foreach (var identifier in around)
            foreach (var other in Neighbours(identifier.Key))
                if (Pair(identifier.Key, other) is var pair && !withNew.ContainsKey(pair) && (identifier.Key == pair.Low || !nodeOf.ContainsKey(other)))
                    Add(pair, links[pair].Link);
        foreach (var (pair, link) in withNew) Add(pair, link);
        foreach (var decision in around.SelectMany(i => DecisionsOf(i.Key)).DistinctBy(d => d.Id))
        {
            if (decision.Together is [var a, var b]) graph.Force(nodeOf[a], nodeOf[b], decision.AtMs, [.. decision.Had.Where(nodeOf.ContainsKey).Select(k => nodeOf[k])]);
            foreach (var (key, side) in decision.Apart)
                if (nodeOf.TryGetValue(key, out var node)) graph.KeepApart((int)decision.Id, node, side);
        }
        return (graph, nodeOf, added);

        // A shared value's other claimants are not resolved, but they are counted.
        int NodeOf(long key) => nodeOf.TryGetValue(key, out var node) || outside.TryGetValue(key, out node) ? node
            : outside[key] = graph.AddNode(identifiers[key]);

        void Add((long Low, long High) pair, Link link)
        {
            graph.AddLink(NodeOf(pair.Low), NodeOf(pair.High), link.FirstMs, link.LastMs, link.VerifiedMs);
            added.Add(pair);
        }
    }
}
