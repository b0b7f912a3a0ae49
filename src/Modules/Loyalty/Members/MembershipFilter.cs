using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Loyalty.Members;

/// <summary>Who is a member, since when and of which tier.</summary>
internal sealed class MembershipFilter(BooksStore books) : IPersonFilter
{
    public bool AppliesTo(PersonCriteria criteria) => criteria is { Tier: not null } or { Member: not null } or { JoinedFromMs: not null } or { JoinedToMs: not null };

    public async Task<IReadOnlyList<long>?> All(PersonCriteria criteria, int atMost, CancellationToken cancel)
    {
        if (WantsOthers(criteria)) return null;
        var found = await books.Read($"select person_id from memberships where {Conditions(criteria)} limit @most", r => r.GetInt64(0), [.. Values(criteria), ("most", atMost + 1L)], cancel);
        return found.Count <= atMost ? found : null;
    }

    public async Task<IReadOnlySet<long>> Among(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        var members = (await books.Read($"select person_id from memberships where person_id in ({{keys}}) and {Conditions(criteria)}", r => r.GetInt64(0),
            [.. Values(criteria), ("keys", persons.ToArray())], cancel)).ToHashSet();
        return WantsOthers(criteria) ? persons.Where(p => !members.Contains(p)).ToHashSet() : members;
    }

    // With a tier or a time of joining, "no member" is met by nobody; as the more telling condition, these count.
    private static bool WantsOthers(PersonCriteria criteria) => criteria is { Member: false, Tier: null, JoinedFromMs: null, JoinedToMs: null };

    // Only what is asked is in the statement, so that its index is used.
    private static string Conditions(PersonCriteria criteria) => string.Join(" and ", new[]
    {
        "program = @program and state = 'active'",
        criteria.Tier is null ? null : "tier = @tier",
        criteria.JoinedFromMs is null ? null : "joined_at_ms >= @from",
        criteria.JoinedToMs is null ? null : "joined_at_ms < @to",
    }.OfType<string>());

    private static IEnumerable<(string, object?)> Values(PersonCriteria criteria)
    {
        yield return ("program", criteria.Program);
        if (criteria.Tier is { } tier) yield return ("tier", tier);
        if (criteria.JoinedFromMs is { } from) yield return ("from", from);
        if (criteria.JoinedToMs is { } to) yield return ("to", to);
    }
}
