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
}

/// <summary>The same outside the Door.</summary>
internal sealed class BirthMonths(BooksStore books) : IBirthMonths
{
    public async Task<int> Of(long personId, CancellationToken cancel) =>
        BirthMonth.Of((await books.Read("select birthday from persons where person_id = @person", r => r.TextOrNull(0), [("person", personId)], cancel)).FirstOrDefault());
}
