using Danke.Engines.Identity;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

public sealed class ResolveTests
{
    // Events in order, each a set of namespace@scope:value → who is one person in the end.
    [Theory]
    [InlineData("cookie:c1 | cookie:c1 member:m1 | cookie:c1", "c1 m1")] // anonymous, then known
    [InlineData("cookie:c1 | cookie:c1 member:m1 | device:d2 | device:d2 member:m1", "c1 d2 m1")] // a second device
    [InlineData("phone:00000000000 cookie:c1 | phone:00000000000 cookie:c2 | phone:-1 cookie:c3 | phone:null cookie:c4", "c1 / c2 / c3 / c4")]
    [InlineData("phone:138****8000 cookie:c1 | phone:138****8000 cookie:c2", "c1 / c2")] // masked values join nobody
    [InlineData("wechat_openid@mp:o1 | wechat_openid@mini:o2 | wechat_openid@mp:o1 wechat_unionid:u | wechat_openid@mini:o2 wechat_unionid:u", "o1 o2 u")]
    [InlineData("tmall_ouid@s1:y1 | tmall_ouid@s2:y2", "y1 / y2")]
    [InlineData("tmall_ouid@s1:y1 | tmall_ouid@s2:y2 | tmall_omid:z tmall_ouid@s1:y1 | tmall_omid:z tmall_ouid@s2:y2", "y1 y2 z")]
    [InlineData("tmall_ouid@s1:y1 phone:13800000001 | tmall_ouid@s1:y1 phone:13800000002", "13800000001 13800000002 y1")] // a person may have two phones
    [InlineData("member:m1 phone:13800000001 | member:m2 phone:13800000001", "13800000001 m1 / m2")] // but not two cards of one program
    [InlineData("tmall_ouid@s1:y1 phone:13800000001 | tmall_ouid@s1:y2 phone:13800000001", "13800000001 y1")] // the phone is stronger: y2 is not believed
    [InlineData("member:m1 cookie:k | member:m2 cookie:k", "k m1 / m2")]
    [InlineData("member:m1 phone:13800000001 | member:m2 phone:13800000002 | phone:13800000001 phone:13800000002", "13800000001 m1 / 13800000002 m2")] // two members never join
    [InlineData("phone:13800000001 cookie:c1 | phone:13800000002 cookie:c2 | phone:13800000001 phone:13800000002", "13800000001 13800000002 c1 c2")]
    [InlineData("phone:+8613800000001 cookie:c1 | phone:１３８０００００００１ cookie:c2", "13800000001 c1 c2")]
    [InlineData("oaid@s1:a1 phone:13800000001 | oaid@s1:a1 phone:13800000002", "13800000001 / 13800000002")] // an address is shared by who lives there
    [InlineData("oaid@s1:a1 tmall_ouid@s1:y1 | oaid@s1:a2 tmall_ouid@s1:y1 | oaid@s1:a1", "y1")]
    public void Who_is_one_person(string events, string persons) => World.Play(events).Persons().ShouldBe(persons);

    [Fact]
    public void The_person_with_the_smallest_number_survives()
    {
        var world = World.Play("cookie:c1 | cookie:c2 | cookie:c3");
        var resolution = world.Say("cookie:c3 cookie:c2 cookie:c1");

        resolution.PersonId.ShouldBe(1);
        resolution.Absorbs.ShouldBe([2, 3]);
    }

    [Fact]
    public void What_is_not_believed_is_said_with_the_rule()
    {
        var world = World.Play("member:m1 phone:13800000001 | member:m2 phone:13800000002");
        var resolution = world.Say("member:m1 phone:13800000002");

        resolution.PersonId.ShouldBe(1);
        resolution.Absorbs.ShouldBeEmpty();
        resolution.Dropped.Select(d => (world.NameOf(d.Key), d.Rule)).ShouldBe([("13800000002", Resolve.OneValuePerScope)]);
    }

    [Fact]
    public void A_new_person_is_made_when_nobody_has_any_of_the_identifiers()
    {
        var resolution = World.Play("cookie:c1").Say("cookie:c2 phone:13800000001");

        resolution.PersonId.ShouldBe(0);
        resolution.Attach.Length.ShouldBe(2);
    }

    private static readonly Gen<string> SomeIdentifier = Gen.Elements("member:m1", "member:m2", "phone:13800000001", "phone:13800000002", "tmall_ouid@s1:x1", "tmall_ouid@s1:x2",
        "tmall_ouid@s2:x3", "wechat_unionid:u1", "wechat_unionid:u2", "cookie:k1", "cookie:k2", "email:a@b.com", "oaid:o1", "shoe:s1");

