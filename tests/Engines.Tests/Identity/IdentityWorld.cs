using System.Globalization;
using Danke.Engines.Identity;

namespace Danke.Engines.Tests.Identity;

/// <summary>
/// Events as one would note them - <c>1 member:m1 phone:13800000001!</c> is "on day 1, this member with this verified phone" - played
/// into the graph one by one, with everybody's events remembered by the identifier they came in by.
/// </summary>
internal sealed class IdentityWorld(IdentityRules rules)
{
    public const long Day = 86_400_000;

    private readonly PersonGraph graph = new(rules);
    private readonly Dictionary<string, IdentifierState> byName = [];
    private readonly List<(string Event, IdentifierState Via)> events = [];
    private readonly Dictionary<(long, long), (Link Link, bool Joins)> links = [];
    private readonly List<IdentityDecision> decisions = [];
    private readonly Dictionary<long, long> aliases = [];
    private long persons;
    private long decided;

    public long Persons => persons;
    public IReadOnlyDictionary<long, long> Aliases => aliases;
    public IEnumerable<IdentifierState> Identifiers => byName.Values;
    public IEnumerable<(Link Link, bool Joins)> Links => links.Values;
    public IReadOnlyList<IdentityDecision> Decisions => decisions;

    public static IdentityWorld Play(IdentityRules rules, IEnumerable<string> events)
    {
        var world = new IdentityWorld(rules);
        foreach (var line in events) world.Say(line);
        return world;
    }

    /// <summary>Plays one event; null when it names nobody.</summary>
    public Outcome? Say(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = (long)(decimal.Parse(parts[0], CultureInfo.InvariantCulture) * Day);
        var seen = new List<Seen>();
        foreach (var part in parts.Skip(1))
            if (Identifier(part, at) is { } identifier && seen.TrueForAll(s => s.Identifier != identifier)) seen.Add(new Seen(identifier, part.EndsWith('!')));
        if (seen.Count == 0) return null;
        seen.Sort((a, b) => PersonGraph.ByAttribution(a.Identifier.Rule, a.Identifier.Key, b.Identifier.Rule, b.Identifier.Key));
        var outcome = graph.Observe(seen, at);
        Apply(outcome);
        foreach (var (identifier, _) in seen) identifier.FirstSeenMs = Math.Min(identifier.FirstSeenMs, at);
        events.Add((line, outcome.Via!));
        return outcome;
    }

    private IdentifierState? Identifier(string text, long at)
    {
        var split = text.Split(':', 2);
        var name = split[0].Split('@');
        var rule = rules[name[0]];
        if (IdentifierValue.Normalise(rule, split[1].TrimEnd('!')) is not { } value) return null;
        var full = $"{split[0]}:{value}";
        if (byName.TryGetValue(full, out var known)) return known;
        var identifier = new IdentifierState { Key = KeyOf(full), Rule = rule, Scope = name.Length > 1 ? name[1] : "", FirstSeenMs = at };
        graph.Know(identifier);
        graph.KnowLinksOf(identifier.Key);
        return byName[full] = identifier;
    }

    private static long KeyOf(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = unchecked((hash ^ c) * 1099511628211UL);
        return (long)(hash >> 1);
    }

    private void Apply(Outcome outcome)
    {
        var first = persons;
        graph.Apply(outcome, placeholder => first - placeholder);
        persons += outcome.Born.Count;
        foreach (var revived in outcome.Revived) aliases.Remove(revived);
        foreach (var (from, to) in outcome.Merges) aliases[from] = to < 0 ? first - to : to;
        foreach (var (number, to) in outcome.Redirected) aliases[number] = to < 0 ? first - to : to;
        foreach (var alias in aliases.Keys.ToList())
            while (aliases.TryGetValue(aliases[alias], out var further)) aliases[alias] = further;
        foreach (var (link, verdict, observed) in outcome.Links)
        {
            var whole = observed && links.TryGetValue((link.Low, link.High), out var known) ? known.Link.With(link) : link;
            links[(link.Low, link.High)] = (whole, verdict.Joins);
        }
    }

