using System.Runtime.InteropServices;

namespace Danke.Engines.Identity;

/// <summary>More of the graph is needed to decide: the caller loads it and asks again.</summary>
/// <param name="keys">Identifiers whose links, or whose persons' other identifiers, are not there.</param>
public sealed class NotLoadedException(IReadOnlyCollection<long> keys) : InvalidOperationException("More identifiers are needed to decide.")
{
    public IReadOnlyCollection<long> Keys => keys;
}

/// <summary>
/// The part of the graph that events touch, kept such that persons are always what <see cref="LinkGraph"/> makes of all links: after
/// every event the same as after resolving everything anew. Three ways, each as right as the last:
/// everything that the event shows is one person's already, and a link believed before is believed still; persons and values join
/// that may be one person as a whole, and nothing else can change by it; or the surroundings are resolved anew.
/// </summary>
public sealed partial class PersonGraph(IdentityRules rules)
{
    private readonly Dictionary<long, IdentifierState> identifiers = [];
    private readonly Dictionary<long, HashSet<IdentifierState>> members = [];
    private readonly Dictionary<long, IdentifierState> anchors = [];
    private readonly Dictionary<(long Low, long High), (Link Link, bool Joins)> links = [];
    private readonly Dictionary<long, HashSet<long>> neighbours = [];
    private readonly HashSet<long> wholeLinks = [];
    private readonly HashSet<long> wholePersons = [];
    private readonly Dictionary<long, IdentityDecision> decisions = [];
    private readonly Dictionary<long, HashSet<long>> decisionsOf = [];

    public IdentityRules Rules => rules;

    public IdentifierState? Find(long key) => identifiers.GetValueOrDefault(key);

    /// <summary>What is known of a person, all of it when the person was loaded whole.</summary>
    public IReadOnlyCollection<IdentifierState> MembersOf(long personId) => members.TryGetValue(personId, out var set) ? set : [];

    /// <summary>Everybody of whom an identifier is known.</summary>
    public IEnumerable<long> Persons => members.Where(m => m.Value.Count > 0).Select(m => m.Key);

    /// <summary>The identifier that a number stays with, if it is known.</summary>
    public IdentifierState? Anchored(long number) => anchors.GetValueOrDefault(number);

    public bool IsWhole(long personId) => wholePersons.Contains(personId);

    public bool HasLinksOf(long key) => wholeLinks.Contains(key);

    public IEnumerable<(Link Link, bool Joins)> LinksOf(long key) => neighbours.TryGetValue(key, out var others) ? others.Select(o => links[Pair(key, o)]) : [];

    public void Know(IdentifierState identifier)
    {
        identifiers[identifier.Key] = identifier;
        if (identifier.PersonId != 0) Of(members, identifier.PersonId).Add(identifier);
        if (identifier.AnchorOf != 0) anchors[identifier.AnchorOf] = identifier;
    }

    /// <summary>All identifiers of the person are there.</summary>
    public void KnowWhole(long personId) => wholePersons.Add(personId);

    /// <summary>All links of the identifier are there, and the decisions that name it.</summary>
    public void KnowLinksOf(long key) => wholeLinks.Add(key);

    public void Know(Link link, bool joins)
    {
        links[(link.Low, link.High)] = (link, joins);
        Of(neighbours, link.Low).Add(link.High);
        Of(neighbours, link.High).Add(link.Low);
    }

    public void Know(IdentityDecision decision)
    {
        decisions[decision.Id] = decision;
        foreach (var key in decision.Keys) Of(decisionsOf, key).Add(decision.Id);
    }

    public IEnumerable<IdentityDecision> DecisionsOf(long key) => decisionsOf.TryGetValue(key, out var ids) ? ids.Select(id => decisions[id]) : [];

    /// <summary>What an event shows.</summary>
    /// <param name="seen">Not empty, no identifier twice, all of them known; the first is what the event came in by: see <see cref="ByAttribution"/>.</param>
    /// <param name="atMs">When it happened.</param>
    /// <exception cref="NotLoadedException">More must be known first.</exception>
    public Outcome Observe(IReadOnlyList<Seen> seen, long atMs)
    {
        var via = seen[0].Identifier;
        var outcome = new Outcome { Via = via };
        foreach (var (identifier, verified) in seen)
            if (identifier != via) outcome.Links.Add(new LinkChange(Link.Of(via.Key, identifier.Key, atMs, verified ? atMs : 0), default, true));
        if (IsSettled(seen, atMs))
        {
            outcome.PersonId = via.PersonId;
            return outcome;
        }
        // Decided as it will be when the event is in. A counted value that began earlier than was known may change others' counts.
        var isLate = seen.Any(s => IsLate(s.Identifier, atMs));
        var before = seen.Select(s => s.Identifier.FirstSeenMs).ToArray();
        var carried = via.Carries;
        foreach (var (identifier, _) in seen) identifier.FirstSeenMs = Math.Min(identifier.FirstSeenMs, atMs);
        via.Carries = true;
        try
        {
            // Nobody's after a division, it may hang together with others that are nobody's.
            if (seen.Count == 1 && via.PersonId == 0 && !isLate && !IsDecided(via)) Found(via, outcome);
            else if (isLate || !TryJoin(seen, via, outcome)) ResolveAround([.. seen.Select(s => s.Identifier)], outcome);
        }
        finally
        {
            via.Carries = carried;
            for (var i = 0; i < before.Length; i++) seen[i].Identifier.FirstSeenMs = before[i];
        }
        return outcome;
    }

