using System.Collections.Immutable;

namespace Danke.Engines.Matching.Fields;

/// <summary>A value as two records are compared by it: prepared once. A record may have several of a field, e.g. two phones: see <see cref="Next"/>.</summary>
internal abstract class FieldValue
{
    /// <summary>What a person is shown.</summary>
    public abstract string Shown { get; }

    /// <summary>The record's next value of the same field; any pair of values may agree.</summary>
    public FieldValue? Next { get; set; }
}

/// <summary>
/// Something records can agree on that is common or rare: sharing 王 says less than sharing 欧阳. <see cref="Rarity"/> is -log2 of the share of
/// persons who have it, set when the model is known; NaN until then, and where it is not told apart.
/// </summary>
internal sealed class Term(string text)
{
    public ulong Key { get; } = Texts.Hash(text);
    public float Rarity { get; set; } = float.NaN;

    /// <summary>So many have it that it is nobody's: what a till fills in, the number of the shop. To have it says nothing against having another.</summary>
    public bool IsStock { get; set; }
}

/// <summary>How two values compare.</summary>
/// <param name="Level">The place in <see cref="FieldKind.Levels"/>; -1 when nothing can be said.</param>
/// <param name="Shared">What is the same in both, when its rarity counts.</param>
internal readonly record struct Agreement(int Level, Term? Shared = null)
{
    public static Agreement Nothing => new(-1);

    /// <summary>The level, when both values are somebody's own.</summary>
    public static Agreement Unless(Term a, Term b, int level) => a.IsStock || b.IsStock ? Nothing : new Agreement(level);
}

/// <summary>One way of reading and comparing values: a name is compared otherwise than a phone number.</summary>
internal abstract class FieldKind
{
    /// <summary>From the same to different; what the data are expected to say before they are seen.</summary>
    public abstract ImmutableArray<Level> Levels { get; }

    /// <summary>The record's value out of the cells of one group of columns; null when they say nothing.</summary>
    /// <param name="roles">The role of each cell.</param>
    public abstract FieldValue? Read(ReadOnlySpan<string> cells, ReadOnlySpan<ColumnRole> roles, DateOrder order, Pool pool);

    /// <summary>As how many pairs the expected m of <see cref="Levels"/> counts.</summary>
    public virtual double Trust => 150;

    /// <summary>How many of all persons are expected to share one value of a slot, where the data do not tell.</summary>
    public virtual double ExpectedShare(int slot) => 0.001;

    protected abstract Agreement CompareOne(FieldValue a, FieldValue b);

    /// <summary>What the value's rarity is counted by; the slot keeps different sorts apart.</summary>
    public virtual void Terms(FieldValue value, Action<int, Term> visit) { }

    /// <summary>The best that any two of the records' values come to.</summary>
    public Agreement Compare(FieldValue a, FieldValue b)
    {
        if (a.Next is null && b.Next is null) return CompareOne(a, b);
        var best = Agreement.Nothing;
        for (var x = a; x is not null; x = x.Next)
            for (var y = b; y is not null; y = y.Next)
                if (CompareOne(x, y) is { Level: >= 0 } found && (best.Level < 0 || found.Level < best.Level)) best = found;
        return best;
    }

    protected static ImmutableArray<Level> LevelsOf(params (string Name, double M, double U)[] levels) => [.. levels.Select(l => new Level(l.Name, l.M, l.U))];
}

/// <summary>One degree of likeness of a field.</summary>
/// <param name="Name">E.g. <c>same</c>, <c>sounds_the_same</c>, <c>different</c>.</param>
/// <param name="M">Expected share among pairs that are one person.</param>
/// <param name="U">Expected share among pairs that are two.</param>
public sealed record Level(string Name, double M, double U);
