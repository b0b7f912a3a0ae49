using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Engines.Identity.Attributes;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Persons.Attributes;

/// <summary>What was said of a batch's persons, value by value. Statements go where the identifier goes that they came in by.</summary>
internal sealed class StatementBook(Vault vault)
{
    /// <summary>Who says the same again moves "last said" by the day, unless somebody has said otherwise since: a nightly copy of everybody writes little.</summary>
    private const long SaidResolutionMs = 24 * 3_600_000;

    private readonly Dictionary<StatementKey, StatementRow> rows = [];
    private readonly Dictionary<long, HashSet<StatementKey>> keysOf = [];
    private readonly HashSet<StatementKey> changed = [];
    private readonly HashSet<StatementKey> gone = [];
    private readonly Dictionary<(long Via, string Attribute), PinRow> pins = [];
    private readonly HashSet<(long, string)> changedPins = [];
    private readonly HashSet<(long, string)> gonePins = [];
    private readonly HashSet<long> known = [];

    /// <summary>Whether a command says something of a person's attributes, so that what is known of them is needed.</summary>
    public static bool Concerns(CommandBody body) => body is PinAttribute or UnpinAttribute or ReconsiderProfile || ProfileOf(body) is { } profile && profile != Profile.Empty;

    public static Profile? ProfileOf(CommandBody body) => body switch
    {
        MemberJoined joined => joined.Profile,
        MemberUpdated updated => updated.Profile,
        _ => null,
    };

    /// <param name="also">Persons of whom something may be said beside the candidates of those who say it.</param>
    public async ValueTask Load(Batch batch, BooksTransaction books, IEnumerable<long> also)
    {
        rows.Clear();
        keysOf.Clear();
        changed.Clear();
        gone.Clear();
        pins.Clear();
        changedPins.Clear();
        gonePins.Clear();
        known.Clear();
        known.UnionWith(batch.Steps.Where(s => Concerns(s.Command.Body)).SelectMany(s => s.Candidates).Concat(batch.MayMerge).Concat(batch.MayDivide).Concat(also));
        if (known.Count == 0) return;
        var keys = known.Order().ToArray();
        foreach (var row in await books.Read(StatementRow.Select + " where person_id in ({keys})", StatementRow.Read, ("keys", keys))) Remember(row);
        foreach (var pin in await books.Read(PinRow.Select + " where person_id in ({keys})", PinRow.Read, ("keys", keys))) pins[pin.Key] = pin;
    }

    /// <summary>Whether all that was said of the person is here. Of persons that this batch makes, it is.</summary>
    public bool Knows(long personId) => known.Contains(personId);

    private IEnumerable<StatementRow> Of(long personId) => keysOf.TryGetValue(personId, out var keys) ? keys.Select(k => rows[k]) : [];

    /// <summary>False when it was known already, to the day.</summary>
    public bool Say(long personId, long via, Command command, Profile profile)
    {
        var news = false;
        foreach (var (attribute, value) in AttributesOf(profile)) news |= Say(personId, via, command, attribute, AttributeValue.Clean(value));
        return news;
    }

    private static IEnumerable<(string Attribute, string Value)> AttributesOf(Profile profile)
    {
        if (profile.Name is { } name) yield return ("name", name);
        if (profile.Gender is { } gender) yield return ("gender", gender);
        if (profile.Birthday is { } birthday) yield return ("birthday", birthday);
        if (profile.Province is { } province) yield return ("province", province);
        if (profile.City is { } city) yield return ("city", city);
        if (profile.Language is { } language) yield return ("language", language);
        foreach (var (attribute, value) in profile.Attributes) yield return (AttributeNames.Further + attribute, value);
    }

    private bool Say(long personId, long via, Command command, string attribute, string value)
    {
        var key = new StatementKey(via, command.Source, command.Channel, attribute, vault.Key("said", attribute, value));
        if (!rows.TryGetValue(key, out var before))
        {
            Put(new StatementRow(key, personId, vault.Seal(value), null, command.AtMs, command.AtMs, command.Key));
            Forget(personId, key);
            return true;
        }
        if (command.AtMs >= before.FirstMs && command.AtMs < before.LastMs + SaidResolutionMs && (command.AtMs <= before.LastMs || !IsDisputed(personId, before))) return false;
        var isLast = command.AtMs > before.LastMs;
        Put(before with { FirstMs = Math.Min(before.FirstMs, command.AtMs), LastMs = Math.Max(before.LastMs, command.AtMs), CommandKey = isLast ? command.Key : before.CommandKey });
        return true;
    }

    private bool IsDisputed(long personId, StatementRow row) =>
        Of(personId).Any(o => o.Key.Attribute == row.Key.Attribute && o.Key.ValueKey != row.Key.ValueKey && o.LastMs >= row.LastMs);

