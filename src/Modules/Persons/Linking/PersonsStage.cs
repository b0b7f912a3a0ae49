using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Attributes;
using Danke.Persons.Grouping;
using Danke.Persons.Privacy;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>
/// Puts each command on the right person: whose its identifiers are by all links and the rules, as the engine's graph says. Makes
/// persons, unites and divides them as the links show or somebody decides. Keeps what is said of persons: profiles, consents, interactions.
/// </summary>
internal sealed partial class PersonsStage(LiveIdentityRules live, Vault vault) : IStage, IPreparesSteps
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
    private readonly HouseholdBook households = new();
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
        households.Clear();
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
            else if (step.Command.Body is HouseholdsChanged found) households.Change(step, found);
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
        await households.Save(books);
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
