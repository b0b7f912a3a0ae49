using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>A link with what following and replaying it ask of it.</summary>
/// <param name="Order">The smallest is believed first: <see cref="LinkOrder"/>.</param>
/// <param name="Number">In the graph.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct OrderedLink(ulong Order, int A, int B, int Number);

/// <summary>
/// Links in buckets, each with those of one range of nodes: what a bucket asks of nodes fits what a core has at hand, where reaching for
/// them all over memory would be most of the work. Within a bucket they come as they were added.
/// </summary>
internal sealed class LinkBuckets
{
    private const int LeastRangeBits = 14;
    private const int MostBucketBits = 15;

    /// <summary>So many cores put links into buckets at the most; each writes into all.</summary>
    private const int Parts = 4;

    private const int None = -1;

    private readonly int rangeBits;
    private readonly int[] ends;
    private OrderedLink[] all = [];

    private LinkBuckets(int rangeBits, int count) => (this.rangeBits, ends) = (rangeBits, new int[count]);

    public int Count => ends.Length;

    /// <summary>So many nodes are in the range of a bucket.</summary>
    public int Range => 1 << rangeBits;

    public Span<OrderedLink> this[int bucket] => all.AsSpan(Begin(bucket)..ends[bucket]);

    private int Begin(int bucket) => bucket == 0 ? 0 : ends[bucket - 1];

    public bool IsInRange(in OrderedLink link) => link.A >> rangeBits == link.B >> rangeBits;

    /// <summary>All links, by the range of their first end.</summary>
    public static LinkBuckets ByNode(LinkColumns links, int nodes, LinkOrder order)
    {
        var rangeBits = Math.Max(LeastRangeBits, 32 - BitOperations.LeadingZeroCount((uint)nodes) - MostBucketBits);
        var buckets = new LinkBuckets(rangeBits, (nodes >> rangeBits) + 1);
        buckets.Lay(links.Count, (from, to, counts) => buckets.Tally(links, from, to, counts), (from, to, next) => buckets.Put(links, order, from, to, next));
        return buckets;
    }

    /// <summary>The links of components in which something is at stake, by the range of the component; in one bucket more, the last, what somebody decided about.</summary>
    public LinkBuckets AtStake(Components components, LinkOrder order)
    {
        var staked = new LinkBuckets(rangeBits, Count + 1);
        staked.Lay(Count, (from, to, counts) => staked.Tally(BucketsOf(from, to), components, counts), (from, to, next) => staked.Put(BucketsOf(from, to), components, order, next));
        return staked;
    }

    private ReadOnlySpan<OrderedLink> BucketsOf(int from, int to) => from == to ? [] : all.AsSpan(Begin(from)..ends[to - 1]);

    /// <summary>Puts the links of one component side by side; of a bucket of <see cref="AtStake"/> other than the last.</summary>
    /// <param name="into">Room for as many.</param>
    /// <param name="componentEnds">Room for one more than <see cref="Range"/>; on return, of each, where its links end.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ByComponent(int bucket, Components components, Span<OrderedLink> into, Span<int> componentEnds)
    {
        var mask = Range - 1;
        componentEnds.Clear();
        foreach (ref readonly var link in this[bucket]) componentEnds[(components.Of(link.A) & mask) + 1]++;
        for (var i = 1; i < componentEnds.Length; i++) componentEnds[i] += componentEnds[i - 1];
        foreach (ref readonly var link in this[bucket]) into[componentEnds[components.Of(link.A) & mask]++] = link;
    }

    // Each part of the links counts for itself; then each knows where to put its own, bucket by bucket and part by part.
    private void Lay(int length, Action<int, int, int[]> tally, Action<int, int, int[]> put)
    {
        var next = new int[Parts][];
        int From(int part) => (int)((long)length * part / Parts);
        Parallel.For(0, Parts, part => tally(From(part), From(part + 1), next[part] = new int[ends.Length]));
        var sum = 0;
        for (var bucket = 0; bucket < ends.Length; bucket++)
        {
            foreach (var counts in next) (counts[bucket], sum) = (sum, sum + counts[bucket]);
            ends[bucket] = sum;
        }
        all = GC.AllocateUninitializedArray<OrderedLink>(sum);
        Parallel.For(0, Parts, part => put(From(part), From(part + 1), next[part]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tally(LinkColumns links, int from, int to, int[] counts)
    {
        foreach (var a in links.A.AsSpan(from..to)) counts[a >> rangeBits]++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Put(LinkColumns links, LinkOrder order, int from, int to, int[] next)
    {
        for (var link = from; link < to; link++)
        {
            var a = links.A[link];
            all[next[a >> rangeBits]++] = new OrderedLink(order.ByTime(link), a, links.B[link], link);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tally(ReadOnlySpan<OrderedLink> some, Components components, int[] counts)
    {
        foreach (ref readonly var link in some)
            if (BucketOf(link, components) is var bucket and not None) counts[bucket]++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Put(ReadOnlySpan<OrderedLink> some, Components components, LinkOrder order, int[] next)
    {
        foreach (ref readonly var link in some)
            if (BucketOf(link, components) is var bucket and not None) all[next[bucket]++] = link with { Order = order.Of(link) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BucketOf(in OrderedLink link, Components components)
    {
        if (!components.IsAtStake(link.A)) return None;
        var component = components.Of(link.A);
        return component == components.Decided ? ends.Length - 1 : component >> rangeBits;
    }
}
