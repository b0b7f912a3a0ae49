using System.Text.Json;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Linking;
using Danke.Persons.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Persons.Looking;

/// <summary><c>GET /v1/persons/{id}</c>: everything about one person but what happened.</summary>
internal static class PersonEndpoint
{
    /// <param name="PersonId">Today's number: it differs from the one asked for when that person was absorbed.</param>
    /// <param name="Revealed">Whether names and values are shown as they are; else masked.</param>
    /// <param name="Membership">Of the default program; null for who is no member.</param>
    /// <param name="Aliases">Former numbers of persons who turned out to be this one.</param>
    public sealed record PersonView(
        long PersonId, bool Revealed, ProfileView Profile, IReadOnlyList<string> Channels, string FirstChannel, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
        IReadOnlyList<IdentifierView> Identifiers, MembershipView? Membership, IReadOnlyList<MembershipView> Memberships, WorthView Worth,
        IReadOnlyList<ConsentView> Consents, IReadOnlyList<PersonAudience> Audiences, IReadOnlyList<long> Aliases, IReadOnlyList<ContestedView> Contested);

    /// <summary>A phone or an address that this person and others claim.</summary>
    /// <param name="PersonId">Whose it is; 0: nobody's.</param>
    /// <param name="Candidates">Who claims it and does not have it, this person perhaps among them.</param>
    public sealed record ContestedView(string Id, string Namespace, string Value, long PersonId, IReadOnlyList<long> Candidates);

    /// <param name="Birthday"><c>1990-05-17</c>, <c>--05-17</c> without the year; masked: the year alone.</param>
    /// <param name="UpdatedAt">Of the newest statement; null when nothing was ever said.</param>
    public sealed record ProfileView(
        string? Name, string? Gender, string? Birthday, string? Province, string? City, string? Language, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset? UpdatedAt);

    /// <param name="Id">Its lasting name, which says nothing of the value: what a split and a "why" name identifiers by.</param>
    public sealed record IdentifierView(string Namespace, string Scope, string Value, bool Verified, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string Source, string Id);

    public sealed record MembershipView(
        string Program, string Card, string State, string Tier, string TierTitle, DateTimeOffset TierSince, long Growth, PersonNextTier? NextTier, long PointsPending,
        long PointsSpendable, long PointsEarned, long PointsSpent, long PointsExpired, DateTimeOffset? NextExpiryAt, DateTimeOffset JoinedAt, string JoinedChannel, DateTimeOffset? LeftAt);

    /// <summary>Amounts in minor units of <paramref name="Currency"/>. How they are counted: see <see cref="PersonWorth"/>.</summary>
    /// <param name="RecencyDays">Calendar days in the brand's zone since the last order; null without one.</param>
    /// <param name="OrderValueMinor">Mean of the purchases' lines; null without one.</param>
    public sealed record WorthView(
        string? Currency, long Orders, long SalesMinor, long RefundedMinor, long NetMinor, DateTimeOffset? FirstOrder, DateTimeOffset? LastOrder, int? RecencyDays, long? OrderValueMinor);

    public static void Map(RouteGroupBuilder persons) =>
        persons.MapGet("/{id:long}", Read).RequireScope(Scopes.PersonsRead).WithSummary("One person; former numbers lead to who they are now.").Produces<PersonView>();

    private static async Task<IResult> Read(
        long id, HttpContext context, BooksStore books, Vault vault, IdentityRules rules, PersonDirectory directory, Consents consents, Facets facets,
        Candidates candidates, BrandSettings brand, TimeProvider clock, CancellationToken cancel)
    {
        if (await directory.Current(id, cancel) is not { } current) return NoSuchPerson(id);
        var reveal = context.MayReveal();
        var row = (await books.Read(PersonRow.Select + " where person_id = @person", PersonRow.Read, [("person", current)], cancel))[0];
        var identifiers = await books.Read(IdentifierRow.Select + " where person_id = @person", IdentifierRow.Reader(rules), [("person", current)], cancel);
        var aliases = await books.Read("select from_person from person_aliases where to_person = @person order by from_person", r => r.GetInt64(0), [("person", current)], cancel);
        var memberships = (await facets.Memberships([current], cancel)).GetValueOrDefault(current)?.Memberships.Select(m => View(m, reveal)).ToList() ?? [];
        var worth = (await facets.Worth([current], cancel)).GetValueOrDefault(current);
        return Results.Ok(new PersonView(
            current, reveal, Profile(row, vault, reveal), (await facets.Channels([current], cancel)).GetValueOrDefault(current) ?? [], row.FirstChannel,
            row.FirstSeenMs.ToInstant(), row.LastSeenMs.ToInstant(),
            [.. identifiers.OrderBy(i => rules[i.Namespace].Priority).ThenBy(i => i.FirstSeenMs).ThenBy(i => i.Key).Select(i => View(i, vault, reveal))],
            memberships.FirstOrDefault(m => m.Program == PersonCriteria.DefaultProgram), memberships, View(worth, (await brand.Current(cancel)).Zone, clock),
            await consents.Of(current, reveal, cancel), (await facets.Audiences([current], cancel)).GetValueOrDefault(current)?.Audiences ?? [], aliases,
            await Contested(identifiers, books, rules, vault, candidates, reveal, cancel)));
    }

