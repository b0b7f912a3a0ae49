using Danke.Engines.Identity;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

/// <summary>Who is one person, by example. Every case holds in every order of arrival, with every event told twice, and after a rebuild.</summary>
public sealed class IdentityCases
{
    private static readonly NamespaceRule[] Usual =
    [
        new("member", 1) { ValuesPerPerson = 1, IsPerson = true },
        new("phone", 2) { ValuesPerPerson = 1, IsContact = true, SharedAfter = 3, Kind = ValueKind.Phone },
        new("unionid", 3) { ValuesPerPerson = 1 },
        new("omid", 3) { ValuesPerPerson = 1 },
        new("ouid", 4) { ValuesPerPerson = 1 },
        new("open_uid", 4) { ValuesPerPerson = 1 },
        new("openid", 5) { ValuesPerPerson = 1 },
        new("device", 8) { ValuesPerPerson = 5, WindowDays = 30 },
        new("cookie", 9) { ValuesPerPerson = 20 },
        new("oaid", 10) { Kind = ValueKind.NotIdentity },
        new("nick", 10) { Kind = ValueKind.NotIdentity },
    ];

    private static readonly IdentityRules LastWins = new(Usual);
    private static readonly IdentityRules FirstWins = new(Usual, LinkPolicy.FirstWins);

    private static readonly Dictionary<string, IdentityRules> Rules = new()
    {
        ["last"] = LastWins,
        ["first"] = FirstWins,
        ["free"] = new([new("a", 5), new("b", 5), new("c", 5), new("d", 5), new("loginB", 1), new("loginC", 1), new("device", 8)]),
        ["email"] = new([new("user_id", 1) { ValuesPerPerson = 1 }, new("email", 5) { IsContact = true, Kind = ValueKind.Email }], LinkPolicy.FirstWins),
        ["evict"] = new([new("member", 1) { ValuesPerPerson = 1 }, new("device", 8) { ValuesPerPerson = 2, WindowDays = 30, WhenFull = WhenFull.EvictOldest }]),
        ["drop"] = new([new("member", 1) { ValuesPerPerson = 1 }, new("device", 8) { ValuesPerPerson = 2, WindowDays = 30 }]),
        ["small"] = new([new("member", 1) { ValuesPerPerson = 1 }, new("cookie", 9)], mostIdentifiers: 3),
    };

