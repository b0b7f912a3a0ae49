using Danke.Engines.Metrics;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Danke.Engines.Tests.Metrics;

public class LmdiTests
{
    // Online Retail, October and November 2011.
    private static readonly GmvFactors October = new(3_974, 1_364, 1_929, 103_931_879);
    private static readonly GmvFactors November = new(4_297, 1_664, 2_657, 116_181_738);

    [Fact]
    public void Online_Retail_from_October_to_November_is_explained_to_the_penny()
    {
        var moved = Lmdi.Decompose(October, November);

        moved.ShouldBe(new GmvContributions(Members: 8_591_389, Conversion: 13_265_604, Frequency: 13_346_338, OrderValue: -22_953_472));
        moved.Total.ShouldBe(12_249_859);
    }

    [Fact]
    public void The_factors_are_those_of_the_published_figures()
    {
        October.Conversion!.Value.ShouldBe(.343231, 5e-7);
        October.Frequency!.Value.ShouldBe(1.414223, 5e-7);
        October.OrderValueMinor!.Value.ShouldBe(53_878.63, 5e-3);
        November.Conversion!.Value.ShouldBe(.387247, 5e-7);
        November.Frequency!.Value.ShouldBe(1.596755, 5e-7);
        November.OrderValueMinor!.Value.ShouldBe(43_726.66, 5e-3);
    }

    [Fact]
    public void Contributions_add_up_to_the_difference_for_all_periods() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Periods(), Periods(), (before, after) =>
            Lmdi.Decompose(before, after).Total == after.SalesMinor - before.SalesMinor));

    [Fact]
    public void Going_back_undoes_going_forth_but_for_the_rounding() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Periods(), Periods(), (before, after) =>
        {
            var (there, back) = (Lmdi.Decompose(before, after), Lmdi.Decompose(after, before));
            return Math.Abs(there.Members + back.Members) <= 2 && Math.Abs(there.Conversion + back.Conversion) <= 2
                && Math.Abs(there.Frequency + back.Frequency) <= 2 && Math.Abs(there.OrderValue + back.OrderValue) <= 2;
        }));

    [Fact]
    public void Nothing_changed_is_nothing_moved() => Lmdi.Decompose(October, October).ShouldBe(new GmvContributions(0, 0, 0, 0));

    [Fact]
    public void One_factor_that_changed_alone_moved_it_all() =>
        Lmdi.Decompose(new(100, 20, 40, 4_000), new(100, 20, 40, 5_000)).ShouldBe(new GmvContributions(0, 0, 0, 1_000));

    [Theory]
    [InlineData(0, 0, 0, 0, 100, 10, 20, 5_000, 5_000, 0, 0, 0)]      // the first members: conversion and the rest were not defined before
    [InlineData(100, 0, 0, 0, 100, 10, 20, 5_000, 0, 5_000, 0, 0)]    // members were there, nobody bought
    [InlineData(100, 10, 20, 5_000, 100, 0, 0, 0, 0, -5_000, 0, 0)]   // all stopped buying
    [InlineData(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]
    [InlineData(100, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0)]              // more members, still no sales
    public void Zero_gives_the_change_to_the_factor_that_left_it(
        long m0, long b0, long o0, long s0, long m1, long b1, long o1, long s1, long members, long conversion, long frequency, long value) =>
        Lmdi.Decompose(new(m0, b0, o0, s0), new(m1, b1, o1, s1)).ShouldBe(new GmvContributions(members, conversion, frequency, value));

    [Fact]
    public void Nearly_equal_totals_lose_no_digits()
    {
        Lmdi.LogarithmicMean(1e12 + 1, 1e12).ShouldBe(1e12 + .5, 1e-3);
        // Both branches agree where they meet.
        Lmdi.LogarithmicMean(1.00019, 1).ShouldBe((1.00019 - 1) / Math.Log(1.00019), 1e-9);
        Lmdi.LogarithmicMean(1.00021, 1).ShouldBe((1.00021 - 1) / Math.Log(1.00021), 1e-9);
    }

    [Fact]
    public void Odd_units_go_to_the_largest_remainders()
    {
        Lmdi.Apportion([1.5, 1.3, 1.2], 4).ShouldBe([2, 1, 1]);
        Lmdi.Apportion([-1.5, -1.5], -3).ShouldBe([-1, -2]);
    }

    private static Arbitrary<GmvFactors> Periods() => Arb.From(
        from members in Gen.Choose(0, 100_000)
        from buyers in Gen.Choose(0, members)
        from more in Gen.Choose(0, 50_000)
        from value in Gen.Choose(1, 1_000_000)
        let orders = buyers == 0 ? 0 : buyers + more
        select new GmvFactors(members, buyers, orders, orders == 0 ? 0 : orders + (long)orders * value / 7));
}
