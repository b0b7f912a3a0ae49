using Danke.Contracts.Persons;
using Danke.Platform.Books;

namespace Danke.Persons.Listing;

/// <summary>Where persons live and when they were last seen.</summary>
internal sealed class ProfileFilter(BooksStore books) : IPersonFilter
{
    public bool AppliesTo(PersonCriteria criteria) => criteria is { City: not null } or { Province: not null } or { LastSeenFromMs: not null } or { LastSeenToMs: not null };

    // A province alone is neither rare nor indexed.
    public async Task<IReadOnlyList<long>?> All(PersonCriteria criteria, int atMost, CancellationToken cancel)
    {
        if (criteria is { City: null, LastSeenFromMs: null, LastSeenToMs: null }) return null;
        var found = await books.Read($"select person_id from persons where {Conditions(criteria)} limit @most", r => r.GetInt64(0), [.. Values(criteria), ("most", atMost + 1L)], cancel);
        return found.Count <= atMost ? found : null;
    }

    public async Task<IReadOnlySet<long>> Among(PersonCriteria criteria, IReadOnlyCollection<long> persons, CancellationToken cancel) =>
        (await books.Read($"select person_id from persons where person_id in ({{keys}}) and {Conditions(criteria)}", r => r.GetInt64(0),
            [.. Values(criteria), ("keys", persons.ToArray())], cancel)).ToHashSet();

    // Only what is asked is in the statement, so that its index is used.
    private static string Conditions(PersonCriteria criteria) => string.Join(" and ", new[]
    {
        "state = 'active'",
        criteria.City is null ? null : "city = @city",
        criteria.Province is null ? null : "province = @province",
        criteria.LastSeenFromMs is null ? null : "last_seen_ms >= @from",
        criteria.LastSeenToMs is null ? null : "last_seen_ms < @to",
    }.OfType<string>());

    private static IEnumerable<(string, object?)> Values(PersonCriteria criteria)
    {
        if (criteria.City is { } city) yield return ("city", city);
        if (criteria.Province is { } province) yield return ("province", province);
        if (criteria.LastSeenFromMs is { } from) yield return ("from", from);
        if (criteria.LastSeenToMs is { } to) yield return ("to", to);
    }
}
