using Danke.Contracts.Commands;
using Danke.Platform.Books;

namespace Danke.Platform.Privacy;

/// <summary>Whom a request is about.</summary>
/// <param name="PersonId">Today's number.</param>
/// <param name="Persons">All numbers: today's and those of whoever was merged in.</param>
/// <param name="Keys">The keys of all identifiers.</param>
/// <param name="Values">The identifiers' values as they are.</param>
/// <param name="Around">Keys of other persons' identifiers that were linked to these: who they are is looked at again afterwards.</param>
public sealed record Subject(long PersonId, long[] Persons, long[] Keys, string[] Values, long[] Around);

/// <summary>Says who is meant. From the Persons module.</summary>
public interface ISubjects
{
    /// <summary>Null when there is no such person (any more).</summary>
    Task<Subject?> Find(long person, CancellationToken cancel);

    /// <inheritdoc cref="Find(long, CancellationToken)"/>
    Task<Subject?> Find(BooksTransaction books, long person);

    /// <summary>Keeps what is needed to know late events by, in the transaction of the erasing and before anything goes.</summary>
    Task Bury(BooksTransaction books, Subject subject, long request, long atMs);

    /// <summary>Looks again at who others are, now that the links to the person are gone. May be run again.</summary>
    Task Settle(IDoor door, long[] around, long request, CancellationToken cancel);

    /// <summary>Those of the keys that nobody has again: who came after the erasing is somebody new.</summary>
    Task<long[]> StillNobodys(long[] keys, CancellationToken cancel);

    /// <summary>How many late events were dropped for each request.</summary>
    Task<IReadOnlyDictionary<long, long>> Suppressed(CancellationToken cancel);
}

/// <summary>
/// Removes what a module keeps of a person elsewhere than in rows of the person: in files, in refused events, in free text. May be run
/// again, and is until nothing is found.
/// </summary>
public interface ISweepsTraces
{
    /// <summary>snake_case noun, for progress: <c>dead_letters</c>, <c>uploads</c>.</summary>
    string Name { get; }

    /// <summary>Answers how many things were removed or blanked.</summary>
    Task<long> Sweep(Traces traces, CancellationToken cancel);

    /// <summary>How many there are, without touching them.</summary>
    Task<long> Count(Traces traces, CancellationToken cancel);
}
