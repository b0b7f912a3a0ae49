using System.Collections.Immutable;

namespace Danke.Contracts.Persons;

/// <summary>Something that a person did that is no order.</summary>
public sealed record PastInteraction(long InteractionId, long PersonId, long ViaKey, long AtMs, string Channel, string Shop, string Kind, ImmutableSortedDictionary<string, string> Properties);

/// <summary>What is known of many persons beside their orders, for who goes through history. From the Persons module.</summary>
public interface IPersonPasts
{
    /// <summary>The highest number given so far.</summary>
    Task<long> Highest(CancellationToken cancel);

    /// <summary>Of persons whose number is above the first and not above the second.</summary>
    Task<List<PastInteraction>> Interactions(long afterPerson, long toPerson, CancellationToken cancel);

    /// <summary>1 to 12, of those of whom it is known.</summary>
    Task<Dictionary<long, int>> BirthMonths(long afterPerson, long toPerson, CancellationToken cancel);
}
