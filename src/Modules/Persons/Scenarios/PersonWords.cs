using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Persons.Attributes;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using Danke.Platform.Scenarios;

namespace Danke.Persons.Scenarios;

/// <summary>What scenarios say of persons: who was seen with what, who is one person with whom, what is known and allowed.</summary>
internal static class PersonWords
{
    public static ScenarioWords All { get; } = new()
    {
        Steps =
        [
            EventWord.Of("seen", "interaction.happened", "interaction", "Somebody did something: a view, unless kind says another.", expand: (data, _) => data["kind"] ??= "page.view"),
            EventWord.Of("updated", "member.updated", "updated", "A source knows something new of the person."),
            EventWord.Of("consented", "consent.changed", "consent", "The person allowed a use of a contact point, or forbade it with granted: false.", expand: (data, _) =>
            {
                data["purpose"] ??= ContactSheet.Marketing;
                data["granted"] ??= true;
            }),
            new("pinned", Shape.Fields(("who", Shape.Who()), ("attribute", Shape.Text()), ("value", Shape.Text())).Needs("who", "attribute", "value").Says("Somebody decides by hand what an attribute is: name, city, attributes.skin, …"),
                (stage, step) => Named(stage, step, new PinAttribute(step.Given["attribute"]!.ToString(), step.Given["value"]!.ToString(), "scenario", "scenario"))),
            new("unpinned", Shape.Fields(("who", Shape.Who()), ("attribute", Shape.Text())).Needs("who", "attribute").Says("The rule decides the attribute again."),
                (stage, step) => Named(stage, step, new UnpinAttribute(step.Given["attribute"]!.ToString(), "scenario"))),
            .. IdentityWords.Steps,
        ],
        Expectations =
        [
            new("persons", Shape.List(Shape.Who()).Says("Everybody there is, each with all their identifiers: exactly these persons. Identifiers that are nobody's are not among them."), Groups),
            new("one_person", Shape.List(Shape.Who()).Says("Each of these lists of identifiers is one person, who may have more."), Together),
            new("nobody", Shape.List(Shape.Who()).Says("Nobody has these identifiers."), Unknown),
            new("dropped_links", Shape.List(Shape.Fields(("between", Shape.Who()), ("rule", Shape.Text())).Needs("between")).Says("Exactly these links were not believed, and by which rule."), Dropped),
            new("profiles", Shape.Map(Shape.Fields(("name", Value()), ("gender", Value()), ("birthday", Value()), ("province", Value()), ("city", Value()), ("language", Value()),
                ("attributes", Shape.Map(Value())), ("first_channel", Value()), ("first_seen", Shape.Time()), ("last_seen", Shape.Time()))).Says("What is known of persons."), Profiles),
            new("interactions", Shape.Map(Shape.Whole()).Says("How many interactions persons have; nobody: those of unknown visitors."), Interactions),
            new("consents", Shape.Map(Shape.Map(Shape.Flag().OrNothing())).Says("By kind of contact, e.g. sms, whether marketing is allowed; null when nothing was said."), Consents),
        ],
    };

    private static async Task<IReadOnlyList<Command>> Named(ScenarioStage stage, Happening step, CommandBody body)
    {
        var person = await stage.Person(step.Given["who"]!);
        if (person == 0) throw new ScenarioException(step.Given, "Nobody has this identifier yet.");
        return [new Command { Source = Sources.Operator, Id = step.Id, AtMs = step.AtMs, Channel = DirectCommands.Source, PersonId = person, Body = body }];
    }

    private static JsonObject Value() => Shape.Text().OrNothing();

    private sealed record Known(long Key, string Text, long Person);

    private static async Task<List<Known>> Identifiers(ScenarioStage stage) =>
        await stage.Books.Read("select identifier_key, namespace, scope, value_cipher, person_id from identifiers order by person_id, namespace, scope, identifier_key",
            r => new Known(r.GetInt64(0), $"{r.GetString(1)}{(r.GetString(2).Length > 0 ? "@" : "")}{r.GetString(2)}:{stage.Get<Vault>().Open(r.Bytes(3))}", r.GetInt64(4)));

    private static long KeyOf(ScenarioStage stage, Identifier identifier) => stage.Get<PersonLookup>().KeyOf(identifier) ?? 0;

    // Groups that are as expected are told in the scenario's own words and order, so that only the others differ.
    private static async Task<JsonNode?> Groups(ScenarioStage stage, JsonNode expected)
    {
        var actual = (await Identifiers(stage)).Where(i => i.Person != 0).GroupBy(i => i.Person).Select(g => g.ToList()).ToList();
        var found = new JsonArray();
        foreach (var group in expected.AsArray())
        {
            var keys = stage.Names.Who(group!).Select(i => KeyOf(stage, i)).ToHashSet();
            var match = actual.Find(a => a.Exists(i => keys.Contains(i.Key)));
            if (match is null) found.Add(null);
            else found.Add(keys.SetEquals(match.Select(i => i.Key)) ? group!.DeepClone() : Texts(match));
            if (match is not null) actual.Remove(match);
        }
        foreach (var other in actual) found.Add(Texts(other));
        return found;
    }

