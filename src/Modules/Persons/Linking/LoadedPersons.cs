using Danke.Contracts.Touch;
using Danke.Engines.Identity;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Linking;

/// <summary>The persons and identifiers that a batch touches, as the database has them and then as the batch leaves them.</summary>
internal sealed class LoadedPersons : IKnownIdentifiers
{
    private readonly Dictionary<long, PersonRow> persons = [];
    private readonly Dictionary<long, IdentifierRow> identifiers = [];
    private readonly Dictionary<long, long> aliases = [];
    private readonly Dictionary<long, Dictionary<(string, string), long>> unique = [];
    private readonly Dictionary<long, List<long>> keysOf = [];
    private readonly IdentityRules rules;

    public HashSet<long> ChangedPersons { get; } = [];
    public HashSet<long> ChangedIdentifiers { get; } = [];

    /// <summary>Persons and identifiers that were seen again, and of which perhaps nothing else changed.</summary>
    public HashSet<long> SeenPersons { get; } = [];
    public HashSet<long> SeenIdentifiers { get; } = [];

    private LoadedPersons(IdentityRules rules) => this.rules = rules;

    public static async Task<LoadedPersons> Load(Batch batch, BooksTransaction books, IReadOnlyList<Sighting> sightings, IdentityRules rules)
    {
        var loaded = new LoadedPersons(rules);
        var keys = sightings.SelectMany(s => s.Identifiers).Select(i => i.Key).Distinct().ToArray();
        if (keys.Length > 0)
            foreach (var row in await books.Read(IdentifierRow.Select + " where identifier_key in ({keys})", IdentifierRow.Read, ("keys", keys)))
                loaded.identifiers[row.Key] = row;
        var named = await loaded.LoadAliases(batch, books);

        var components = Components.Of(sightings, loaded.identifiers);
        batch.MayMerge = components.MayMerge;
        batch.PersonIds = loaded.identifiers.Values.Select(i => i.PersonId).Concat(named).Distinct().Order().ToList();
        foreach (var sighting in sightings) sighting.Step.Candidates = loaded.CandidatesOf(sighting);
        await loaded.LoadPersons(batch.PersonIds, books);
        await loaded.LoadUnique([.. components.Undecided.Concat(loaded.Touched(batch)).Distinct()], books);
        return loaded;
    }

    // Whoever may get a message is looked up with all that they can be reached by.
    private IEnumerable<long> Touched(Batch batch) =>
        batch.Steps.Where(s => s.Command.Body is ITouches).Select(s => aliases.GetValueOrDefault(s.Command.PersonId, s.Command.PersonId));

    private long[] CandidatesOf(Sighting sighting) =>
        sighting.Step.Command.PersonId is not 0 and var named ? [aliases.GetValueOrDefault(named, named)]
        : [.. sighting.Identifiers.Select(i => OwnerOf(i.Key)).Where(p => p != 0).Distinct()];

    // Commands that name a person by number may name one that was absorbed since.
    private async Task<long[]> LoadAliases(Batch batch, BooksTransaction books)
    {
        var named = batch.Steps.Where(s => s.Command.PersonId != 0).Select(s => s.Command.PersonId).Distinct().ToArray();
        if (named.Length == 0) return [];
        foreach (var (from, to) in await books.Read("select from_person, to_person from person_aliases where from_person in ({keys})",
                     r => (r.GetInt64(0), r.GetInt64(1)), ("keys", named)))
            aliases[from] = to;
        return named.Select(p => aliases.GetValueOrDefault(p, p)).ToArray();
    }

    // Locked in one order, so that two nodes with the same persons wait for one another instead of dead-locking.
    private async Task LoadPersons(IReadOnlyCollection<long> ids, BooksTransaction books)
    {
        if (ids.Count == 0) return;
        foreach (var row in await books.Read(PersonRow.Select + " where person_id in ({keys}) order by person_id {for update}", PersonRow.Read, ("keys", ids.ToArray())))
            persons[row.PersonId] = row;
    }

    // What a person is known by matters only where something may join or be added.
    private async Task LoadUnique(IReadOnlyCollection<long> ids, BooksTransaction books)
    {
        if (ids.Count == 0) return;
        foreach (var row in await books.Read(IdentifierRow.Select + " where person_id in ({keys})", IdentifierRow.Read, ("keys", ids.ToArray())))
            Remember(identifiers.TryGetValue(row.Key, out var known) ? known : identifiers[row.Key] = row);
    }

    private void Remember(IdentifierRow row)
    {
        ListOf(row.PersonId).Add(row.Key);
        if (rules[row.Namespace].OnePerScope) UniqueSlots(row.PersonId)[(row.Namespace, row.Scope)] = row.Key;
    }

    /// <summary>All that the person is known by; whole only for who was loaded with it.</summary>
    public IEnumerable<IdentifierRow> IdentifiersOf(long personId) => ListOf(personId).Select(key => identifiers[key]);

    public IReadOnlyDictionary<(string Namespace, string Scope), long> UniqueOf(long personId) => UniqueSlots(personId);

    public PersonRow? Person(long personId) => persons.GetValueOrDefault(aliases.GetValueOrDefault(personId, personId));

    public IdentifierRow? Identifier(long key) => identifiers.GetValueOrDefault(key);

    /// <summary>Who has the identifier now; 0 for nobody.</summary>
    public long OwnerOf(long key) => identifiers.TryGetValue(key, out var row) ? row.PersonId : 0;

    public void Add(PersonRow person)
    {
        persons[person.PersonId] = person;
        ChangedPersons.Add(person.PersonId);
    }

    public void Attach(IdentifierRow row)
    {
        identifiers[row.Key] = row;
        ChangedIdentifiers.Add(row.Key);
        Remember(row);
    }

    /// <summary>Everything that <paramref name="from"/> was known by is the other's now.</summary>
    public void MoveIdentifiers(long from, long to)
    {
        foreach (var key in ListOf(from))
        {
            var row = identifiers[key];
            row.PersonId = to;
            ChangedIdentifiers.Add(key);
            Remember(row);
        }
        keysOf.Remove(from);
        unique.Remove(from);
        foreach (var alias in aliases.Where(a => a.Value == from).Select(a => a.Key).ToList()) aliases[alias] = to;
        aliases[from] = to;
    }

    public List<PersonRow> PersonsToSave => [.. ChangedPersons.Select(id => persons[id])];
    public List<PersonRow> PersonsOnlySeen => [.. SeenPersons.Where(id => !ChangedPersons.Contains(id)).Select(id => persons[id])];
    public List<IdentifierRow> IdentifiersToSave => [.. ChangedIdentifiers.Select(key => identifiers[key])];
    public List<IdentifierRow> IdentifiersOnlySeen => [.. SeenIdentifiers.Where(key => !ChangedIdentifiers.Contains(key)).Select(key => identifiers[key])];

    private List<long> ListOf(long personId) => keysOf.TryGetValue(personId, out var list) ? list : keysOf[personId] = [];

    private Dictionary<(string, string), long> UniqueSlots(long personId) =>
        unique.TryGetValue(personId, out var slots) ? slots : unique[personId] = [];
}
