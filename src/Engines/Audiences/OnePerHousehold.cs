namespace Danke.Engines.Audiences;

/// <summary>Of an audience, one person of each household: who was last active, of several the smallest number. Who has no household stands for themselves.</summary>
public static class OnePerHousehold
{
    /// <summary>What those of one household have in common, over <c>persons</c> in Insight; of who has none, the person's own number.</summary>
    public const string Key = "if(household_id = 0, person_id, household_id)";

    /// <summary>Somebody whom the audience's condition chooses.</summary>
    /// <param name="HouseholdId">0: none.</param>
    public readonly record struct Candidate(long PersonId, long HouseholdId, long LastSeenMs)
    {
        public static Candidate Of(long personId, IFacts facts) => new(personId, facts.Number("household.id"), facts.Instant("last_seen") ?? 0);
    }

    /// <summary>Who stays, by number.</summary>
    public static IEnumerable<long> Choose(IEnumerable<Candidate> candidates) => candidates
        .GroupBy(c => c.HouseholdId == 0 ? c.PersonId : c.HouseholdId)
        .Select(household => household.OrderByDescending(c => c.LastSeenMs).ThenBy(c => c.PersonId).First().PersonId).Order();

    /// <summary>The same as a predicate over <c>persons final</c>.</summary>
    public static CompiledCondition Compile(CompiledCondition condition) => condition with
    {
        Sql = $"person_id in (select argMin(person_id, (-toUnixTimestamp64Milli(last_seen_at), person_id)) from persons final where person_id != 0 and {condition.Sql} group by {Key})",
    };
}
