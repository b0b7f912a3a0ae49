using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Scenarios;

/// <summary>Who has an identifier, by its key.</summary>
internal sealed class PersonLookup(BooksStore books, Vault vault, LiveIdentityRules live) : IPersonLookup
{
    public async Task<long?> Find(Identifier identifier, CancellationToken cancel) =>
        KeyOf(identifier) is { } key && await books.Read("select person_id from identifiers where identifier_key = @key", r => r.GetInt64(0), [("key", key)], cancel) is [var person]
            ? person : null;

    /// <summary>Null for a value that identifies nobody.</summary>
    public long? KeyOf(Identifier identifier) =>
        IdentifierValue.Normalise(live.Current[identifier.Namespace], identifier.Value) is { } value ? vault.Key(identifier.Namespace, identifier.Scope, value) : null;
}
