using Danke.Engines.Ledger;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Danke.Engines.Tests.Ledger.Accounts;

namespace Danke.Engines.Tests.Ledger;

public sealed class AwardingTests
{
    private static EarningOrder Completed(long paid, long refunded = 0) => new(1, 0, true, paid, refunded, false, On(1, 1), On(1, 8));

    [Fact]
    public void Small_refunds_take_back_what_the_kept_part_no_longer_earns()
    {
        // 1 point for each 10.00, 21.90 paid, four times 5.00 back.
        var program = Program(rate: new Rate(1, 1_000));
        var account = With();
        var award = Awarding.Apply(account, null, Completed(2_190), program, "base", 1, On(1, 8));
        var points = new List<long> { account.Spendable };
        for (var refunds = 1; refunds <= 4; refunds++)
        {
            award = Awarding.Apply(account, award, Completed(2_190, refunds * 500), program, "base", 9, On(1, 8 + refunds));
            points.Add(account.Spendable);
        }

        points.ShouldBe([2, 1, 1, 0, 0]);
    }

    [Fact]
    public void A_full_refund_of_pending_points_cancels_them_without_making_any_spendable()
    {
        var account = With();
        var paid = new EarningOrder(1, 0, true, 10_000, 0, false, On(1, 1), null);
        var award = Awarding.Apply(account, null, paid, Program(), "base", 1, On(1, 1));
        Awarding.Apply(account, award, paid with { RefundedMinor = 10_000 }, Program(), "base", 2, On(1, 2));

        account.Entries.Select(e => e.Kind).ShouldBe([EntryKind.EarnPending, EntryKind.Cancel]);
        (account.Pending, account.Spendable, account.Lot(1)!.State).ShouldBe((0, 0, LotState.Cancelled));
    }