    /// <summary>Somebody says that the two are one person.</summary>
    public void Merge(string a, string b, decimal day)
    {
        var (decision, outcome) = graph.Unite(++decided, AnchorOf(a), AnchorOf(b), (long)(day * Day), []);
        Take(decision, outcome);
    }

    private IdentifierState AnchorOf(string name) => graph.Anchored(PersonOf(name))!;

    /// <summary>Somebody says that the persons of the two are two, whatever comes.</summary>
    public void KeepApart(string a, string b, decimal day)
    {
        var sides = graph.MembersOf(PersonOf(a)).Select(m => (m.Key, 0)).Concat(graph.MembersOf(PersonOf(b)).Select(m => (m.Key, 1))).OrderBy(m => m.Key).ToList();
        var decision = new IdentityDecision(++decided, (long)(day * Day), [], sides);
        Take(decision, graph.KeepApart(decision));
    }

    /// <summary>Somebody decided so elsewhere: the decision is known here too.</summary>
    public void Hear(IdentityDecision decision)
    {
        graph.Know(decision);
        foreach (var key in decision.Keys) graph.Find(key)!.IsDecided = true;
        var outcome = graph.Reconsider([.. decision.Keys]);
        decisions.Add(decision);
        Apply(outcome);
    }

    /// <summary>Somebody says that these are another person than the rest of whom they are now.</summary>
    public void Split(string names, decimal day)
    {
        var (decision, outcome) = graph.Divide(++decided, [.. names.Split(' ').Select(n => byName[n].Key)], (long)(day * Day));
        Take(decision, outcome);
    }

    /// <summary>The last decision is taken back.</summary>
    public void Unmerge() => Revoke(decisions.Count - 1);

    /// <summary>A decision is taken back, the first made being 0.</summary>
    public void Revoke(int at)
    {
        var last = decisions[at];
        var outcome = graph.Revoke([last.Id]);
        decisions.Remove(last);
        graph.Forget(last);
        Apply(outcome);
    }

    private void Take(IdentityDecision decision, Outcome outcome)
    {
        decisions.Add(decision);
        graph.Know(decision);
        foreach (var key in decision.Keys) graph.Find(key)!.IsDecided = true;
        Apply(outcome);
    }

    public long PersonOf(string name) => byName[name].PersonId;

    public IEnumerable<string> Names => byName.Keys;

    public string NameOf(IdentifierState identifier) => byName.First(n => n.Value == identifier).Key;

    public IdentifierState this[string name] => byName[name];

    /// <summary>Every person's identifiers, sorted: <c>{c1 m1} {m2}</c>. Values that are nobody's stand as <c>(p)</c>.</summary>
    public string Groups() => string.Join(' ', byName.Where(i => i.Value.PersonId != 0).GroupBy(i => i.Value.PersonId, i => Short(i.Key))
        .Select(g => "{" + string.Join(' ', g.Order(StringComparer.Ordinal)) + "}")
        .Concat(byName.Where(i => i.Value.PersonId == 0).Select(i => "(" + Short(i.Key) + ")")).Order(StringComparer.Ordinal));

    /// <summary>How many events came in by identifiers of the person who has this one.</summary>
    public int EventsOf(string name) => events.Count(e => e.Via.PersonId == PersonOf(name));

    /// <summary>Whose the event is.</summary>
    public string OwnerOf(string line) => string.Join(' ', byName.Where(i => i.Value.PersonId == events.First(e => e.Event == line).Via.PersonId).Select(i => Short(i.Key)).Order(StringComparer.Ordinal));

    public IEnumerable<string> Dropped() => from link in links.Values
                                            where !link.Joins
                                            let ends = byName.Where(i => i.Value.Key == link.Link.Low || i.Value.Key == link.Link.High).Select(i => Short(i.Key)).Order(StringComparer.Ordinal)
                                            orderby string.Join('-', ends)
                                            select string.Join('-', ends);

    public Outcome Rebuild(IdentityRules? with = null)
    {
        foreach (var identifier in byName.Values) identifier.Rule = (with ?? rules)[identifier.Rule.Name];
        return IdentityRebuild.Resolve(with ?? rules, [.. byName.Values], [.. links.Values], decisions);
    }

    private static string Short(string name) => name[(name.IndexOf(':') + 1)..];
}
