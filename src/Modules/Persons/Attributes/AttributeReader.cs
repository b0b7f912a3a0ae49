using Danke.Engines.Identity;
using Danke.Engines.Identity.Attributes;
using Danke.Persons.Judging;
using Danke.Persons.Linking;
using Danke.Persons.Looking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Persons.Attributes;

/// <summary>What a person's attributes are and where that comes from.</summary>
/// <param name="RulesVersion">Of the identity definition that decides; 0: the rules that ship.</param>
/// <param name="AwaitsRebuild">The rules were changed since the profile was decided: <c>danke identity rebuild</c> decides all anew.</param>
/// <param name="Left">What was said by identifiers that somebody split off: it went with them.</param>
public sealed record AttributesView(long PersonId, bool Revealed, long RulesVersion, bool AwaitsRebuild, IReadOnlyList<AttributeView> Attributes, IReadOnlyList<LeftView> Left);

/// <summary>Attributes of which an identifier said something that is another person's now because somebody decided so.</summary>
/// <param name="Attributes">Their names; the values are the other person's.</param>
/// <param name="PersonId">Whose the identifier is now.</param>
/// <param name="Decision">The number of the split.</param>
public sealed record LeftView(IReadOnlyList<string> Attributes, ViaView Via, long PersonId, long Decision, string By, string Reason, DateTimeOffset At);

/// <summary>One attribute.</summary>
/// <param name="Name">name, gender, birthday, province, city, language, or attributes.NAME.</param>
/// <param name="Value">What survives; null when nobody says anything usable.</param>
/// <param name="Because">pinned, agreed (nobody says otherwise), most_recent, source_priority, most_frequent, or nothing_usable.</param>
/// <param name="Policy">The rule: most_recent, source_priority or most_frequent.</param>
/// <param name="Sources">With source_priority: the most trusted first.</param>
/// <param name="Statements">The surviving one first, then the latest.</param>
public sealed record AttributeView(string Name, string? Value, string Because, string Policy, IReadOnlyList<string> Sources, PinView? Pin, IReadOnlyList<StatementView> Statements);

/// <summary>Somebody decided by hand.</summary>
public sealed record PinView(string By, string Reason, DateTimeOffset At);

/// <summary>What a source said.</summary>
/// <param name="Source">danke-profile: known before statements were kept.</param>
/// <param name="Standing">survives, agrees, replaced, masked, empty, overruled, lower_source, less_frequent or older.</param>
/// <param name="Event">The event that said it last, as source/id; empty when it is not known.</param>
/// <param name="Via">The identifier it came in by; null for what names nobody but a number.</param>
public sealed record StatementView(string Value, string Source, string Channel, string Standing, DateTimeOffset FirstSaid, DateTimeOffset LastSaid, string Event, ViaView? Via);

/// <param name="Id">Its lasting name, which says nothing of the value.</param>
public sealed record ViaView(string Id, string Namespace, string Value);

/// <summary>Reads what was said of a person.</summary>
internal sealed class AttributeReader(BooksStore books, Vault vault, LiveIdentityRules live, DecisionBook decisions)
{
    public async Task<AttributesView> Of(long person, bool reveal, CancellationToken cancel)
    {
        var rules = await live.Refresh(books, cancel);
        var row = (await books.Read(PersonRow.Select + " where person_id = @person", PersonRow.Read, [("person", person)], cancel))[0];
        var statements = await books.Read(StatementRow.Select + " where person_id = @person", StatementRow.Read, [("person", person)], cancel);
        var pins = await books.Read(PinRow.Select + " where person_id = @person", PinRow.Read, [("person", person)], cancel);
        var vias = (await books.Read(IdentifierRow.Select + " where person_id = @person", IdentifierRow.Reader(rules), [("person", person)], cancel)).ToDictionary(i => i.Key);
        var decided = Profiles.Decide(rules.Attributes, statements, pins, vault);
        var events = statements.ToDictionary(s => (s.Key.Attribute, s.Open(vault)), s => s.CommandKey);

        StatementView View(string attribute, Statement said, Standing standing) => new(
            Shown(attribute, said.Value, reveal)!, said.Source, said.Channel, Word(standing), said.FirstMs.ToInstant(), said.LastMs.ToInstant(), events[(attribute, said)],
            vias.TryGetValue(said.Via, out var via) ? new ViaView(IdentifierName.Of(via.Key), via.Namespace, ShownVia(via, reveal)) : null);

        return new AttributesView(person, reveal, rules.Version, Profiles.Put(row, decided, vault),
            [.. decided.OrderBy(a => PlaceOf(a.Key)).ThenBy(a => a.Key, StringComparer.Ordinal).Select(a => new AttributeView(
                a.Key, Shown(a.Key, a.Value.Value, reveal), Because(a.Value, rules.Attributes[a.Key]), Word(rules.Attributes[a.Key].Policy), rules.Attributes[a.Key].Sources,
                a.Value.Pin is { } pin ? PinOf(pins.Single(p => p.Attribute == a.Key && p.Via == pin.Via)) : null,
                [.. a.Value.Statements.Select(s => View(a.Key, s.Statement, s.Standing))]))],
            await Left(person, reveal, cancel));
    }

