namespace Danke.Engines.Identity;

/// <summary>Evidence that two identifiers are one person's, added up over all observations. Instants in milliseconds since 1970 UTC.</summary>
/// <param name="Low">The smaller of the two identifiers' keys.</param>
/// <param name="High">The larger.</param>
/// <param name="VerifiedMs">When it was last observed with proof (an SMS code, a platform's word); 0: never.</param>
public readonly record struct Link(long Low, long High, long FirstMs, long LastMs, long VerifiedMs = 0)
{
    /// <summary>One observation of the two, whichever is the smaller.</summary>
    public static Link Of(long a, long b, long atMs, long verifiedMs) => new(Math.Min(a, b), Math.Max(a, b), atMs, atMs, verifiedMs);

    /// <summary>The same evidence observed once more: the order of observations does not matter.</summary>
    public Link With(Link other) =>
        this with { FirstMs = Math.Min(FirstMs, other.FirstMs), LastMs = Math.Max(LastMs, other.LastMs), VerifiedMs = Math.Max(VerifiedMs, other.VerifiedMs) };
}

/// <summary>Why a link joins nothing.</summary>
public enum DropRule
{
    /// <summary>The link joins.</summary>
    None,

    /// <summary>A person would have two values of a namespace that allows one in a scope; of a person's namespace: it would join two known persons.</summary>
    OneValue,

    /// <summary>A person would have more values of a namespace than the rules count.</summary>
    TooManyValues,

    /// <summary>A person would have more identifiers than anybody.</summary>
    TooManyIdentifiers,

    /// <summary>One of the two is claimed by so many known persons that it is nobody's.</summary>
    Shared,

    /// <summary>Somebody decided that these are different persons.</summary>
    KeptApart,
}

/// <summary>What became of a link.</summary>
/// <param name="Namespace">Whose rule it was; null for rules of the whole.</param>
public readonly record struct LinkVerdict(DropRule Rule, NamespaceRule? Namespace)
{
    public bool Joins => Rule == DropRule.None;

    /// <summary>As it is stored and told: <c>one_value:member</c>; null when the link joins.</summary>
    public string? Code => Rule switch
    {
        DropRule.OneValue => "one_value:" + Namespace!.Name,
        DropRule.TooManyValues => "too_many_values:" + Namespace!.Name,
        DropRule.TooManyIdentifiers => "too_many_identifiers",
        DropRule.Shared => "shared:" + Namespace!.Name,
        DropRule.KeptApart => "kept_apart",
        _ => null,
    };
}
