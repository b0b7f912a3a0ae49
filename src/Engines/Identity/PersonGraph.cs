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
public sealed class PersonGraph(IdentityRules rules)
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

    /// <summary>Identifiers that must be known, with their links, before the surroundings of the given ones can be resolved; empty when they can.</summary>
    public IReadOnlyCollection<long> MissingAround(IEnumerable<long> keys)
    {
        var known = keys.Where(identifiers.ContainsKey).ToList();
        try
        {
            Around([.. known.Select(k => identifiers[k])], []);
            return [];
        }
        catch (NotLoadedException more)
        {
            return more.Keys;
        }
    }

    /// <summary>Resolves anew all that hangs together with the given identifiers, the outcome's new links among it.</summary>
    /// <exception cref="NotLoadedException">Not all of that is there.</exception>
    private void ResolveAround(IReadOnlyCollection<IdentifierState> start, Outcome outcome)
    {
        var withNew = LinksWith(outcome.Links.Where(l => l.IsObserved).Select(l => l.Link));
        var around = Around(start, withNew);
        var (graph, nodeOf, added) = GraphOf(around, withNew);
        graph.Resolve();

        var clusters = new Dictionary<int, List<IdentifierState>>();
        foreach (var identifier in around) (CollectionsMarshal.GetValueRefOrAddDefault(clusters, graph.ClusterOf(nodeOf[identifier.Key]), out _) ??= []).Add(identifier);
        long unborn = 0;
        foreach (var cluster in clusters.Values.OrderBy(c => c.Min(i => i.Key))) PersonNumbers.Assign(cluster, outcome.Via, outcome.Assignments, outcome.Anchors, ref unborn);
        outcome.Conclude(around);
        if (outcome.Via is not null) outcome.PersonId = PersonAfter(outcome.Via, outcome);
        TellVerdicts(graph, added, withNew, outcome);
    }

    private void TellVerdicts(LinkGraph graph, List<(long, long)> added, Dictionary<(long, long), Link> withNew, Outcome outcome)
    {
        var observed = outcome.Links.Select(l => (l.Link.Low, l.Link.High)).ToHashSet();
        var verdicts = new Dictionary<(long, long), LinkVerdict>();
        for (var i = 0; i < added.Count; i++)
        {
            var verdict = graph.VerdictOf(i);
            verdicts[added[i]] = verdict;
            if (!observed.Contains(added[i]) && links[added[i]].Joins != verdict.Joins) outcome.Links.Add(new LinkChange(links[added[i]].Link, verdict, false));
        }
        for (var i = 0; i < outcome.Links.Count; i++)
            if (outcome.Links[i] is { IsObserved: true } change)
                outcome.Links[i] = change with { Verdict = verdicts[(change.Link.Low, change.Link.High)], Link = withNew[(change.Link.Low, change.Link.High)] };
    }

    private Dictionary<(long, long), Link> LinksWith(IEnumerable<Link> observed)
    {
        var added = new Dictionary<(long, long), Link>();
        foreach (var link in observed)
        {
            var pair = (link.Low, link.High);
            added[pair] = links.TryGetValue(pair, out var known) ? known.Link.With(link) : added.TryGetValue(pair, out var twice) ? twice.With(link) : link;
        }
        return added;
    }

    // Through a value that is shared, and joined nobody before either, nothing reaches further.
    private List<IdentifierState> Around(IReadOnlyCollection<IdentifierState> start, Dictionary<(long, long), Link> withNew)
    {
        var found = new Dictionary<long, IdentifierState>();
        var queue = new Queue<IdentifierState>(start);
        foreach (var identifier in start) found[identifier.Key] = identifier;
        var fresh = new Dictionary<long, List<long>>();
        foreach (var (low, high) in withNew.Keys)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(fresh, low, out _) ??= []).Add(high);
            (CollectionsMarshal.GetValueRefOrAddDefault(fresh, high, out _) ??= []).Add(low);
        }
        var missing = new HashSet<long>();
        void Visit(long key)
        {
            if (found.ContainsKey(key)) return;
            if (!identifiers.TryGetValue(key, out var identifier)) missing.Add(key);
            else
            {
                found[key] = identifier;
                queue.Enqueue(identifier);
            }
        }
        while (queue.TryDequeue(out var identifier))
        {
            if (!wholeLinks.Contains(identifier.Key))
            {
                missing.Add(identifier.Key);
                continue;
            }
            foreach (var decision in DecisionsOf(identifier.Key))
                foreach (var key in decision.Together) Visit(key);
            var others = Neighbours(identifier.Key).Concat(fresh.GetValueOrDefault(identifier.Key) ?? []);
            if (identifier.Rule.SharedAfter is not null && LinksOf(identifier.Key).All(l => !l.Joins) && IsSharedNow(identifier, withNew))
                others = others.Where(o => withNew.ContainsKey(Pair(identifier.Key, o)));
            foreach (var other in others) Visit(other);
        }
        return missing.Count == 0 ? [.. found.Values] : throw new NotLoadedException(missing);
    }

    private bool IsDecided(IdentifierState identifier) => identifier.IsDecided || decisionsOf.ContainsKey(identifier.Key);

    private IEnumerable<long> Neighbours(long key) => neighbours.TryGetValue(key, out var others) ? others : [];

    private bool IsSharedNow(IdentifierState value, Dictionary<(long, long), Link> withNew)
    {
        var claims = new List<(IdentifierState Owner, Link Link)>();
        foreach (var other in Neighbours(value.Key).Concat(withNew.Keys.Where(p => p.Item1 == value.Key || p.Item2 == value.Key).Select(p => p.Item1 == value.Key ? p.Item2 : p.Item1)).Distinct())
        {
            if (!identifiers.TryGetValue(other, out var owner)) return false;
            if (!owner.Rule.IsPerson) continue;
            var pair = Pair(value.Key, other);
            claims.Add((owner, withNew.TryGetValue(pair, out var link) ? link : links[pair].Link));
        }
        // Decided alike by the graph; where somebody's decision makes two owners one, nothing is cut off.
        if (claims.Count == 0 || claims.Exists(c => IsDecided(c.Owner))) return false;
        var since = claims.Max(c => c.Link.VerifiedMs);
        return claims.Where(c => since == 0 || c.Link.LastMs >= since).GroupBy(c => (c.Owner.Rule.Name, c.Owner.Scope)).Max(g => g.Count()) >= value.Rule.SharedAfter;
    }

    private (LinkGraph Graph, Dictionary<long, int> NodeOf, List<(long, long)> Added) GraphOf(List<IdentifierState> around, Dictionary<(long, long), Link> withNew)
    {
        var graph = new LinkGraph(rules);
        var nodeOf = new Dictionary<long, int>(around.Count);
        var outside = new Dictionary<long, int>();
        foreach (var identifier in around) nodeOf[identifier.Key] = graph.AddNode(identifier);
        var added = new List<(long, long)>();
        foreach (var identifier in around)
            foreach (var other in Neighbours(identifier.Key))
                if (Pair(identifier.Key, other) is var pair && !withNew.ContainsKey(pair) && (identifier.Key == pair.Low || !nodeOf.ContainsKey(other)))
                    Add(pair, links[pair].Link);
        foreach (var (pair, link) in withNew) Add(pair, link);
        foreach (var decision in around.SelectMany(i => DecisionsOf(i.Key)).DistinctBy(d => d.Id))
        {
            if (decision.Together is [var a, var b]) graph.Force(nodeOf[a], nodeOf[b], decision.AtMs, [.. decision.Had.Where(nodeOf.ContainsKey).Select(k => nodeOf[k])]);
            foreach (var (key, side) in decision.Apart)
                if (nodeOf.TryGetValue(key, out var node)) graph.KeepApart((int)decision.Id, node, side);
        }
        return (graph, nodeOf, added);

        // A shared value's other claimants are not resolved, but they are counted.
        int NodeOf(long key) => nodeOf.TryGetValue(key, out var node) || outside.TryGetValue(key, out node) ? node
            : outside[key] = graph.AddNode(identifiers[key]);

        void Add((long Low, long High) pair, Link link)
        {
            graph.AddLink(NodeOf(pair.Low), NodeOf(pair.High), link.FirstMs, link.LastMs, link.VerifiedMs);
            added.Add(pair);
        }
    }

    /// <summary>A value that was nobody's only because both claimed it comes to them as well, and with it perhaps another.</summary>
    private const int MostRounds = 4;

    /// <summary>
    /// Somebody decides that the persons of two identifiers are one, whatever the rules say: the decision names all that the two have, and
    /// what comes to them by it, so that no limit of the rules takes any of that away. Newer evidence may, as from anybody.
    /// </summary>
    /// <param name="revoked">Divisions that count no more.</param>
    /// <exception cref="NotLoadedException">More must be known first.</exception>
    public (IdentityDecision Decision, Outcome Outcome) Unite(long decisionId, IdentifierState a, IdentifierState b, long atMs, IReadOnlyCollection<long> revoked)
    {
        RequireWhole(a.PersonId);
        RequireWhole(b.PersonId);
        var had = MembersOf(a.PersonId).Concat(MembersOf(b.PersonId)).Select(m => m.Key).ToHashSet();
        for (var round = 1; ; round++)
        {
            var decision = new IdentityDecision(decisionId, atMs, [Math.Min(a.Key, b.Key), Math.Max(a.Key, b.Key)], []) { Had = [.. had.Where(k => k != a.Key && k != b.Key).Order()] };
            var outcome = Decide(decision, revoked, [], []);
            var united = PersonAfter(a, outcome);
            var coming = outcome.Assignments.Where(c => c.PersonId == united && !had.Contains(c.Identifier.Key)).Select(c => c.Identifier.Key).ToList();
            if (coming.Count == 0 || round == MostRounds) return (decision, outcome);
            had.UnionWith(coming);
        }
    }

    /// <summary>Somebody decides that persons are not one, before anything makes them one.</summary>
    public Outcome KeepApart(IdentityDecision made) => Decide(made, [], [], []);

    /// <summary>Decisions count no more.</summary>
    public Outcome Revoke(IReadOnlyCollection<long> revoked) => Decide(null, revoked, [], []);

    /// <summary>
    /// Somebody decides that some of a person's identifiers are another person's. Each side stays together - by links of that instant,
    /// which newer evidence may overrule as any other - and the number stays with those who stay.
    /// </summary>
    /// <param name="going">Some of one person's identifiers, but not all.</param>
    public (IdentityDecision Decision, Outcome Outcome) Divide(long decisionId, IReadOnlyCollection<long> going, long atMs)
    {
        var person = identifiers[going.First()].PersonId;
        RequireWhole(person);
        var sides = MembersOf(person).ToLookup(m => going.Contains(m.Key));
        var decision = new IdentityDecision(decisionId, atMs, [], [.. MembersOf(person).OrderBy(m => m.Key).Select(m => (m.Key, going.Contains(m.Key) ? 1 : 0))]);
        return (decision, Decide(decision, [], going, [.. Star(sides[true], atMs), .. Star(sides[false], atMs)]));
    }

    /// <summary>What the rules in force make of all that hangs together with the identifiers, as after a change of rules.</summary>
    /// <exception cref="NotLoadedException">More must be known first.</exception>
    public Outcome Reconsider(IReadOnlyCollection<long> keys)
    {
        var outcome = new Outcome();
        ResolveAround([.. keys.Select(k => identifiers.GetValueOrDefault(k) ?? throw new NotLoadedException([k]))], outcome);
        return outcome;
    }

    private static IEnumerable<Link> Star(IEnumerable<IdentifierState> side, long atMs)
    {
        var sorted = side.ToList();
        sorted.Sort(IdentifierState.Strongest);
        return sorted.Skip(1).Select(i => Link.Of(sorted[0].Key, i.Key, atMs, 0));
    }

    private Outcome Decide(IdentityDecision? made, IReadOnlyCollection<long> revoked, IReadOnlyCollection<long> going, IReadOnlyCollection<Link> said)
    {
        var outcome = new Outcome();
        foreach (var link in said) outcome.Links.Add(new LinkChange(link, default, true));
        var before = revoked.Where(decisions.ContainsKey).Select(id => decisions[id]).ToList();
        var start = (made?.Keys ?? []).Concat(before.SelectMany(d => d.Keys)).Distinct().ToList();
        if (start.Where(k => !identifiers.ContainsKey(k)).ToList() is [_, ..] missing) throw new NotLoadedException(missing);
        var reanchored = HandOver(going);
        foreach (var decision in before) Forget(decision);
        if (made is not null) Know(made);
        try
        {
            ResolveAround([.. start.Select(k => identifiers[k])], outcome);
            foreach (var (identifier, number) in reanchored.Select(r => (r.Identifier, r.Identifier.AnchorOf)))
                if (!outcome.Anchors.Exists(a => a.Identifier == identifier)) outcome.Anchors.Add(new Anchor(identifier, number));
        }
        finally
        {
            foreach (var (identifier, number) in reanchored) identifier.AnchorOf = number;
            if (made is not null) Forget(made);
            foreach (var decision in before) Know(decision);
        }
        return outcome;
    }

    // The one that goes gets the number, if any, of the one that stays.
    private List<Anchor> HandOver(IReadOnlyCollection<long> going)
    {
        var before = new List<Anchor>();
        if (going.Count == 0) return before;
        var first = identifiers[going.First()];
        RequireWhole(first.PersonId);
        var anchor = MembersOf(first.PersonId).FirstOrDefault(m => m.AnchorOf == first.PersonId);
        if (anchor is null || !going.Contains(anchor.Key)) return before;
        IdentifierState? heir = null;
        foreach (var member in MembersOf(first.PersonId))
            if (!going.Contains(member.Key) && (heir is null || IdentifierState.Strongest(member, heir) < 0)) heir = member;
        if (heir is null) return before;
        before.AddRange([new Anchor(anchor, anchor.AnchorOf), new Anchor(heir, heir.AnchorOf)]);
        (anchor.AnchorOf, heir.AnchorOf) = (heir.AnchorOf, anchor.AnchorOf);
        return before;
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
