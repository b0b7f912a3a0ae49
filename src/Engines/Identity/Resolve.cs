using System.Collections.Immutable;

namespace Danke.Engines.Identity;

/// <summary>One identifier of an event: its key, its rule, its scope and who has it now (0: nobody).</summary>
public readonly record struct Evidence(long Key, NamespaceRule Rule, string Scope, long PersonId);

/// <summary>What a person is known by already, as far as uniqueness is concerned: (namespace, scope) → key.</summary>
public interface IKnownIdentifiers
{
    /// <summary>The person's values of namespaces that allow one a scope.</summary>
    IReadOnlyDictionary<(string Namespace, string Scope), long> UniqueOf(long personId);
}

/// <summary>A link that joins nothing, and the rule that says so.</summary>
public readonly record struct DroppedLink(long Key, string Rule);

/// <summary>Whom an event is about.</summary>
/// <param name="PersonId">The person; 0 when a new one is to be made.</param>
/// <param name="Absorbs">Persons shown to be the same one.</param>
/// <param name="Attach">Keys that become the person's: unknown so far.</param>
/// <param name="Dropped">Keys whose link to the strongest identifier was not believed.</param>
public sealed record Resolution(long PersonId, ImmutableArray<long> Absorbs, ImmutableArray<long> Attach, ImmutableArray<DroppedLink> Dropped);

/// <summary>
/// Exact-match linking, one event at a time: the strongest identifier says who it is, the others join when no namespace
/// that allows one value a scope would then hold two. The person with the smallest number survives a merge.
/// </summary>
public static class Resolve
{
    public const string OneValuePerScope = "one_value_per_scope";

    /// <param name="evidence">Not empty; sorted by priority, strongest first; no key twice.</param>
    public static Resolution Decide(IReadOnlyList<Evidence> evidence, IKnownIdentifiers known)
    {
        if (AllOf(evidence) is { } person) return person;
        var cluster = new Cluster(known);
        var attach = ImmutableArray.CreateBuilder<long>();
        var dropped = ImmutableArray.CreateBuilder<DroppedLink>();
        foreach (var item in evidence)
        {
            if (item.PersonId == 0)
            {
                if (cluster.Accepts(item)) attach.Add(item.Key);
                else dropped.Add(new DroppedLink(item.Key, OneValuePerScope));
            }
            else if (!cluster.Contains(item.PersonId) && !cluster.Absorbs(item.PersonId)) dropped.Add(new DroppedLink(item.Key, OneValuePerScope));
        }
        var survivor = cluster.Persons.Count == 0 ? 0 : cluster.Persons.Min();
        return new Resolution(survivor, [.. cluster.Persons.Where(p => p != survivor).Order()], attach.ToImmutable(), dropped.ToImmutable());
    }

    // By far the most events: every identifier is known, and all are one person's.
    private static Resolution? AllOf(IReadOnlyList<Evidence> evidence)
    {
        var person = evidence[0].PersonId;
        if (person == 0) return null;
        for (var i = 1; i < evidence.Count; i++)
            if (evidence[i].PersonId != person) return null;
        return new Resolution(person, [], [], []);
    }

    /// <summary>What is believed to be one person so far.</summary>
    private sealed class Cluster(IKnownIdentifiers known)
    {
        private readonly Dictionary<(string, string), long> unique = [];

        public List<long> Persons { get; } = [];

        public bool Contains(long personId) => Persons.Contains(personId);

        public bool Accepts(Evidence item)
        {
            if (!item.Rule.OnePerScope) return true;
            if (unique.TryGetValue((item.Rule.Name, item.Scope), out var other)) return other == item.Key;
            unique[(item.Rule.Name, item.Scope)] = item.Key;
            return true;
        }

        public bool Absorbs(long personId)
        {
            var theirs = known.UniqueOf(personId);
            if (theirs.Any(pair => unique.TryGetValue(pair.Key, out var ours) && ours != pair.Value)) return false;
            foreach (var (slot, key) in theirs) unique[slot] = key;
            Persons.Add(personId);
            return true;
        }
    }
}
