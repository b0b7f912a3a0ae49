namespace Danke.Engines.Identity;

/// <summary>Nodes by column: millions of them are a handful of arrays.</summary>
internal struct NodeColumns()
{
    public int Count { get; private set; }
    public long[] Key = [];
    public ushort[] Namespace = [];

    /// <summary>Which values of a person count together: namespace and scope; -1 when they are not counted.</summary>
    public int[] Slot = [];

    /// <summary>When it was first seen.</summary>
    public long[] Start = [];

    public void Reserve(int capacity)
    {
        Array.Resize(ref Start, capacity);
        Array.Resize(ref Key, capacity);
        Array.Resize(ref Namespace, capacity);
        Array.Resize(ref Slot, capacity);
    }

    public int Add(long key, ushort @namespace, int slot, long start)
    {
        if (Count == Key.Length) Reserve(Math.Max(8, Count * 2));
        Key[Count] = key;
        Namespace[Count] = @namespace;
        Slot[Count] = slot;
        Start[Count] = start;
        return Count++;
    }
}

/// <summary>Links by column.</summary>
internal struct LinkColumns()
{
    public int Count { get; private set; }
    public int[] A = [];
    public int[] B = [];
    public long[] First = [];
    public long[] Last = [];
    public long[] Verified = [];

    /// <summary>0: joins. Else the rule and the namespace that dropped it.</summary>
    public ushort[] Verdict = [];

    /// <summary>Dropped before the replay.</summary>
    public bool[] Excluded = [];

    public void Reserve(int capacity)
    {
        Array.Resize(ref A, capacity);
        Array.Resize(ref B, capacity);
        Array.Resize(ref First, capacity);
        Array.Resize(ref Last, capacity);
        Array.Resize(ref Verified, capacity);
        Array.Resize(ref Verdict, capacity);
        Array.Resize(ref Excluded, capacity);
    }

    public int Add(int a, int b, long first, long last, long verified)
    {
        if (Count == A.Length) Reserve(Math.Max(8, Count * 2));
        (A[Count], B[Count]) = (a, b);
        (First[Count], Last[Count], Verified[Count]) = (first, last, verified);
        return Count++;
    }

    /// <summary>The namespaces of both ends, A's in the lower half: one reach into the nodes for each end, whatever is asked afterwards.</summary>
    public uint[] Kinds = [];

    /// <summary>Begins anew: all links join, and what kinds they are of is known.</summary>
    public void Prepare(NodeColumns nodes)
    {
        Array.Clear(Verdict);
        Array.Clear(Excluded);
        if (Kinds.Length < Count) Kinds = new uint[A.Length];
        var (a, b, kinds, namespaces) = (A, B, Kinds, nodes.Namespace);
        Ranges.Each(Count, (from, to) =>
        {
            for (var link = from; link < to; link++) kinds[link] = namespaces[a[link]] | (uint)namespaces[b[link]] << 16;
        });
    }

    public readonly int KindOfA(int link) => (int)(Kinds[link] & 0xFFFF);

    public readonly int KindOfB(int link) => (int)(Kinds[link] >> 16);
}
