using Danke.Engines.Identity;
using Danke.Engines.Randomness;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

public sealed class LinkGraphTests
{
    private static IdentityRules RulesOf(LinkPolicy policy) => new(
    [
        new("member", 1) { ValuesPerPerson = 1, IsPerson = true },
        new("phone", 2) { SharedAfter = 2, IsContact = true },
        new("device", 8) { ValuesPerPerson = 3, WindowDays = 30, WhenFull = WhenFull.EvictOldest, SharedAfter = 3 },
        new("cookie", 9),
    ], policy);

    private static readonly string[] Kinds = ["member", "member", "member", "phone", "phone", "device", "device", "device", "device", "cookie"];

    /// <summary>Who may be anything to one another: links lead nowhere else.</summary>
    private sealed record Family(long[] Keys, List<(int A, int B, long First, long Last, long Verified)> Links);

    private static Family Some(ref ulong random, int number)
    {
        var keys = new long[Kinds.Length];
        // Not in the order of the nodes, and unlike everybody's.
        for (var i = 0; i < keys.Length; i++) keys[i] = ((long)(SplitMix64.Next(ref random) >> 40) << 32) | (uint)(number * keys.Length + i);
        var links = new List<(int, int, long, long, long)>();
        var count = 4 + (int)(SplitMix64.Next(ref random) % 20);
        for (var i = 0; i < count; i++)
        {
            var (a, b) = ((int)(SplitMix64.Next(ref random) % (ulong)keys.Length), (int)(SplitMix64.Next(ref random) % (ulong)keys.Length));
            if (a == b || links.Exists(l => (l.Item1, l.Item2) == (a, b) || (l.Item1, l.Item2) == (b, a))) continue;
            // Few instants, so that many links are as recent as others.
            var first = (long)(SplitMix64.Next(ref random) % 40) * IdentityWorld.Day;
            var last = first + (long)(SplitMix64.Next(ref random) % 3) * IdentityWorld.Day;
            links.Add((a, b, first, last, SplitMix64.Next(ref random) % 4 == 0 ? last : 0));
        }
        return new Family(keys, links);
    }

    private static (List<List<int>> Clusters, List<List<string?>> Verdicts) Judge(IReadOnlyList<Family> families, LinkPolicy policy)
    {
        var rules = RulesOf(policy);
        var graph = new LinkGraph(rules);
        var nodes = families.Select(f => f.Keys.Select((key, i) => graph.AddNode(key, rules[Kinds[i]], "", 0)).ToArray()).ToList();
        var links = families.Select((f, i) => f.Links.Select(l => graph.AddLink(nodes[i][l.A], nodes[i][l.B], l.First, l.Last, l.Verified)).ToList()).ToList();
        graph.Resolve();
        return (nodes.ConvertAll(n => n.Select(one => Array.FindIndex(n, other => graph.ClusterOf(other) == graph.ClusterOf(one))).ToList()),
            links.ConvertAll(l => l.ConvertAll(one => graph.VerdictOf(one).Code)));
    }

    [Theory]
    [InlineData(LinkPolicy.LastWins)]
    [InlineData(LinkPolicy.FirstWins)]
    public void Hundreds_of_thousands_of_links_together_are_judged_as_each_family_alone(LinkPolicy policy)
    {
        ulong random = 11;
        var families = Enumerable.Range(0, 40_000).Select(n => Some(ref random, n)).ToList();

        var (clusters, verdicts) = Judge(families, policy);

        families.Sum(f => f.Links.Count).ShouldBeGreaterThan(300_000);
        verdicts.SelectMany(v => v).Distinct().Order().ShouldBe([null, "one_value:member", "shared:device", "shared:phone", "too_many_values:device"]);
        for (var i = 0; i < families.Count; i++)
        {
            var alone = Judge([families[i]], policy);
            string.Join(' ', clusters[i]).ShouldBe(string.Join(' ', alone.Clusters[0]));
            string.Join(' ', verdicts[i]).ShouldBe(string.Join(' ', alone.Verdicts[0]));
        }
    }
}
