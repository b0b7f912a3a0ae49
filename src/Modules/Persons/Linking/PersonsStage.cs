using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Attributes;
using Danke.Persons.Privacy;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>
/// Puts each command on the right person: whose its identifiers are by all links and the rules, as the engine's graph says. Makes
/// persons, unites and divides them as the links show or somebody decides. Keeps what is said of persons: profiles, consents, interactions.
/// </summary>
internal sealed class PersonsStage(LiveIdentityRules live, Vault vault) : IStage, IPreparesSteps
{
    private sealed record Prepared(IdentityRules Rules, SightedIdentifier[] Identifiers);

    /// <summary>"Last seen" moves by the hour: exact instants are in the timeline, and a write an event would buy nothing.</summary>
    private const long SeenResolutionMs = 3_600_000;

    /// <summary>Of identifiers nobody asks more than the day; links keep the instant.</summary>
    private const long IdentifierSeenResolutionMs = 24 * 3_600_000;

    private LoadedPersons loaded = null!;
    private readonly Dictionary<Step, Sighting> sighted = [];
    private Question<long>? askedRules;
    private AskedGraph? askedGraph;
    private readonly Dictionary<Step, Sighting> sightings = [];
    private readonly Dictionary<(long, long), LinkRow> links = [];
    private readonly Dictionary<long, AliasRow> aliases = [];
    private readonly Dictionary<(long From, long AtMs), AliasRow> aliasesBegun = [];
    private readonly HashSet<long> aliasesEnded = [];
    private readonly List<(Decided Decided, Step Step)> decisions = [];
    private readonly List<InteractionRow> interactions = [];
    private readonly MoreNeeded more = new();
    private readonly ConsentBook consents = new();
    private readonly StatementBook statements = new(vault);
    private readonly HashSet<PersonRow> undecided = [];
    private readonly ScopeBook scopes = new();
    private readonly Tombstones tombstones = new(vault);
    private bool changedIdentities;
    private IdentityRules rules = live.Current;
    private Batch batch = null!;

    public object Prepare(Command command)
    {
        var now = live.Current;
        return new Prepared(now, Sighting.UsableOf(command, now, vault));
    }

    // What was prepared by rules that were replaced since is prepared again.
    private Sighting SightingOf(Step step) => new(step, step.Prepared is Prepared prepared && prepared.Rules == rules ? prepared.Identifiers : Sighting.UsableOf(step.Command, rules, vault));

