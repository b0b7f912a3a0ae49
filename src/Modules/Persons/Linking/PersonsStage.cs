using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>
/// Puts each command on the right person: finds it by exact identifiers, makes it when nobody has them, unites persons when
/// the event shows that they are one. Keeps what is said of persons: profiles, consents, interactions.
/// </summary>
internal sealed class PersonsStage(IdentityRules rules, Vault vault) : IStage, IPreparesSteps
{
    /// <summary>"Last seen" moves by the hour: exact instants are in the timeline, and a write an event would buy nothing.</summary>
    private const long SeenResolutionMs = 3_600_000;

    /// <summary>Of identifiers nobody asks more than the day.</summary>
    private const long IdentifierSeenResolutionMs = 24 * 3_600_000;

    private LoadedPersons loaded = null!;
    private readonly Dictionary<Step, Sighting> sightings = [];
    private readonly Dictionary<(long, long), LinkRow> links = [];
    private readonly Dictionary<long, AliasRow> aliases = [];
    private readonly List<InteractionRow> interactions = [];
    private readonly ConsentBook consents = new();
    private readonly ScopeBook scopes = new();
    private Batch batch = null!;

    public object Prepare(Command command) => Sighting.UsableOf(command, rules, vault);

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        this.batch = batch;
        sightings.Clear();
        links.Clear();
        aliases.Clear();
        interactions.Clear();
        var all = batch.Steps.Select(step => new Sighting(step, (SightedIdentifier[])step.Prepared!)).ToList();
        foreach (var sighting in all) sightings[sighting.Step] = sighting;
        loaded = await LoadedPersons.Load(batch, books, all, rules);
        await consents.Load(batch, books);
        await scopes.Load(books);
        await batch.Reserve("person", batch.Steps.Count);
        await batch.Reserve("interaction", batch.Steps.Count(s => s.Command.Body is InteractionHappened));
    }

    public Refusal? Check(Step step)
    {
        if (step.Command.PersonId != 0) return CheckNamed(step);
        var sighting = sightings[step];
        if (sighting.Identifiers.Length == 0)
        {
            step.Person = PersonResolution.Guest;
            return step.Command.Body is OrderReported or RefundSucceeded or InteractionHappened ? null
                : new Refusal("person_unknown", "The event names nobody: give at least one usable identifier (masked, empty and blocked values are not).");
        }
        if (Collision(sighting) is { } refusal) return refusal;
        var resolution = sighting.Resolution = Resolve.Decide(
            [.. sighting.Identifiers.Select(i => new Evidence(i.Key, i.Rule, i.Scope, loaded.OwnerOf(i.Key)))], loaded);
        step.Person = new PersonResolution(resolution.PersonId, resolution.PersonId == 0, resolution.Absorbs, sighting.Identifiers[0].Key);
        return null;
    }

    private Refusal? CheckNamed(Step step)
    {
        if (loaded.Person(step.Command.PersonId) is not { } person)
            return new Refusal("person_not_found", $"There is no person {step.Command.PersonId}.", Final: true);
        step.Person = new PersonResolution(person.PersonId, false, [], 0);
        return null;
    }

    // 63 bits of hash: a clash is unlikely, and joining two strangers by one would never be found out.
    private Refusal? Collision(Sighting sighting)
    {
        foreach (var identifier in sighting.Identifiers)
            if (loaded.Identifier(identifier.Key) is { } row
                && (row.Namespace != identifier.Rule.Name || row.Scope != identifier.Scope || vault.Open(row.ValueCipher) != identifier.Value))
                return new Refusal("identifier_collision", $"An identifier of namespace {identifier.Rule.Name} has the same key as another; leave it out.");
        return null;
    }

    public void Apply(Step step)
    {
        var sighting = sightings[step];
        if (sighting.Resolution is { } resolution) ApplyResolution(step, sighting, resolution);
        if (step.Person.IsGuest)
        {
            if (step.Command.Body is InteractionHappened guestInteraction) AddInteraction(step, guestInteraction);
            return;
        }
        var person = loaded.Person(step.Person.PersonId)!;
        // Being written to by number - by a screen, a job, a journey - is not being seen.
        var seen = step.Command.PersonId == 0 && Touch(person, step.Command);
        var changed = ApplyBody(person, step);
        Contacting.Contact.Tell(step, person, loaded, consents, vault);
        if (!seen && !changed) return;
        (changed ? loaded.ChangedPersons : loaded.SeenPersons).Add(person.PersonId);
        step.Announce("persons.person_changed.v1", "persons", person.PersonId);
    }

    private void ApplyResolution(Step step, Sighting sighting, Resolution resolution)
    {
        var person = resolution.PersonId == 0 ? NewPerson(step) : loaded.Person(resolution.PersonId)!;
        step.Person = step.Person with { PersonId = person.PersonId };
        foreach (var absorbed in resolution.Absorbs) Absorb(person, loaded.Person(absorbed)!, step);
        foreach (var identifier in sighting.Identifiers) ApplyIdentifier(person, identifier, sighting, resolution);
    }

    private PersonRow NewPerson(Step step)
    {
        var person = new PersonRow
        {
            PersonId = batch.NewId("person"),
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
        loaded.MoveIdentifiers(from, to);
        Survivorship.Unite(person, absorbed);
        absorbed.State = "merged";
        absorbed.MergedInto = to;
        loaded.ChangedPersons.Add(from);
        loaded.ChangedPersons.Add(to);
        foreach (var alias in aliases.Values.Where(a => a.To == from).ToList()) aliases[alias.From] = alias with { To = to };
        aliases[from] = new AliasRow(from, to, step.Command.AtMs, step.Command.Key);
        consents.Unite(from, to);
        batch.Merges.Add(from, to);
        for (var i = 0; i < interactions.Count; i++)
            if (interactions[i].PersonId == from) interactions[i] = interactions[i] with { PersonId = to };
        step.Announce("persons.person_merged.v1", "persons", from, new JsonObject { ["from"] = from, ["to"] = to });
    }

    private void ApplyIdentifier(PersonRow person, SightedIdentifier identifier, Sighting sighting, Resolution resolution)
    {
        var command = sighting.Step.Command;
        var anchor = sighting.Identifiers[0].Key;
        var dropped = resolution.Dropped.FirstOrDefault(d => d.Key == identifier.Key).Rule;
        if (dropped is null && resolution.Attach.Contains(identifier.Key))
        {
            loaded.Attach(new IdentifierRow
            {
                Key = identifier.Key,
                Namespace = identifier.Rule.Name,
                Scope = identifier.Scope,
                ValueCipher = vault.Seal(identifier.Value),
                PersonId = person.PersonId,
                Verified = identifier.Verified,
                FirstSeenMs = command.AtMs,
                LastSeenMs = command.AtMs,
                Source = command.Source,
            });
            scopes.See(identifier.Rule.Name, identifier.Scope);
            loaded.ChangedPersons.Add(person.PersonId);
        }
        else if (loaded.Identifier(identifier.Key) is { } row) TouchIdentifier(row, identifier, command);
        var news = dropped is not null || resolution.Attach.Contains(identifier.Key) || resolution.Absorbs.Length > 0;
        if (identifier.Key != anchor && news)
            links.TryAdd((Math.Min(anchor, identifier.Key), Math.Max(anchor, identifier.Key)),
                LinkRow.Of(anchor, identifier.Key, command.Source, command.Key, identifier.Verified ? "verified" : "asserted", command.AtMs, dropped));
    }

    private void TouchIdentifier(IdentifierRow row, SightedIdentifier identifier, Command command)
    {
        var changed = Seen(row.FirstSeenMs, row.LastSeenMs, command.AtMs, IdentifierSeenResolutionMs);
        if (!changed && (row.Verified || !identifier.Verified)) return;
        row.FirstSeenMs = Math.Min(row.FirstSeenMs, command.AtMs);
        row.LastSeenMs = Math.Max(row.LastSeenMs, command.AtMs);
        row.Verified |= identifier.Verified;
        loaded.SeenIdentifiers.Add(row.Key);
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

    private static bool Seen(long first, long last, long at, long resolution) => at < first || at >= last + resolution;

    private bool ApplyBody(PersonRow person, Step step)
    {
        switch (step.Command.Body)
        {
            case MemberJoined joined: return Survivorship.Apply(person, joined.Profile, step.Command.AtMs, vault);
            case MemberUpdated updated: return Survivorship.Apply(person, updated.Profile, step.Command.AtMs, vault);
            case ConsentChanged consent: return ApplyConsent(person, consent, step);
            case InteractionHappened interaction: AddInteraction(step, interaction); return false;
            default: return false;
        }
    }

    private bool ApplyConsent(PersonRow person, ConsentChanged consent, Step step)
    {
        var via = consent.Via.ToString().ToLowerInvariant();
        var row = new ConsentRow(person.PersonId, via, consent.Purpose, PointKey(consent), consent.Granted, consent.Evidence, step.Command.Source, step.Command.AtMs);
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
        if (batch.Merges.Count > 0)
        {
            await PersonMoves.Move(books, batch.Merges, "interactions");
            await books.Execute("""
                update person_aliases set to_person = (select m.to_person from person_moves m where m.from_person = person_aliases.to_person)
                where to_person in (select from_person from person_moves)
                """);
            await books.Upsert(AliasRow.Table, aliases.Values);
        }
        await books.Upsert(PersonRow.Table, loaded.PersonsToSave);
        await books.Update(PersonRow.Seen, loaded.PersonsOnlySeen);
        await books.Upsert(IdentifierRow.Table, loaded.IdentifiersToSave);
        await books.Update(IdentifierRow.Seen, loaded.IdentifiersOnlySeen);
        await books.InsertMissing(LinkRow.Table, links.Values);
        await books.Insert(InteractionRow.Table, interactions);
        await consents.Save(books);
        await scopes.Save(books);
    }
}