    /// <summary>
    /// Everything that the event shows is one person's already and nothing about that can change: by far the most. A link between
    /// two identifiers of one person is believed wherever it comes in the order, for the person as a whole keeps the rules.
    /// </summary>
    public bool IsSettled(IReadOnlyList<Seen> seen, long atMs)
    {
        var via = seen[0].Identifier;
        if (via.PersonId == 0) return false;
        for (var i = 0; i < seen.Count; i++)
        {
            var identifier = seen[i].Identifier;
            if (identifier.PersonId != via.PersonId) return false;
            // Whoever else claims it may by now be one too many.
            if (identifier is { IsContested: true, Rule.SharedAfter: not null }) return false;
            if (identifier.Rule.IsCounted && atMs < identifier.FirstSeenMs) return false;
            if (identifier != via && (identifier.Rule.IsCounted || via.Rule.IsCounted) && MovesTheCount(via, identifier, atMs)) return false;
        }
        return true;
    }

    /// <summary>Identifiers in the order in which an event is said to have come in by them. Not by age: an event keeps its own, whenever it is told.</summary>
    public static int ByAttribution(NamespaceRule rule, long key, NamespaceRule otherRule, long otherKey) =>
        rule.AttributionRank != otherRule.AttributionRank ? rule.AttributionRank.CompareTo(otherRule.AttributionRank) : key.CompareTo(otherKey);

    private static bool IsLate(IdentifierState identifier, long atMs) =>
        identifier.Rule.IsCounted && (identifier.PersonId != 0 || identifier.IsContested) && atMs < identifier.FirstSeenMs;

    /// <summary>Whether an event of this kind is decided without its surroundings; when not, these must be loaded beforehand.</summary>
    public bool NeedsSurroundings(IEnumerable<(IReadOnlyList<Seen> Seen, long AtMs)> events)
    {
        var all = new HashSet<IdentifierState>();
        foreach (var (seen, at) in events)
            foreach (var (identifier, _) in seen)
            {
                if (identifier.IsContested || IsLate(identifier, at) || (identifier.Rule is { IsCounted: true, WhenFull: WhenFull.EvictOldest } && identifier.PersonId != 0)) return true;
                all.Add(identifier);
                if (identifier.PersonId != 0) all.UnionWith(MembersOf(identifier.PersonId));
            }
        return !MayBeOne(all);
    }

    // Which of too many values go depends on when each began or was last seen.
    private bool MovesTheCount(IdentifierState a, IdentifierState b, long atMs)
    {
        if (a.Rule is { IsCounted: true, WhenFull: WhenFull.EvictOldest } || b.Rule is { IsCounted: true, WhenFull: WhenFull.EvictOldest }) return true;
        return !links.TryGetValue(Pair(a.Key, b.Key), out var known) || !known.Joins || atMs < known.Link.FirstMs;
    }

    private static void Found(IdentifierState via, Outcome outcome)
    {
        outcome.PersonId = -1;
        outcome.Assignments.Add(new Assignment(via, -1));
        outcome.Anchors.Add(new Anchor(via, -1));
        outcome.Born.Add(-1);
    }

    /// <summary>Unites all that the event shows when the whole of it may be one person.</summary>
    private bool TryJoin(IReadOnlyList<Seen> seen, IdentifierState via, Outcome outcome)
    {
        var all = new HashSet<IdentifierState>();
        foreach (var (identifier, _) in seen)
        {
            if (identifier is { IsContested: true, Rule.SharedAfter: not null }) return false;
            // A value too many was dropped beside it: whether one more is too many as well is counted by who is linked to whom.
            if (identifier.IsContested && seen.Any(s => s.Identifier.PersonId != identifier.PersonId || s.Identifier.PersonId == 0 || s.Identifier.Rule.IsCounted)) return false;
            if (identifier.PersonId == 0) all.Add(identifier);
            else
            {
                RequireWhole(identifier.PersonId);
                all.UnionWith(MembersOf(identifier.PersonId));
            }
        }
        if (!MayBeOne(all)) return false;
        long unborn = 0;
        PersonNumbers.Assign([.. all], via, outcome.Assignments, outcome.Anchors, ref unborn);
        outcome.Conclude(all);
        outcome.PersonId = PersonAfter(via, outcome);
        return true;
    }