    [Fact]
    public void Buying_and_giving_back_again_and_again_earns_nothing()
    {
        var account = With();
        for (var order = 1L; order <= 5; order++)
        {
            var bought = Completed(10_000) with { OrderId = order };
            var award = Awarding.Apply(account, null, bought, Program(), "base", order, On(1, 8));
            Awarding.Apply(account, award, bought with { RefundedMinor = 10_000 }, Program(), "base", 100 + order, On(1, 9));
        }

        (account.Spendable, account.Growth, account.Earned).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void The_tier_before_the_order_decides_its_rate()
    {
        var program = Program(rate: new Rate(1, 1_000), tiers: [new("low", "Low", 0, 100), new("high", "High", 100, 111)]);
        var account = With();

        Awarding.Apply(account, null, Completed(196_000), program, "low", 1, On(1, 8));

        account.Spendable.ShouldBe(196);
    }

    // Bronze 0, Silver 10000, Gold 20000: growth so far, this order → tier.
    [Theory]
    [InlineData(0, 6_000, "bronze")]
    [InlineData(0, 15_000, "silver")]
    [InlineData(0, 25_000, "gold")]
    [InlineData(4_000, 500, "bronze")]
    [InlineData(8_000, 3_000, "silver")]
    [InlineData(18_000, 3_000, "gold")]
    [InlineData(22_000, 5_000, "gold")]
    [InlineData(0, 10_000, "silver")] // exactly on the threshold is reached
    [InlineData(0, 9_999, "bronze")]
    [InlineData(0, -5, "bronze")]
    public void A_tier_is_the_highest_whose_threshold_growth_reaches(long total, long order, string tier) =>
        Program(tiers: [new("bronze", "Bronze", 0, 100), new("silver", "Silver", 10_000, 100), new("gold", "Gold", 20_000, 100)])
            .TierFor(total + order).Name.ShouldBe(tier);

    [Theory]
    [InlineData(999, 1, 1_000, 100, 0)]
    [InlineData(1_000, 1, 1_000, 100, 1)]
    [InlineData(1_999, 1, 1_000, 150, 2)]
    [InlineData(0, 5, 1, 100, 0)]
    [InlineData(-500, 5, 1, 100, 0)]
    [InlineData(9_000_000_000_000_000_000, 1, 100, 10_000, 9_000_000_000_000_000_000)]
    public void A_rate_floors_exactly_at_any_size(long amount, long points, long each, int percent, long expected) =>
        new Rate(points, each).For(amount, percent).ShouldBe(expected);

    private abstract record Move
    {
        public sealed record Report(int Order, long Paid, long RefundedPercent, bool IsCompleted, bool IsCancelled) : Move;
        public sealed record Adjust(long Points) : Move;
        public sealed record Expire : Move;
        public sealed record Merge(long Points) : Move;
    }

    private static readonly Gen<Move> SomeMove = Gen.Frequency(
        (6, from order in Gen.Choose(1, 4)
            from paid in Gen.Elements(0L, 99, 100, 2_190, 10_000, 123_456)
            from refunded in Gen.Elements(0L, 0, 10, 33, 100)
            from completed in Gen.Elements(true, false)
            from cancelled in Gen.Elements(false, false, false, true)
            select (Move)new Move.Report(order, paid, refunded, completed, cancelled)),
        (3, Gen.Elements(-500L, -20, -1, 5, 70, 1_000).Select(p => (Move)new Move.Adjust(p))),
        (1, Gen.Constant((Move)new Move.Expire())),
        (1, Gen.Elements(0L, 40, -60).Select(p => (Move)new Move.Merge(p))));

    [Theory]
    [InlineData(RefundPolicy.WithinBalance)]
    [InlineData(RefundPolicy.Unlimited)]
    [InlineData(RefundPolicy.OnlyPending)]
    public void After_any_movements_entries_lots_and_balances_agree(RefundPolicy policy)
    {
        var program = Program(policy, months: 1, tiers: [new("a", "A", 0, 100), new("b", "B", 500, 150)]);
        Prop.ForAll(Gen.ArrayOf(SomeMove).ToArbitrary(), moves =>
        {
            var account = With();
            var awards = new Dictionary<int, OrderAward>();
            long lots = 0;
            var at = On(1, 1);
            foreach (var move in moves)
            {
                at += 86_400_000 * 5;
                Play(account, awards, program, move, at, ref lots);
                account.ShouldAddUp();
            }
        }).QuickCheckThrowOnFailure();
    }

    private static void Play(Account account, Dictionary<int, OrderAward> awards, LoyaltyProgram program, Move move, long at, ref long lots)
    {
        switch (move)
        {
            case Move.Report r:
                var completed = r.IsCompleted || (awards.TryGetValue(r.Order, out var known) && known.IsActive);
                var order = new EarningOrder(r.Order, r.Order % 2, true, r.Paid, r.Paid * r.RefundedPercent / 100, r.IsCancelled && !completed, at, completed ? at : null);
                awards[r.Order] = Awarding.Apply(account, awards.GetValueOrDefault(r.Order), order, program, program.TierFor(account.Growth).Name, ++lots, at);
                awards[r.Order].Earned.ShouldBeGreaterThanOrEqualTo(0);
                break;
            case Move.Adjust { Points: > 0 } a:
                account.Give(++lots, 0, a.Points, Expiry.Of(program.Validity, program.Zone, at), at, "gift");
                break;
            case Move.Adjust a:
                account.ExpireDue(at, "validity");
                if (account.Spendable >= -a.Points) account.Take(EntryKind.Spend, -a.Points, 0, 0, at, "spend");
                break;
            case Move.Expire:
                account.ExpireDue(at, "validity");
                account.SpendableAt(at).Sum(l => l.Remaining).ShouldBe(Math.Max(0, account.Spendable));
                break;
            case Move.Merge m:
                Merge(account, m.Points, at, ref lots);
                break;
        }
    }

    // The other account's own entries are its person's, now the survivor's.
    private static void Merge(Account account, long points, long at, ref long lots)
    {
        var other = With();
        if (points > 0) other.Give(++lots, 2, points, null, at, "other's");
        if (points < 0)
        {
            other.Give(++lots, 2, 1, null, at, "other's");
            other.ClawBack(other.Lot(lots)!, 1 - points, RefundPolicy.Unlimited, ++lots, at, "other's debt");
        }
        account.Unite(other, at);
    }
}
