using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Engines.Identity;
using Danke.Engines.Identity.Attributes;
using Danke.Persons.Attributes;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Books;
using FsCheck;
using FsCheck.Fluent;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Door;

/// <summary>A person's profile is a function of what was said by the person's identifiers.</summary>
public sealed class ProfilePropertyTests
{
    private const string Rules = """
        {"namespaces":[{"name":"phone","priority":2,"kind":"phone","values_per_person":1,"contact":true,"shared_after":3},{"name":"tmall_ouid","priority":4,"values_per_person":1},
           {"name":"wechat_unionid","priority":3,"values_per_person":1},{"name":"member","priority":1,"person":true,"values_per_person":1},{"name":"cookie","priority":9,"values_per_person":20}],
         "attributes":{"name":{"policy":"most_frequent"},"city":{"policy":"source_priority","sources":["crm","tmall"]}}}
        """;

    private static readonly Identifier[] Values = [Phone("13800000001"), Phone("13800000002"), Ouid("x1"), Ouid("x2"), Union("u1"), new("member", "", "c1"), new("member", "", "c2"), new("cookie", "", "k1")];

    private static readonly Gen<Identifier[]> SomeIdentifiers =
        from count in Gen.Frequency((5, Gen.Constant(1)), (3, Gen.Constant(2)), (1, Gen.Constant(3)))
        from picked in Gen.ArrayOf(Gen.Elements(Values), count)
        select picked;

    internal static readonly Gen<Profile> SomeProfile =
        from name in Gen.Elements(null, "张三", "张 三", "李*", "Li Si", "ＬＩ ｓｉ")
        from city in Gen.Elements(null, null, "杭州", "上海", "杭 州")
        from gender in Gen.Elements(null, null, "f", "m")
        from nick in Gen.Elements(null, null, "t**1", "tom", "", "Tom ")
        select new Profile
        {
            Name = name,
            City = city,
            Gender = gender,
            Attributes = nick is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add("nick", nick),
        };

    internal static readonly Gen<CommandBody> SomePin = Gen.Frequency(
        (2, from attribute in Gen.Elements("name", "city", "attributes.nick") from value in Gen.Elements("王五", "北京") select (CommandBody)new PinAttribute(attribute, value, "test", "because")),
        (1, Gen.Elements("name", "city", "attributes.nick").Select(attribute => (CommandBody)new UnpinAttribute(attribute, "test"))));

    private static readonly Gen<CommandBody> SomeDecision = Gen.Frequency(
        (1, Gen.Choose(1, 5).Select(other => (CommandBody)new UnitePersons(other, "test", "because"))),
        (1, Gen.Elements(Values).Select(value => (CommandBody)new DividePerson([KeyOf(value)], "test", "because"))),
        (1, Gen.Choose(1, 3).Select(decision => (CommandBody)new RevokeDecision(decision, "test"))));

    private static long KeyOf(Identifier identifier) => new Vault(new byte[32]).Key(identifier.Namespace, identifier.Scope, IdentifierValue.Normalise(IdentityRules.Default[identifier.Namespace], identifier.Value)!);

    private static readonly Gen<Command> SomeCommand =
        from id in Gen.Choose(1, 60)
        from day in Gen.Choose(0, 40)
        from source in Gen.Elements("test", "crm", "pos")
        from channel in Gen.Elements("tmall", "store")
        from identifiers in SomeIdentifiers
        from body in Gen.Frequency((6, SomeProfile.Select(p => (CommandBody)new MemberUpdated(p))), (1, SomeProfile.Select(p => (CommandBody)new MemberJoined("", null, p))),
            (1, Gen.Constant((CommandBody)Order("T1", OrderStep.Paid, 5_000))), (2, SomePin), (2, SomeDecision))
        from person in Gen.Choose(1, 5)
        let command = Event($"e{id}", day, body, identifiers)
        select body is MemberUpdated or MemberJoined or OrderReported
            ? command with { Source = source, Channel = channel } : command with { PersonId = person, Identifiers = [] };

    private static readonly Gen<Command[]> SomeHistory = from size in Gen.Choose(2, 30) from history in Gen.ArrayOf(SomeCommand, size) select history;

