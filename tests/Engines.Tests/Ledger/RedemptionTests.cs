using Danke.Engines.Ledger;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Danke.Engines.Tests.Ledger.Accounts;

namespace Danke.Engines.Tests.Ledger;

public sealed class RedemptionTests
{
    private const long A = 1;

    private static Account Two()
    {
        var account = With();
        account.Give(1, A, 100, null, On(1, 1), "for ever");
        account.Give(2, A, 30, On(4, 1), On(1, 1), "to the end of March");
        return account;
    }

    [Fact]
    public void What_comes_back_goes_to_the_lots_it_came_from_the_last_drawn_first()
    {
        var account = Two();
        var redemption = account.Redeem(50, A, null, On(2, 1), "redeemed");
        redemption.Draws.Select(d => (d.LotId, d.Points)).ShouldBe([(2, 30), (1, 20)]);

        redemption = account.Return(redemption, 25, false, null, () => 9, On(2, 2), "returned");

        (account.Left(1), account.Left(2), redemption.Open, account.Spent).ShouldBe((100, 5, 25, 25));
        account.ShouldComeFromItsEntries();
    }

    [Fact]
    public void Points_whose_time_is_over_come_back_as_ended()
    {
        var account = Two();
        var redemption = account.Redeem(30, A, null, On(2, 1), "redeemed");

        account.Return(redemption, 30, false, null, () => 9, On(5, 1), "returned");

        (account.Spendable, account.Expired, account.Spent, account.Lot(2)!.State).ShouldBe((100, 30, 0, LotState.Expired));
        account.ShouldComeFromItsEntries();
    }

    [Fact]
    public void Re_issued_points_are_a_lot_of_their_own()
    {
        var account = Two();
        var redemption = account.Redeem(30, A, null, On(2, 1), "redeemed");

        account.Return(redemption, 30, true, On(6, 1), () => 9, On(5, 1), "returned");

        (account.Spendable, account.Left(9), account.Left(2), account.Lot(9)!.ExpiresAtMs).ShouldBe((130, 30, 0, On(6, 1)));
        account.ShouldComeFromItsEntries();
    }

    [Fact]
    public void What_is_not_confirmed_of_a_reservation_is_given_back()
    {
        var account = Two();
        var reserved = account.Redeem(50, A, On(2, 2), On(2, 1), "reserved");
        account.Spendable.ShouldBe(80);

        var spent = account.Confirm(reserved, 10, () => 9, On(2, 1), "not needed");

        (spent.State, spent.Open, account.Spendable, account.Spent).ShouldBe((RedemptionState.Spent, 10, 120, 10));
    }

    [Fact]
    public void What_comes_back_pays_a_debt_first()
    {
        var account = With();
        account.Give(1, A, 50, null, On(1, 1), "gift");
        var redemption = account.Redeem(50, A, null, On(2, 1), "redeemed");
        account.ClawBack(account.Lot(1)!, 20, RefundPolicy.Unlimited, 2, On(2, 2), "refund");

        account.Return(redemption, 50, false, null, () => 9, On(2, 3), "returned");

        (account.Spendable, account.Lot(2)!.State).ShouldBe((30, LotState.Paid));
        account.ShouldAddUp();
        account.ShouldComeFromItsEntries();
    }

    [Fact]
    public void More_than_was_taken_never_comes_back()
    {
        var account = Two();
        var redemption = account.Redeem(10, A, null, On(2, 1), "redeemed");

        Should.Throw<InvalidOperationException>(() => account.Return(redemption, 11, false, null, () => 9, On(2, 2), "returned"));
    }

    // Earn, spend, reserve, confirm, release, return and let time pass, in any order: entries are lots are balances, and at the end of all
    // redemptions given back nothing is spent.
    [Fact]
    public void Entries_lots_and_balances_say_the_same_after_any_history() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
        ArbMap.Default.GeneratorFor<(byte What, byte Points, byte Which)>().ListOf().ToArbitrary(), moves =>
        {
            var account = With();
            var redemptions = new List<Redemption>();
            long lot = 0;
            var at = On(1, 1);
            foreach (var (what, points, which) in moves)
            {
                at += which * 3_600_000L;
                account.ExpireDue(at, "validity");
                Move(account, redemptions, what % 6, points + 1, which, () => ++lot, at);
                account.ShouldAddUp();
                account.ShouldComeFromItsEntries();
                account.Spendable.ShouldBeGreaterThanOrEqualTo(0);
                account.Spent.ShouldBe(redemptions.Sum(r => r.Open));
            }
            for (var i = 0; i < redemptions.Count; i++)
                redemptions[i] = redemptions[i].State == RedemptionState.Reserved ? account.Release(redemptions[i], RedemptionState.Released, () => ++lot, at, "released")
                    : account.Return(redemptions[i], redemptions[i].Open, false, null, () => ++lot, at, "returned");
            account.Spent.ShouldBe(0);
            account.ShouldAddUp();
            account.ShouldComeFromItsEntries();
        }));

    private static void Move(Account account, List<Redemption> redemptions, int what, long points, byte which, Func<long> newLotId, long at)
    {
        var index = redemptions.Count == 0 ? -1 : which % redemptions.Count;
        switch (what)
        {
            case 0:
                account.Give(newLotId(), A, points, which % 3 == 0 ? null : at + which * 7_200_000L, at, "gift");
                break;
            case 1 or 2 when account.SpendableAt(at).Sum(l => l.Remaining) >= points:
                redemptions.Add(account.Redeem(points, A, what == 1 ? null : at + 1, at, "redeemed"));
                break;
            case 3 when index >= 0 && redemptions[index].State == RedemptionState.Reserved:
                redemptions[index] = account.Confirm(redemptions[index], Math.Min(points, redemptions[index].Open), newLotId, at, "confirmed");
                break;
            case 4 when index >= 0 && redemptions[index].State == RedemptionState.Reserved:
                redemptions[index] = account.Release(redemptions[index], RedemptionState.Lapsed, newLotId, at, "lapsed");
                break;
            case 5 when index >= 0 && redemptions[index].State == RedemptionState.Spent:
                redemptions[index] = account.Return(redemptions[index], Math.Min(points, redemptions[index].Open), which % 2 == 0, at + 86_400_000, newLotId, at, "returned");
                break;
        }
    }
}
