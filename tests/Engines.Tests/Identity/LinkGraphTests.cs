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

    private static IdentityRules SomeRules(ref ulong random)
    {
        var full = Pick(ref random, WhenFull.DropNew, WhenFull.EvictOldest);
        var most = Pick<int?>(ref random, null, 1, 2, 3);
        return new(
        [
            new("member", 1) { ValuesPerPerson = Pick<int?>(ref random, null, 1, 1), IsPerson = true },
            new("phone", 2) { ValuesPerPerson = Pick<int?>(ref random, null, 1, 2), IsContact = true, SharedAfter = Pick<int?>(ref random, null, 2, 3) },
            new("device", 8) { ValuesPerPerson = most, WindowDays = most is null ? null : Pick<int?>(ref random, null, 3, 30), WhenFull = full, SharedAfter = Pick<int?>(ref random, null, 2, 4) },
            new("cookie", 9) { ValuesPerPerson = Pick<int?>(ref random, null, 2) },
        ], Pick(ref random, LinkPolicy.LastWins, LinkPolicy.FirstWins), Pick<int?>(ref random, null, null, 6));
    }

    private static T Pick<T>(ref ulong random, params ReadOnlySpan<T> of) => of[(int)(SplitMix64.Next(ref random) % (ulong)of.Length)];

    private static int[] Shuffled(int count, ref ulong random)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)(SplitMix64.Next(ref random) % (ulong)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Families whose nodes lie anywhere, with decisions about some; judged by asking first what hangs together, or all at once.</summary>
    private static (int[] Clusters, string?[] Verdicts) Judge(IdentityRules rules, IReadOnlyList<Family> families, ulong seed, int atOnce)
    {
        var (graph, random) = (new LinkGraph(rules) { AtOnce = atOnce }, seed);
        var size = Kinds.Length;
        var place = Shuffled(families.Count * size, ref random);
        var nodeOf = new int[place.Length];
        foreach (var one in place) nodeOf[one] = graph.AddNode(families[one / size].Keys[one % size], rules[Kinds[one % size]], one % 3 == 0 ? "here" : "", (long)(SplitMix64.Next(ref random) % 40) * IdentityWorld.Day);
        var links = 0;
        for (var family = 0; family < families.Count; family++)
        {
            foreach (var link in families[family].Links) links = graph.AddLink(nodeOf[family * size + link.A], nodeOf[family * size + link.B], link.First, link.Last, link.Verified) + 1;
            if (SplitMix64.Next(ref random) % 10 == 0) graph.Force(Some(family), Some(family), family % 7, [Some(family), Some(SplitMix64.Next(ref random) % 2 == 0 ? family : 0)]);
            if (SplitMix64.Next(ref random) % 10 != 0) continue;
            graph.KeepApart(family, Some(family), 0);
            graph.KeepApart(family, Some(family), 1);
        }
        graph.Resolve();
        var first = new Dictionary<int, int>();
        return ([.. nodeOf.Select((node, i) => first.TryAdd(graph.ClusterOf(node), i) ? i : first[graph.ClusterOf(node)])], [.. Enumerable.Range(0, links).Select(l => graph.VerdictOf(l).Code)]);

        int Some(int family) => nodeOf[family * size + (int)(SplitMix64.Next(ref random) % (ulong)size)];
    }

    [Fact]
    public void Asking_first_what_hangs_together_changes_no_answer()
    {
        ulong random = 5;
        var seen = new HashSet<string?>();
        for (var run = 0; run < 400; run++)
        {
            var rules = SomeRules(ref random);
            // Some with nodes in several ranges, most so small that decisions reach everybody.
            var families = Enumerable.Range(0, run % 40 == 0 ? 4_000 : 1 + run % 9).Select(n => LinkGraphTests.Some(ref random, n)).ToList();
            var seed = SplitMix64.Next(ref random);

            var (clusters, verdicts) = Judge(rules, families, seed, 0);

            var (plainClusters, plainVerdicts) = Judge(rules, families, seed, int.MaxValue);
            verdicts.ShouldBe(plainVerdicts, $"run {run}");
            clusters.ShouldBe(plainClusters, $"run {run}");
            seen.UnionWith(verdicts);
        }
        seen.Order().ShouldBe([null, "kept_apart", "one_value:device", "one_value:member", "one_value:phone", "shared:device", "shared:phone",
            "too_many_identifiers", "too_many_values:device"]);
    }
}
