using Danke.Contracts.Persons;
using Danke.Persons.Linking;
using Danke.Persons.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Listing;

/// <summary>Puts together what a list shows of each person: one read a module for the whole page.</summary>
internal sealed class PersonLines(BooksStore books, Vault vault, Facets facets)
{
    /// <summary>In the order given.</summary>
    public async Task<IReadOnlyList<PersonsEndpoint.PersonLine>> Of(IReadOnlyList<long> persons, string program, bool mayReveal, CancellationToken cancel)
    {
        if (persons.Count == 0) return [];
        var rows = (await books.Read(PersonRow.Select + " where person_id in ({keys})", PersonRow.Read, [("keys", persons.ToArray())], cancel)).ToDictionary(r => r.PersonId);
        var channels = await facets.Channels(persons, cancel);
        var worth = await facets.Worth(persons, cancel);
        var memberships = await facets.Memberships(persons, cancel);
        return [.. persons.Where(rows.ContainsKey).Select(id => Line(
            rows[id], channels.GetValueOrDefault(id), worth.GetValueOrDefault(id), memberships.GetValueOrDefault(id)?.Memberships.FirstOrDefault(m => m.Program == program), mayReveal))];
    }

    private PersonsEndpoint.PersonLine Line(PersonRow row, IReadOnlyList<string>? channels, PersonWorth? worth, PersonMembership? membership, bool mayReveal) => new(
        row.PersonId, Name(row, mayReveal), channels ?? [], Card(membership, mayReveal), membership?.Tier, membership?.TierTitle, membership?.PointsSpendable,
        worth?.Orders ?? 0, worth?.NetMinor ?? 0, worth?.Currency, row.Province, row.City, row.LastSeenMs.ToInstant(), (membership?.JoinedAtMs).ToInstant());

    private string? Name(PersonRow row, bool mayReveal) => row.NameCipher is not { } cipher ? null : mayReveal ? vault.Open(cipher) : Vault.Mask("name", vault.Open(cipher));

    private static string? Card(PersonMembership? membership, bool mayReveal) =>
        membership is null || mayReveal ? membership?.Card : Vault.Mask("member", membership.Card);
}
