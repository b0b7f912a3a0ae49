using System.Collections.Immutable;
using Danke.Engines.Audiences;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Audiences;

public class EvaluatorTests
{
    private static readonly Asked Now = ConditionGenerator.Asked;

    [Fact]
    public void An_explanation_agrees_with_the_answer_at_every_node() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Arb.From(ConditionGenerator.Conditions), Arb.From(ConditionGenerator.Persons), (condition, person) =>
        {
            var why = Evaluator.Explain(condition, person, Catalogue.Person, Now);
            return why.Holds == Evaluator.Holds(condition, person, Catalogue.Person, Now) && Agrees(condition, why);
        }));

    private static bool Agrees(Condition condition, Explanation why) => condition switch
    {
        Condition.All => why.Holds == why.Parts.All(p => p.Holds),
        Condition.Any => why.Holds == why.Parts.Any(p => p.Holds),
        Condition.Not => why.Holds != why.Parts.Single().Holds,
        _ => why.Parts.IsEmpty && why.Found is not null,
    };

    [Theory]
    [InlineData(0, true)]        // this very moment
    [InlineData(1, true)]
    [InlineData(7 * 24 * 3_600_000L - 1, true)]
    [InlineData(7 * 24 * 3_600_000L, false)]  // exactly seven days ago is no longer within them
    [InlineData(-1, false)]      // has not happened yet
    public void The_last_days_end_now_and_begin_after_the_moment_so_long_ago(long agoMs, bool within) =>
        Holds("any(purchases last 7 days)", Bought(Now.AtMs - agoMs)).ShouldBe(within);

    [Theory]
    [InlineData("2026-01-31T15:59:59.999Z", "any(purchases from 2026-01-01 before 2026-02-01)", true)]
    [InlineData("2026-01-31T16:00:00.000Z", "any(purchases from 2026-01-01 before 2026-02-01)", false)]
    [InlineData("2026-01-31T16:30:00.000Z", "any(purchases from 2026-02-01)", true)]   // January in UTC, February in Shanghai
    [InlineData("2025-12-31T16:00:00.000Z", "any(purchases from 2026-01-01)", true)]
    [InlineData("2025-12-31T15:59:59.999Z", "any(purchases from 2026-01-01)", false)]
    public void Days_of_the_calendar_are_the_brands(string at, string condition, bool within) =>
        Holds(condition, Bought(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds())).ShouldBe(within);

    [Fact]
    public void Amounts_of_another_currency_are_neither_compared_nor_added()
    {
        var person = With("purchases", Order(Now.AtMs - 1, ("currency", "USD"), amount: 500), Order(Now.AtMs - 2, ("currency", "CNY"), amount: 20));

        Holds("sum(purchases.amount_minor) = 20", person).ShouldBeTrue();
        Holds("any(purchases where amount_minor >= 100)", person).ShouldBeFalse();
        Holds("count(purchases) = 2", person).ShouldBeTrue();
    }

    [Fact]
    public void Days_since_of_nothing_are_unknown()
    {
        Holds("days_since_last(purchases) >= 0", new Facts()).ShouldBeFalse();
        Holds("days_since_last(purchases) < 9999", new Facts()).ShouldBeFalse();
        Holds("not days_since_last(purchases) < 9999", new Facts()).ShouldBeTrue();
    }

    [Fact]
    public void Two_requirements_of_an_element_must_be_met_by_the_same_element()
    {
        var line = (string sku, long quantity) => new Facts
        {
            TextValues = ImmutableDictionary<string, string>.Empty.Add("sku", sku),
            NumberValues = ImmutableDictionary<string, long>.Empty.Add("quantity", quantity),
        };
        var order = Order(Now.AtMs - 1, ("currency", "CNY"), 1) with { Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty.Add("lines", [line("X", 1), line("Y", 3)]) };

        Holds("any(purchases where any(lines where sku = \"X\" and quantity >= 2))", With("purchases", order)).ShouldBeFalse();
        Holds("any(purchases where any(lines where sku = \"X\") and any(lines where quantity >= 2))", With("purchases", order)).ShouldBeTrue();
    }

    [Fact]
    public void The_reason_names_what_was_found_and_the_newest_evidence()
    {
        var person = With("purchases", [.. Enumerable.Range(1, 12).Select(i => Order(Now.AtMs - i, ("currency", "CNY"), 1) with { Key = $"order-{i}" })]);

        var why = Evaluator.Explain(ConditionText.Parse("is_member and count(purchases last 90 days) >= 13", Catalogue.Person), person, Catalogue.Person, Now);

        why.Holds.ShouldBeFalse();
        why.Parts[0].ShouldSatisfyAllConditions(p => p.Condition.ShouldBe("is_member"), p => p.Found.ShouldBe("no"));
        why.Parts[1].Found.ShouldBe("12");
        why.Parts[1].Evidence.ShouldBe([.. Enumerable.Range(1, 10).Select(i => $"order-{i}")]);
    }

    [Fact]
    public void Sums_do_not_overflow()
    {
        var person = With("purchases", [.. Enumerable.Range(1, 3).Select(i => Order(Now.AtMs - i, ("currency", "CNY"), long.MaxValue))]);
        Holds("sum(purchases.amount_minor) > 9223372036854775806", person).ShouldBeTrue();
    }

    private static bool Holds(string condition, Facts person) => Evaluator.Holds(ConditionText.Parse(condition, Catalogue.Person), person, Catalogue.Person, Now);

    private static Facts Bought(long atMs) => With("purchases", Order(atMs, ("currency", "CNY"), 100));

    private static Facts With(string collection, params Facts[] items) =>
        new() { Collections = ImmutableDictionary<string, ImmutableArray<Facts>>.Empty.Add(collection, [.. items]) };

    private static Facts Order(long atMs, (string Field, string Value) text, long amount) => new()
    {
        AtMs = atMs,
        TextValues = ImmutableDictionary<string, string>.Empty.Add(text.Field, text.Value),
        NumberValues = ImmutableDictionary<string, long>.Empty.Add("amount_minor", amount),
    };
}