    private void RequireWhole(long personId)
    {
        if (!wholePersons.Contains(personId)) throw new NotLoadedException([.. MembersOf(personId).Select(m => m.Key)]);
    }

    private static long PersonAfter(IdentifierState identifier, Outcome outcome)
    {
        foreach (var (changed, person) in outcome.Assignments)
            if (changed == identifier) return person;
        return identifier.PersonId;
    }

    // Counted namespaces are left to the resolution as soon as there is more than the count, whatever the window.
    private bool MayBeOne(HashSet<IdentifierState> all)
    {
        if (rules.MostIdentifiers is { } most && all.Count > most) return false;
        var counts = new Dictionary<(string, string), int>();
        foreach (var identifier in all)
        {
            if (IsDecided(identifier)) return false;
            if (identifier.Rule.ValuesPerPerson is not { } mostValues) continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, (identifier.Rule.Name, identifier.Scope), out _);
            if (++count > mostValues) return false;
            if (identifier.Rule.IsCounted && identifier.IsContested) return false;
        }
        return true;
    }

    /// <summary>The same graph with states of its own, to try things out.</summary>
    public PersonGraph Clone()
    {
        var clone = new PersonGraph(rules);
        foreach (var identifier in identifiers.Values)
            clone.Know(new IdentifierState
            {
                Key = identifier.Key,
                Rule = identifier.Rule,
                Scope = identifier.Scope,
                FirstSeenMs = identifier.FirstSeenMs,
                PersonId = identifier.PersonId,
                AnchorOf = identifier.AnchorOf,
                Carries = identifier.Carries,
                IsContested = identifier.IsContested,
                IsDecided = identifier.IsDecided,
            });
        clone.wholeLinks.UnionWith(wholeLinks);
        clone.wholePersons.UnionWith(wholePersons);
        foreach (var (link, joins) in links.Values) clone.Know(link, joins);
        foreach (var decision in decisions.Values) clone.Know(decision);
        return clone;
    }

    public void Forget(IdentityDecision decision)
    {
        decisions.Remove(decision.Id);
        foreach (var key in decision.Keys)
            if (decisionsOf.TryGetValue(key, out var ids) && ids.Remove(decision.Id) && ids.Count == 0) decisionsOf.Remove(key);
    }

    /// <summary>Makes an outcome so. When identifiers were first seen is the caller's to keep.</summary>
    /// <param name="numberOf">The number for each placeholder in <see cref="Outcome.Born"/>.</param>
    public void Apply(Outcome outcome, Func<long, long> numberOf)
    {
        long Real(long number) => number < 0 ? numberOf(number) : number;
        if (outcome.Via is { } via) via.Carries = true;
        foreach (var (from, _) in outcome.Merges) wholePersons.Remove(from);
        foreach (var born in outcome.Born) wholePersons.Add(Real(born));
        foreach (var revived in outcome.Revived) wholePersons.Add(revived);
        foreach (var (identifier, number) in outcome.Anchors)
        {
            identifier.AnchorOf = Real(number);
            if (number != 0) anchors[identifier.AnchorOf] = identifier;
        }
        foreach (var (identifier, person) in outcome.Assignments)
        {
            if (identifier.PersonId != 0) Of(members, identifier.PersonId).Remove(identifier);
            identifier.PersonId = Real(person);
            if (identifier.PersonId != 0) Of(members, identifier.PersonId).Add(identifier);
        }
        foreach (var (link, verdict, _) in outcome.Links)
        {
            See(link, verdict.Joins);
            if (verdict.Joins) continue;
            identifiers[link.Low].IsContested = true;
            identifiers[link.High].IsContested = true;
        }
    }

    /// <summary>A link was observed, alone or once more. Of one whose ends' links are not loaded nothing need be remembered.</summary>
    public void See(Link link, bool joins = true)
    {
        var known = links.TryGetValue((link.Low, link.High), out var before);
        if (known || wholeLinks.Contains(link.Low) || wholeLinks.Contains(link.High)) Know(known ? before.Link.With(link) : link, joins);
    }

    private static (long Low, long High) Pair(long a, long b) => a < b ? (a, b) : (b, a);

    private static HashSet<T> Of<T>(Dictionary<long, HashSet<T>> sets, long key)
    {
        ref var set = ref CollectionsMarshal.GetValueRefOrAddDefault(sets, key, out _);
        return set ??= [];
    }
}
