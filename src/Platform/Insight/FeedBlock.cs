using System.Text.Json;
using Danke.Platform.Outbox;

namespace Danke.Platform.Insight;

/// <summary>
/// What a run of outbox entries says has changed: keys to read again, by entity. An order that was placed, paid and shipped in one
/// block is read once.
/// </summary>
internal sealed class FeedBlock
{
    private static readonly HashSet<long> None = [];

    /// <summary>The announcement's data say that rows made of this one may have become fewer.</summary>
    public const string FewerRows = "fewer_rows";

    private readonly Dictionary<string, HashSet<long>> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<(long Person, long Key)>> moved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<long>> shrunk = new(StringComparer.Ordinal);

    /// <summary>Where the entries end.</summary>
    public OutboxPosition End { get; private set; } = OutboxPosition.Start;

    public int Entries { get; private set; }

    /// <summary>Persons that were united, divided or erased (both sides): all their rows are read again, and what is left under a number that has none any more goes.</summary>
    public HashSet<long> Persons { get; } = [];

    public static FeedBlock Of(IReadOnlyList<OutboxEntry> entries)
    {
        var block = new FeedBlock { Entries = entries.Count };
        foreach (var entry in entries)
        {
            entry.ForEach(block.Add);
            block.End = entry.Position;
        }
        return block;
    }

    private void Add(string type, string entity, long key, long? wasPerson, JsonElement data)
    {
        if (entity.Length == 0) return;
        Set(keys, entity).Add(key);
        if (wasPerson is { } person) Set(moved, entity).Add((person, key));
        if (data.ValueKind != JsonValueKind.Object) return;
        if (data.TryGetProperty(FewerRows, out var fewer) && fewer.ValueKind == JsonValueKind.True) Set(shrunk, entity).Add(key);
        if (type is "persons.person_merged.v1" or "persons.person_divided.v1" or "persons.person_erased.v1")
        {
            Persons.Add(data.GetProperty("from").GetInt64());
            Persons.Add(data.GetProperty("to").GetInt64());
        }
    }

    public HashSet<long> KeysOf(InsightTable table) => Union(table, keys);

    /// <summary>Where rows of the table were before they moved to another person.</summary>
    public IEnumerable<(long Person, long Key)> MovedIn(InsightTable table) => table.Entities.SelectMany(entity => moved.GetValueOrDefault(entity) ?? []);

    public HashSet<long> ShrunkIn(InsightTable table) => Union(table, shrunk);

    private static HashSet<long> Union(InsightTable table, Dictionary<string, HashSet<long>> byEntity)
    {
        HashSet<long>? union = null;
        foreach (var entity in table.Entities)
        {
            if (!byEntity.TryGetValue(entity, out var some)) continue;
            if (union is null && table.Entities.Count == 1) return some;
            (union ??= []).UnionWith(some);
        }
        return union ?? None;
    }

    private static HashSet<T> Set<T>(Dictionary<string, HashSet<T>> sets, string entity)
    {
        if (!sets.TryGetValue(entity, out var set)) sets[entity] = set = [];
        return set;
    }
}
