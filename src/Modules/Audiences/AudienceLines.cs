using Danke.Contracts.Persons;
using Danke.Platform.Access;
using Danke.Platform.Insight;

namespace Danke.Audiences;

/// <summary>A person as a line of a list, with the fields of <c>GET /v1/persons</c>; names and cards are masked for callers who may not see them.</summary>
/// <param name="Card">Of the audience's program; null for who is no member.</param>
/// <param name="SpentMinor">What stayed of all that was paid.</param>
public sealed record AudiencePerson(
    long PersonId, string? Name, IReadOnlyList<string> Channels, string? Card, string? Tier, string? TierTitle, long? PointsSpendable, long Orders,
    long SpentMinor, string? Currency, string? Province, string? City, DateTimeOffset LastSeen, DateTimeOffset? JoinedAt);

/// <summary>Puts together what a list shows of an audience's persons: one read a module for the whole page.</summary>
internal sealed class AudienceLines(
    InsightClient insight, IPersonFacet<PersonLabel> labels, IPersonFacet<PersonMemberships> memberships, IPersonFacet<PersonWorth> worth)
{
    /// <summary>In the order given.</summary>
    public async Task<IReadOnlyList<AudiencePerson>> Of(IReadOnlyList<long> persons, string program, bool mayReveal, CancellationToken cancel)
    {
        if (persons.Count == 0) return [];
        var rows = (await insight.Query("""
            select person_id, toString(province) as province, toString(city) as city, toUnixTimestamp64Milli(last_seen_at) as last_seen, channels
            from persons final where has({persons:Array(UInt64)}, person_id)
            """, r => (Id: r.Long("person_id"), Province: r.Text("province"), City: r.Text("city"), LastSeen: r.Long("last_seen"), Channels: r.Texts("channels")),
            [("persons", persons.ToArray())], cancel: cancel)).ToDictionary(r => r.Id);
        var named = await labels.Of(persons, cancel);
        var joined = await memberships.Of(persons, cancel);
        var bought = await worth.Of(persons, cancel);
        return [.. persons.Where(rows.ContainsKey).Select(id =>
        {
            var row = rows[id];
            var membership = joined.GetValueOrDefault(id)?.Memberships.FirstOrDefault(m => m.Program == program);
            var value = bought.GetValueOrDefault(id);
            return new AudiencePerson(id, Shown("name", named.GetValueOrDefault(id)?.Name), row.Channels, Shown("member", membership?.Card), membership?.Tier, membership?.TierTitle,
                membership?.PointsSpendable, value?.Orders ?? 0, value?.NetMinor ?? 0, value?.Currency, Known(row.Province), Known(row.City),
                DateTimeOffset.FromUnixTimeMilliseconds(row.LastSeen), membership is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(membership.JoinedAtMs));
        })];

        string? Shown(string kind, string? value) => value is null || mayReveal ? value : Vault.Mask(kind, value);
    }

    private static string? Known(string text) => text.Length == 0 ? null : text;
}