    public void Ask(IReadOnlyList<Step> steps, Questions first)
    {
        rules = live.Current;
        sighted.Clear();
        foreach (var step in steps) sighted[step] = SightingOf(step);
        askedRules = LiveIdentityRules.Ask(first);
        askedGraph = LoadedPersons.Ask(first, steps, sighted.Values, rules, more);
        tombstones.Ask(first, [.. sighted.Values.SelectMany(s => s.Identifiers).Select(i => i.Key).Distinct()]);
    }

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        if (!LiveIdentityRules.IsStill(rules, askedRules!))
        {
            await live.Refresh(books);
            throw new LoadAgainException("identifiers, by rules that were published since");
        }
        this.batch = batch;
        sightings.Clear();
        links.Clear();
        aliases.Clear();
        aliasesBegun.Clear();
        aliasesEnded.Clear();
        decisions.Clear();
        interactions.Clear();
        changedIdentities = false;
        var all = batch.Steps.Select(s => sighted[s]).ToList();
        tombstones.Load(all);
        // Nothing that a suppressed event shows counts for anything.
        for (var i = 0; i < all.Count; i++)
            if (tombstones.Cover(all[i].Step)) all[i] = new Sighting(all[i].Step, []);
        foreach (var sighting in all) sightings[sighting.Step] = sighting;
        loaded = await LoadedPersons.Load(batch, books, all, rules, vault, more, askedGraph!);
        await loaded.LoadForeseen(batch, books);
        batch.BirthMonths = new BatchBirthMonths(batch, books, loaded);
        await consents.Load(batch, books);
        await statements.Load(batch, books, more.Said.Concat(MayBeSaid(all)));
        await scopes.Load(books);
        // A resolution may split off more persons than the command's own.
        await batch.Reserve("person", batch.Steps.Count + batch.MayDivide.Count * 4);
        await batch.Reserve("interaction", batch.Steps.Count(s => s.Command.Body is InteractionHappened));
        await batch.Reserve("identity_decision", batch.Steps.Count(s => Deciding.IsDecision(s.Command.Body)));
    }

    // Whose an identifier is that nobody has yet may be shown by another command of the batch.
    private static IEnumerable<long> MayBeSaid(List<Sighting> all)
    {
        var saying = all.Where(s => StatementBook.Concerns(s.Step.Command.Body)).SelectMany(NewIn).ToHashSet();
        return saying.Count == 0 ? [] : all.Where(s => s.Step.Candidates.Count > 0 && NewIn(s).Any(saying.Contains)).SelectMany(s => s.Step.Candidates);
    }

    private static IEnumerable<long> NewIn(Sighting sighting) => sighting.Seen.Where(s => s.Identifier.PersonId == 0).Select(s => s.Identifier.Key);

    public Refusal? Check(Step step)
    {
        if (Resolve(step) is { } refusal) return refusal;
        // An identifier that came to be somebody's within the batch.
        if (step.Person is { IsGuest: false, PersonId: > 0 and var person } && StatementBook.Concerns(step.Command.Body) && !statements.Knows(person) && !IsNewToday(person))
        {
            more.Said.Add(person);
            throw new LoadAgainException("what is known of a person of whom something is said");
        }
        return null;
    }

    private Refusal? Resolve(Step step)
    {
        var sighting = sightings[step];
        (sighting.Outcome, sighting.Decided) = (null, null);
        if (tombstones.Cover(step)) return Refusal.Suppressed;
        if (step.Command.PersonId != 0) return CheckNamed(step, sighting);
        if (step.Command.Body is ReconsiderIdentities reconsider)
        {
            sighting.Outcome = Foreseen(() => loaded.Graph.Reconsider(reconsider.Keys));
            step.Person = PersonResolution.Guest;
            return null;
        }
        if (sighting.Identifiers.Length == 0)
        {
            step.Person = PersonResolution.Guest;
            return step.Command.Body is OrderReported or RefundSucceeded or InteractionHappened ? null
                : new Refusal("person_unknown", "The event names nobody: give at least one usable identifier (masked, empty and blocked values are not).");
        }
        if (Collision(sighting) is { } refusal) return refusal;
        if (step.Command.Body is InferLink && sighting.Seen.Any(s => s.Identifier.PersonId == 0)) return new Refusal("nobody_to_link", "One of the identifiers is nobody's.", Final: true);
        var via = sighting.Seen[0].Identifier;
        if (loaded.Graph.IsSettled(sighting.Seen, sighting.AtMs))
        {
            step.Person = new PersonResolution(via.PersonId, false, [], via.Key);
            return null;
        }
        var outcome = Foreseen(() => loaded.Graph.Observe(sighting.Seen, sighting.AtMs));
        if (step.Command.Body is InferLink && TooMuch(outcome) is { } more) return more;
        sighting.Outcome = outcome;
        step.Person = new PersonResolution(Math.Max(0, outcome.PersonId), outcome.PersonId < 0, AbsorbedInto(outcome, outcome.PersonId), via.Key);
        return null;
    }

    // A likeness joins two persons as they are, or does nothing.
    private static Refusal? TooMuch(Outcome outcome) =>
        outcome.Links.FirstOrDefault(l => !l.Verdict.Joins) is { Verdict.Code: { } code } ? new Refusal("would_break_rule", code, Final: true)
        : outcome.Moves.Count > 0 ? new Refusal("would_divide", "The link would part what belongs together.", Final: true) : null;

    private static ImmutableArray<long> AbsorbedInto(Outcome outcome, long person) => outcome.Merges.Count == 0 ? [] : [.. outcome.Merges.Where(m => m.To == person).Select(m => m.From)];

    // What was not foreseen is loaded, and the batch begins again.
    private Outcome Foreseen(Func<Outcome> resolve)
    {
        Outcome outcome;
        try
        {
            outcome = resolve();
        }
        catch (NotLoadedException missing)
        {
            more.Keys.UnionWith(missing.Keys);
            throw new LoadAgainException("identifiers around a new link");
        }
        var merged = outcome.Merges.SelectMany(m => new[] { m.From, m.To }).Where(p => p > 0 && !batch.MayMerge.Contains(p)).ToList();
        var divided = outcome.Moves.SelectMany(m => new[] { m.From, m.To }).Concat(outcome.Revived).Where(p => p > 0 && !IsNewToday(p) && !batch.MayDivide.Contains(p)).ToList();
        if (merged.Exists(p => !IsNewToday(p)) || divided.Count > 0 || (outcome.Moves.Count > 0 && !batch.MayMove))
        {
            more.Moves |= outcome.Moves.Count > 0;
            more.Merged.UnionWith(merged);
            more.Divided.UnionWith(divided);
            throw new LoadAgainException("persons that are united or divided");
        }
        return outcome;
    }

    // Made by this batch: there is nothing of it to load.
    private bool IsNewToday(long person) => loaded.Number(person) is { IsNew: true };

    private Refusal? CheckNamed(Step step, Sighting sighting)
    {
        if (loaded.Person(step.Command.PersonId) is not { } person)
            return new Refusal("person_not_found", $"There is no person {step.Command.PersonId}.", Final: true);
        if (step.Command.Body is ErasePerson && person.State == "anonymous") return new Refusal("person_not_found", $"Number {step.Command.PersonId} is nobody's any more.", Final: true);
        // What is said to a number belongs to the identifier that the number stays with, wherever that goes.
        var via = (loaded.AnchorOf(step.Command.PersonId) ?? loaded.AnchorOf(person.PersonId))?.Key ?? 0;
        step.Person = new PersonResolution(person.PersonId, false, [], via);
        if (!Deciding.IsDecision(step.Command.Body)) return null;
        Decided? decided = null;
        var outcome = Foreseen(() => (decided = Deciding.Try(loaded.Graph, step.Command, batch.NewId("identity_decision"), loaded.Current)).Outcome ?? new Outcome());
        if (decided!.Refusal is { } refusal) return refusal;
        (sighting.Decided, sighting.Outcome) = (decided, outcome);
        var to = outcome.Merges.FirstOrDefault(m => m.From == person.PersonId).To is not 0 and var end ? end : person.PersonId;
        step.Person = new PersonResolution(to, false, AbsorbedInto(outcome, to), via);
        return null;
    }

    // 63 bits of hash: a clash is unlikely, and joining two strangers by one would never be found out.
    private Refusal? Collision(Sighting sighting)
    {
        for (var i = 0; i < sighting.Seen.Length; i++)
        {
            var identifier = sighting.Identifiers[i];
            var row = (IdentifierRow)sighting.Seen[i].Identifier;
            if (!row.IsNew && (row.Namespace != identifier.Rule.Name || row.Scope != identifier.Scope || vault.Open(row.ValueCipher) != identifier.Value))
                return new Refusal("identifier_collision", $"An identifier of namespace {identifier.Rule.Name} has the same key as another; leave it out.");
        }
        return null;
    }

    public void Apply(Step step)
    {
        var sighting = sightings[step];
        if (sighting.Seen.Length > 0) Carry(sighting.Seen[0].Identifier);
        if (sighting.Outcome is { } outcome && (outcome.Via is not null || outcome.Changes)) ApplyOutcome(step, sighting, outcome);
        else if (sighting.Decided is { } quiet)
        {
            // It changes nobody now, and what may come later.
            changedIdentities = true;
            MarkDecided(quiet);
        }
        if (sighting.Seen.Length > 0) See(sighting);
        if (sighting.Decided is { } decided) decisions.Add((decided, step));
        if (step.Person.IsGuest)
        {
            if (step.Command.Body is InteractionHappened guestInteraction) AddInteraction(step, guestInteraction);
            return;
        }
        var person = loaded.Person(step.Person.PersonId)!;
        // Being written to by number - by a screen, a job, a journey - is not being seen.
        var seen = step.Command.PersonId == 0 && step.Command.Body is not InferLink && Touch(person, step.Command);
        var changed = ApplyBody(person, step);
        Contacting.Contact.Tell(step, person, loaded, consents, vault);
        if (!seen && !changed) return;
        (changed ? loaded.ChangedPersons : loaded.SeenPersons).Add(person.PersonId);
        step.Announce("persons.person_changed.v1", "persons", person.PersonId);
    }

    private void ApplyOutcome(Step step, Sighting sighting, Outcome outcome)
    {
        changedIdentities = true;
        var born = new Dictionary<long, long>();
        foreach (var placeholder in outcome.Born) born[placeholder] = NewPerson(step).PersonId;
        long Real(long person) => person < 0 ? born[person] : person;
        var reanchored = step.Command.Body is DividePerson ? ReanchoredBy(outcome) : [];
        loaded.Graph.Apply(outcome, Real);
        statements.Reanchor(reanchored);
        foreach (var (identifier, _) in outcome.Assignments) loaded.ChangedIdentifiers.Add(identifier);
        foreach (var (identifier, _) in outcome.Anchors) loaded.ChangedIdentifiers.Add(identifier);
        foreach (var (from, to) in outcome.Merges) Absorb(loaded.Number(Real(to))!, loaded.Number(from)!, step);
        step.Merges = [.. outcome.Merges.Select(m => new PersonMerge(m.From, Real(m.To)))];
        foreach (var (number, to) in outcome.Redirected) Redirect(number, Real(to), step);
        foreach (var number in outcome.Revived) Revive(loaded.Number(number)!, step);
        if (outcome.Moves.Count > 0) Divide(step, [.. outcome.Moves.Select(m => new IdentifierMove(m.Key, Real(m.From), Real(m.To)))]);
        DecideProfiles(step);
        foreach (var change in outcome.Links) KeepLink(change, step.Command);
        if (outcome.Via is not null) step.Person = step.Person with { PersonId = Real(outcome.PersonId) };
        else if (sighting.Decided is { } decided) MarkDecided(decided);
    }

    // The number stays with those who stay: it has another identifier to stay with then.
    private Dictionary<long, long> ReanchoredBy(Outcome outcome)
    {
        var reanchored = new Dictionary<long, long>();
        foreach (var (identifier, number) in outcome.Anchors)
            if (number > 0 && loaded.Graph.Anchored(number) is { } before && before != identifier) reanchored[before.Key] = identifier.Key;
        return reanchored;
    }

    // Who got or lost identifiers got or lost what was said by them.
    private void DecideProfiles(Step step)
    {
        foreach (var person in undecided.OrderBy(p => p.PersonId))
            if (statements.Decide(person, rules.Attributes) && person.State == "active") step.Announce("persons.person_changed.v1", "persons", person.PersonId);
        undecided.Clear();
    }

    private void MarkDecided(Decided decided)
    {
        foreach (var decision in decided.Revoked) loaded.Graph.Forget(decision);
        if (decided.Made is not { } made) return;
        loaded.Graph.Know(made);
        foreach (var key in made.Keys)
        {
            var identifier = loaded.Graph.Find(key)!;
            identifier.IsDecided = true;
            loaded.ChangedIdentifiers.Add(identifier);
        }
    }

    private PersonRow NewPerson(Step step)
    {
        var person = new PersonRow
        {
            PersonId = batch.NewId("person"),
            IsNew = true,
            FirstSeenMs = step.Command.AtMs,
            LastSeenMs = step.Command.AtMs,
            FirstChannel = step.Command.Channel,
        };
        loaded.Add(person);
        step.Announce("persons.person_created.v1", "persons", person.PersonId);
        return person;
    }

    private void Absorb(PersonRow person, PersonRow absorbed, Step step)
    {
        var (from, to) = (absorbed.PersonId, person.PersonId);
        loaded.Redirect(from, to);
        Unite(person, absorbed);
        statements.Unite(from, to);
        undecided.UnionWith([person, absorbed]);
        absorbed.State = "merged";
        absorbed.MergedInto = to;
        loaded.ChangedPersons.Add(from);
        loaded.ChangedPersons.Add(to);
        foreach (var alias in aliases.Values.Where(a => a.To == from).ToList()) aliases[alias.From] = alias with { To = to };
        BeginAlias(new AliasRow(from, to, step.Command.AtMs, step.Command.Key));
        consents.Unite(from, to);
        batch.Merges.Add(from, to);
        foreach (var key in batch.Owners.Where(o => o.Value == from).Select(o => o.Key).ToList()) batch.Owners[key] = to;
        for (var i = 0; i < interactions.Count; i++)
            if (interactions[i].PersonId == from) interactions[i] = interactions[i] with { PersonId = to };
        step.Announce("persons.person_merged.v1", "persons", from, new JsonObject { ["from"] = from, ["to"] = to });
    }

    private static void Unite(PersonRow person, PersonRow absorbed)
    {
        if (absorbed.FirstSeenMs < person.FirstSeenMs) (person.FirstSeenMs, person.FirstChannel) = (absorbed.FirstSeenMs, absorbed.FirstChannel);
        person.LastSeenMs = Math.Max(person.LastSeenMs, absorbed.LastSeenMs);
    }

    // A former number whose anchor went to somebody else leads there.
    private void Redirect(long number, long to, Step step)
    {
        loaded.Redirect(number, to);
        EndAlias(number);
        BeginAlias(new AliasRow(number, to, step.Command.AtMs, step.Command.Key));
    }

    private void BeginAlias(AliasRow row)
    {
        aliases[row.From] = row;
        var key = (row.From, row.AtMs);
        aliasesBegun[key] = aliasesBegun.TryGetValue(key, out var before) ? row with { CommandKey = before.CommandKey } : row;
    }

    private void EndAlias(long number)
    {
        aliases.Remove(number);
        aliasesEnded.Add(number);
        foreach (var (key, row) in aliasesBegun.Where(a => a.Key.From == number && a.Value.UntilMs is null).ToList()) aliasesBegun[key] = row with { UntilMs = batch.NowMs };
    }

    private void Revive(PersonRow person, Step step)
    {
        person.State = "active";
        person.MergedInto = null;
        loaded.Revive(person.PersonId);
        loaded.ChangedPersons.Add(person.PersonId);
        EndAlias(person.PersonId);
        batch.Merges.RemoveAll(m => m.From == person.PersonId);
        step.Announce("persons.person_revived.v1", "persons", person.PersonId);
    }

    private void Divide(Step step, ImmutableArray<IdentifierMove> moves)
    {
        step.Moves = moves;
        var ends = moves.ToDictionary(m => m.Key, m => m.To);
        foreach (var (key, to) in ends) batch.Owners[key] = to;
        for (var i = 0; i < interactions.Count; i++)
            if (ends.TryGetValue(interactions[i].ViaKey, out var to)) interactions[i] = interactions[i] with { PersonId = to };
        foreach (var move in moves)
        {
            consents.Move(move);
            statements.Move(move);
        }
        foreach (var (from, to) in moves.Select(m => (m.From, m.To)).Distinct())
        {
            loaded.ChangedPersons.Add(from);
            loaded.ChangedPersons.Add(to);
            undecided.UnionWith(new[] { loaded.Number(from), loaded.Number(to) }.OfType<PersonRow>());
            step.Announce("persons.person_divided.v1", "persons", from, new JsonObject { ["from"] = from, ["to"] = to });
        }
    }

    private void KeepLink(LinkChange change, Command command)
    {
        var pair = (change.Link.Low, change.Link.High);
        if (!change.Verdict.Joins)
        {
            loaded.ChangedIdentifiers.Add(loaded.Graph.Find(change.Link.Low)!);
            loaded.ChangedIdentifiers.Add(loaded.Graph.Find(change.Link.High)!);
        }
        var link = links.TryGetValue(pair, out var known) ? known.Link.With(change.Link) : change.Link;
        links[pair] = new LinkRow(link, known?.Source ?? command.Source, known?.CommandKey ?? command.Key, known?.Strength ?? StrengthOf(change.Link, command), change.Verdict.Code);
    }

    private static string StrengthOf(Link link, Command command) => command.Body is InferLink ? "inferred" : link.VerifiedMs > 0 ? "verified" : Deciding.IsDecision(command.Body) ? "declared" : "asserted";

    private void Carry(IdentifierState via)
    {
        if (via.Carries) return;
        via.Carries = true;
        loaded.SeenIdentifiers.Add(via);
    }

    // Identifiers were seen once more, alone or together.
    private void See(Sighting sighting)
    {
        var command = sighting.Step.Command;
        var via = sighting.Seen[0].Identifier;
        for (var i = 0; i < sighting.Seen.Length; i++)
        {
            var (state, verified) = sighting.Seen[i];
            if (command.Body is not InferLink) SeeIdentifier((IdentifierRow)state, verified, command);
            if (i > 0 && sighting.Outcome is null) SeeLink(Link.Of(via.Key, state.Key, sighting.AtMs, verified ? sighting.AtMs : 0), command);
        }
    }

    private void SeeLink(Link link, Command command)
    {
        loaded.Graph.See(link);
        KeepLink(new LinkChange(link, default, true), command);
    }

    private void SeeIdentifier(IdentifierRow row, bool verified, Command command)
    {
        if (row.IsNew && loaded.ChangedIdentifiers.Add(row) | row.Source.Length == 0)
        {
            row.Source = command.Source;
            scopes.See(row.Namespace, row.Scope);
        }
        var changed = Seen(row.FirstSeenMs, row.LastSeenMs, command.AtMs, IdentifierSeenResolutionMs);
        if (!changed && (row.Verified || !verified)) return;
        row.FirstSeenMs = Math.Min(row.FirstSeenMs, command.AtMs);
        row.LastSeenMs = Math.Max(row.LastSeenMs, command.AtMs);
        row.Verified |= verified;
        loaded.SeenIdentifiers.Add(row);
    }

    private static bool Touch(PersonRow person, Command command)
    {
        if (!Seen(person.FirstSeenMs, person.LastSeenMs, command.AtMs, SeenResolutionMs)) return false;
        if (command.AtMs < person.FirstSeenMs)
        {
            person.FirstSeenMs = command.AtMs;
            person.FirstChannel = command.Channel;
        }
        person.LastSeenMs = Math.Max(person.LastSeenMs, command.AtMs);
        return true;
    }

    private static bool Seen(long first, long last, long at, long resolution) => at < first || last == long.MinValue || at >= last + resolution;

    private bool ApplyBody(PersonRow person, Step step)
    {
        switch (step.Command.Body)
        {
            case MemberJoined joined: return ApplyProfile(person, joined.Profile, step);
            case MemberUpdated updated: return ApplyProfile(person, updated.Profile, step);
            case PinAttribute pin: statements.Pin(person.PersonId, ViaOf(person, step), step.Command, pin); return statements.Decide(person, rules.Attributes);
            case UnpinAttribute unpin: statements.Unpin(person.PersonId, unpin.Attribute); return statements.Decide(person, rules.Attributes);
            case ReconsiderProfile: return statements.Decide(person, rules.Attributes);
            case ConsentChanged consent: return ApplyConsent(person, consent, step);
            case InteractionHappened interaction: AddInteraction(step, interaction); return false;
            default: return false;
        }
    }

    private bool ApplyProfile(PersonRow person, Profile profile, Step step) =>
        statements.Say(person.PersonId, ViaOf(person, step), step.Command, profile) && statements.Decide(person, rules.Attributes);

    // What is said of a person without any identifier is kept with the number.
    private static long ViaOf(PersonRow person, Step step) => step.Person.ViaKey == 0 ? -person.PersonId : step.Person.ViaKey;

    private bool ApplyConsent(PersonRow person, ConsentChanged consent, Step step)
    {
        var via = consent.Via.ToString().ToLowerInvariant();
        var row = new ConsentRow(person.PersonId, via, consent.Purpose, PointKey(consent), consent.Granted, consent.Evidence, step.Command.Source, step.Command.AtMs, step.Person.ViaKey);
        if (!consents.Change(row)) return false;
        step.Announce("persons.consent_changed.v1", "consents", person.PersonId, new JsonObject { ["via"] = via, ["purpose"] = consent.Purpose, ["granted"] = consent.Granted });
        return true;
    }

    private long PointKey(ConsentChanged consent)
    {
        var @namespace = consent.Via switch
        {
            ContactChannel.Sms or ContactChannel.Phone => "phone",
            ContactChannel.Email => "email",
            ContactChannel.Wecom => "wecom_external_userid",
            ContactChannel.Wechat => "wechat_openid",
            _ => null,
        };
        return @namespace is not null && IdentifierValue.Normalise(rules[@namespace], consent.Point) is { } value ? vault.Key(@namespace, "", value) : 0;
    }

    private void AddInteraction(Step step, InteractionHappened interaction)
    {
        var row = new InteractionRow(batch.NewId("interaction"), step.Person.PersonId, step.Person.ViaKey, step.Command.AtMs, step.Command.Channel,
            step.Command.Shop, interaction.Kind, JsonSerializer.Serialize(interaction.Properties));
        interactions.Add(row);
        step.Announce("persons.interaction_happened.v1", "interactions", row.Id, new JsonObject { ["kind"] = interaction.Kind });
    }

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        await PersonMoves.Divide(books, batch, "interactions");
        if (batch.Merges.Count > 0) await PersonMoves.Move(books, batch.Merges, "interactions");
        if (changedIdentities) await SaveIdentities(books);
        await books.Upsert(PersonRow.Table, loaded.PersonsToSave);
        if (aliases.Count > 0)
            // Who went to somebody absorbed since is where that one is.
            await books.Execute("""
                update persons set merged_into = (select a.to_person from person_aliases a where a.from_person = persons.person_id)
                where person_id in (select from_person from person_aliases where to_person in ({keys}))
                """, ("keys", aliases.Values.Select(a => a.To).Distinct().ToArray()));
        await books.Update(PersonRow.Seen, loaded.PersonsOnlySeen);
        // Not an upsert: when another node has made the identifier meanwhile, the batch must look again.
        await books.Insert(IdentifierRow.Table, loaded.NewIdentifiers);
        await books.Upsert(IdentifierRow.Table, loaded.IdentifiersToSave);
        await books.Update(IdentifierRow.Seen, loaded.IdentifiersOnlySeen);
        await books.Upsert(LinkRow.Table, links.Values);
        await books.Insert(InteractionRow.Table, interactions);
        await consents.Save(books);
        await statements.Save(books);
        await scopes.Save(books);
        await tombstones.Save(batch, books);
        more.Clear();
    }

    private async Task SaveIdentities(BooksTransaction books)
    {
        if (books.Dialect == Dialect.Postgres && await books.Execute("update identity_epoch set epoch = epoch + 1") == 0)
            await books.Execute("insert into identity_epoch (epoch) values (1)");
        if (aliasesEnded.Count > 0)
        {
            var ended = aliasesEnded.ToArray();
            await books.Execute("delete from person_aliases where from_person in ({keys})", ("keys", ended));
            await books.Execute("update alias_history set until_ms = @now where from_person in ({keys}) and until_ms is null", ("keys", ended), ("now", batch.NowMs));
        }
        if (batch.Merges.Count > 0)
        {
            // Who led to an absorbed person leads on.
            await books.Execute("""
                update person_aliases set to_person = (select m.to_person from person_moves m where m.from_person = person_aliases.to_person)
                where to_person in (select from_person from person_moves)
                """);
        }
        await books.Upsert(AliasRow.Table, aliases.Values);
        await books.Upsert(AliasRow.History, aliasesBegun.Values);
        foreach (var (decided, step) in decisions) await Save(decided, step, books);
    }

    private static async Task Save(Decided decided, Step step, BooksTransaction books)
    {
        var (by, reason) = step.Command.Body switch
        {
            UnitePersons unite => (unite.By, unite.Reason),
            DividePerson divide => (divide.By, divide.Reason),
            KeepApart apart => (apart.By, apart.Reason),
            RevokeDecision revoke => (revoke.By, ""),
            _ => ("", ""),
        };
        foreach (var decision in decided.Revoked) await Decisions.Revoke(books, decision.Id, by, step.Command.AtMs);
        if (decided.Made is { } made) await Decisions.Save(books, made, step.Command.Body is DividePerson, by, reason, step.Command.Key);
    }
}
