using Danke.Contracts.Commands;

namespace Danke.Contracts.Persons;

/// <summary>Who has an identifier. From the Persons module.</summary>
public interface IPersonLookup
{
    /// <summary>The person as of today; null when nobody has it, or nobody can.</summary>
    Task<long?> Find(Identifier identifier, CancellationToken cancel);
}
