using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Loyalty.Tiers;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>Persons' memberships with tier and balances.</summary>
internal sealed class MembershipFacet(BooksStore books, LivePrograms programs, TierReading tiers) : IPersonFacet<PersonMemberships>
{
    public async Task<IReadOnlyDictionary<long, PersonMemberships>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        if (persons.Count == 0) return new Dictionary<long, PersonMemberships>();
        var live = (await programs.All(cancel)).ToDictionary(p => p.Name);
        // A merged membership is kept for its card only; a ledger of a further type is none.
        var rows = await books.Read(MembershipRow.Select + " where person_id in ({keys}) and state not in ('merged', 'holding')", MembershipRow.Read, [("keys", persons.ToArray())], cancel);
        var standings = await tiers.Of(rows, live, cancel);
        return rows.GroupBy(r => r.PersonId).ToDictionary(g => g.Key, g => new PersonMemberships(
            [.. g.OrderBy(r => r.Program != ProgramBook.DefaultName).ThenBy(r => r.Program, StringComparer.Ordinal)
                .Select(r => View(r, live.GetValueOrDefault(r.Program), standings.GetValueOrDefault((r.PersonId, r.Program))))]));
    }

    /// <param name="program">Null when it is no longer live.</param>
    /// <param name="standing">Null under the plain rule: the growth value says all.</param>
    public static PersonMembership View(MembershipRow row, LoyaltyProgram? program, Standing? standing) => new(
        row.Program, row.Card, row.State, row.Tier, program?.Tiers.FirstOrDefault(t => t.Name == row.Tier)?.Title ?? row.Tier, row.TierSinceMs, row.Growth, NextTier(row, program, standing),
        row.Pending, row.Spendable, row.Earned, row.Spent, row.Expired, row.NextExpiryMs, row.JoinedAtMs, row.JoinedChannel, row.LeftAtMs);

    private static PersonNextTier? NextTier(MembershipRow row, LoyaltyProgram? program, Standing? standing)
    {
        if (program is null || !row.IsActive) return null;
        if (standing is null)
            return program.Tiers.FirstOrDefault(t => t.IsReached && t.From > row.Growth && program.PlaceOf(t.Name) > program.PlaceOf(row.Tier)) is { } above
                ? new PersonNextTier(above.Name, above.Title, above.From, above.From - row.Growth) : null;
        if (Standings.ToNext(program, standing) is not { } gap) return null;
        // Of several thresholds, the one that is nearest where any will do, and else the farthest.
        var missing = gap.IsAny ? gap.Missing.MinBy(m => m.Left)! : gap.Missing.MaxBy(m => m.Left)!;
        return new PersonNextTier(program.Tiers[gap.Tier].Name, program.Tiers[gap.Tier].Title, missing.Need, missing.Left, WhyMoved.Word(missing.Of));
    }
}
