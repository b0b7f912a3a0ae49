using Danke.Contracts.Persons;

namespace Danke.Platform.Books;

/// <summary>How many rows of a table with <c>person_id</c> and <c>via_key</c> persons have.</summary>
/// <param name="table">A constant name, never somebody's text.</param>
public sealed class RowHoldings(BooksStore books, string measure, string table) : IPersonHoldings
{
    public async Task<IReadOnlyList<PersonHolding>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel) => persons.Count == 0 ? []
        : await books.Read($"select person_id, via_key, count(*) from {table} where person_id in ({"{keys}"}) group by person_id, via_key",
            r => new PersonHolding(r.GetInt64(0), r.GetInt64(1), measure, "", r.GetInt64(2)), [("keys", persons.ToArray())], cancel);
}
