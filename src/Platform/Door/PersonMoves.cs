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
