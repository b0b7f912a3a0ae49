using Danke.Contracts.Touch;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>What a batch found out that it needs beside what it loaded; kept until the batch has gone through.</summary>
internal sealed class MoreNeeded
{
    public HashSet<long> Keys { get; } = [];
    public HashSet<long> Divided { get; } = [];
    public HashSet<long> Merged { get; } = [];

    /// <summary>Persons of whom something is said.</summary>
    public HashSet<long> Said { get; } = [];
    public bool Moves { get; set; }

    public void Clear()
    {
        Moves = false;
        Keys.Clear();
        Divided.Clear();
        Merged.Clear();
        Said.Clear();
    }
}

/// <summary>What was asked about the identifiers of a batch before it is loaded.</summary>
internal sealed record AskedGraph(Question<long> Epoch, Question<IdentifierRow>? Identifiers);

/// <summary>The persons and the part of the identity graph that a batch touches, as the database has them and then as the batch leaves them.</summary>
internal sealed class LoadedPersons
{
    /// <summary>Numbers from here on are those of persons that the foresight makes up.</summary>
    private const long Imagined = 1L << 60;

    private readonly Dictionary<long, PersonRow> persons = [];
    private readonly Dictionary<long, long> aliases = [];
    private readonly IdentityRules rules;
    private readonly Vault vault;

    private LoadedPersons(IdentityRules rules, Vault vault)
    {
        (this.rules, this.vault) = (rules, vault);
        Graph = new PersonGraph(rules);
    }

    public PersonGraph Graph { get; }

    public HashSet<long> ChangedPersons { get; } = [];
    public HashSet<IdentifierState> ChangedIdentifiers { get; } = [];

    /// <summary>Persons and identifiers that were seen again, and of which perhaps nothing else changed.</summary>
    public HashSet<long> SeenPersons { get; } = [];
    public HashSet<IdentifierState> SeenIdentifiers { get; } = [];

    /// <summary>Asks for what identifiers lead to. The epoch first: what is read after it is at least as new.</summary>
    public static AskedGraph Ask(Questions first, IReadOnlyList<Step> steps, IReadOnlyCollection<Sighting> sightings, IdentityRules rules, MoreNeeded more)
    {
        var keys = KeysOf(steps, sightings, more);
        return new AskedGraph(first.Rows(EpochSql, r => r.GetInt64(0)), keys.Length == 0 ? null
            : first.Rows(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(rules), ("keys", keys)));
    }

    private static long[] KeysOf(IReadOnlyList<Step> steps, IEnumerable<Sighting> sightings, MoreNeeded more) =>
        [.. sightings.SelectMany(s => s.Identifiers).Select(i => i.Key).Concat(more.Keys).Concat(steps.SelectMany(Reconsidered)).Distinct()];

    public static async Task<LoadedPersons> Load(
        Batch batch, BooksTransaction books, IReadOnlyList<Sighting> sightings, IdentityRules rules, Vault vault, MoreNeeded more, AskedGraph asked)
    {
        var loaded = new LoadedPersons(rules, vault);
        var keys = KeysOf(batch.Steps, sightings, more);
        loaded.KnowAsked(asked, keys);
        var named = await loaded.LoadNamed(batch, books);
        foreach (var sighting in sightings) loaded.Know(sighting);

        var groups = UnsettledGroups.Of(sightings, loaded.Graph);
        await loaded.LoadWhole([.. groups.SelectMany(g => g.Persons).Concat(loaded.Touched(batch)).Concat(loaded.Decided(batch, named)).Distinct()], books);
        var around = groups.Where(g => loaded.Graph.NeedsSurroundings(g.Sightings.Select(s => ((IReadOnlyList<Seen>)s.Seen, s.AtMs)))).SelectMany(g => g.Sightings)
            .Concat(sightings.Where(s => Deciding.IsDecision(s.Step.Command.Body) || s.Step.Command.Body is ReconsiderIdentities)).ToHashSet();
        await loaded.LoadAround(around, more, books);
        var concerned = loaded.Graph.Persons.ToList();
        await loaded.LoadContacts([.. loaded.Touched(batch).Distinct()], books);

        batch.PersonIds = concerned.Concat(named).Distinct().Order().ToList();
        if (await loaded.LoadPersons(batch.PersonIds, books) != asked.Epoch.Rows[0]) await loaded.RequireUnchanged(keys, around.Count > 0, books);
        foreach (var sighting in sightings) sighting.Step.Candidates = loaded.CandidatesOf(sighting);
        loaded.Foresee(batch, sightings, groups, around, more);
        return loaded;
    }

