using Danke.Engines.Identity;
using Danke.Engines.Identity.Attributes;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;

namespace Danke.Persons.Attributes;

/// <summary>Finds the persons whose profile is another than what rules make of all that was said, page by page.</summary>
internal sealed class ProfileSurvey(BooksStore books, Vault vault)
{
    /// <summary>Persons whose statements are in memory at once.</summary>
    private const long AtOnce = 2_000;

    private const int KeysAtOnce = 5_000;

    /// <param name="outcome">Identifiers that would change hands, and what was said by them.</param>
    public async Task<List<long>> Changed(AttributeRules rules, Outcome outcome, CancellationToken cancel)
    {
        var owners = outcome.Assignments.Where(a => a.PersonId != a.Identifier.PersonId).ToDictionary(a => a.Identifier.Key, a => a.PersonId);
        var absorbed = outcome.Merges.Select(m => m.From).ToHashSet();
        var (coming, comingPins) = await Moved(owners, cancel);
        var changed = new List<long>();
        for (var after = 0L; ;)
        {
            var persons = await books.Read(PersonRow.Select + " where person_id > @after and state = 'active' order by person_id limit @most", PersonRow.Read, [("after", after), ("most", AtOnce)], cancel);
            if (persons.Count == 0) return changed;
            (string, object?)[] page = [("after", after), ("last", after = persons[^1].PersonId)];
            var said = (await books.Read(StatementRow.Select + " where person_id > @after and person_id <= @last", StatementRow.Read, page, cancel))
                .Where(s => !owners.ContainsKey(s.Key.Via)).ToLookup(s => s.PersonId);
            var pins = (await books.Read(PinRow.Select + " where person_id > @after and person_id <= @last", PinRow.Read, page, cancel)).Where(p => !owners.ContainsKey(p.Via)).ToLookup(p => p.PersonId);
            foreach (var person in persons.Where(p => !absorbed.Contains(p.PersonId)))
                if (Profiles.Put(person, Profiles.Decide(rules, said[person.PersonId].Concat(coming[person.PersonId]), pins[person.PersonId].Concat(comingPins[person.PersonId]), vault), vault))
                    changed.Add(person.PersonId);
        }
    }

    private async Task<(ILookup<long, StatementRow>, ILookup<long, PinRow>)> Moved(Dictionary<long, long> owners, CancellationToken cancel)
    {
        var (statements, pins) = (new List<StatementRow>(), new List<PinRow>());
        foreach (var some in owners.Keys.Chunk(KeysAtOnce))
        {
            statements.AddRange(await books.Read(StatementRow.Select + " where via_key in ({keys})", StatementRow.Read, [("keys", some)], cancel));
            pins.AddRange(await books.Read(PinRow.Select + " where via_key in ({keys})", PinRow.Read, [("keys", some)], cancel));
        }
        return (statements.ToLookup(s => owners[s.Key.Via]), pins.ToLookup(p => owners[p.Via]));
    }
}
