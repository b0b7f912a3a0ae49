using System.Collections.Immutable;

namespace Danke.Contracts.Persons;

/// <summary>Whom a command is about, as the Persons stage resolved it before anything is applied.</summary>
/// <param name="PersonId">The person; 0 for a guest, and for a new person until the Persons stage has applied the command.</param>
/// <param name="IsNew">The person does not exist yet and will with this command.</param>
/// <param name="Absorbs">Other persons that this command shows to be the same; they end in <paramref name="PersonId"/>.</param>
/// <param name="ViaKey">The keyed hash of the identifier the command came in by: entries keep it, so that a split gives each side its own. 0 for a guest.</param>
public readonly record struct PersonResolution(long PersonId, bool IsNew, ImmutableArray<long> Absorbs, long ViaKey)
{
    public static readonly PersonResolution Guest = new(0, false, [], 0);
    public bool IsGuest => PersonId == 0 && !IsNew;
}

/// <summary>One person absorbed by another.</summary>
public readonly record struct PersonMerge(long From, long To);

/// <summary>One identifier that went from one person to another, and with it all that came in by it: a division, not a merge.</summary>
/// <param name="Key">The identifier; rows that keep it as the one they came in by follow it.</param>
public readonly record struct IdentifierMove(long Key, long From, long To);
