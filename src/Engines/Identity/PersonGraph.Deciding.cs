namespace Danke.Engines.Identity;

/// <summary>What people decide, and what the rules make of it.</summary>
public sealed partial class PersonGraph
{
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
}
