using Danke.Contracts.Persons;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>Birthdays of the batch's persons, in step with what the batch learns of them.</summary>
internal sealed class BatchBirthMonths(Batch batch, BooksTransaction books, LoadedPersons loaded) : IBatchBirthMonths
{
    // An order without identifiers is of a person whom only the order knows.
    public async ValueTask Load() => await loaded.LoadForeseen(batch, books);

    public int Of(long personId) => BirthMonth.Of(loaded.Person(personId)?.Birthday);

    public string? DayOf(long personId) => BirthMonth.DayOf(loaded.Person(personId)?.Birthday);
}

/// <summary>The same outside the Door.</summary>
internal sealed class BirthMonths(BooksStore books) : IBirthMonths
{
    public async Task<int> Of(long personId, CancellationToken cancel) => BirthMonth.Of(await Birthday(personId, cancel));

    public async Task<string?> DayOf(long personId, CancellationToken cancel) => BirthMonth.DayOf(await Birthday(personId, cancel));

    public Task<List<long>> On(IReadOnlyCollection<string> days, long afterPerson, int limit, CancellationToken cancel) => books.Read("""
        select person_id from persons
        where state = 'active' and birthday is not null and length(birthday) >= 5 and substr(birthday, length(birthday) - 4) in ({keys:text}) and person_id > @after
        order by person_id limit @limit
        """, r => r.GetInt64(0), [("keys", days.ToArray()), ("after", afterPerson), ("limit", (long)limit)], cancel);

    private async Task<string?> Birthday(long personId, CancellationToken cancel) =>
        (await books.Read("select birthday from persons where person_id = @person", r => r.TextOrNull(0), [("person", personId)], cancel)).FirstOrDefault();
}
