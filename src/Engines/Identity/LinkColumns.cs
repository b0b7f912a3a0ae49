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

    private const int NamespaceBits = 12;
    private bool isJudged;

    public void Reserve(int capacity)
    {
        Array.Resize(ref A, capacity);
        Array.Resize(ref B, capacity);
        Array.Resize(ref First, capacity);
        Array.Resize(ref Last, capacity);
        Array.Resize(ref Verified, capacity);
        Array.Resize(ref Verdict, capacity);
    }

    public int Add(int a, int b, long first, long last, long verified)
    {
        if (Count == A.Length) Reserve(Math.Max(8, Count * 2));
        (A[Count], B[Count]) = (a, b);
        (First[Count], Last[Count], Verified[Count]) = (first, last, verified);
        return Count++;
    }

    /// <summary>Begins anew: all links join.</summary>
    public void Acquit()
    {
        // What was never written costs nothing to leave alone.
        if (isJudged) Array.Clear(Verdict);
        isJudged = true;
    }

    public readonly bool Joins(int link) => Verdict[link] == 0;

    public readonly void Drop(int link, DropRule rule, int @namespace = 0) => Verdict[link] = VerdictOf(rule, @namespace);

    public static ushort VerdictOf(DropRule rule, int @namespace = 0) => (ushort)(((int)rule << NamespaceBits) | @namespace);

    public readonly (DropRule Rule, int Namespace) VerdictOf(int link) => ((DropRule)(Verdict[link] >> NamespaceBits), Verdict[link] & ((1 << NamespaceBits) - 1));
}