    public static readonly TheoryData<string, string, string, string> Cases = new()
    {
        { "I01 anonymous, then known", "last", "1 cookie:c1 | 2 cookie:c1 member:m1 | 3 cookie:c1", "{c1 m1}" },
        { "I02 a second device", "last", "1 cookie:c1 | 2 cookie:c1 member:m1 | 3 cookie:c1 | 4 device:d2 | 5 device:d2 member:m1", "{c1 d2 m1}" },
        { "I03 a shared device, last wins", "last", "1 member:A device:d1 | 2 member:B device:d1 | 3 device:d1", "{A} {B d1}" },
        { "I04 a shared device, first wins", "first", "1 member:A device:d1 | 2 member:B device:d1 | 3 device:d1", "{A d1} {B}" },
        { "I06 an e-mail, first wins", "email", "1 user_id:abc123 email:jane@example1.com | 2 user_id:abc456 email:jane@example1.com", "{abc123 jane@example1.com} {abc456}" },
        { "I07 two known persons", "first", "1 member:Alice cookie:a1 | 2 member:Alice cookie:a2 | 3 member:Bob cookie:b1 | 4 member:Alice cookie:b1", "{Alice a1 a2} {Bob b1}" },
        { "I08 a family phone", "last", "1 member:m1 phone:13800000001 | 2 member:m2 phone:13800000001 | 3 member:m3 phone:13800000001", "(13800000001) {m1} {m2} {m3}" },
        { "I09 a family phone, an order by it alone", "last", "1 member:m1 phone:13800000001 | 2 member:m2 phone:13800000001 | 3 member:m3 phone:13800000001 | 4 phone:13800000001", "{13800000001} {m1} {m2} {m3}" },
        { "I10 a recycled phone", "last", "1 member:m1 phone:13800000001! | 900 member:m2 phone:13800000001!", "{13800000001 m2} {m1}" },
        { "I10 a phone that three had, proved by a fourth", "last", "1 member:m1 phone:13800000001 | 2 member:m2 phone:13800000001 | 3 member:m3 phone:13800000001 | 4 member:m4 phone:13800000001!", "{13800000001 m4} {m1} {m2} {m3}" },
        { "I11 a phone change", "last", "1 member:m1 phone:13800000001 | 2 member:m1 phone:13800000002! | 3 phone:13800000001", "{13800000001} {13800000002 m1}" },
        { "I13 values that are blocked", "last", "1 phone:00000000000 cookie:c1 | 2 phone:-1 cookie:c2 | 3 phone:null cookie:c3 | 4 phone:anonymous cookie:c4 | 5 phone:0-0-0 cookie:c5", "{c1} {c2} {c3} {c4} {c5}" },
        { "I14 values that are masked", "last", "1 phone:138****8000 cookie:c1 | 2 phone:138****8000 cookie:c2 | 3 nick:t**1 cookie:c3 | 4 nick:t**1 cookie:c4", "{c1} {c2} {c3} {c4}" },
        { "I17 a chain", "free", "1 a:a b:b | 2 b:b c:c | 3 c:c d:d", "{a b c d}" },
        { "I21 nobody is unique", "free", "1 loginB:b1 device:d | 2 loginC:c1 device:d", "{b1 c1 d}" },
        { "I22 a sixth device", "last", "1 member:m1 device:d1 | 2 member:m1 device:d2 | 3 member:m1 device:d3 | 4 member:m1 device:d4 | 5 member:m1 device:d5 | 6 member:m1 device:d6", "(d6) {d1 d2 d3 d4 d5 m1}" },
        { "I22 a third device of two, the oldest goes", "evict", "1 member:m1 device:d1 | 2 member:m1 device:d2 | 3 member:m1 device:d3", "(d1) {d2 d3 m1}" },
        { "I22 outside the window", "drop", "1 member:m1 device:d1 | 2 member:m1 device:d2 | 40 member:m1 device:d3", "{d1 d2 d3 m1}" },
        { "I25 WeChat", "last", "1 openid@mp:o1 | 2 openid@mini:o2 | 3 openid@mp:o1 unionid:u | 4 openid@mini:o2 unionid:u", "{o1 o2 u}" },
        { "I27 a nick change", "last", "1 nick:n1 open_uid:x | 2 nick:n2 open_uid:x", "{x}" },
        { "I29 two shops", "last", "1 ouid@s1:y1 | 2 ouid@s2:y2", "{y1} {y2}" },
        { "I29 two shops and the merchant's number", "last", "1 ouid@s1:y1 | 2 ouid@s2:y2 | 3 omid:z ouid@s1:y1 | 4 omid:z ouid@s2:y2", "{y1 y2 z}" },
        { "I30 an OAID", "last", "1 oaid@s1:a1 ouid@s1:y1 | 8 oaid@s1:a2 ouid@s1:y1 | 9 oaid@s1:a1 ouid@s1:y2", "{y1} {y2}" },
        { "I31 another app key", "last", "1 open_uid@app1:x ouid@s:y | 2 open_uid@app2:x2 ouid@s:y", "{x x2 y}" },
        { "two members never join", "last", "1 member:m1 cookie:c1 | 2 member:m2 cookie:c2 | 3 cookie:c1 cookie:c2", "{c1 c2 m2} {m1}" },
        { "nobody has more identifiers than the bound", "small", "1 member:m1 cookie:c1 | 2 member:m1 cookie:c2 | 3 member:m1 cookie:c3", "(c1) {c2 c3 m1}" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Who_is_one_person(string name, string rules, string events, string groups)
    {
        _ = name;
        var lines = events.Split(" | ");
        foreach (var order in Orders(lines))
        {
            var world = IdentityWorld.Play(Rules[rules], order);
            world.Groups().ShouldBe(groups, string.Join(" | ", order));
            foreach (var line in order) world.Say(line);
            world.Groups().ShouldBe(groups, "told twice: " + string.Join(" | ", order));
            var rebuilt = world.Rebuild();
            (rebuilt.Assignments.Count, rebuilt.Anchors.Count, rebuilt.Links.Count).ShouldBe((0, 0, 0), string.Join(" | ", order));
        }
    }

    private static IEnumerable<string[]> Orders(string[] lines) => lines.Length <= 5 ? Permutations(lines) : Rotations(lines);

    private static IEnumerable<string[]> Permutations(string[] lines)
    {
        if (lines.Length <= 1) return [lines];
        return lines.SelectMany((line, i) => Permutations([.. lines[..i], .. lines[(i + 1)..]]).Select(rest => (string[])[line, .. rest]));
    }

    private static IEnumerable<string[]> Rotations(string[] lines) =>
        Enumerable.Range(0, lines.Length).SelectMany(i => new[] { (string[])[.. lines[i..], .. lines[..i]], [.. lines[i..].Reverse(), .. lines[..i]] });

    [Fact]
    public void Events_are_whose_they_came_in_by()
    {
        foreach (var order in Permutations(["1 cookie:c1", "2 cookie:c1 member:m1", "3 cookie:c1"])) IdentityWorld.Play(LastWins, order).EventsOf("member:m1").ShouldBe(3);
        foreach (var order in Permutations(["1 member:A device:d1", "2 member:B device:d1", "3 device:d1"]))
        {
            var world = IdentityWorld.Play(LastWins, order);
            (world.OwnerOf("1 member:A device:d1"), world.OwnerOf("3 device:d1")).ShouldBe(("A", "B d1"));
            IdentityWorld.Play(FirstWins, order).OwnerOf("3 device:d1").ShouldBe("A d1");
        }
    }

    [Fact]
    public void The_first_number_given_is_the_persons_in_every_order()
    {
        foreach (var order in Permutations(["1 a:a b:b", "2 b:b c:c", "3 c:c d:d"]))
        {
            var world = IdentityWorld.Play(Rules["free"], order);
            world.PersonOf("a:a").ShouldBe(1);
            for (var number = 2L; number <= world.Persons; number++) world.Aliases[number].ShouldBe(1);
        }
    }

    [Fact]
    public void A_number_stays_with_the_best_known_identifier()
    {
        var world = IdentityWorld.Play(LastWins, ["1 device:d1", "2 device:d1 member:A", "3 device:d1 member:B"]);
        (world.PersonOf("member:A"), world.PersonOf("member:B")).ShouldBe((1, 2));
        world.Groups().ShouldBe("{A} {B d1}");
    }

    [Fact]
    public void A_wrong_merge_is_divided_by_hand_and_stays_so()
    {
        var world = IdentityWorld.Play(LastWins, ["1 member:A ouid@s1:a", "2 ouid@s2:b open_uid@app:bx", "3 ouid@s1:a omid:z", "4 ouid@s2:b omid:z"]);
        world.Groups().ShouldBe("{A a b bx z}");
        world.Split("ouid@s2:b open_uid@app:bx", 5);
        world.Groups().ShouldBe("{A a z} {b bx}");
        world.Say("6 ouid@s2:b omid:z");
        world.Groups().ShouldBe("{A a z} {b bx}");
        world.Rebuild().Assignments.ShouldBeEmpty();
    }

    [Fact]
    public void The_identifier_that_a_person_was_made_of_really_goes_and_the_number_stays()
    {
        var world = IdentityWorld.Play(LastWins, ["1 member:m1", "2 member:m1 cookie:c1", "3 member:m1 ouid@s:y"]);
        var number = world.PersonOf("member:m1");
        world.Split("member:m1", 4);
        world.Groups().ShouldBe("{c1 y} {m1}");
        world.PersonOf("cookie:c1").ShouldBe(number);
        world.PersonOf("member:m1").ShouldNotBe(number);
    }

    [Fact]
    public void A_forced_link_survives_and_loses_only_to_a_division()
    {
        var world = IdentityWorld.Play(LastWins, ["1 member:m1 cookie:c1", "2 member:m2 cookie:c2"]);
        world.Merge("member:m1", "member:m2", 3);
        world.Groups().ShouldBe("{c1 c2 m1 m2}");
        world.Say("4 member:m2 device:d2");
        world.Say("5 member:m3 device:d3");
        world.Groups().ShouldBe("{c1 c2 d2 m1 m2} {d3 m3}");
        world.Rebuild().Assignments.ShouldBeEmpty();
        world.Split("member:m2 cookie:c2 device:d2", 6);
        world.Groups().ShouldBe("{c1 m1} {c2 d2 m2} {d3 m3}");
        (world.PersonOf("member:m1"), world.PersonOf("member:m2")).ShouldBe((1, 2));
    }

    [Fact]
    public void Merged_by_hand_each_keeps_its_phone_and_newer_evidence_takes_it_as_from_anybody()
    {
        var world = IdentityWorld.Play(LastWins, ["1 member:m1 phone:13800000001 device:d1", "2 member:m2 phone:13800000002"]);
        world.Merge("member:m1", "member:m2", 3);
        world.Groups().ShouldBe("{13800000001 13800000002 d1 m1 m2}");
        world.Rebuild().Assignments.ShouldBeEmpty();
        world.Say("4 member:m1 phone:13800000001");
        world.Groups().ShouldBe("{13800000001 13800000002 d1 m1 m2}");
        // Somebody else proves the older phone: it goes, the rest stays.
        world.Say("5 member:m3 phone:13800000001!");
        world.Groups().ShouldBe("{13800000001 m3} {13800000002 d1 m1 m2}");
        world.Rebuild().Assignments.ShouldBeEmpty();
        world.Unmerge();
        world.Groups().ShouldBe("{13800000001 m3} {13800000002 m2} {d1 m1}");
    }

    [Fact]
    public void Merged_by_hand_a_third_phone_is_one_too_many_as_for_anybody()
    {
        foreach (var order in Permutations(["1 member:m1 phone:13800000001", "2 member:m2 phone:13800000002", "5 member:m1 phone:13800000003"]))
        {
            var world = IdentityWorld.Play(LastWins, ["1 member:m1 phone:13800000001", "2 member:m2 phone:13800000002"]);
            world.Merge("member:m1", "member:m2", 3);
            foreach (var line in order) world.Say(line);
            world.Groups().ShouldBe("(13800000001) (13800000002) {13800000003 m1 m2}");
            world.Rebuild().Assignments.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Merged_by_hand_two_with_as_many_devices_as_the_rules_count_keep_all_and_get_no_more()
    {
        var world = IdentityWorld.Play(Rules["drop"], ["1 member:m1 device:d1", "2 member:m1 device:d2", "3 member:m2 device:d3", "4 member:m2 device:d4"]);
        world.Merge("member:m1", "member:m2", 5);
        world.Groups().ShouldBe("{d1 d2 d3 d4 m1 m2}");
        world.Say("6 member:m2 device:d5");
        world.Groups().ShouldBe("(d5) {d1 d2 d3 d4 m1 m2}");
        world.Unmerge();
        world.Groups().ShouldBe("(d5) {d1 d2 m1} {d3 d4 m2}");
    }

    [Fact]
    public void A_family_phone_that_two_cards_of_one_person_claim_comes_back_beside_what_they_had()
    {
        var world = IdentityWorld.Play(LastWins, ["1 member:m1 phone:13800000001", "2 member:m2 phone:13800000002", "3 member:m3 phone:13800000009", "4 member:m1 phone:13800000009", "5 member:m2 phone:13800000009"]);
        world.Groups().ShouldBe("(13800000009) {13800000001 m1} {13800000002 m2} {m3}");
        world.Merge("member:m1", "member:m2", 6);
        world.Groups().ShouldBe("{13800000001 13800000002 13800000009 m1 m2} {m3}");
        world.Rebuild().Assignments.ShouldBeEmpty();
        world.Unmerge();
        world.Groups().ShouldBe("(13800000009) {13800000001 m1} {13800000002 m2} {m3}");
    }

    [Fact]
    public void A_stricter_rule_changes_nothing_before_the_rebuild_and_is_kept_after_it()
    {
        var world = IdentityWorld.Play(Rules["drop"], ["1 member:m1 device:d1", "2 member:m1 device:d2", "3 member:m2 device:d3"]);
        var stricter = new IdentityRules([new("member", 1) { ValuesPerPerson = 1 }, new("device", 8) { ValuesPerPerson = 1 }]);
        var dry = world.Rebuild(stricter);
        dry.Assignments.Select(a => (a.Identifier, a.PersonId)).ShouldBe([(world["device:d1"], 0)]);
        dry.Links.Select(l => l.Verdict.Code).ShouldBe(["one_value:device"]);
        world.Groups().ShouldBe("{d1 d2 m1} {d3 m2}");
    }

    [Fact]
    public void What_is_dropped_says_why()
    {
        var world = IdentityWorld.Play(LastWins, ["1 member:A device:d1", "2 member:B device:d1"]);
        world.Dropped().ShouldBe(["A-d1"]);
        world.Say("3 member:A device:d1")!.Links.Select(l => l.Verdict.Code).Order().ShouldBe([null, "one_value:member"]);
    }
}