    private static JsonArray Texts(IEnumerable<Known> group) => [.. group.Select(i => (JsonNode)i.Text)];

    private static async Task<JsonNode?> Together(ScenarioStage stage, JsonNode expected)
    {
        var owners = (await Identifiers(stage)).ToDictionary(i => i.Key, i => i.Person);
        return new JsonArray([.. expected.AsArray().Select(JsonNode? (group) =>
        {
            var persons = stage.Names.Who(group!).GroupBy(i => owners.GetValueOrDefault(KeyOf(stage, i))).ToList();
            return persons is [{ Key: not 0 }] ? group!.DeepClone()
                : string.Join("; ", persons.Select(p => $"{(p.Key == 0 ? "nobody" : $"person {p.Key}")} has {string.Join(", ", p.Select(i => $"{i.Namespace}:{i.Value}"))}"));
        })]);
    }

    private static async Task<JsonNode?> Unknown(ScenarioStage stage, JsonNode expected)
    {
        var list = new JsonArray();
        foreach (var who in expected.AsArray()) list.Add(await stage.Person(who!) == 0 ? who!.DeepClone() : $"{who} belongs to somebody");
        return list;
    }

    private static async Task<JsonNode?> Dropped(ScenarioStage stage, JsonNode expected)
    {
        var names = (await Identifiers(stage)).ToDictionary(i => i.Key, i => i.Text);
        var dropped = await stage.Books.Read("select low_key, high_key, dropped_rule from links where dropped_rule is not null order by first_seen_ms, low_key, high_key",
            r => (Low: r.GetInt64(0), High: r.GetInt64(1), Rule: r.GetString(2)));
        var found = new JsonArray();
        foreach (var link in expected.AsArray())
        {
            var keys = stage.Names.Who(link!["between"]!).Select(i => KeyOf(stage, i)).ToHashSet();
            var at = dropped.FindIndex(d => keys.SetEquals([d.Low, d.High]));
            found.Add(at < 0 ? null : new JsonObject { ["between"] = link["between"]!.DeepClone(), ["rule"] = dropped[at].Rule });
            if (at >= 0) dropped.RemoveAt(at);
        }
        foreach (var (low, high, rule) in dropped)
            found.Add(new JsonObject { ["between"] = new JsonArray(names.GetValueOrDefault(low, "?"), names.GetValueOrDefault(high, "?")), ["rule"] = rule });
        return found;
    }

    private static Task<JsonNode?> Profiles(ScenarioStage stage, JsonNode expected) => stage.OfEach(expected, async (person, _) =>
        (await stage.Books.Read("select name_cipher, gender, birthday, province, city, language, first_channel, first_seen_ms, last_seen_ms, attributes from persons where person_id = @person", r => new JsonObject
        {
            ["name"] = r.IsDBNull(0) ? null : stage.Get<Vault>().Open(r.Bytes(0)),
            ["gender"] = r.TextOrNull(1),
            ["birthday"] = r.TextOrNull(2),
            ["province"] = r.TextOrNull(3),
            ["city"] = r.TextOrNull(4),
            ["language"] = r.TextOrNull(5),
            ["first_channel"] = r.GetString(6),
            ["first_seen"] = Contracts.Events.Rfc3339.Write(r.GetInt64(7)),
            ["last_seen"] = Contracts.Events.Rfc3339.Write(r.GetInt64(8)),
            ["attributes"] = JsonNode.Parse(r.GetString(9)),
        }, [("person", person)])).FirstOrDefault());

    private static async Task<JsonNode?> Interactions(ScenarioStage stage, JsonNode expected)
    {
        var actual = new JsonObject();
        foreach (var (who, _) in expected.AsObject())
            actual[who] = (await stage.Books.Read("select count(*) from interactions where person_id = @person", r => r.GetInt64(0),
                [("person", who == "nobody" ? 0 : await stage.Person(who))]))[0];
        return actual;
    }

    private static Task<JsonNode?> Consents(ScenarioStage stage, JsonNode expected) => stage.OfEach(expected, async (person, _) =>
        new JsonObject((await stage.Books.Read("select via, granted from consents where person_id = @person and purpose = 'marketing' and point_key = 0",
            r => (Via: r.GetString(0), Granted: r.GetInt64(1) != 0), [("person", person)])).Select(c => KeyValuePair.Create(c.Via, (JsonNode?)c.Granted))));
}