    private static IEnumerable<long> Reconsidered(Step step) => step.Command.Body is ReconsiderIdentities reconsider ? reconsider.Keys : [];

    // Moved by whoever changes identities; SQLite lets one writer in at a time.
    private const string EpochSql = "select {sqlite:0}{postgres:coalesce(max(epoch), 0) from identity_epoch}";

    // Of what suppressed and repeated events name, nothing is to be known.
    private void KnowAsked(AskedGraph asked, long[] keys)
    {
        var wanted = keys.ToHashSet();
        foreach (var row in asked.Identifiers?.Rows ?? [])
            if (wanted.Contains(row.Key)) Know(row);
    }

    // Another node changed identities between our reading and our locking: what was read may be stale.
    private async Task RequireUnchanged(long[] keys, bool hasSurroundings, BooksTransaction books)
    {
        var now = await books.Read("select identifier_key, person_id from identifiers where identifier_key in ({keys})", r => (Key: r.GetInt64(0), Person: r.GetInt64(1)), ("keys", keys));
        var whole = persons.Keys.Where(Graph.IsWhole).ToArray();
        var members = whole.Length == 0 ? 0 : (await books.Read("select count(*) from identifiers where person_id in ({keys})", r => r.GetInt64(0), ("keys", whole)))[0];
        if (hasSurroundings || members != whole.Sum(p => (long)Graph.MembersOf(p).Count) || now.Exists(n => Graph.Find(n.Key)!.PersonId != n.Person)
            || persons.Values.Any(p => p.State != "active" && Graph.MembersOf(p.PersonId).Count > 0))
            throw new LoadAgainException("identities that another node changed");
    }

