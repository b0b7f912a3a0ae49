using System.Diagnostics;
using Danke.Engines.Identity;
using Danke.Engines.Randomness;

namespace Danke.App.Bench;

/// <summary>Resolves a whole brand's identifiers anew in memory, beside a bare union-find over the same links.</summary>
internal static class IdentityBench
{
    private const ulong Seed = 7;
    private static readonly string[] Weak = ["device", "cookie"];
    private static readonly string[] Platforms = ["tmall_ouid", "jd_pin", "douyin_open_id", "wechat_openid"];

    public sealed record Result(int Identifiers, int Links, double UnionFindSeconds, double EngineSeconds, double Ratio, int Persons, int Dropped, long PeakMegabytes);

    public static Result Run(int identifiers, int links)
    {
        var (graph, a, b) = Graph(identifiers, links);
        GC.Collect();
        var bare = Stopwatch.StartNew();
        UnionFind(identifiers, a, b);
        bare.Stop();
        var engine = Stopwatch.StartNew();
        graph.Resolve();
        engine.Stop();
        var persons = 0;
        for (var node = 0; node < identifiers; node++)
            if (graph.ClusterOf(node) == node) persons++;
        var dropped = 0;
        for (var link = 0; link < links; link++)
            if (!graph.VerdictOf(link).Joins) dropped++;
        return new Result(identifiers, links, Math.Round(bare.Elapsed.TotalSeconds, 2), Math.Round(engine.Elapsed.TotalSeconds, 2),
            Math.Round(engine.Elapsed.TotalSeconds / bare.Elapsed.TotalSeconds, 2), persons, dropped, Process.GetCurrentProcess().PeakWorkingSet64 >> 20);
    }

    // People of about four identifiers each; one link in twenty is to a stranger's, as shared phones and devices are.
    private static (LinkGraph Graph, int[] A, int[] B) Graph(int identifiers, int links)
    {
        var rules = IdentityRules.Default;
        var graph = new LinkGraph(rules);
        graph.Reserve(identifiers, links);
        ulong random = Seed;
        for (var node = 0; node < identifiers; node++)
            graph.AddNode((long)(SplitMix64.Next(ref random) >> 1), RuleOf(node, rules), "", 0);
        var (a, b) = (new int[links], new int[links]);
        var people = identifiers / 4;
        for (var link = 0; link < links; link++)
        {
            var person = (int)(SplitMix64.Next(ref random) % (ulong)people);
            var other = SplitMix64.Next(ref random) % 20 == 0 ? (int)(SplitMix64.Next(ref random) % (ulong)people) : person;
            (a[link], b[link]) = (person * 4 + (int)(SplitMix64.Next(ref random) % 3), other * 4 + 1 + (int)(SplitMix64.Next(ref random) % 3));
            if (a[link] == b[link]) a[link] = person * 4;
            if (a[link] == b[link]) b[link]++;
            var first = (long)(SplitMix64.Next(ref random) % 60_000_000_000);
            graph.AddLink(a[link], b[link], first, first + (long)(SplitMix64.Next(ref random) % 1_000_000_000), SplitMix64.Next(ref random) % 10 == 0 ? first : 0);
        }
        return (graph, a, b);
    }

    private static NamespaceRule RuleOf(int node, IdentityRules rules) => (node % 4) switch
    {
        0 => rules["member"],
        1 => rules["phone"],
        2 => rules[Platforms[node / 4 % Platforms.Length]],
        _ => rules[Weak[node / 4 % Weak.Length]],
    };

    private static void UnionFind(int identifiers, int[] a, int[] b)
    {
        var parent = new int[identifiers];
        for (var i = 0; i < parent.Length; i++) parent[i] = i;
        int Root(int node)
        {
            while (parent[node] != node) node = parent[node] = parent[parent[node]];
            return node;
        }
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (Root(a[i]), Root(b[i]));
            if (x != y) parent[Math.Max(x, y)] = Math.Min(x, y);
        }
    }
}
