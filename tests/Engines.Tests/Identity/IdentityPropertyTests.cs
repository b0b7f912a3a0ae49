using Danke.Engines.Identity;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity;

/// <summary>What holds for every history and every set of rules.</summary>
public sealed class IdentityPropertyTests
{
    private const int Histories = 10_000;

    private static readonly Gen<NamespaceRule> SomeWeak =
        from most in Gen.Elements<int?>(null, 1, 2, 3)
        from days in Gen.Elements<int?>(null, 3, 30)
        from full in Gen.Elements(WhenFull.DropNew, WhenFull.EvictOldest)
        from shared in Gen.Elements<int?>(null, 2, 3)
        select new NamespaceRule("device", 8) { ValuesPerPerson = most, WindowDays = most > 1 ? days : null, WhenFull = full, SharedAfter = shared };

    private static readonly Gen<IdentityRules> SomeRules =
        from policy in Gen.Elements(LinkPolicy.LastWins, LinkPolicy.FirstWins)
        from one in Gen.Elements<int?>(null, 1)
        from phones in Gen.Elements<int?>(null, 1, 2)
        from shared in Gen.Elements<int?>(null, 2, 3)
        from device in SomeWeak
        from cookies in Gen.Elements<int?>(null, 2)
        from most in Gen.Elements<int?>(null, null, 6)
        select new IdentityRules(
        [
            new("member", 1) { ValuesPerPerson = 1, IsPerson = true },
            new("phone", 2) { ValuesPerPerson = phones, IsContact = true, SharedAfter = shared },
            new("ouid", 4) { ValuesPerPerson = one },
            device,
            new("cookie", 9) { ValuesPerPerson = cookies },
        ], policy, most);

    private static readonly Gen<string> SomeIdentifier =
        from kind in Gen.Elements("member", "phone", "phone", "ouid@s1", "ouid@s2", "device", "device", "cookie")
        from number in Gen.Choose(1, 5)
        from verified in Gen.Elements("", "", "", "!")
        select $"{kind}:{kind[0]}{number}{verified}";

    private static readonly Gen<string> SomeEvent =
        from day in Gen.Choose(1, 60)
        from size in Gen.Choose(1, 3)
        from identifiers in Gen.ArrayOf(SomeIdentifier, size)
        select $"{day} {string.Join(' ', identifiers.DistinctBy(i => i.TrimEnd('!')))}";

    public sealed record History(IdentityRules Rules, string[] Events, int Seed)
    {
        public override string ToString() => string.Join(" | ", Events) + $" ({Seed}; {Rules.Policy}, {Rules.MostIdentifiers}: " + string.Join(", ", Rules.Namespaces
            .Select(n => $"{n.Name} {n.ValuesPerPerson?.ToString() ?? "any"}/{n.WindowDays}/{(n.IsCounted ? n.WhenFull : "")}/{n.SharedAfter}")) + ")";
    }

    private static readonly Gen<History> SomeHistory =
        from rules in SomeRules
        from length in Gen.Frequency((24, Gen.Choose(1, 20)), (1, Gen.Choose(20, 200)))
        from events in Gen.ArrayOf(SomeEvent, length)
        from seed in Gen.Choose(0, 1_000_000)
        select new History(rules, events, seed);

    // A counter-example of three events can be read.
    private static IEnumerable<History> Shorter(History history)
    {
        for (var size = history.Events.Length / 2; size > 0; size /= 2)
            for (var at = 0; at + size <= history.Events.Length; at += size)
                if (history.Events.Length > size) yield return history with { Events = [.. history.Events[..at], .. history.Events[(at + size)..]] };
    }

    private const int Counted = 60_000;

