using System.Collections.Concurrent;
using Danke.Contracts.Persons;
using Danke.Platform.Definitions;
using Danke.Platform.Insight;

namespace Danke.Audiences;

/// <summary>An audience in force.</summary>
internal sealed record LiveAudience(string Name, string Title, long Version, System.Text.Json.Nodes.JsonNode Body, AudienceDefinition Definition);

/// <summary>How many were in an audience, and when that was asked. Null while Insight cannot be asked.</summary>
internal sealed record AudienceCount(long? Persons, DateTimeOffset? AsOf);

/// <summary>The audiences in force, with counts that are at most <see cref="CountedFor"/> old.</summary>
internal sealed class LiveAudiences(DefinitionStore definitions, AudienceQueries queries, TimeProvider clock) : IPersonFacet<PersonAudiences>
{
    private static readonly TimeSpan CountedFor = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (long Version, AudienceCount Count)> counts = new();

    public async Task<IReadOnlyList<LiveAudience>> All(CancellationToken cancel) =>
        [.. (await definitions.AllLive("audience", cancel)).Select(Read).OfType<LiveAudience>().OrderBy(a => a.Name, StringComparer.Ordinal)];

    public async Task<LiveAudience?> Find(string name, CancellationToken cancel) =>
        await definitions.Live("audience", name, cancel) is { } definition ? Read(definition) : null;

    // Published bodies were valid then; a grammar that shrank since leaves them out rather than failing the rest.
    private static LiveAudience? Read(Definition definition) =>
        AudienceDefinition.TryRead(definition.Body, out var read).Count == 0 ? new LiveAudience(definition.Name, definition.Title, definition.Version, definition.Body, read!) : null;

    public async Task<AudienceCount> Count(LiveAudience audience, CancellationToken cancel)
    {
        if (counts.TryGetValue(audience.Name, out var known) && known.Version == audience.Version && known.Count.AsOf + CountedFor > clock.GetUtcNow()) return known.Count;
        try
        {
            var asked = await queries.Ask(audience.Definition, cancel);
            var count = new AudienceCount(await queries.Count(audience.Definition, asked, cancel), DateTimeOffset.FromUnixTimeMilliseconds(asked.AtMs));
            counts[audience.Name] = (audience.Version, count);
            return count;
        }
        catch (Exception error) when (error is InsightUnavailableException or InsightException)
        {
            return new AudienceCount(null, null);
        }
    }

    /// <summary>The audiences that persons are in; nobody is in any while Insight cannot be asked.</summary>
    public async Task<IReadOnlyDictionary<long, PersonAudiences>> Of(IReadOnlyCollection<long> persons, CancellationToken cancel)
    {
        var found = new Dictionary<long, List<PersonAudience>>();
        try
        {
            foreach (var audience in await All(cancel))
                foreach (var person in await queries.Among(audience.Definition, await queries.Ask(audience.Definition, cancel), persons, cancel))
                    (found.TryGetValue(person, out var list) ? list : found[person] = []).Add(new PersonAudience(audience.Name, audience.Title));
        }
        catch (Exception error) when (error is InsightUnavailableException or InsightException)
        {
            return new Dictionary<long, PersonAudiences>();
        }
        return found.ToDictionary(f => f.Key, f => new PersonAudiences(f.Value));
    }
}