    [Theory, OnBothBooks]
    public async Task What_is_stored_is_what_survives_of_all_statements(Dialect dialect)
    {
        foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 150 : 20))
            await sample.Hold(async history =>
            {
                await using var one = await DoorHarness.New(dialect);
                await using var many = await DoorHarness.New(dialect);
                await one.Publish("identity", "default", Rules);
                await many.Publish("identity", "default", Rules);

                var answers = await one.OneByOne(history);
                (await many.Apply(history)).ShouldBe(answers);

                DoorHarness.Difference(await one.Dump(), await many.Dump()).ShouldBeEmpty();
                await ShouldBeDecided(one.Books, Rules);
            });
    }

    [Theory, OnBothBooks]
    public async Task A_merge_that_is_taken_back_gives_everybody_their_profile_again(Dialect dialect)
    {
        var said = from day in Gen.Choose(0, 20)
                   from source in Gen.Elements("test", "crm", "pos")
                   from whose in Gen.Elements(Values[0], Values[2])
                   from profile in SomeProfile
                   select Event("", day, new MemberUpdated(profile), whose) with { Source = source };
        foreach (var sample in (from size in Gen.Choose(1, 12) from history in Gen.ArrayOf(said, size) select history).Many(dialect == Dialect.Sqlite ? 60 : 10))
            await sample.Hold(async history =>
            {
                await using var door = await DoorHarness.New(dialect);
                await door.Publish("identity", "default", Rules);
                await door.Apply(Event("a", 0, new MemberUpdated(Profile.Empty), Values[0]), Event("b", 0, new MemberUpdated(Profile.Empty), Values[2]));
                await door.Apply([.. history.Select((c, i) => c with { Id = $"{i}" })]);
                var before = await Profiles(door.Books);

                await door.Apply(Event("unite", 30, new UnitePersons(2, "test", "because")) with { PersonId = 1 });
                await ShouldBeDecided(door.Books, Rules);
                await door.Apply(Event("revoke", 31, new RevokeDecision(1, "test")) with { PersonId = 1 });

                (await Profiles(door.Books)).ShouldBe(before);
                await ShouldBeDecided(door.Books, Rules);
            });
    }

    private static Task<List<string>> Profiles(BooksStore books) => books.Read(
        "select person_id, name_cipher, gender, birthday, province, city, language, attributes, profile_at_ms from persons order by person_id",
        r => string.Join(" | ", Enumerable.Range(0, r.FieldCount).Select(i => r.IsDBNull(i) ? "-" : r.GetValue(i) is byte[] b ? Convert.ToHexString(b) : r.GetValue(i))));

    /// <summary>Every stored profile is what the engine makes of the statements and pins that lie on the person now.</summary>
    internal static async Task ShouldBeDecided(BooksStore books, string? rules = null)
    {
        using var vault = new Vault(new byte[32]);
        var attributes = rules is null ? AttributeRules.Default : IdentityDocument.Read(JsonNode.Parse(rules)!, 1).Attributes;
        var statements = (await books.Read("select person_id, attribute, via_key, source, channel, value_cipher, first_ms, last_ms from attribute_statements order by value_key",
            r => (Person: r.GetInt64(0), Attribute: r.GetString(1), Said: new Statement(r.GetInt64(2), r.GetString(3), r.GetString(4), vault.Open((byte[])r.GetValue(5)), r.GetInt64(6), r.GetInt64(7)))))
            .ToLookup(s => s.Person);
        var pins = (await books.Read("select person_id, attribute, via_key, value_cipher, at_ms from attribute_pins",
            r => (Person: r.GetInt64(0), Attribute: r.GetString(1), Pin: new AttributePin(r.GetInt64(2), vault.Open((byte[])r.GetValue(3)), r.GetInt64(4))))).ToLookup(p => p.Person);
        var stored = await books.Read("select person_id, name_cipher, gender, city, attributes from persons where state <> 'anonymous'",
            r => (Person: r.GetInt64(0), Name: r.IsDBNull(1) ? null : vault.Open((byte[])r.GetValue(1)), Gender: r.TextOrNull(2), City: r.TextOrNull(3), Further: r.GetString(4)));
        foreach (var person in stored)
        {
            string? Decided(string attribute) => Survivorship.Decide(attributes[attribute], statements[person.Person].Where(s => s.Attribute == attribute).Select(s => s.Said),
                [.. pins[person.Person].Where(p => p.Attribute == attribute).Select(p => p.Pin)]).Value;
            var further = JsonSerializer.Deserialize<Dictionary<string, string>>(person.Further)!;
            (person.Name, person.Gender, person.City, further.GetValueOrDefault("nick")).ShouldBe((Decided("name"), Decided("gender"), Decided("city"), Decided("attributes.nick")), $"person {person.Person}");
        }
        foreach (var table in new[] { "attribute_statements", "attribute_pins" })
            (await books.Read($"select count(*) from {table} t join identifiers i on i.identifier_key = t.via_key where t.person_id <> i.person_id", r => Convert.ToInt64(r.GetValue(0))))[0].ShouldBe(0, table);
    }
}
