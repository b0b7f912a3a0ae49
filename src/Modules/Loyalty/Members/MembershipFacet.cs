using Danke.Contracts.Persons;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>Persons' memberships with tier and balances.</summary>
internal sealed class MembershipFacet(BooksStore books, LivePrograms programs) : IPersonFacet<PersonMemberships>
{
    public async Task<IReadOnlyDictionary<long, PersonMemberships>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        if (persons.Count == 0) return new Dictionary<long, PersonMemberships>();
        var live = (await programs.All(cancel)).ToDictionary(p => p.Name);
        // A merged membership is kept for its card only.
        var rows = await books.Read(MembershipRow.Select + " where person_id in ({keys}) and state <> 'merged'", MembershipRow.Read, [("keys", persons.ToArray())], cancel);
        return rows.GroupBy(r => r.PersonId).ToDictionary(g => g.Key, g => new PersonMemberships(
            [.. g.OrderBy(r => r.Program != ProgramBook.DefaultName).ThenBy(r => r.Program, StringComparer.Ordinal).Select(r => View(r, live.GetValueOrDefault(r.Program)))]));
    }

    /// <param name="program">Null when it is no longer live.</param>
    public static PersonMembership View(MembershipRow row, LoyaltyProgram? program) => new(
        row.Program, row.Card, row.State, row.Tier, program?.Tiers.FirstOrDefault(t => t.Name == row.Tier)?.Title ?? row.Tier, row.TierSinceMs, row.Growth, NextTier(row, program),
        row.Pending, row.Spendable, row.Earned, row.Spent, row.Expired, row.NextExpiryMs, row.JoinedAtMs, row.JoinedChannel, row.LeftAtMs);

    private static PersonNextTier? NextTier(MembershipRow row, LoyaltyProgram? program) =>
        program?.Tiers.FirstOrDefault(t => t.From > row.Growth) is { } next && row.IsActive ? new PersonNextTier(next.Name, next.Title, next.From, next.From - row.Growth) : null;
}
