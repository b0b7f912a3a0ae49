using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>Persons that become one, that come back, and that are divided; what their numbers lead to.</summary>
internal sealed partial class PersonsStage
{
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
}