    private static readonly Gen<string> SomeHistory =
        from events in Gen.NonEmptyListOf(from size in Gen.Choose(1, 4) from ids in Gen.ArrayOf(SomeIdentifier, size) select string.Join(' ', ids.Distinct()))
        select string.Join(" | ", events);

    [Fact]
    public void No_person_ever_has_two_values_where_one_is_allowed_and_nobody_is_lost() =>
        Prop.ForAll(SomeHistory.ToArbitrary(), history =>
        {
            var world = World.Play(history);
            return world.EveryUniqueSlotHoldsOne() && world.EveryoneIsSomewhere(history);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Said_again_nothing_changes() =>
        Prop.ForAll(SomeHistory.ToArbitrary(), history =>
        {
            var world = World.Play(history);
            var last = history.Split(" | ")[^1];
            var before = world.Persons();
            world.Say(last);
            return world.Persons() == before;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Persons_only_ever_grow_together() =>
        Prop.ForAll(SomeHistory.ToArbitrary(), SomeHistory.ToArbitrary(), (first, then) =>
        {
            var world = World.Play(first);
            var before = world.Groups();
            foreach (var @event in then.Split(" | ")) world.Say(@event);
            var after = world.Groups();
            return before.All(group => after.Any(group.IsSubsetOf));
        }).QuickCheckThrowOnFailure();

    /// <summary>A small book of who has what, as the Persons stage keeps it.</summary>
    private sealed class World : IKnownIdentifiers
    {
        private readonly Dictionary<string, long> keys = [];
        private readonly Dictionary<long, (NamespaceRule Rule, string Scope, string Value)> values = [];
        private readonly Dictionary<long, long> owners = [];
        private long persons;

        public static World Play(string events)
        {
            var world = new World();
            foreach (var @event in events.Split(" | ")) world.Say(@event);
            return world;
        }

        public Resolution Say(string @event)
        {
            var evidence = @event.Split(' ').Select(Read).OfType<Evidence>().DistinctBy(e => e.Key).OrderBy(e => e.Rule.Priority).ThenBy(e => e.Key).ToList();
            if (evidence.Count == 0) return new Resolution(0, [], [], []);
            var resolution = Resolve.Decide(evidence, this);
            var person = resolution.PersonId == 0 ? ++persons : resolution.PersonId;
            foreach (var key in owners.Where(o => resolution.Absorbs.Contains(o.Value)).Select(o => o.Key).ToList()) owners[key] = person;
            foreach (var key in resolution.Attach) owners[key] = person;
            return resolution;
        }

        private Evidence? Read(string text)
        {
            var (left, value) = (text[..text.IndexOf(':')], text[(text.IndexOf(':') + 1)..]);
            var (name, scope) = (left.Split('@')[0], left.Contains('@') ? left.Split('@')[1] : "");
            var rule = IdentityRules.Default[name];
            if (IdentifierValue.Normalise(rule, value) is not { } normal) return null;
            var id = $"{name}@{scope}:{normal}";
            if (!keys.TryGetValue(id, out var key)) values[keys[id] = key = keys.Count + 1] = (rule, scope, normal);
            return new Evidence(key, rule, scope, owners.GetValueOrDefault(key));
        }

        public string NameOf(long key) => values[key].Value;

        public IReadOnlyDictionary<(string Namespace, string Scope), long> UniqueOf(long personId) =>
            owners.Where(o => o.Value == personId && values[o.Key].Rule.OnePerScope).ToDictionary(o => (values[o.Key].Rule.Name, values[o.Key].Scope), o => o.Key);

        public List<HashSet<string>> Groups() => [.. owners.GroupBy(o => o.Value).Select(g => g.Select(o => values[o.Key].Value).ToHashSet())];

        public string Persons() => string.Join(" / ", Groups().Select(g => string.Join(' ', g.Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));

        public bool EveryUniqueSlotHoldsOne() => owners.GroupBy(o => o.Value).All(person => person.Where(o => values[o.Key].Rule.OnePerScope)
            .GroupBy(o => (values[o.Key].Rule.Name, values[o.Key].Scope)).All(slot => slot.Count() == 1));

        // An event's strongest identifier always has an owner afterwards.
        public bool EveryoneIsSomewhere(string history) =>
            history.Split(" | ").Select(e => e.Split(' ').Select(Read).OfType<Evidence>().ToList()).All(e => e.Count == 0 || e.Exists(i => i.PersonId != 0));
    }
}
