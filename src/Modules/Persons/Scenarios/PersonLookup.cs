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
    private readonly GatheredReads<long, long> owners = new(async keys => (await books.Read(
        "select identifier_key, person_id from identifiers where identifier_key in ({keys})", r => (Key: r.GetInt64(0), Person: r.GetInt64(1)), [("keys", keys.ToArray())]))
        .ToDictionary(r => r.Key, r => r.Person));

    public async Task<long?> Find(Identifier identifier, CancellationToken cancel) =>
        KeyOf(identifier) is { } key && await owners.Find(key, cancel) is (true, var person) ? person : null;

    /// <summary>Null for a value that identifies nobody.</summary>
    public long? KeyOf(Identifier identifier) =>
        IdentifierValue.Normalise(live.Current[identifier.Namespace], identifier.Value) is { } value ? vault.Key(identifier.Namespace, identifier.Scope, value) : null;
}
