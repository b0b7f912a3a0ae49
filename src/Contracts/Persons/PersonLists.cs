namespace Danke.Contracts.Persons;

/// <summary>What a list of persons is narrowed to; null is "whatever". Instants in milliseconds since 1970 UTC, from inclusive, to exclusive.</summary>
public sealed record PersonCriteria
{
    /// <summary>The program of whom names none.</summary>
    public const string DefaultProgram = "default";

    /// <summary>The program that tier, membership and joining are about.</summary>
    public required string Program { get; init; }
    public string? Tier { get; init; }

    /// <summary>True: active members only; false: only persons who are none.</summary>
    public bool? Member { get; init; }
    public long? JoinedFromMs { get; init; }
    public long? JoinedToMs { get; init; }
    public string? Channel { get; init; }
    public string? City { get; init; }
    public string? Province { get; init; }
    public long? LastSeenFromMs { get; init; }
    public long? LastSeenToMs { get; init; }
}

/// <summary>A module's part in narrowing a list of persons: all of the criteria that it knows, together.</summary>
public interface IPersonFilter
{
    /// <summary>Whether any of the criteria is this module's.</summary>
    bool AppliesTo(PersonCriteria criteria);

    /// <summary>Everybody who passes, when that is cheap to say and they are no more than <paramref name="atMost"/>; else null.</summary>
    Task<IReadOnlyList<long>?> All(PersonCriteria criteria, int atMost, CancellationToken cancel);

    /// <summary>Who of the given persons passes; at most some thousands are asked about.</summary>
    Task<IReadOnlySet<long>> Among(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel);
}

/// <summary>A module's way to order persons by a value of theirs. Who has no such value is not in it.</summary>
public interface IPersonOrdering
{
    /// <summary>As in <c>?sort=</c>.</summary>
    string Name { get; }

    /// <summary>Whether asking for one costs about as much as asking for thousands, so that it is asked seldom and for many.</summary>
    bool IsAddedUpEachTime => false;

    /// <summary>The next in descending order of value, then of number.</summary>
    /// <param name="after">The last one seen; null to begin.</param>
    Task<IReadOnlyList<RankedPerson>> Next(PersonCriteria criteria, RankedPerson? after, int limit, CancellationToken cancel);

    /// <summary>The values of the given persons, in any order.</summary>
    Task<IReadOnlyList<RankedPerson>> Of(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel);
}

/// <summary>A person's place in an ordering.</summary>
public readonly record struct RankedPerson(long Value, long PersonId);

/// <summary>Finds persons by something that is written on a card, a receipt or a parcel: the whole of it, as typed.</summary>
public interface IPersonFinder
{
    /// <summary>The numbers it points to, usually none or one; who asks follows the absorbed ones.</summary>
    Task<IReadOnlyList<long>> Find(string text, CancellationToken cancel);
}
