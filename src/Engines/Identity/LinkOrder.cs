namespace Danke.Engines.Identity;

/// <summary>The one order in which links are believed: by time as the policy says, then the smaller sum of priorities, then the smaller keys.</summary>
internal static class LinkOrder
{
    private const int PriorityBits = 8;
    private const int DigitBits = 11;
    private const int FewLinks = 4_096;

    public static int[] Of(LinkColumns links, NodeColumns nodes, Func<int, int> priorityOf, LinkPolicy policy)
    {
        var count = links.Count;
        var keys = new ulong[count];
        var order = new int[count];
        var times = policy == LinkPolicy.LastWins ? links.Last : links.First;
        var (least, most) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < count; i++) (least, most) = (Math.Min(least, times[i]), Math.Max(most, times[i]));
        for (var i = 0; i < count; i++)
        {
            var age = (ulong)(policy == LinkPolicy.LastWins ? most - times[i] : times[i] - least);
            keys[i] = (age << PriorityBits) | (uint)Math.Min((1 << PriorityBits) - 1, priorityOf(links.A[i]) + priorityOf(links.B[i]));
            order[i] = i;
        }
        if (count <= FewLinks) Array.Sort(keys, order);
        else RadixSort(ref keys, ref order, count == 0 ? 0 : ((ulong)(most - least) << PriorityBits) | 0xFF);
        BreakTies(keys, order, links, nodes);
        return order;
    }

    private static void BreakTies(ulong[] keys, int[] order, LinkColumns links, NodeColumns nodes)
    {
        (long, long) KeysOf(int link)
        {
            var (a, b) = (nodes.Key[links.A[link]], nodes.Key[links.B[link]]);
            return a < b ? (a, b) : (b, a);
        }
        Comparison<int> byKeys = (x, y) => KeysOf(x).CompareTo(KeysOf(y));
        for (int i = 0, j; i < order.Length; i = j)
        {
            for (j = i + 1; j < order.Length && keys[j] == keys[i];) j++;
            if (j - i > 1) order.AsSpan(i, j - i).Sort(byKeys);
        }
    }

    // Least significant digit first: stable, and a handful of passes over the columns.
    private static void RadixSort(ref ulong[] keys, ref int[] order, ulong largest)
    {
        var (otherKeys, otherOrder) = (new ulong[keys.Length], new int[order.Length]);
        var counts = new int[1 << DigitBits];
        for (var shift = 0; shift < 64 && largest >> shift > 0; shift += DigitBits)
        {
            Array.Clear(counts);
            foreach (var key in keys) counts[Digit(key, shift)]++;
            var sum = 0;
            for (var i = 0; i < counts.Length; i++) (counts[i], sum) = (sum, sum + counts[i]);
            for (var i = 0; i < keys.Length; i++)
            {
                var at = counts[Digit(keys[i], shift)]++;
                otherKeys[at] = keys[i];
                otherOrder[at] = order[i];
            }
            (keys, otherKeys) = (otherKeys, keys);
            (order, otherOrder) = (otherOrder, order);
        }
    }

    private static int Digit(ulong key, int shift) => (int)((key >> shift) & ((1 << DigitBits) - 1));
}
