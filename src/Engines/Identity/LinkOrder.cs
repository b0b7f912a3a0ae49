using System.Numerics;

namespace Danke.Engines.Identity;

/// <summary>The one order in which links are believed: by time as the policy says, then the smaller sum of priorities, then the smaller keys.</summary>
internal static class LinkOrder
{
    private const int PriorityBits = 8;
    private const int DigitBits = 11;
    private const int FewLinks = 4_096;

    /// <param name="priorities">By the number of the namespace.</param>
    /// <param name="nodeKeys">By node.</param>
    public static int[] Of(LinkColumns links, int[] priorities, long[] nodeKeys, LinkPolicy policy)
    {
        var count = links.Count;
        var keys = new ulong[count];
        var order = new int[count];
        var times = policy == LinkPolicy.LastWins ? links.Last : links.First;
        var (least, most) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < count; i++) (least, most) = (Math.Min(least, times[i]), Math.Max(most, times[i]));
        Ranges.Each(count, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                var age = (ulong)(policy == LinkPolicy.LastWins ? most - times[i] : times[i] - least);
                keys[i] = (age << PriorityBits) | (uint)Math.Min((1 << PriorityBits) - 1, priorities[links.KindOfA(i)] + priorities[links.KindOfB(i)]);
                order[i] = i;
            }
        });
        if (count <= FewLinks) Array.Sort(keys, order);
        else RadixSort(ref keys, ref order, count == 0 ? 0 : ((ulong)(most - least) << PriorityBits) | 0xFF);
        BreakTies(keys, order, links, nodeKeys);
        return order;
    }

    private static void BreakTies(ulong[] keys, int[] order, LinkColumns links, long[] nodeKeys)
    {
        (long, long) KeysOf(int link)
        {
            var (a, b) = (nodeKeys[links.A[link]], nodeKeys[links.B[link]]);
            return a < b ? (a, b) : (b, a);
        }
        Comparison<int> byKeys = (x, y) => KeysOf(x).CompareTo(KeysOf(y));
        for (int i = 0, j; i < order.Length; i = j)
        {
            for (j = i + 1; j < order.Length && keys[j] == keys[i];) j++;
            if (j - i > 1) order.AsSpan(i, j - i).Sort(byKeys);
        }
    }

    // The more recent half and the rest, each on a core of its own; within them the least significant digit first: stable, and a handful of
    // passes over the columns.
    private static void RadixSort(ref ulong[] keys, ref int[] order, ulong largest)
    {
        var (to, other) = ((Keys: keys, Order: order), (Keys: new ulong[keys.Length], Order: new int[order.Length]));
        var middle = Halve(to, other, largest);
        (to, other) = (other, to);
        var passes = 0;
        for (var shift = 0; shift < 64 && largest >> shift > 0; shift += DigitBits) passes++;
        Parallel.Invoke(() => SortRange(to, other, 0, middle, passes), () => SortRange(to, other, middle, to.Keys.Length, passes));
        (keys, order) = passes % 2 == 0 ? to : other;
    }

    // Where the keys' middle is, by their top bits; keeps the order within either half.
    private static int Halve((ulong[] Keys, int[] Order) from, (ulong[] Keys, int[] Order) into, ulong largest)
    {
        var shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(largest) - DigitBits);
        var counts = new int[1 << DigitBits];
        foreach (var key in from.Keys) counts[Digit(key, shift)]++;
        var (digit, low) = (0, 0);
        while (digit < counts.Length && low < from.Keys.Length / 2) low += counts[digit++];
        var (next, nextHigh) = (0, low);
        for (var i = 0; i < from.Keys.Length; i++)
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
