using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Reading;

/// <summary>Who is who by number, and what they are called.</summary>
internal sealed class PersonDirectory(BooksStore books, Vault vault) : IPersonDirectory, IPersonFacet<PersonLabel>
{
    public async Task<long?> Current(long personId, CancellationToken cancel) =>
        (await Current([personId], cancel)) is [var current] ? current : null;

    /// <summary>The present numbers of those given; numbers that nobody has or had are left out.</summary>
    public async Task<IReadOnlyList<long>> Current(IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        persons.Count == 0 ? [] : await books.Read("""
            select person_id from persons where person_id in ({keys}) and state = 'active'
            union
            select to_person from person_aliases where from_person in ({keys})
            """, r => r.GetInt64(0), [("keys", persons.ToArray())], cancel);

    async Task<IReadOnlyDictionary<long, PersonLabel>> IPersonFacet<PersonLabel>.Of(IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        persons.Count == 0 ? new Dictionary<long, PersonLabel>()
        : (await books.Read("select person_id, name_cipher from persons where person_id in ({keys}) and name_cipher is not null",
            r => (Id: r.GetInt64(0), Cipher: r.Bytes(1)), [("keys", persons.ToArray())], cancel)).ToDictionary(r => r.Id, r => new PersonLabel(vault.Open(r.Cipher)));
}
