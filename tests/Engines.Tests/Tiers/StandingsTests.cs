using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Tiers;

public sealed class StandingsTests
{
    private const long Day = 86_400_000;
    private const long Start = 1_767_225_600_000;

    private static readonly Gen<Qualification> SomeRules =
        from window in Gen.Elements(Enum.GetValues<CountingWindow>())
        from upgrade in Gen.Elements(Enum.GetValues<Upgrade>())
        from downgrade in Gen.Elements(Enum.GetValues<Downgrade>())
        from refunds in Gen.Elements(Enum.GetValues<TierRefunds>())
        from grace in Gen.Elements(0, 0, 7)
        from keep in Gen.Elements(null, new Keep(30), new Keep(7, KeepUntil.PeriodEnd), new Keep(0, KeepUntil.NextPeriodEnd))
        from of in Gen.Elements(Measure.Growth, Measure.Growth, Measure.Orders)
        select new Qualification
        {
            Of = of,
            Window = window,
            RollingDays = window == CountingWindow.Rolling ? 60 : null,
            Upgrade = window == CountingWindow.SinceTier ? Upgrade.AtOnce : upgrade,
            Downgrade = downgrade,
            Refunds = refunds,
            GraceDays = grace,
            Keep = window == CountingWindow.SinceTier ? keep ?? new Keep(30) : keep,
        };

    private static readonly Gen<TierFact[]> SomeFacts =
        from count in Gen.Choose(0, 12)
        from facts in Gen.ArrayOf(
            from hour in Gen.Choose(0, 24 * 500)
            from order in Gen.Choose(1, 8)
            from growth in Gen.Elements(40L, 100L, 250L, 1_200L, -40L, -250L)
            select new TierFact(Start + hour * (Day / 24), 1, order, new Counts(growth, growth * 100, growth > 0 ? 1 : 0)), count)
        select facts;

    private static LoyaltyProgram Program(Qualification rules) => new()
    {
        Name = "p",
        Title = "P",
        Zone = "Asia/Shanghai",
        Currency = "CNY",
        Earn = new EarnRule(new Rate(1, 100)),
        Validity = new Validity(null),
        Growth = new Rate(1, 100),
        Qualification = rules,
        Tiers = [new("a", "A", 0, 100), new("b", "B", rules.Of == Measure.Orders ? 1 : 100, 100), new("c", "C", rules.Of == Measure.Orders ? 3 : 300, 100), new("d", "D", 1_000, 100)],
    };

    private static readonly Gen<(Qualification Rules, TierFact[] Facts)> Cases = from rules in SomeRules from facts in SomeFacts select (rules, facts);

    private static void ForAll(Action<LoyaltyProgram, TierFact[]> holds) =>
        Prop.ForAll(Cases.ToArbitrary(), c => holds(Program(c.Rules), c.Facts)).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static string Told(IEnumerable<TierMove> moves) => string.Join('\n', moves);

    [Fact]
    public void The_order_in_which_facts_come_in_does_not_matter() => ForAll((program, facts) =>
    {
        var (one, other) = (Standings.At(program, Start, facts, [], Start + 700 * Day), Standings.At(program, Start, [.. facts.Reverse()], [], Start + 700 * Day));
        Told(other.Moves).ShouldBe(Told(one.Moves));
        (other.Tier, other.SinceMs, other.NextMs).ShouldBe((one.Tier, one.SinceMs, one.NextMs));
    });

    [Fact]
    public void What_was_so_at_an_instant_stays_so_whatever_comes_later() => ForAll((program, facts) =>
    {
        var end = Standings.At(program, Start, facts, [], Start + 700 * Day);
        foreach (var at in Enumerable.Range(0, 15).Select(i => Start + i * 47 * Day + 5))
        {
            var then = Standings.At(program, Start, [.. facts.Where(f => f.AtMs <= at)], [], at);
            Told(then.Moves).ShouldBe(Told(end.Moves.Where(m => m.AtMs <= at)));
            then.Tier.ShouldBe(end.TierAt(at));
        }
    });

    [Fact]
    public void The_next_instant_told_is_when_the_tier_next_moves_by_itself() => ForAll((program, facts) =>
    {
        var from = facts.Length == 0 ? Start : facts.Max(f => f.AtMs);
        var now = Standings.At(program, Start, facts, [], from);
        var far = Standings.At(program, Start, facts, [], from + 3_000 * Day);
        far.Moves.Where(m => m.AtMs > from).Select(m => (long?)m.AtMs).FirstOrDefault().ShouldBe(now.NextMs);
    });

    [Fact]
    public void Nobody_is_moved_up_without_what_the_tier_asks_for() => ForAll((program, facts) =>
    {
        foreach (var move in Standings.At(program, Start, facts, [], Start + 700 * Day).Moves)
        {
            if (move.To > move.From) move.Counts.Of(program.Rules.Of).ShouldBeGreaterThanOrEqualTo(program.Tiers[move.To].From);
            if (move.Cause == MoveCause.Refunded) (move.From - move.To).ShouldBe(1);
            if (program.Rules.Downgrade == Downgrade.None) move.To.ShouldBeGreaterThan(move.From);
            if (program.Rules.Downgrade == Downgrade.OneStep && move.To < move.From) (move.From - move.To).ShouldBe(1);
        }
    });

    [Fact]
    public void With_a_grant_it_is_the_higher_of_what_is_granted_and_what_is_reached() => ForAll((program, facts) =>
    {
        TierGrant[] grants = [new(1, 1, "c", GrantKind.Manual, Start + 50 * Day, Start + 120 * Day), new(2, 1, "b", GrantKind.Match, Start + 100 * Day, null, 0, Start + 300 * Day)];
        foreach (var at in Enumerable.Range(0, 40).Select(i => Start + i * 13 * Day))
        {
            var without = Standings.At(program, Start, facts, [], at).Tier;
            var granted = at >= Start + 50 * Day && at < Start + 120 * Day ? 2 : at >= Start + 100 * Day && at < Start + 300 * Day ? 1 : 0;
            Standings.At(program, Start, facts, grants, at).Tier.ShouldBe(Math.Max(without, granted));
        }
    });

    [Fact]
    public void The_plain_rule_is_the_growth_value() => ForAll((program, facts) =>
    {
        var plain = program with { Qualification = null };
        Standings.At(plain, Start, facts, [], Start + 700 * Day).Tier.ShouldBe(plain.PlaceOf(plain.TierFor(facts.Sum(f => f.Counts.Growth)).Name));
    });

    [Theory]
    [InlineData("""{"window":"rolling"}""", "$.qualification.window")]
    [InlineData("""{"window":"rolling","rolling_days":0}""", "$.qualification.rolling_days")]
    [InlineData("""{"rolling_days":30}""", "$.qualification.window")]
    [InlineData("""{"window":"since_tier"}""", "$.qualification.keep")]
    [InlineData("""{"grace_days":-1}""", "$.qualification.grace_days")]
    [InlineData("""{"window":"decade"}""", "$.qualification.window")]
    public void What_is_wrong_is_said_with_its_path(string qualification, string path)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse($$$"""
            {"name":"p","title":"P","zone":"Asia/Shanghai","currency":"CNY","earn":{"rate":{"points":1,"each_minor":100}},"validity":{"months":12},
             "growth":{"points":1,"each_minor":100},"tiers":[{"name":"a","title":"A","from":0,"earn_percent":100}],"qualification":{{{qualification}}}}
            """)!;
        ProgramDocument.TryRead(document, out _).ShouldContain(p => p.Path == path);
    }
}
