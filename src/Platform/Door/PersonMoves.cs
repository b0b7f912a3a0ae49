using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Platform.Door;

/// <summary>Moves rows of absorbed persons to where these ended, one statement a table whatever the number of merges.</summary>
public static class PersonMoves
{
    private static readonly Table<PersonMerge> Table = new Table<PersonMerge>("person_moves", "from_person")
        .Long("from_person", m => m.From).Long("to_person", m => m.To);

    /// <summary>Adds a merge and redirects earlier ones that ended in the person who now goes.</summary>
    public static void Add(this List<PersonMerge> merges, long from, long to)
    {
        for (var i = 0; i < merges.Count; i++)
            if (merges[i].To == from) merges[i] = merges[i] with { To = to };
        merges.Add(new PersonMerge(from, to));
    }

    private static readonly Table<KeyValuePair<long, long>> OwnerTable = new Table<KeyValuePair<long, long>>("owner_moves", "via_key")
        .Long("via_key", o => o.Key).Long("to_person", o => o.Value);

    /// <summary>
    /// Sets <c>person_id</c> of the rows that came in by identifiers which another person has now. The tables have <c>via_key</c>
    /// beside <c>person_id</c>; only rows of persons that may be divided are looked at. To be called before <see cref="Move"/>.
    /// </summary>
    public static async ValueTask Divide(BooksTransaction books, Batch batch, params string[] tables)
    {
        if (batch.Owners.Count == 0 || batch.MayDivide.Count == 0) return;
        await books.Execute("create temp table if not exists owner_moves (via_key bigint primary key, to_person bigint not null)");
        await books.Execute("delete from owner_moves");
        await books.Insert(OwnerTable, batch.Owners.ToList());
        foreach (var table in tables)
            await books.Execute($"""
                update {table} set person_id = (select to_person from owner_moves o where o.via_key = {table}.via_key)
                where person_id in ({"{keys}"}) and via_key in (select via_key from owner_moves)
                """, ("keys", batch.MayDivide.ToArray()));
    }

    /// <summary>Sets <c>person_id</c> of the rows of absorbed persons in the given tables.</summary>
    public static async ValueTask Move(BooksTransaction books, IReadOnlyList<PersonMerge> merges, params string[] tables)
    {
        if (merges.Count == 0) return;
        await books.Execute("create temp table if not exists person_moves (from_person bigint primary key, to_person bigint not null)");
        await books.Execute("delete from person_moves");
        await books.Insert(Table, merges);
        foreach (var table in tables)
            await books.Execute($"""
                update {table} set person_id = (select to_person from person_moves m where m.from_person = {table}.person_id)
                where person_id in (select from_person from person_moves)
                """);
    }
}
