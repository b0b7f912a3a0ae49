using Danke.Engines.Ledger;
using Shouldly;
using Xunit;
using static Danke.Engines.Tests.Ledger.Accounts;

namespace Danke.Engines.Tests.Ledger;

/// <summary>An account of which only the lots are loaded that are spent first decides as one that is loaded whole, or says that it needs more.</summary>
public sealed class HorizonTests
{
    private const long Now = 1_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void What_is_loaded_up_to_a_horizon_decides_alike_or_asks_for_more(int ahead)
    {
        var (alike, more) = (0, 0);
        for (var seed = 0; seed < 4_000; seed++)
        {
            var random = new Random(seed);
            var lots = Enumerable.Range(1, random.Next(1, 12)).Select(i => Active(i, random.Next(1, 20), random.Next(4) == 0 ? null : Now + random.Next(-20, 60))).ToArray();
            var whole = With(0, lots);
            var part = Part(lots, ahead);
            long points;
            try
            {
                for (var i = 0; i < 6; i++) Move(part, new Random(seed * 31 + i), i);
                points = part.PointsAt(Now + 6);
                alike++;
            }
            catch (MoreNeededException needed)
            {
                needed.Needed.ShouldBe(Extent.OpenLots);
                more++;
                continue;
            }
            for (var i = 0; i < 6; i++) Move(whole, new Random(seed * 31 + i), i);

            part.Entries.ShouldBe(whole.Entries);
            part.Balance.ShouldBe(whole.Balance);
            points.ShouldBe(whole.SpendableAt(Now + 6).Sum(l => l.Remaining));
            part.NextExpiry(null).ShouldBe(whole.NextExpiry(null));
            foreach (var lot in part.ChangedLots) lot.ShouldBe(whole.Lot(lot.LotId));
        }
        // Both happen: neither is tested by nothing.
        alike.ShouldBeGreaterThan(400);
        more.ShouldBeGreaterThan(400);
    }

    private static Account Part(Lot[] lots, int ahead)
    {
        var first = lots.Order(Lot.SoonestExpiryFirst).Take(ahead).ToList();
        return new Account(first, Extent.NextLots, horizon: lots.Length > ahead ? new LotHorizon(first[^1].ExpiresAtMs, first[^1].LotId) : null) { Balance = With(0, lots).Balance };
    }

    private static void Move(Account account, Random random, int i)
    {
        var at = Now + i;
        var points = random.Next(1, 12);
        account.NextExpiry(null);
        switch (random.Next(4))
        {
            case 0:
                account.Give(1_000 + i, 7, points, random.Next(2) == 0 ? null : at + random.Next(1, 40), at, "given");
                break;
            case 1:
                account.ExpireDue(at, "ended");
                break;
            default:
                account.ExpireDue(at, "ended");
                if (account.PointsAt(at) >= points) account.Redeem(points, 7, null, at, "redeemed");
                else account.ClawBack(Active(500, 1) with { State = LotState.Spent, Remaining = 0 }, points, RefundPolicy.Unlimited, 2_000 + i, at, "taken back");
                break;
        }
        account.NextExpiry(null);
    }

    [Fact]
    public void Who_has_ten_thousand_lots_spends_from_the_first_of_them()
    {
        var lots = Enumerable.Range(1, 10_000).Select(i => Active(i, 10, Now + 1_000 + i)).ToArray();
        var account = Part(lots, 40);

        var redeemed = account.Redeem(25, 7, null, Now, "redeemed");

        redeemed.Draws.Select(d => (d.LotId, d.Points)).ShouldBe([(1, 10), (2, 10), (3, 5)]);
        account.PointsAt(Now).ShouldBe(99_975);
        account.NextExpiry(null).ShouldBe(Now + 1_003);
        Should.Throw<MoreNeededException>(() => account.LotsFor(401, Now)).Needed.ShouldBe(Extent.OpenLots);
        Should.Throw<MoreNeededException>(() => account.SpendableAt(Now));
        Should.Throw<MoreNeededException>(() => account.ExpireDue(Now + 1_040, "ended"));
    }

    [Fact]
    public void What_is_given_behind_the_horizon_waits_for_what_is_not_loaded()
    {
        var account = Part([.. Enumerable.Range(1, 5).Select(i => Active(i, 10, Now + 100 + i))], 2);
        account.Give(99, 7, 50, Now + 500, Now, "given");

        // One that is not loaded may be spent, or behind.
        account.LotWithRest(2)!.Remaining.ShouldBe(10);
        Should.Throw<MoreNeededException>(() => account.LotWithRest(4)).Needed.ShouldBe(Extent.OpenLots);
        Part([Active(1, 10)], 2).LotWithRest(4).ShouldBeNull();

        account.LotsFor(20, Now).Select(l => l.LotId).ShouldBe([1, 2]);
        Should.Throw<MoreNeededException>(() => account.LotsFor(21, Now));
    }
}
