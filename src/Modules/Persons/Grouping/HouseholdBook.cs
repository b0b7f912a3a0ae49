using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Grouping;

/// <param name="HouseholdId">0: the person has none.</param>
internal sealed record HouseholdRow(long PersonId, long HouseholdId, long Size)
{
    public static readonly Table<HouseholdRow> Table = new Table<HouseholdRow>("households", "person_id")
        .Long("person_id", r => r.PersonId).Long("household_id", r => r.HouseholdId).Long("size", r => r.Size);
}

/// <summary>Persons came into a household, left theirs, or theirs grew or shrank.</summary>
internal sealed record HouseholdsChanged(ImmutableArray<HouseholdRow> Rows) : CommandBody, IMayNameNobody
{
    public override string Type => "identity.households_changed";
}

/// <summary>Keeps whose household is which.</summary>
internal sealed class HouseholdBook
{
    private readonly Dictionary<long, HouseholdRow> changed = [];

    public void Clear() => changed.Clear();

    public void Change(Step step, HouseholdsChanged households)
    {
        foreach (var row in households.Rows)
        {
            changed[row.PersonId] = row;
            step.Announce("persons.household_changed.v1", "persons", row.PersonId);
        }
    }

    public async ValueTask Save(BooksTransaction books)
    {
        if (changed.Count == 0) return;
        // Who was absorbed or erased since it was looked has none.
        var active = (await books.Read("select person_id from persons where person_id in ({keys}) and state = 'active'", r => r.GetInt64(0), ("keys", changed.Keys.ToArray()))).ToHashSet();
        var without = changed.Values.Where(r => r.HouseholdId == 0 || !active.Contains(r.PersonId)).Select(r => r.PersonId).ToArray();
        if (without.Length > 0) await books.Execute("delete from households where person_id in ({keys})", ("keys", without));
        await books.Upsert(HouseholdRow.Table, [.. changed.Values.Where(r => r.HouseholdId != 0 && active.Contains(r.PersonId))]);
    }
}
