using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>Everybody anew from all links, as after a change of the rules: what differs from how things stand.</summary>
public static class IdentityRebuild
{
    /// <param name="identifiers">All of them, with whose they are now and the rules they are to be resolved by.</param>
    /// <param name="links">All of them, with whether each joins now.</param>
    public static Outcome Resolve(
        IdentityRules rules, IReadOnlyCollection<IdentifierState> identifiers, IReadOnlyCollection<(Link Link, bool Joins)> links, IReadOnlyCollection<IdentityDecision> decisions)
    {
        var graph = new LinkGraph(rules);
        graph.Reserve(identifiers.Count, links.Count);
        var nodeOf = new Dictionary<long, int>(identifiers.Count);
        foreach (var identifier in identifiers) nodeOf[identifier.Key] = graph.AddNode(identifier);
        foreach (var (link, _) in links) graph.AddLink(nodeOf[link.Low], nodeOf[link.High], link.FirstMs, link.LastMs, link.VerifiedMs);
        foreach (var decision in decisions) Add(graph, decision, nodeOf);
        graph.Resolve();

        var outcome = new Outcome();
        long unborn = 0;
        foreach (var cluster in Clusters(graph, identifiers)) PersonNumbers.Assign(cluster, null, outcome.Assignments, outcome.Anchors, ref unborn);
        outcome.Conclude(identifiers);
        var at = 0;
        foreach (var (link, joins) in links)
        {
            var verdict = graph.VerdictOf(at++);
            if (verdict.Joins != joins) outcome.Links.Add(new LinkChange(link, verdict, false));
        }
        return outcome;
    }

    private static void Add(LinkGraph graph, IdentityDecision decision, Dictionary<long, int> nodeOf)
    {
        if (decision.Together is [var a, var b] && nodeOf.TryGetValue(a, out var x) && nodeOf.TryGetValue(b, out var y)) graph.Force(x, y, decision.AtMs, [.. decision.Had.Where(nodeOf.ContainsKey).Select(k => nodeOf[k])]);
        foreach (var (key, side) in decision.Apart)
            if (nodeOf.TryGetValue(key, out var node)) graph.KeepApart((int)decision.Id, node, side);
    }

    private static IEnumerable<List<IdentifierState>> Clusters(LinkGraph graph, IReadOnlyCollection<IdentifierState> identifiers)
    {
        var clusters = new Dictionary<int, List<IdentifierState>>();
        var node = 0;
        foreach (var identifier in identifiers) (CollectionsMarshal.GetValueRefOrAddDefault(clusters, graph.ClusterOf(node++), out _) ??= []).Add(identifier);
        return clusters.Values;
    }
}