    // What one source said long ago is forgotten where it says much.
    private void Forget(long personId, StatementKey said)
    {
        var voice = Of(personId).Where(r => r.Key.Voice == said.Voice).ToList();
        if (voice.Count <= Survivorship.MostUnusable) return;
        var opened = voice.ToDictionary(r => r.Open(vault));
        foreach (var surplus in Survivorship.Surplus(opened.Keys)) Remove(opened[surplus]);
    }

    public void Pin(long personId, long via, Command command, PinAttribute pin)
    {
        var row = new PinRow(via, pin.Attribute, personId, vault.Seal(pin.Value), pin.By, pin.Reason, command.AtMs, command.Key);
        if (pins.TryGetValue(row.Key, out var before) && before.AtMs > row.AtMs) return;
        pins[row.Key] = row;
        changedPins.Add(row.Key);
        gonePins.Remove(row.Key);
    }

    /// <summary>All pins of the attribute, also those that a newer one overruled: what the rule says is what one then sees.</summary>
    public void Unpin(long personId, string attribute)
    {
        foreach (var row in pins.Values.Where(p => p.PersonId == personId && p.Attribute == attribute).ToList())
        {
            pins.Remove(row.Key);
            changedPins.Remove(row.Key);
            gonePins.Add(row.Key);
        }
    }

    public void Unite(long from, long to)
    {
        foreach (var row in Of(from).ToList()) Give(row, to);
        foreach (var pin in pins.Values.Where(p => p.PersonId == from).ToList()) Give(pin, to);
    }

    /// <summary>What came in by the identifier goes where it goes.</summary>
    public void Move(IdentifierMove move)
    {
        foreach (var row in Of(move.From).Where(r => r.Key.Via == move.Key).ToList()) Give(row, move.To);
        foreach (var pin in pins.Values.Where(p => p.PersonId == move.From && p.Via == move.Key).ToList()) Give(pin, move.To);
    }

    /// <summary>What somebody decided of a number by hand stays with the number when that gets another identifier to stay with.</summary>
    /// <param name="reanchored">The identifiers that numbers leave, each with the one that its number stays with from now on.</param>
    public void Reanchor(IReadOnlyDictionary<long, long> reanchored)
    {
        if (reanchored.Count == 0) return;
        var moving = pins.Values.Where(p => reanchored.ContainsKey(p.Via)).ToList();
        foreach (var pin in moving)
        {
            pins.Remove(pin.Key);
            changedPins.Remove(pin.Key);
            gonePins.Add(pin.Key);
        }
        foreach (var pin in moving.Select(p => p with { Via = reanchored[p.Via] }))
        {
            if (pins.TryGetValue(pin.Key, out var other) && other.AtMs > pin.AtMs) continue;
            pins[pin.Key] = pin;
            changedPins.Add(pin.Key);
            gonePins.Remove(pin.Key);
        }
    }

    private void Give(StatementRow row, long to)
    {
        keysOf[row.PersonId].Remove(row.Key);
        Put(row with { PersonId = to });
    }

    private void Give(PinRow pin, long to)
    {
        pins[pin.Key] = pin with { PersonId = to };
        changedPins.Add(pin.Key);
    }

    /// <summary>Decides the person's profile from all that is said. True when it changed.</summary>
    public bool Decide(PersonRow person, AttributeRules rules) => Profiles.Put(person, Profiles.Decide(rules, Of(person.PersonId), pins.Values.Where(p => p.PersonId == person.PersonId), vault), vault);

    private void Put(StatementRow row)
    {
        Remember(row);
        changed.Add(row.Key);
        gone.Remove(row.Key);
    }

    private void Remember(StatementRow row)
    {
        rows[row.Key] = row;
        if (!keysOf.TryGetValue(row.PersonId, out var keys)) keysOf[row.PersonId] = keys = [];
        keys.Add(row.Key);
    }

    private void Remove(StatementRow row)
    {
        rows.Remove(row.Key);
        keysOf[row.PersonId].Remove(row.Key);
        changed.Remove(row.Key);
        gone.Add(row.Key);
    }

    public async ValueTask Save(BooksTransaction books)
    {
        foreach (var key in gone)
            await books.Execute("delete from attribute_statements where via_key = @via and source = @source and channel = @channel and attribute = @attribute and value_key = @value",
                ("via", key.Via), ("source", key.Source), ("channel", key.Channel), ("attribute", key.Attribute), ("value", key.ValueKey));
        foreach (var (via, attribute) in gonePins)
            await books.Execute("delete from attribute_pins where via_key = @via and attribute = @attribute", ("via", via), ("attribute", attribute));
        await books.Upsert(StatementRow.Table, changed.Select(k => rows[k]).ToList());
        await books.Upsert(PinRow.Table, changedPins.Select(k => pins[k]).ToList());
    }
}