    private async Task LoadIdentifiers(long[] keys, BooksTransaction books)
    {
        if (keys.Length == 0) return;
        foreach (var row in await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Reader(rules), ("keys", keys))) Know(row);
    }

    private IdentifierState Know(IdentifierRow row)
    {
        if (Graph.Find(row.Key) is { } known) return known;
        Graph.Know(row);
        return row;
    }

    // An identifier that nobody has is in the graph from now on; it is written when a command that shows it is applied.
    private void Know(Sighting sighting)
    {
        var seen = new Seen[sighting.Identifiers.Length];
        for (var i = 0; i < seen.Length; i++)
        {
            var identifier = sighting.Identifiers[i];
            var state = Graph.Find(identifier.Key);
            if (state is null)
            {
                Graph.Know(state = new IdentifierRow
                {
                    Key = identifier.Key,
                    Rule = identifier.Rule,
                    Scope = identifier.Scope,
                    ValueCipher = vault.Seal(identifier.Value),
                    FirstSeenMs = long.MaxValue,
                    LastSeenMs = long.MinValue,
                    IsNew = true,
                });
                Graph.KnowLinksOf(identifier.Key);
            }
            seen[i] = new Seen(state, identifier.Verified);
        }
        sighting.Seen = seen;
    }

    // Whoever may get a message is looked up with all that they can be reached by.
    private IEnumerable<long> Touched(Batch batch) => batch.Steps.Where(s => s.Command.Body is ITouches).Select(s => Current(s.Command.PersonId));

    private IEnumerable<long> Decided(Batch batch, IReadOnlyCollection<long> named) => batch.Steps.Any(s => Deciding.IsDecision(s.Command.Body)) ? named : [];

    public long Current(long personId) => aliases.GetValueOrDefault(personId, personId);

    private long[] CandidatesOf(Sighting sighting) =>
        sighting.Step.Command.PersonId is not 0 and var named ? [Current(named)]
        : [.. sighting.Seen.Select(s => s.Identifier.PersonId).Where(p => p != 0).Distinct()];

    // Commands that name a person by number may name one that was absorbed since. What they say came in by the number's anchor.
    private async Task<long[]> LoadNamed(Batch batch, BooksTransaction books)
    {
        var named = batch.Steps.Where(s => s.Command.PersonId != 0).SelectMany(s => NamedBy(s.Command)).Distinct().ToArray();
        if (named.Length == 0) return [];
        foreach (var (from, to) in await books.Read("select from_person, to_person from person_aliases where from_person in ({keys})",
                     r => (r.GetInt64(0), r.GetInt64(1)), ("keys", named)))
            aliases[from] = to;
        foreach (var row in await books.Read(IdentifierRow.Select + " where anchor_of in ({keys}) and anchor_of <> 0", IdentifierRow.Reader(rules), ("keys", named))) Know(row);
        return named.Select(Current).ToArray();
    }

    private static IEnumerable<long> NamedBy(Contracts.Commands.Command command) =>
        command.Body switch
        {
            UnitePersons unite => [command.PersonId, unite.Other],
            KeepApart apart => [command.PersonId, apart.Other],
            _ => [command.PersonId],
        };

    /// <summary>The identifier that stays with the number; null when none is loaded.</summary>
    public IdentifierState? AnchorOf(long number) => Graph.Anchored(number);

    // Locked in one order, so that two nodes with the same persons wait for one another instead of dead-locking. Answers the epoch after that.
    private async Task<long> LoadPersons(IReadOnlyCollection<long> ids, BooksTransaction books)
    {
        var asking = books.Ask();
        var rows = ids.Count == 0 ? null
            : asking.Rows(PersonRow.Select + " where person_id in ({keys}) order by person_id {for update}", PersonRow.Read, ("keys", ids.ToArray()));
        var epoch = asking.Rows(EpochSql, r => r.GetInt64(0));
        await asking.Send();
        foreach (var row in rows?.Rows ?? []) persons[row.PersonId] = row;
        return epoch.Rows[0];
    }

    // All of what a person is known by matters only where something may join or be added.
    private async Task LoadWhole(IReadOnlyCollection<long> ids, BooksTransaction books)
    {
        var missing = ids.Where(id => !Graph.IsWhole(id)).ToArray();
        if (missing.Length == 0) return;
        foreach (var row in await books.Read(IdentifierRow.Select + " where person_id in ({keys})", IdentifierRow.Reader(rules), ("keys", missing))) Know(row);
        foreach (var id in missing) Graph.KnowWhole(id);
    }

    /// <summary>Follows links, dropped ones too, until everything is there that a resolution of the sightings looks at.</summary>
    private async Task LoadAround(HashSet<Sighting> sightings, MoreNeeded more, BooksTransaction books)
    {
        var start = sightings.SelectMany(s => s.Seen).Select(s => s.Identifier.Key)
            .Concat(sightings.SelectMany(s => s.Step.Candidates.Concat(NamedBy(s.Step.Command)).Select(Current)).SelectMany(Graph.MembersOf).Select(m => m.Key))
            .Concat(more.Keys).Concat(sightings.SelectMany(s => Reconsidered(s.Step))).Distinct().ToList();
        while (start.Count > 0 && Graph.MissingAround(start) is { Count: > 0 } missing) await LoadLinks([.. missing], books);
    }

    private async Task LoadLinks(long[] keys, BooksTransaction books)
    {
        await LoadIdentifiers([.. keys.Where(k => Graph.Find(k) is null)], books);
        var links = await books.Read($"""
            {LinkRow.Select} where low_key in ({"{keys}"})
            union
            {LinkRow.Select} where high_key in ({"{keys}"})
            """, LinkRow.Read, ("keys", keys));
        await LoadIdentifiers([.. links.SelectMany(l => new[] { l.Link.Low, l.Link.High }).Where(k => Graph.Find(k) is null).Distinct()], books);
        foreach (var link in links) Graph.Know(link.Link, link.DroppedRule is null);
        if (keys.Any(k => Graph.Find(k) is { IsDecided: true })) await LoadDecisions(keys, books);
        foreach (var key in keys) Graph.KnowLinksOf(key);
        await LoadWhole([.. keys.Select(k => Graph.Find(k)!.PersonId).Where(p => p != 0).Distinct()], books);
    }

    /// <summary>A phone that is no longer the person's identity may still reach the person: with it, who else claims it.</summary>
    private async Task LoadContacts(long[] touched, BooksTransaction books)
    {
        var keys = touched.SelectMany(Graph.MembersOf).Where(m => m.IsContested).Select(m => m.Key).ToArray();
        if (keys.Length == 0) return;
        var ends = (await books.Read("""
            select high_key from links where low_key in ({keys}) and dropped_rule is not null union select low_key from links where high_key in ({keys}) and dropped_rule is not null
            """, r => r.GetInt64(0), ("keys", keys))).ToArray();
        await LoadIdentifiers([.. ends.Where(k => Graph.Find(k) is null)], books);
        var points = ends.Where(k => Graph.Find(k) is { Rule.IsContact: true } && !Graph.HasLinksOf(k)).ToArray();
        if (points.Length == 0) return;
        foreach (var link in await books.Read($"{LinkRow.Select} where low_key in ({"{keys}"}) union {LinkRow.Select} where high_key in ({"{keys}"})", LinkRow.Read, ("keys", points)))
            Graph.Know(link.Link, link.DroppedRule is null);
    }

    /// <summary>Where else the person may be reached: claimed by the person, and by nobody since with proof.</summary>
    public IEnumerable<(IdentifierRow Point, long ClaimedMs)> ContactsBeside(long personId)
    {
        var own = Graph.MembersOf(personId).Select(m => m.Key).ToHashSet();
        var points = Graph.MembersOf(personId).SelectMany(m => Graph.LinksOf(m.Key)).Where(l => !l.Joins).SelectMany(l => new[] { l.Link.Low, l.Link.High }).Where(k => !own.Contains(k)).Distinct();
        foreach (var key in points)
        {
            if (Graph.Find(key) is not IdentifierRow { Rule.IsContact: true } point) continue;
            var claims = Graph.LinksOf(key).ToLookup(l => own.Contains(l.Link.Low) || own.Contains(l.Link.High), l => l.Link);
            var claimed = claims[true].Max(l => l.LastMs);
            if (!claims[false].Any(l => l.VerifiedMs > claimed)) yield return (point, claimed);
        }
    }

    private async Task LoadDecisions(long[] keys, BooksTransaction books)
    {
        var decisions = await Decisions.Read(books, keys);
        await LoadIdentifiers([.. decisions.SelectMany(d => d.Keys).Where(k => Graph.Find(k) is null).Distinct()], books);
        foreach (var decision in decisions) Graph.Know(decision);
    }

    /// <summary>
    /// Plays the batch's identity changes on a copy, to know who will be united and who divided: the later stages load all that
    /// these persons have. Only where surroundings matter can anything be divided.
    /// </summary>
    private void Foresee(Batch batch, IReadOnlyList<Sighting> sightings, List<UnsettledGroup> groups, HashSet<Sighting> around, MoreNeeded more)
    {
        batch.MayMove = more.Moves;
        var merged = new HashSet<long>(more.Merged);
        var divided = new HashSet<long>(more.Divided);
        foreach (var group in groups.Where(g => g.Persons.Count > 1)) merged.UnionWith(group.Persons);
        if (around.Count > 0)
        {
            var copy = Graph.Clone();
            var next = Imagined;
            foreach (var sighting in sightings)
            {
                if (!around.Contains(sighting) || Try(copy, sighting, more) is not { } outcome)
                {
                    foreach (var (identifier, verified) in sighting.Seen.AsSpan(Math.Min(1, sighting.Seen.Length)))
                        copy.See(Link.Of(sighting.Seen[0].Identifier.Key, identifier.Key, sighting.AtMs, verified ? sighting.AtMs : 0));
                    continue;
                }
                merged.UnionWith(outcome.Merges.SelectMany(m => new[] { m.From, m.To }));
                batch.MayMove |= outcome.Moves.Count > 0;
                divided.UnionWith(outcome.Moves.SelectMany(m => new[] { m.From, m.To }));
                divided.UnionWith(outcome.Revived);
                var first = next;
                copy.Apply(outcome, placeholder => first - placeholder);
                next += outcome.Born.Count;
                if (sighting.Step.Command.Body is InferLink) continue;
                foreach (var (identifier, _) in sighting.Seen) copy.Find(identifier.Key)!.FirstSeenMs = Math.Min(copy.Find(identifier.Key)!.FirstSeenMs, sighting.AtMs);
            }
        }
        batch.MayMerge = merged.Where(p => p is > 0 and < Imagined).Order().ToList();
        // What goes on from an absorbed person still lies under that person's number.
        if (batch.MayMove) divided.UnionWith(merged);
        batch.MayDivide = divided.Where(p => p is > 0 and < Imagined).Order().ToList();
        var also = batch.MayMerge.Concat(batch.MayDivide).Where(p => !persons.ContainsKey(p)).ToList();
        if (also.Count == 0) return;
        // A number that lives again is among nobody's identifiers now.
        batch.PersonIds = batch.PersonIds.Concat(also).Distinct().Order().ToList();
    }

    private Outcome? Try(PersonGraph copy, Sighting sighting, MoreNeeded more)
    {
        try
        {
            return Try(copy, sighting);
        }
        catch (NotLoadedException missing)
        {
            more.Keys.UnionWith(missing.Keys);
            throw new LoadAgainException("identifiers around a decision or a link");
        }
    }

    private Outcome? Try(PersonGraph copy, Sighting sighting)
    {
        if (Deciding.IsDecision(sighting.Step.Command.Body)) return Deciding.Try(copy, sighting.Step.Command, int.MaxValue, Current).Outcome;
        if (sighting.Step.Command.Body is ReconsiderIdentities reconsider) return Reconsider(copy, reconsider);
        var seen = Array.ConvertAll(sighting.Seen, s => new Seen(copy.Find(s.Identifier.Key)!, s.Verified));
        return seen.Length == 0 || copy.IsSettled(seen, sighting.AtMs) ? null : copy.Observe(seen, sighting.AtMs);
    }

    /// <summary>What the rules make of the identifiers now. All of them were looked up: one that is not there was erased since.</summary>
    public Outcome Reconsider(PersonGraph graph, ReconsiderIdentities reconsider) => graph.Reconsider([.. reconsider.Keys.Where(k => Graph.Find(k) is not null)]);

    /// <summary>Reads the persons that only the foresight named.</summary>
    public async Task LoadForeseen(Batch batch, BooksTransaction books)
    {
        var missing = batch.PersonIds.Where(p => !persons.ContainsKey(p)).ToList();
        if (missing.Count > 0) await LoadPersons(missing, books);
    }

    /// <summary>All that the person is known by; whole only for who was loaded with it.</summary>
    public IEnumerable<IdentifierRow> IdentifiersOf(long personId) => Graph.MembersOf(personId).Cast<IdentifierRow>();

    public PersonRow? Person(long personId) => persons.GetValueOrDefault(Current(personId));

    /// <summary>The number's own row, whether it lives or was absorbed.</summary>
    public PersonRow? Number(long number) => persons.GetValueOrDefault(number);

    public void Add(PersonRow person)
    {
        persons[person.PersonId] = person;
        ChangedPersons.Add(person.PersonId);
    }

    public void Redirect(long from, long to)
    {
        foreach (var alias in aliases.Where(a => a.Value == from).Select(a => a.Key).ToList()) aliases[alias] = to;
        aliases[from] = to;
    }

    public void Revive(long number) => aliases.Remove(number);

    public List<PersonRow> PersonsToSave => [.. ChangedPersons.Select(id => persons[id])];
    public List<PersonRow> PersonsOnlySeen => [.. SeenPersons.Where(id => !ChangedPersons.Contains(id)).Select(id => persons[id])];
    public List<IdentifierRow> NewIdentifiers => [.. ChangedIdentifiers.Cast<IdentifierRow>().Where(i => i.IsNew)];
    public List<IdentifierRow> IdentifiersToSave => [.. ChangedIdentifiers.Cast<IdentifierRow>().Where(i => !i.IsNew)];
    public List<IdentifierRow> IdentifiersOnlySeen => [.. SeenIdentifiers.Cast<IdentifierRow>().Where(i => !ChangedIdentifiers.Contains(i))];
}