    private static void ForAllHistories(Action<IdentityRules, string[], int> holds, int runs = Histories) =>
        Prop.ForAll(Arb.From(SomeHistory, Shorter), h => holds(h.Rules, h.Events, h.Seed)).Check(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true));

    [Fact]
    public void What_was_linked_event_by_event_is_what_a_rebuild_makes_and_every_drop_says_why() => ForAllHistories((rules, events, _) =>
    {
        var world = IdentityWorld.Play(rules, events);
        var rebuilt = world.Rebuild();
        (rebuilt.Assignments.Count, rebuilt.Anchors.Count, rebuilt.Links.Count, rebuilt.Merges.Count, rebuilt.Born.Count).ShouldBe((0, 0, 0, 0, 0));
    });

    // Values that are counted in a window, on few days: where a value's beginning decides who goes.
    private static readonly Gen<History> SomeCountedHistory =
        from policy in Gen.Elements(LinkPolicy.LastWins, LinkPolicy.FirstWins)
        from most in Gen.Choose(2, 3)
        from days in Gen.Elements<int?>(null, 3, 30)
        from full in Gen.Elements(WhenFull.DropNew, WhenFull.EvictOldest)
        from shared in Gen.Elements<int?>(null, 2, 3)
        from events in Gen.ArrayOf(
            from day in Gen.Elements(1, 2, 4, 8, 33, 60)
            from size in Gen.Choose(1, 3)
            from identifiers in Gen.ArrayOf(Gen.Elements("member:m1", "member:m2", "device:d1", "device:d2", "device:d3", "device:d4", "device:d5"), size)
            select $"{day} {string.Join(' ', identifiers.Distinct())}")
        from seed in Gen.Choose(0, 1_000_000)
        select new History(new IdentityRules(
            [new("member", 1) { ValuesPerPerson = 1, IsPerson = true }, new("device", 8) { ValuesPerPerson = most, WindowDays = days, WhenFull = full, SharedAfter = shared }], policy), events, seed);

    [Fact]
    public void A_counted_value_that_began_earlier_than_was_known_is_counted_as_a_rebuild_counts_it() =>
        Prop.ForAll(Arb.From(SomeCountedHistory, Shorter), h =>
        {
            var rebuilt = IdentityWorld.Play(h.Rules, h.Events).Rebuild();
            (rebuilt.Assignments.Count, rebuilt.Anchors.Count, rebuilt.Links.Count, rebuilt.Merges.Count, rebuilt.Born.Count).ShouldBe((0, 0, 0, 0, 0));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Counted).WithQuietOnSuccess(true));

    [Fact]
    public void The_order_of_arrival_does_not_matter_and_neither_does_hearing_it_twice() => ForAllHistories((rules, events, seed) =>
    {
        var groups = IdentityWorld.Play(rules, events).Groups();
        var other = events.Concat(events).OrderBy(e => HashCode.Combine(e, seed)).ToList();
        var world = IdentityWorld.Play(rules, other);
        world.Groups().ShouldBe(groups);
        foreach (var line in events) world.OwnerOf(line).ShouldNotBeEmpty();
    });

    [Fact]
    public void Nobody_breaks_a_rule() => ForAllHistories((rules, events, _) =>
    {
        foreach (var person in IdentityWorld.Play(rules, events).Identifiers.Where(i => i.PersonId != 0).GroupBy(i => i.PersonId))
        {
            if (rules.MostIdentifiers is { } most) person.Count().ShouldBeLessThanOrEqualTo(most);
            foreach (var slot in person.GroupBy(i => (i.Rule.Name, i.Scope)))
                if (rules[slot.Key.Name] is { ValuesPerPerson: { } allowed, WindowDays: null }) slot.Count().ShouldBeLessThanOrEqualTo(allowed);
        }
    });

    [Fact]
    public void Old_numbers_lead_to_somebody_in_one_step() => ForAllHistories((rules, events, _) =>
    {
        var world = IdentityWorld.Play(rules, events);
        var living = world.Identifiers.Select(i => i.PersonId).Where(p => p != 0).ToHashSet();
        for (var number = 1L; number <= world.Persons; number++)
            living.ShouldContain(world.Aliases.GetValueOrDefault(number, number));
        foreach (var alias in world.Aliases) living.ShouldNotContain(alias.Key);
        foreach (var anchor in world.Identifiers.Where(i => i.AnchorOf != 0)) world.Aliases.GetValueOrDefault(anchor.AnchorOf, anchor.AnchorOf).ShouldBe(anchor.PersonId);
    });

    [Fact]
    public void Merged_by_hand_and_taken_back_everything_is_as_before() => ForAllHistories((rules, events, seed) =>
    {
        var world = IdentityWorld.Play(rules, events);
        var names = world.Names.ToList();
        var anchors = names.Where(n => world[n].AnchorOf == world.PersonOf(n) && world.PersonOf(n) != 0).ToList();
        var (a, b) = (anchors[seed % anchors.Count], anchors[seed / 7 % anchors.Count]);
        if (a == b) return;
        var (groups, numbers) = (world.Groups(), string.Join(' ', names.Select(world.PersonOf)));
        var both = names.Where(n => world.PersonOf(n) != 0 && (world.PersonOf(n) == world.PersonOf(a) || world.PersonOf(n) == world.PersonOf(b))).ToList();
        world.Merge(a, b, 100);
        world.PersonOf(a).ShouldBe(world.PersonOf(b));
        // Where a value was nobody's because many claimed it, there may be fewer now, and newer evidence for it than for what they had.
        if (rules.Namespaces.All(n => n.SharedAfter is null))
            both.Select(n => (n, world.PersonOf(n))).ShouldAllBe(n => n.Item2 == world.PersonOf(a));
        world.Rebuild().Assignments.ShouldBeEmpty();
        world.Unmerge();
        world.Groups().ShouldBe(groups);
        string.Join(' ', names.Select(world.PersonOf)).ShouldBe(numbers);
    }, Histories / 4);

    /// <summary>What somebody does between events: the kind, and by which to choose of those there are.</summary>
    private static void Decide(IdentityWorld world, int kind, int pick, decimal day)
    {
        var persons = world.Identifiers.Where(i => i.PersonId != 0).GroupBy(i => i.PersonId).OrderBy(g => g.Key).Select(g => g.OrderBy(i => i.Key).ToList()).ToList();
        if (persons.Count == 0) return;
        var (one, other) = (persons[pick % persons.Count], persons[pick / 7 % persons.Count]);
        if (kind == 0 && one != other) world.Merge(world.NameOf(one[0]), world.NameOf(other[0]), day);
        else if (kind == 1 && one != other) world.KeepApart(world.NameOf(one[0]), world.NameOf(other[0]), day);
        else if (kind == 2 && one.Count > 1) world.Split(string.Join(' ', one.Where((_, i) => ((pick >> i) & 1) == 0).DefaultIfEmpty(one[0]).Take(one.Count - 1).Select(world.NameOf)), day);
        else if (kind == 3 && world.Decisions.Count > 0) world.Revoke(pick % world.Decisions.Count);
    }

    [Fact]
    public void Decisions_between_events_hold_as_a_rebuild_holds_them() => ForAllHistories((rules, events, seed) =>
    {
        var world = new IdentityWorld(rules);
        var random = new Random(seed);
        foreach (var line in events)
        {
            world.Say(line);
            if (random.Next(3) == 0) Decide(world, random.Next(4), random.Next(1_000_000), random.Next(1, 70));
        }
        var rebuilt = world.Rebuild();
        (rebuilt.Assignments.Count, rebuilt.Anchors.Count, rebuilt.Links.Count, rebuilt.Merges.Count, rebuilt.Born.Count).ShouldBe((0, 0, 0, 0, 0));
    });

    [Fact]
    public void With_what_somebody_decided_the_order_of_arrival_does_not_matter_either() => ForAllHistories((rules, events, seed) =>
    {
        var world = new IdentityWorld(rules);
        var random = new Random(seed);
        foreach (var line in events)
        {
            world.Say(line);
            // A division leaves links of its own instant: those are events as others are.
            if (random.Next(3) == 0) Decide(world, random.Next(2), random.Next(1_000_000), random.Next(1, 70));
        }
        var other = IdentityWorld.Play(rules, events.OrderBy(e => HashCode.Combine(e, seed)));
        foreach (var decision in world.Decisions.OrderBy(d => HashCode.Combine(d.Id, seed))) other.Hear(decision);
        other.Groups().ShouldBe(world.Groups());
        foreach (var line in events) other.Say(line);
        other.Groups().ShouldBe(world.Groups());
    }, Histories / 2);

    [Fact]
    public void Divided_by_hand_they_stay_apart_whatever_comes() => ForAllHistories((rules, events, seed) =>
    {
        var world = IdentityWorld.Play(rules, events);
        var whole = world.Identifiers.Where(i => i.PersonId != 0).GroupBy(i => i.PersonId).FirstOrDefault(g => g.Count() > 1)?.ToList();
        if (whole is null) return;
        var going = whole.Where((_, i) => (seed >> i) % 2 == 0).DefaultIfEmpty(whole[0]).Take(whole.Count - 1).ToList();
        world.Split(string.Join(' ', going.Select(world.NameOf)), 100);
        for (var again = 0; again < 2; again++)
        {
            foreach (var goes in going)
                foreach (var stays in whole.Except(going))
                    if (goes.PersonId != 0) goes.PersonId.ShouldNotBe(stays.PersonId);
            world.Rebuild().Assignments.ShouldBeEmpty();
            foreach (var line in events) world.Say("101" + line[line.IndexOf(' ')..]);
        }
    }, Histories / 4);
}
