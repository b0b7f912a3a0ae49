using System.Collections.Immutable;

namespace Danke.Engines.Identity.Attributes;

/// <summary>One value that a source gave to an attribute of the person behind an identifier. Instants in milliseconds since 1970 UTC.</summary>
/// <param name="Via">The identifier it came in by: the statement goes where that goes.</param>
/// <param name="Source">Who said it, e.g. <c>crm</c>.</param>
/// <param name="Channel">On which channel, e.g. <c>tmall</c>.</param>
/// <param name="Value">As it was said.</param>
/// <param name="FirstMs">When it was first said.</param>
/// <param name="LastMs">When it was last said.</param>
public sealed record Statement(long Via, string Source, string Channel, string Value, long FirstMs, long LastMs)
{
    /// <summary>One source about one identifier: what it says later takes the place of what it said before.</summary>
    public (long Via, string Source, string Channel) Voice => (Via, Source, Channel);

    /// <summary>The later statement comes first. Total, so that nothing depends on the order in which statements are looked at.</summary>
    public static int ByRecency(Statement a, Statement b)
    {
        var order = b.LastMs.CompareTo(a.LastMs);
        if (order == 0) order = b.FirstMs.CompareTo(a.FirstMs);
        if (order == 0) order = string.CompareOrdinal(a.Source, b.Source);
        if (order == 0) order = string.CompareOrdinal(a.Channel, b.Channel);
        if (order == 0) order = string.CompareOrdinal(a.Value, b.Value);
        return order == 0 ? a.Via.CompareTo(b.Via) : order;
    }
}

/// <summary>Somebody said by hand what the value is.</summary>
/// <param name="Via">The identifier that the person's number stayed with: the pin goes where that goes.</param>
public sealed record AttributePin(long Via, string Value, long AtMs);

/// <summary>What became of a statement.</summary>
public enum Standing
{
    /// <summary>Its value is the person's.</summary>
    Survives,

    /// <summary>It says the same as the one that survives.</summary>
    Agrees,

    /// <summary>The same source has said something else since.</summary>
    Replaced,

    /// <summary>It is blurred: <c>张*</c>.</summary>
    Masked,

    /// <summary>It says nothing.</summary>
    Empty,

    /// <summary>Somebody decided by hand otherwise.</summary>
    Overruled,

    /// <summary>A source that comes first says otherwise.</summary>
    LowerSource,

    /// <summary>More say otherwise.</summary>
    LessFrequent,

    /// <summary>Another says otherwise since.</summary>
    Older,
}

/// <summary>What an attribute is, and why.</summary>
/// <param name="Value">Null when nobody says anything usable.</param>
/// <param name="Pin">What decided by hand; null when the rule did.</param>
/// <param name="SaidMs">When the surviving value was last said; 0 for none.</param>
/// <param name="Statements">All of them, the surviving one first, then by recency.</param>
public sealed record Survivor(string? Value, AttributePin? Pin, long SaidMs, ImmutableArray<(Statement Statement, Standing Standing)> Statements);
