using Danke.Engines.Identity.Attributes;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Identity.Attributes;

/// <summary>What holds for all statements, rules and pins.</summary>
public sealed class SurvivorshipPropertyTests
{
    private static readonly Gen<Statement> SomeStatement =
        from via in Gen.Choose(1, 2)
        from source in Gen.Elements("crm", "pos", "tmall")
        from channel in Gen.Elements("store", "tmall")
        from value in Gen.Elements("张三", "张 三", "张*", "", " ", "李四", "Li Si", "ＬＩ ｓｉ", "li si")
        from first in Gen.Choose(0, 9)
        from longer in Gen.Choose(0, 5)
        select new Statement(via, source, channel, value, first, first + longer);

    private static readonly Gen<AttributeRule> SomeRule = Gen.Elements(
        AttributeRule.MostRecent, new(SurvivalPolicy.MostFrequent, []), new(SurvivalPolicy.SourcePriority, ["crm", "tmall"]), new(SurvivalPolicy.SourcePriority, ["store"]));

    private static readonly Gen<AttributePin[]> SomePins = Gen.Frequency((3, Gen.Constant(Array.Empty<AttributePin>())),
        (1, Gen.ArrayOf(from via in Gen.Choose(1, 2) from value in Gen.Elements("张三", "王五") from at in Gen.Choose(0, 3) select new AttributePin(via, value, at), 2)));

    private static readonly Gen<(AttributeRule Rule, Statement[] Said, AttributePin[] Pins, int Seed)> SomeCase =
        from rule in SomeRule
        from size in Gen.Choose(0, 12)
        from said in Gen.ArrayOf(SomeStatement, size)
        from pins in SomePins
        from seed in Gen.Choose(0, 1_000_000)
        select (rule, said, pins, seed);

    private static void ForAll(Action<AttributeRule, Statement[], AttributePin[], Random> holds)
    {
        foreach (var (rule, said, pins, seed) in SomeCase.Sample(5_000)) holds(rule, said, pins, new Random(seed));
    }

    private static string Text(Survivor survivor) => $"{survivor.Value} {survivor.Pin} {survivor.SaidMs} {string.Join("; ", survivor.Statements)}";

    [Fact]
    public void The_order_of_arrival_and_duplicates_do_not_matter() => ForAll((rule, said, pins, random) =>
        Text(Survivorship.Decide(rule, [.. said.OrderBy(_ => random.Next()), .. said.Where(_ => random.Next(2) == 0)], [.. pins.OrderBy(_ => random.Next())]))
            .ShouldBe(Text(Survivorship.Decide(rule, said, pins))));

    [Fact]
    public void What_survives_was_said_or_pinned_and_is_neither_masked_nor_empty() => ForAll((rule, said, pins, _) =>
    {
        var decided = Survivorship.Decide(rule, said, pins);
        if (decided.Value is null)
        {
            pins.ShouldBeEmpty();
            said.ShouldAllBe(s => AttributeValue.Normalise(s.Value) == null);
            return;
        }
        AttributeValue.Normalise(decided.Value).ShouldNotBeNull();
        said.Select(s => s.Value).Concat(pins.Select(p => p.Value)).ShouldContain(decided.Value);
        decided.Statements.Count(s => s.Standing == Standing.Survives).ShouldBe(pins.Length > 0 ? 0 : 1);
    });

    [Fact]
    public void Masked_and_empty_statements_change_nothing() => ForAll((rule, said, pins, _) =>
        Survivorship.Decide(rule, said.Where(s => AttributeValue.Normalise(s.Value) is not null), pins).Value.ShouldBe(Survivorship.Decide(rule, said, pins).Value));

    [Fact]
    public void What_is_forgotten_of_a_voice_changes_nothing() => ForAll((rule, said, pins, _) =>
    {
        var kept = said.Distinct().GroupBy(s => s.Voice).SelectMany(voice => voice.Except(Survivorship.Surplus([.. voice, .. More(voice.Key)])));
        Survivorship.Decide(rule, kept, pins).Value.ShouldBe(Survivorship.Decide(rule, said, pins).Value);
    });

    // Much that was said long before.
    private static IEnumerable<Statement> More((long Via, string Source, string Channel) voice) =>
        Enumerable.Range(1, 30).Select(i => new Statement(voice.Via, voice.Source, voice.Channel, i % 3 == 0 ? $"*{i}" : $"v{i}", -100 - i, -i));

    [Fact]
    public void Statements_come_in_order_the_surviving_one_first() => ForAll((rule, said, pins, _) =>
    {
        var decided = Survivorship.Decide(rule, said, pins).Statements;
        var others = decided.Where(s => s.Standing != Standing.Survives).Select(s => s.Statement).ToList();
        others.ShouldBe(others.OrderBy(s => s, Comparer<Statement>.Create(Statement.ByRecency)));
        decided.Skip(1).ShouldAllBe(s => s.Standing != Standing.Survives);
    });
}