    private async Task<List<LeftView>> Left(long person, bool reveal, CancellationToken cancel)
    {
        var splits = (await decisions.Of(person, reveal, cancel)).Where(d => d is { Kind: "apart", RevokedAt: null }).ToList();
        var gone = splits.SelectMany(d => Across(d, person).Select(i => (Decision: d, Identifier: i))).DistinctBy(g => g.Identifier.Id).ToList();
        if (gone.Count == 0) return [];
        var said = (await books.Read("select distinct via_key, attribute from attribute_statements where via_key in ({keys}) and person_id <> @person", r => (Via: r.GetInt64(0), Attribute: r.GetString(1)),
            [("keys", gone.Select(g => IdentifierName.KeyOf(g.Identifier.Id)!.Value).ToArray()), ("person", person)], cancel)).ToLookup(s => IdentifierName.Of(s.Via), s => s.Attribute);
        return [.. from each in gone
                   where said.Contains(each.Identifier.Id)
                   let via = new ViaView(each.Identifier.Id, each.Identifier.Namespace, each.Identifier.Value)
                   select new LeftView([.. said[each.Identifier.Id].OrderBy(PlaceOf).ThenBy(a => a, StringComparer.Ordinal)], via, each.Identifier.PersonId, each.Decision.Decision, each.Decision.By, each.Decision.Reason, each.Decision.At)];
    }

    // Two who were never one are kept apart by the same kind of decision: of these nothing left.
    private static IEnumerable<DecisionIdentifierView> Across(DecisionView decision, long person)
    {
        var ours = decision.Identifiers.Where(i => i.PersonId == person).Select(i => i.Side).ToHashSet();
        return decision.Divides ? decision.Identifiers.Where(i => i.Side == 1 && ours.Contains(0) && i.PersonId != person) : [];
    }

    private static int PlaceOf(string attribute) => AttributeNames.OfEverybody.IndexOf(attribute) is >= 0 and var at ? at : int.MaxValue;

    private static PinView PinOf(PinRow pin) => new(pin.By, pin.Reason, pin.AtMs.ToInstant());

    private static string Because(Survivor survivor, AttributeRule rule) =>
        survivor.Pin is not null ? "pinned" : survivor.Value is null ? "nothing_usable"
        : survivor.Statements.All(s => s.Standing is Standing.Survives or Standing.Agrees or Standing.Replaced or Standing.Masked or Standing.Empty) ? "agreed" : Word(rule.Policy);

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private string ShownVia(IdentifierRow via, bool reveal) => reveal ? vault.Open(via.ValueCipher) : Vault.Mask(via.Namespace, vault.Open(via.ValueCipher));

    private static string? Shown(string attribute, string? value, bool reveal) => value is null || reveal ? value : attribute switch
    {
        "name" => Vault.Mask("name", value),
        "birthday" => PersonEndpoint.YearOf(value),
        "gender" or "province" or "city" or "language" => value,
        _ => Vault.Mask("attribute", value),
    };
}
