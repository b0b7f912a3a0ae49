using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Reading;
using Danke.Platform.Books;

namespace Danke.Loyalty.Expiring;

/// <summary>
/// Asks the Door to look at the tiers that may move by themselves - a period ended, or what kept them - and at those that were judged under an
/// earlier version of the program. The moves carry the instants at which they were due.
/// </summary>
internal sealed class TierClock(BooksStore books, LivePrograms programs, DueCommands due)
{
    private readonly record struct Due(string Program, long AtMs, long PersonId, long AsOfMs);

    /// <summary>Looks at every tier that is due now; answers how many that was.</summary>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        var now = due.NowMs;
        var seen = 0;
        foreach (var program in await programs.All(cancel)) seen += await Sweep(program, now, cancel);
        return seen;
    }

    private async Task<int> Sweep(LoyaltyProgram program, long now, CancellationToken cancel)
    {
        Contracts.Commands.Command Review(Due d) => DueCommands.Command($"tier/{d.Program}/{d.PersonId}/{d.AtMs}/{d.AsOfMs}", d.PersonId, now, new ReviewTier(d.Program));
        var seen = await due.Submit(new Due(program.Name, long.MinValue, 0, 0), last => ReadDue(last, now, cancel), Review, cancel);
        return program.HasPlainTiers ? seen
            : seen + await due.Submit(new Due(program.Name, program.Version, 0, 0), last => ReadOutdated(last, program.Version, cancel), Review, cancel);
    }

    private Task<List<Due>> ReadDue(Due after, long now, CancellationToken cancel) => books.Read("""
        select program, tier_review_at_ms, person_id, tier_as_of_ms from memberships
        where program = @program and tier_review_at_ms is not null and tier_review_at_ms <= @now and (tier_review_at_ms, person_id) > (@at, @person)
        order by tier_review_at_ms, person_id limit @limit
        """, r => new Due(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)),
        [("program", after.Program), ("now", now), ("at", after.AtMs), ("person", after.PersonId), ("limit", DueCommands.PageSize)], cancel);

    private Task<List<Due>> ReadOutdated(Due after, long version, CancellationToken cancel) => books.Read("""
        select program, @version, person_id, tier_as_of_ms from memberships
        where program = @program and tier_version <> @version and state <> 'merged' and person_id > @person order by person_id limit @limit
        """, r => new Due(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)),
        [("program", after.Program), ("version", version), ("person", after.PersonId), ("limit", DueCommands.PageSize)], cancel);
}
