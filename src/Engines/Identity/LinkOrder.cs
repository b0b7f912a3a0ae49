using System.Numerics;
using System.Runtime.CompilerServices;

namespace Danke.Engines.Identity;

/// <summary>The one order in which links are believed: by time as the policy says, then the smaller sum of priorities, then the smaller keys.</summary>
internal sealed class LinkOrder
{
    private const int PriorityBits = 8;

    private readonly LinkPolicy policy;
    private readonly long[] times;
    private readonly long first;
    private readonly NodeColumns nodes;
    private readonly int[] priorities;

    /// <param name="namespaces">By the number that nodes name.</param>
    public LinkOrder(LinkColumns links, NodeColumns nodes, IReadOnlyList<NamespaceRule> namespaces, LinkPolicy policy)
    {
        (this.nodes, this.policy, times) = (nodes, policy, policy == LinkPolicy.LastWins ? links.Last : links.First);
        priorities = [.. namespaces.Select(n => n.Priority)];
        first = First(times.AsSpan(0, links.Count), policy);
    }

    private static long First(ReadOnlySpan<long> times, LinkPolicy policy)
    {
        var first = times.IsEmpty ? 0 : times[0];
        foreach (var time in times) first = policy == LinkPolicy.LastWins ? Math.Max(first, time) : Math.Min(first, time);
        return first;
    }

    /// <summary>Where the link comes by time alone.</summary>
    public ulong ByTime(int link) => (ulong)(policy == LinkPolicy.LastWins ? first - times[link] : times[link] - first) << PriorityBits;

    /// <summary>Where it comes; those that come alike are ordered by <see cref="Keys"/>.</summary>
    /// <param name="link">Ordered by time.</param>
    public ulong Of(in OrderedLink link) => link.Order | (uint)Math.Min((1 << PriorityBits) - 1, priorities[nodes.Namespace[link.A]] + priorities[nodes.Namespace[link.B]]);

    /// <summary>The smaller key of both ends, the larger one, and, were there two links of the same ends, which came first.</summary>
    public (long, long, int) Keys(in OrderedLink link)
    {
        var (a, b) = (nodes.Key[link.A], nodes.Key[link.B]);
        return (Math.Min(a, b), Math.Max(a, b), link.Number);
    }
}

/// <summary>Puts links into their order. Each core has one of its own.</summary>
internal sealed class LinkSorter(LinkOrder by)
{
    private const int DigitBits = 11;
    private const int FewLinks = 4_096;

    private ulong[] keys = [];
    private int[] order = [];

    /// <summary>The places of the links in the order in which they are believed; good until the next are asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<int> Sort(ReadOnlySpan<OrderedLink> links)
    {
        if (keys.Length < links.Length) (keys, order) = (new ulong[Math.Max(links.Length, keys.Length * 2)], new int[Math.Max(links.Length, keys.Length * 2)]);
        var largest = 0UL;
        for (var i = 0; i < links.Length; i++)
        {
            (keys[i], order[i]) = (links[i].Order, i);
            largest = Math.Max(largest, keys[i]);
        }
        if (links.Length <= FewLinks) keys.AsSpan(0, links.Length).Sort(order.AsSpan(0, links.Length));
        else RadixSort(links.Length, largest);
        BreakTies(links);
        return order.AsSpan(0, links.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BreakTies(ReadOnlySpan<OrderedLink> links)
    {
        for (int i = 0, j; i < links.Length; i = j)
        {
            for (j = i + 1; j < links.Length && keys[j] == keys[i];) j++;
            if (j - i > 1) SortByKeys(links, order.AsSpan(i..j));
        }
    }

    private void SortByKeys(ReadOnlySpan<OrderedLink> links, Span<int> tied)
    {
        var ends = new (long, long, int)[tied.Length];
        for (var i = 0; i < tied.Length; i++) ends[i] = by.Keys(links[tied[i]]);
        ends.AsSpan().Sort(tied);
    }

    // The more recent half and the rest, each on a core of its own; within them the least significant digit first: stable, and a handful of
    // passes over the columns.
    private void RadixSort(int count, ulong largest)
    {
        var (to, other) = ((Keys: keys, Order: order), (Keys: new ulong[keys.Length], Order: new int[order.Length]));
        var middle = Halve(to, other, count, largest);
        (to, other) = (other, to);
        var passes = 0;
        for (var shift = 0; shift < 64 && largest >> shift > 0; shift += DigitBits) passes++;
        Parallel.Invoke(() => SortRange(to, other, 0, middle, passes), () => SortRange(to, other, middle, count, passes));
        (keys, order) = passes % 2 == 0 ? to : other;
    }

    // Where the keys' middle is, by their top bits; keeps the order within either half.
    private static int Halve((ulong[] Keys, int[] Order) from, (ulong[] Keys, int[] Order) into, int count, ulong largest)
    {
        var shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(largest) - DigitBits);
        var counts = new int[1 << DigitBits];
        foreach (var key in from.Keys.AsSpan(0, count)) counts[Digit(key, shift)]++;
        var (digit, low) = (0, 0);
        while (digit < counts.Length && low < count / 2) low += counts[digit++];
        var (next, nextHigh) = (0, low);
        for (var i = 0; i < count; i++)
        {
            var at = Digit(from.Keys[i], shift) < digit ? next++ : nextHigh++;
            (into.Keys[at], into.Order[at]) = (from.Keys[i], from.Order[i]);
        }
        return low;
    }

    private static void SortRange((ulong[] Keys, int[] Order) from, (ulong[] Keys, int[] Order) into, int begin, int end, int passes)
    {
        var counts = new int[1 << DigitBits];
        for (var pass = 0; pass < passes; pass++)
        {
            var shift = pass * DigitBits;
            Array.Clear(counts);
            foreach (var key in from.Keys.AsSpan(begin, end - begin)) counts[Digit(key, shift)]++;
            var sum = begin;
            for (var i = 0; i < counts.Length; i++) (counts[i], sum) = (sum, sum + counts[i]);
            for (var i = begin; i < end; i++)
            {
                var at = counts[Digit(from.Keys[i], shift)]++;
                (into.Keys[at], into.Order[at]) = (from.Keys[i], from.Order[i]);
            }
            (from, into) = (into, from);
        }
    }

    private static int Digit(ulong key, int shift) => (int)((key >> shift) & ((1 << DigitBits) - 1));
}
