using System.Collections.Immutable;

namespace Danke.Engines.Identity;

/// <summary>How identifiers of one namespace behave.</summary>
/// <param name="Name">The namespace, e.g. <c>phone</c>.</param>
/// <param name="Priority">1 is the strongest; 1 to 99.</param>
public sealed record NamespaceRule(string Name, int Priority)
{
    /// <summary>The priority of namespaces that no rule names.</summary>
    public const int PriorityOfUnknown = 6;

    /// <summary>The most values of it that a person has in one scope; null: any number. With 1, two persons with different values never join.</summary>
    public int? ValuesPerPerson { get; init; }

    /// <summary>With <see cref="ValuesPerPerson"/> above 1: only values that began within so many days of one another are counted. Null: all that ever were.</summary>
    public int? WindowDays { get; init; }

    /// <summary>With <see cref="ValuesPerPerson"/> above 1: which value goes when there are too many.</summary>
    public WhenFull WhenFull { get; init; } = WhenFull.DropNew;

    /// <summary>A value stands for somebody the brand knows: a member, a customer.</summary>
    public bool IsPerson { get; init; }

    /// <summary>
    /// A value is a place to reach somebody: an event that also has a platform's own identifier came in by that one, and losing
    /// its role as identity does not end it as a contact point.
    /// </summary>
    public bool IsContact { get; init; }

    /// <summary>So many known persons claim a value, none of them verified later than the others: it is shared and joins nobody. Null: never.</summary>
    public int? SharedAfter { get; init; }

    /// <summary>How its values are written, so that equal ones compare equal.</summary>
    public ValueKind Kind { get; init; }

    /// <summary>Values that identify nobody, beside those that never do; compared after normalising, without case.</summary>
    public ImmutableArray<string> BlockedValues { get; init; } = [];

    /// <summary>Texts that identify nobody as a whole: <c>?</c> stands for one character, <c>*</c> for any number.</summary>
    public ImmutableArray<string> BlockedPatterns { get; init; } = [];

    /// <summary>A person has at most one value in a scope, ever.</summary>
    public bool OnePerScope => ValuesPerPerson == 1 && WindowDays is null;

    /// <summary>A person has at most so many, and those that are too many are found after linking.</summary>
    public bool IsCounted => ValuesPerPerson is not null && !OnePerScope;

    /// <summary>What a person's number rather stays with, lowest first: who is known, what platforms number people by, where to reach them, what they use.</summary>
    public int AnchorRank => IsPerson ? 0 : IsContact ? 2 : IsCounted ? 3 : 1;

    /// <summary>By which of several identifiers an event came in: the lowest. Contact points come after what platforms and shops number people by.</summary>
    public int AttributionRank => IsContact ? Math.Max(Priority, PriorityOfUnknown) * 2 + 1 : Priority * 2;
}

/// <summary>Which value goes when a person has more than the rules allow.</summary>
public enum WhenFull
{
    /// <summary>The one that began last.</summary>
    DropNew,

    /// <summary>The one that was seen longest ago.</summary>
    EvictOldest,
}

/// <summary>How a namespace's values are normalised.</summary>
public enum ValueKind
{
    /// <summary>Compared letter by letter after trimming.</summary>
    Opaque,

    /// <summary>A phone: digits only, +86 dropped from a mainland mobile.</summary>
    Phone,

    /// <summary>An e-mail address: lower case.</summary>
    Email,

    /// <summary>Says something of a person and not who it is: joins nobody and is not kept.</summary>
    NotIdentity,
}

/// <summary>In which order evidence is believed.</summary>
public enum LinkPolicy
{
    /// <summary>What was seen most recently first.</summary>
    LastWins,

    /// <summary>What was seen first, first.</summary>
    FirstWins,
}
