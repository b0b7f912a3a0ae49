using Danke.Audiences.Defining;
using Danke.Contracts.Persons;
using Danke.Engines.Audiences;
using Danke.Platform.Access;
using Danke.Platform.Insight;
using Danke.Platform.Settings;

namespace Danke.Audiences.Counting;

/// <summary>One person of an audience, for a list.</summary>
/// <param name="Name">Masked unless the caller may see names.</param>
internal sealed record AudiencePerson(
    long PersonId, string? Name, string? Card, string? Tier, string? TierTitle, long? PointsSpendable, long Orders, long SpentMinor, string? Currency);

/// <summary>Asks Insight who is in an audience. The universe is every person who was not absorbed by another.</summary>
internal sealed class AudienceCounter(
    InsightClient insight, BrandSettings brands, IPersonFacet<PersonLabel> labels, IPersonFacet<PersonMemberships> memberships, IPersonFacet<PersonWorth> worths, TimeProvider clock)
{
    public async Task<long> Count(AudienceDefinition audience, CancellationToken cancel)
    {
        var compiled = await Compile(audience, cancel);
        return await insight.Count($"select count() from persons final where {compiled.Sql}", Parameters(compiled), cancel);
    }

    /// <summary>The next persons by number.</summary>
    public async Task<List<long>> Persons(AudienceDefinition audience, long after, int limit, CancellationToken cancel)
    {
        var compiled = await Compile(audience, cancel);
        return await insight.Query($$"""
            select person_id from persons final where person_id > {after:UInt64} and {{compiled.Sql}} order by person_id limit {limit:UInt64}
            """, row => row.Long(0), [.. Parameters(compiled), ("after", after), ("limit", (long)limit)], cancel: cancel);
    }

    public async Task<bool> Contains(AudienceDefinition audience, long person, CancellationToken cancel)
    {
        var compiled = await Compile(audience, cancel);
        return await insight.Count($$"""select count() from persons final where person_id = {person:UInt64} and {{compiled.Sql}}""", [.. Parameters(compiled), ("person", person)], cancel) > 0;
    }

    /// <summary>The persons as lines of a list, in the order given.</summary>
    public async Task<IReadOnlyList<AudiencePerson>> Lines(IReadOnlyList<long> persons, string program, bool mayReveal, CancellationToken cancel)
    {
        if (persons.Count == 0) return [];
        var named = await labels.Of(persons, cancel);
        var enrolled = await memberships.Of(persons, cancel);
        var worth = await worths.Of(persons, cancel);
        return [.. persons.Select(person => Line(person, named.GetValueOrDefault(person),
            enrolled.GetValueOrDefault(person)?.Memberships.FirstOrDefault(m => m.Program == program), worth.GetValueOrDefault(person), mayReveal))];
    }

    private static AudiencePerson Line(long person, PersonLabel? label, PersonMembership? membership, PersonWorth? worth, bool mayReveal) => new(
        person, label is null || mayReveal ? label?.Name : Vault.Mask("name", label.Name),
        membership is null || mayReveal ? membership?.Card : Vault.Mask("member", membership.Card),
        membership?.Tier, membership?.TierTitle, membership?.PointsSpendable, worth?.Orders ?? 0, worth?.SalesMinor ?? 0, worth?.Currency);

    private async ValueTask<CompiledCondition> Compile(AudienceDefinition audience, CancellationToken cancel)
    {
        var brand = await brands.Current(cancel);
        return ConditionSql.Compile(audience.Condition, new Asked(clock.GetUtcNow().ToUnixTimeMilliseconds(), brand.Zone, brand.Currency, audience.Program));
    }

    private static (string Name, object? Value)[] Parameters(CompiledCondition compiled) => [.. compiled.Parameters.Select(p => (p.Key, (object?)p.Value))];
}
