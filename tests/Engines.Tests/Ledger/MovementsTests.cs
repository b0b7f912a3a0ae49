using Danke.Engines.Ledger;
using Shouldly;
using Xunit;
using static Danke.Engines.Tests.Ledger.Accounts;

namespace Danke.Engines.Tests.Ledger;

public sealed class MovementsTests
{
    [Fact]
    public void Spending_takes_what_expires_soonest_and_what_never_expires_last()
    {
        var account = With(0, Active(1, 100), Active(2, 100, On(4, 1)), Active(3, 100, On(3, 1)));

        account.Take(EntryKind.Spend, 150, 0, 0, On(2, 12), "spend");

        (account.Left(1), account.Left(2), account.Left(3)).ShouldBe((100, 50, 0));
        account.Spendable.ShouldBe(150);
        account.SpendableAt(On(3, 1)).Sum(l => l.Remaining).ShouldBe(150);
        account.SpendableAt(On(4, 1)).Sum(l => l.Remaining).ShouldBe(100);
    }

    [Fact]
    public void Of_lots_that_expire_together_the_older_goes_first()
    {
        var account = With(0, Active(9, 40, On(7, 1)), Active(7, 40, On(7, 1)));

        account.Take(EntryKind.Spend, 50, 0, 0, On(2, 1), "spend");

        (account.Left(7), account.Left(9)).ShouldBe((0, 30));
    }

    [Fact]
    public void A_lot_is_spendable_up_to_its_end_and_not_at_it()
    {
        var account = With(0, Active(1, 10, On(3, 1)));

        account.SpendableAt(On(3, 1) - 1).Count.ShouldBe(1);
        account.SpendableAt(On(3, 1)).ShouldBeEmpty();
    }

    // pending, active, taken back, policy → pending, spendable, written off. The order's own lot is the active one.
    [Theory]
    [InlineData(0, 50, 70, RefundPolicy.OnlyPending, 50, 70)]
    [InlineData(0, 50, 70, RefundPolicy.WithinBalance, 0, 20)]
    [InlineData(0, 50, 70, RefundPolicy.Unlimited, -20, 0)]
    [InlineData(0, 50, 30, RefundPolicy.WithinBalance, 20, 0)]
    [InlineData(0, 50, 30, RefundPolicy.Unlimited, 20, 0)]
    [InlineData(0, 50, 0, RefundPolicy.Unlimited, 50, 0)]
    public void A_claw_back_takes_what_the_policy_says(long pending, long active, long points, RefundPolicy policy, long spendable, long writtenOff)
    {
        var own = Active(1, active, order: 1);
        var account = With(0, own, Pending(2, pending));

        account.ClawBack(own, points, policy, 99, On(2, 1), "refund").ShouldBe(writtenOff);

        account.Spendable.ShouldBe(spendable);
        account.Entries.Count(e => e.Kind == EntryKind.WriteOff).ShouldBe(writtenOff > 0 ? 1 : 0);
    }

    [Fact]
    public void A_debt_is_a_lot_of_its_own()
    {
        var own = Active(1, 50, order: 1);
        var account = With(0, own);

        account.ClawBack(own, 70, RefundPolicy.Unlimited, 99, On(2, 1), "refund");

        account.Entries.Select(e => (e.Kind, e.LotId, e.Spendable)).ShouldBe([(EntryKind.ClawBack, 1, -50), (EntryKind.ClawBack, 99, -20)]);
    }

    [Fact]
    public void A_claw_back_takes_the_orders_own_lot_before_others_that_expire_sooner()
    {
        var own = Active(2, 30, On(12, 1), order: 1);
        var account = With(0, Active(1, 100, On(3, 1)), own);

        account.ClawBack(own, 50, RefundPolicy.WithinBalance, 99, On(2, 1), "refund");

        (account.Left(1), account.Left(2)).ShouldBe((80, 0));
    }

    [Fact]
    public void A_debt_is_paid_before_anything_is_spendable()
    {
        var account = With(debt: 20);

        account.Give(1, 0, 30, null, On(2, 1), "gift");

        account.Spendable.ShouldBe(10);
        account.Left(1).ShouldBe(10);
        account.SpendableAt(On(2, 1)).Sum(l => l.Remaining).ShouldBe(10);
    }

    [Fact]
    public void A_debt_is_paid_by_points_that_become_spendable_too()
    {
        var account = With(debt: 50, Pending(1, 30), Pending(2, 40));

        account.Activate(account.Lot(1)!, 0, null, On(2, 1), "done");
        account.Spendable.ShouldBe(-20);
        account.Lot(1)!.State.ShouldBe(LotState.Spent);

        account.Activate(account.Lot(2)!, 0, null, On(2, 2), "done");
        (account.Spendable, account.Left(2), account.Pending).ShouldBe((20, 20, 0));
    }

    [Fact]
    public void Spending_more_than_the_lots_hold_is_a_bug_and_never_a_debt()
    {
        var account = With(0, Active(1, 10));

        Should.Throw<InvalidOperationException>(() => account.Take(EntryKind.Spend, 11, 0, 0, On(2, 1), "spend"));
    }

    [Fact]
    public void Each_lot_expires_at_its_own_instant_and_twice_is_once()
    {
        var account = With(0, Active(1, 10, On(3, 1)), Active(2, 20, On(4, 1)), Active(3, 40, On(5, 1)));

        account.ExpireDue(On(4, 10), "validity");
        account.ExpireDue(On(4, 10), "validity");

        account.Entries.Select(e => (e.LotId, e.Spendable, e.AtMs)).ShouldBe([(1, -10, On(3, 1)), (2, -20, On(4, 1))]);
        (account.Spendable, account.Expired).ShouldBe((40, 30));
        account.NextExpiry(On(3, 1)).ShouldBe(On(5, 1));
    }

    [Fact]
    public void What_one_side_of_a_merge_owes_the_other_side_pays()
    {
        var account = With(debt: 30);
        var other = With(0, Active(1, 20, On(3, 1)), Active(2, 50));

        account.Unite(other, On(2, 1));

        account.Spendable.ShouldBe(40);
        (account.Left(1), account.Left(2)).ShouldBe((0, 40));
        account.Entries.Sum(e => e.Spendable).ShouldBe(0);
        (other.Spendable, other.Lots.Count).ShouldBe((0, 0));
    }
}
