using System.Globalization;
using Danke.Contracts.Loyalty;
using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>Points and growth by the identifier they came in by, as the ledger has them, and which tier so much growth is.</summary>
internal sealed class PointsHoldings(BooksStore books, LivePrograms programs) : IPersonHoldings, IProgramTiers
{
    private sealed record Sum(long Person, long Via, string Program, long Entries, long Pending, long Spendable, long Growth);

    public async Task<IReadOnlyList<PersonHolding>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel) => persons.Count == 0 ? [] :
    [
        .. (await books.Read("""
            select person_id, via_key, program, count(*), sum(pending), sum(spendable), sum(growth) from points_entries where person_id in ({keys}) group by person_id, via_key, program
            """, r => new Sum(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3), Whole(r.GetValue(4)), Whole(r.GetValue(5)), Whole(r.GetValue(6))),
            [("keys", persons.ToArray())], cancel)).SelectMany(Holdings),
    ];

    // Growth is the program's own alone.
    private static IEnumerable<PersonHolding> Holdings(Sum sum)
    {
        var (program, type) = (PointTypes.ProgramOf(sum.Program), PointTypes.TypeOf(sum.Program));
        PersonHolding Of(string measure, long value) => new(sum.Person, sum.Via, measure, program, value, type);
        yield return Of(HoldingMeasures.PointsEntries, sum.Entries);
        yield return Of(HoldingMeasures.PointsSpendable, sum.Spendable);
        yield return Of(HoldingMeasures.PointsPending, sum.Pending);
        if (!PointTypes.IsOfFurtherType(sum.Program)) yield return new PersonHolding(sum.Person, sum.Via, HoldingMeasures.Growth, program, sum.Growth);
    }

    public async Task<string?> TitleFor(string program, long growth, CancellationToken cancel) => (await programs.Find(program, cancel))?.TierFor(growth).Title;

    // PostgreSQL adds bigints up to a numeric.
    private static long Whole(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
