using System.Collections.Immutable;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Persons.Attributes;
using Danke.Platform.Access;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>What an event would make of persons, and why it is refused.</summary>
internal sealed partial class PersonsStage
{
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
            sighting.Outcome = Foreseen(() => loaded.Reconsider(loaded.Graph, reconsider));
            step.Person = PersonResolution.Guest;
            return null;
        }
        if (sighting.Identifiers.Length == 0)
        {
            step.Person = PersonResolution.Guest;
            return step.Command.Body is OrderReported or RefundSucceeded or InteractionHappened or IMayNameNobody ? null
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

    // A likeness joins two persons as they are, or does nothing. Of several links that may not be, its own and the first by its keys is told, whatever else is loaded.
    private static Refusal? TooMuch(Outcome outcome) =>
        outcome.Links.Where(l => !l.Verdict.Joins).OrderBy(l => !l.IsObserved).ThenBy(l => l.Link.Low).ThenBy(l => l.Link.High).FirstOrDefault() is { Verdict.Code: { } code } ? new Refusal("would_break_rule", code, Final: true)
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
}
