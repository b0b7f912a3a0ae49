namespace Danke.Engines.Identity;

/// <summary>One identifier as far as linking is concerned. Instants in milliseconds since 1970 UTC.</summary>
public class IdentifierState
{
    public required long Key { get; init; }
    public required NamespaceRule Rule { get; set; }
    public required string Scope { get; init; }

    /// <summary>When it was first seen, alone or with others.</summary>
    public long FirstSeenMs { get; set; }

    /// <summary>Whose it is now; 0 while it belongs to nobody: nothing came in by it and no link of it joins.</summary>
    public long PersonId { get; set; }

    /// <summary>The person number that stays with this identifier, whether that person lives or was absorbed; 0: none.</summary>
    public long AnchorOf { get; set; }

    /// <summary>Something came in by it, so it must be somebody's.</summary>
    public bool Carries { get; set; }

    /// <summary>A link of it was dropped once: whoever links it anew must look around.</summary>
    public bool IsContested { get; set; }

    /// <summary>Somebody decided about it: <see cref="IdentityDecision"/>.</summary>
    public bool IsDecided { get; set; }

    /// <summary>The strongest identifier of several: what a person's number stays with, and by which an event came in.</summary>
    public static int Strongest(IdentifierState a, IdentifierState b)
    {
        var byRank = a.Rule.AttributionRank.CompareTo(b.Rule.AttributionRank);
        if (byRank != 0) return byRank;
        var byAge = a.FirstSeenMs.CompareTo(b.FirstSeenMs);
        return byAge != 0 ? byAge : a.Key.CompareTo(b.Key);
    }
}

/// <summary>Somebody's decision about identifiers, which rebuilding keeps.</summary>
/// <param name="Id">Its number.</param>
/// <param name="AtMs">When it was made.</param>
/// <param name="Together">Empty, or the two identifiers that are one person's whatever the rules say.</param>
/// <param name="Apart">Empty, or identifiers with the side each is on: those on different sides are different persons.</param>
public sealed record IdentityDecision(long Id, long AtMs, IReadOnlyList<long> Together, IReadOnlyList<(long Key, int Side)> Apart)
{
    /// <summary>With <see cref="Together"/>: what else the two persons had when that was decided. No limit of the rules keeps these from one another.</summary>
    public IReadOnlyList<long> Had { get; init; } = [];

    public IEnumerable<long> Keys => Together.Concat(Had).Concat(Apart.Select(a => a.Key));
}
