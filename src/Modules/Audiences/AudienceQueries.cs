using System.Globalization;
using Danke.Contracts.Audiences;
using Danke.Engines.Audiences;
using Danke.Platform.Insight;
using Danke.Platform.Settings;

namespace Danke.Audiences;

/// <summary>
/// Asks Insight who is in an audience, as of now. Everybody means every active person that Insight knows, with or without a single event;
/// persons who were absorbed or erased have no row there and so are in no audience.
/// </summary>
internal sealed class AudienceQueries(InsightClient insight, Func<CancellationToken, ValueTask<Brand>> brand, TimeProvider clock)
{
    public const string DefaultProgram = Contracts.Persons.PersonCriteria.DefaultProgram;

    public async ValueTask<Asked> Ask(AudienceDefinition definition, CancellationToken cancel)
    {
        var ours = await brand(cancel);
        return new Asked(clock.GetUtcNow().ToUnixTimeMilliseconds(), ours.Zone, definition.Currency ?? ours.Currency, definition.Program ?? DefaultProgram);
    }

    public Task<long> Count(AudienceDefinition definition, Asked asked, CancellationToken cancel)
    {
        var (where, parameters) = Where(definition, asked);
        return insight.Count($"select count() from persons final where {where}", parameters, cancel);
    }

    /// <summary>Of the audience, how many may be reached by each kind of contact.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Reachable(AudienceDefinition definition, Asked asked, CancellationToken cancel)
    {
        var (where, parameters) = Where(definition, asked);
        var rows = await insight.Query($"select toString(via) as via, count() as persons from (select reachable from persons final where {where}) array join reachable as via group by via order by via",
            r => (r.Text("via"), r.Long("persons")), parameters, cancel: cancel);
        return new SortedDictionary<string, long>(rows.ToDictionary(), StringComparer.Ordinal);
    }

    /// <summary>
    /// The next after one, by number; of an audience with one person per household by the household, so that none has two over the pages while somebody
    /// else of it becomes the last active.
    /// </summary>
    /// <param name="after"><see cref="AudiencePage.Next"/> of the page before; 0 for the first.</param>
    public async Task<AudiencePage> Page(AudienceDefinition definition, Asked asked, long after, int limit, CancellationToken cancel)
    {
        var (where, parameters) = Where(definition, asked);
        var key = definition.IsOnePerHousehold ? OnePerHousehold.Key : "person_id";
        var rows = await insight.Query(Invariant($"select person_id, {key} as place from persons final where place > {{after:UInt64}} and {where} order by place limit {limit + 1}"),
            r => (Person: r.Long(0), Place: r.Long(1)), [.. parameters, ("after", after)], cancel: cancel);
        return new AudiencePage([.. rows.Take(limit).Select(r => r.Person)], rows.Count > limit ? rows[limit - 1].Place : null);
    }

    /// <summary>All of a household, in the audience or not.</summary>
    public Task<List<long>> Household(long household, CancellationToken cancel) =>
        insight.Query("select person_id from persons final where household_id = {household:UInt64} and person_id != 0 order by person_id", r => r.Long(0), [("household", household)], cancel: cancel);

    /// <summary>Some from all over the audience, the same ones each time.</summary>
    public Task<List<long>> Sample(AudienceDefinition definition, Asked asked, int size, CancellationToken cancel)
    {
        var (where, parameters) = Where(definition, asked);
        return insight.Query(Invariant($"select person_id from persons final where {where} order by cityHash64(person_id), person_id limit {size}"), r => r.Long(0), parameters, cancel: cancel);
    }

    /// <summary>Who of the given persons is in it.</summary>
    public async Task<IReadOnlySet<long>> Among(AudienceDefinition definition, Asked asked, IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        var (where, parameters) = Where(definition, asked);
        return (await insight.Query($"select person_id from persons final where has({{among:Array(UInt64)}}, person_id) and {where}",
            r => r.Long(0), [.. parameters, ("among", persons.ToArray())], cancel: cancel)).ToHashSet();
    }

    private static (string Where, (string, object?)[] Parameters) Where(AudienceDefinition definition, Asked asked)
    {
        var compiled = ConditionSql.Compile(definition.Condition, asked);
        if (definition.IsOnePerHousehold) compiled = OnePerHousehold.Compile(compiled);
        return ("person_id != 0 and " + compiled.Sql, [.. compiled.Parameters.Select(p => (p.Key, (object?)p.Value))]);
    }

    private static string Invariant(FormattableString sql) => sql.ToString(CultureInfo.InvariantCulture);
}