    internal static async Task<List<ContestedView>> Contested(
        List<IdentifierRow> own, BooksStore books, IdentityRules rules, Vault vault, Candidates candidates, bool reveal, CancellationToken cancel)
    {
        var disputed = own.Where(i => i.IsContested).Select(i => i.Key).ToArray();
        if (disputed.Length == 0) return [];
        var others = await books.Read(IdentifierRow.Select + """
             where identifier_key in (select high_key from links where low_key in ({keys}) and dropped_rule is not null)
            or identifier_key in (select low_key from links where high_key in ({keys}) and dropped_rule is not null)
            """, IdentifierRow.Reader(rules), [("keys", disputed)], cancel);
        var points = own.Where(i => i.IsContested).Concat(others).Where(i => i.Rule.IsContact).DistinctBy(i => i.Key).OrderBy(i => i.Rule.Priority).ThenBy(i => i.Key).ToList();
        var claimants = await candidates.Of([.. points.Select(p => p.Key)], cancel);
        return [.. points.Where(p => claimants[p.Key].Any()).Select(p => new ContestedView(
            IdentifierName.Of(p.Key), p.Namespace, reveal ? vault.Open(p.ValueCipher) : Vault.Mask(p.Namespace, vault.Open(p.ValueCipher)), p.PersonId, [.. claimants[p.Key]]))];
    }

    public static IResult NoSuchPerson(long id) => Problem.NotFound("no_such_person", $"There is no person {id}.");

    private static ProfileView Profile(PersonRow row, Vault vault, bool reveal)
    {
        var attributes = JsonSerializer.Deserialize<SortedDictionary<string, string>>(row.Attributes)!;
        var name = row.NameCipher is { } cipher ? vault.Open(cipher) : null;
        return new ProfileView(
            name is null || reveal ? name : Vault.Mask("name", name), row.Gender, reveal ? row.Birthday : YearOf(row.Birthday), row.Province, row.City, row.Language,
            // What a source calls an attribute may be an address or a number as well as a skin type.
            reveal ? attributes : attributes.ToDictionary(a => a.Key, a => Vault.Mask("attribute", a.Value)),
            row.ProfileAtMs == 0 ? null : row.ProfileAtMs.ToInstant());
    }

    public static string? YearOf(string? birthday) => birthday is null ? null : birthday.StartsWith('-') ? "--**-**" : birthday[..4] + "-**-**";

    private static IdentifierView View(IdentifierRow row, Vault vault, bool reveal)
    {
        var value = vault.Open(row.ValueCipher);
        return new IdentifierView(row.Namespace, row.Scope, reveal ? value : Vault.Mask(row.Namespace, value), row.Verified, row.FirstSeenMs.ToInstant(), row.LastSeenMs.ToInstant(), row.Source, IdentifierName.Of(row.Key));
    }

    private static MembershipView View(PersonMembership m, bool reveal) => new(
        m.Program, reveal ? m.Card : Vault.Mask("member", m.Card), m.State, m.Tier, m.TierTitle, m.TierSinceMs.ToInstant(), m.Growth, m.NextTier, m.PointsPending,
        m.PointsSpendable, m.PointsEarned, m.PointsSpent, m.PointsExpired, m.NextExpiryMs.ToInstant(), m.JoinedAtMs.ToInstant(), m.JoinedChannel, m.LeftAtMs.ToInstant());

    private static WorthView View(PersonWorth? worth, string zone, TimeProvider clock) => worth is null ? new WorthView(null, 0, 0, 0, 0, null, null, null, null) : new(
        worth.Currency, worth.Orders, worth.SalesMinor, worth.RefundedMinor, worth.NetMinor, worth.FirstOrderAtMs.ToInstant(), worth.LastOrderAtMs.ToInstant(),
        worth.LastOrderAtMs is { } last ? BrandDays.Between(last, clock.GetUtcNow().ToUnixTimeMilliseconds(), zone) : null,
        worth.Orders == 0 ? null : (worth.PurchasesMinor + worth.Orders / 2) / worth.Orders);
}
