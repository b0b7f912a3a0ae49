using Danke.Engines.Ledger;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Danke.Engines.Tests.Ledger.Accounts;

namespace Danke.Engines.Tests.Ledger;

/// <summary>The ledger against one that was written independently: a list of coupons, each a number with a day on which it ends.</summary>
public sealed class ReferenceLedgerTests
{
    private const int Members = 3;
    private const long Day = 86_400_000;

    private abstract record Move(int Member)
    {
        public sealed record Give(int Member, int Points, int? Days) : Move(Member);
        public sealed record Spend(int Member, int Points) : Move(Member);
        public sealed record Reserve(int Member, int Points) : Move(Member);
        public sealed record Confirm(int Member, int Which, int Points) : Move(Member);
        public sealed record Release(int Member, int Which) : Move(Member);
        public sealed record Transfer(int Member, int To, int Points) : Move(Member);
        public sealed record Wait(int Member, int Days) : Move(Member);
        public sealed record Unite(int Member, int Other) : Move(Member);
        public sealed record Undo(int Member, int Which) : Move(Member);
        public sealed record Order(int Member, int Number, int Paid, int RefundPercent, bool IsCompleted) : Move(Member);
    }

    private static readonly Gen<int> Who = Gen.Choose(0, Members - 1);
    private static readonly Gen<int> Points = Gen.Elements(1, 7, 20, 50, 130);

    private static readonly Gen<Move> SomeMove = Gen.Frequency(
        (5, from who in Who from points in Points from days in Gen.Elements<int?>(null, 2, 5, 20) select (Move)new Move.Give(who, points, days)),
        (4, from who in Who from points in Points select (Move)new Move.Spend(who, points)),
        (3, from who in Who from points in Points select (Move)new Move.Reserve(who, points)),
        (3, from who in Who from which in Gen.Choose(0, 5) from points in Points select (Move)new Move.Confirm(who, which, points)),
        (2, from who in Who from which in Gen.Choose(0, 5) select (Move)new Move.Release(who, which)),
        (3, from who in Who from to in Who from points in Points select (Move)new Move.Transfer(who, to, points)),
        (3, from who in Who from days in Gen.Elements(1, 3, 10) select (Move)new Move.Wait(who, days)),
        (1, from who in Who from other in Who select (Move)new Move.Unite(who, other)),
        (2, from who in Who from which in Gen.Choose(0, 40) select (Move)new Move.Undo(who, which)),
        (4, from who in Who
            from number in Gen.Choose(1, 3)
            from paid in Gen.Elements(0, 1_000, 5_050)
            from refund in Gen.Elements(0, 0, 30, 100)
            from completed in Gen.Elements(true, false)
            select (Move)new Move.Order(who, number, paid, refund, completed)));

    /// <summary>Coupons without orders: who has how many points that end when.</summary>
    private sealed class Reference
    {
        private readonly List<(long Number, long Points, long Ends)>[] coupons = [.. Enumerable.Range(0, Members).Select(_ => new List<(long, long, long)>())];
        private long numbers;

        public long Balance(int who) => coupons[who].Sum(c => c.Points);
        public long Given { get; private set; }
        public long Gone { get; private set; }
        public long Lost { get; private set; }

        public void Give(int who, long points, long ends)
        {
            coupons[who].Add((++numbers, points, ends));
            Given += points;
        }

        public void EndAll(long now)
        {
            foreach (var of in coupons)
            {
                Lost += of.Where(c => c.Ends <= now).Sum(c => c.Points);
                of.RemoveAll(c => c.Ends <= now);
            }
        }

        public List<(long Points, long Ends)> Take(int who, long points)
        {
            var taken = new List<(long, long)>();
            foreach (var coupon in coupons[who].OrderBy(c => c.Ends).ThenBy(c => c.Number).ToList())
            {
                if (points == 0) break;
                var part = Math.Min(points, coupon.Points);
                coupons[who].Remove(coupon);
                if (part < coupon.Points) coupons[who].Add((coupon.Number, coupon.Points - part, coupon.Ends));
                taken.Add((part, coupon.Ends));
                points -= part;
            }
            return taken;
        }

        public void Spend(int who, long points) => Gone += Take(who, points).Sum(t => t.Points);

        public void Transfer(int from, int to, long points)
        {
            foreach (var (part, ends) in Take(from, points)) coupons[to].Add((++numbers, part, ends));
        }

        public void Unite(int into, int from)
        {
            coupons[into].AddRange(coupons[from]);
            coupons[from].Clear();
        }
    }

    private static long Ends(long at, int? days) => days is { } d ? at + d * Day : long.MaxValue;

    // Giving, spending, transfers, merges and time: to the point the same as the list of coupons.
    [Fact]
    public void Balances_are_those_of_an_independent_ledger_after_ten_thousand_histories() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(
        Gen.ArrayOf(SomeMove).ToArbitrary(), moves =>
        {
            var accounts = Enumerable.Range(0, Members).Select(_ => With()).ToArray();
            var reference = new Reference();
            long lot = 0, at = On(1, 1);
            foreach (var move in moves)
            {
                at += move is Move.Wait w ? w.Days * Day : 60_000;
                foreach (var account in accounts) account.ExpireDue(at, "validity");
                reference.EndAll(at);
                var mine = accounts[move.Member];
                switch (move)
                {
                    case Move.Give g:
                        mine.Give(++lot, g.Member + 1, g.Points, g.Days is null ? null : Ends(at, g.Days), at, "gift");
                        reference.Give(g.Member, g.Points, Ends(at, g.Days));
                        break;
                    case Move.Spend s when mine.Spendable >= s.Points:
                        mine.Redeem(s.Points, s.Member + 1, null, at, "redeemed");
                        reference.Spend(s.Member, s.Points);
                        break;
                    case Move.Transfer t when t.To != t.Member && mine.Spendable >= t.Points:
                        mine.Transfer(accounts[t.To], t.Points, t.Member + 1, t.To + 1, false, null, () => ++lot, at, "out", "in");
                        reference.Transfer(t.Member, t.To, t.Points);
                        break;
                    case Move.Unite u when u.Other != u.Member:
                        mine.Unite(accounts[u.Other], at);
                        reference.Unite(u.Member, u.Other);
                        break;
                }
                for (var who = 0; who < Members; who++)
                {
                    accounts[who].Spendable.ShouldBe(reference.Balance(who));
                    accounts[who].ShouldAddUp();
                }
                var entries = accounts.SelectMany(a => a.Entries).ToList();
                Sum(entries, LedgerAccount.Adjusted).ShouldBe(-reference.Given);
                Sum(entries, LedgerAccount.Spent).ShouldBe(reference.Gone);
                Sum(entries, LedgerAccount.Expired).ShouldBe(reference.Lost);
            }
        }));

    // Everything else as well: what members have and what the accounts of the program have comes to nothing after every single movement.
    [Fact]
    public void Members_and_accounts_come_to_nothing_after_any_history() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(
        Gen.ArrayOf(SomeMove).ToArbitrary(), ArbMap.Default.GeneratorFor<bool>().ToArbitrary(), (moves, mayOwe) =>
        {
            var accounts = Enumerable.Range(0, Members).Select(_ => With()).ToArray();
            var program = Program(mayOwe ? RefundPolicy.Unlimited : RefundPolicy.WithinBalance);
            var redemptions = new List<(int Who, Redemption Redemption)>();
            var awards = new Dictionary<(int, int), OrderAward>();
            var undone = new HashSet<Entry>();
            long lot = 0, at = On(1, 1);
            foreach (var move in moves)
            {
                at += move is Move.Wait w ? w.Days * Day : 60_000;
                foreach (var account in accounts) account.ExpireDue(at, "validity");
                var mine = accounts[move.Member];
                switch (move)
                {
                    case Move.Give g: mine.Give(++lot, g.Member + 1, g.Points, g.Days is null ? null : Ends(at, g.Days), at, "gift"); break;
                    case Move.Spend s when mine.Spendable >= s.Points: redemptions.Add((s.Member, mine.Redeem(s.Points, s.Member + 1, null, at, "redeemed"))); break;
                    case Move.Reserve r when mine.Spendable >= r.Points: redemptions.Add((r.Member, mine.Redeem(r.Points, r.Member + 1, at + Day, at, "reserved"))); break;
                    case Move.Confirm c when c.Which < redemptions.Count && redemptions[c.Which] is { Redemption.State: RedemptionState.Reserved } held && held.Redemption.Open >= c.Points:
                        redemptions[c.Which] = (held.Who, accounts[held.Who].Confirm(held.Redemption, c.Points, () => ++lot, at, "not needed"));
                        break;
                    case Move.Release r when r.Which < redemptions.Count && redemptions[r.Which] is { Redemption.State: RedemptionState.Reserved } held:
                        redemptions[r.Which] = (held.Who, accounts[held.Who].Release(held.Redemption, RedemptionState.Released, () => ++lot, at, "released"));
                        break;
                    case Move.Transfer t when t.To != t.Member && mine.Spendable >= t.Points:
                        mine.Transfer(accounts[t.To], t.Points, t.Member + 1, t.To + 1, false, null, () => ++lot, at, "out", "in");
                        break;
                    case Move.Undo u when u.Which < mine.Entries.Count && mine.Entries[u.Which] is { Kind: EntryKind.Adjust } entry && mine.MayReverse(entry, at) is null && undone.Add(entry):
                        mine.Reverse(entry, u.Which + 1, at, "undone");
                        break;
                    case Move.Order o:
                        var key = (o.Member, o.Number);
                        var order = new EarningOrder(o.Member * 10 + o.Number, o.Member + 1, true, o.Paid, o.Paid * o.RefundPercent / 100, false, at, o.IsCompleted ? at : null);
                        var before = awards.GetValueOrDefault(key);
                        if (before is null || o.Paid > 0) awards[key] = Awarding.Apply(mine, before, order, program, "base", ++lot, at);
                        break;
                }
                var entries = accounts.SelectMany(a => a.Entries).ToList();
                var legs = entries.SelectMany(e => e.Legs()).ToList();
                legs.Sum(l => l.Points).ShouldBe(0);
                Sum(entries, LedgerAccount.Cleared).ShouldBe(0);
                Sum(entries, LedgerAccount.Transferred).ShouldBe(0);
                Sum(entries, LedgerAccount.Reserved).ShouldBe(redemptions.Where(r => r.Redemption.State == RedemptionState.Reserved).Sum(r => r.Redemption.Open));
                Sum(entries, LedgerAccount.MembersPending).ShouldBe(accounts.Sum(a => a.Pending));
                Sum(entries, LedgerAccount.MembersSpendable).ShouldBe(accounts.Sum(a => a.Lots.Where(l => l.State == LotState.Active).Sum(l => l.Remaining)));
                Sum(entries, LedgerAccount.MembersDebt).ShouldBe(accounts.Sum(a => a.Lots.Where(l => l.State == LotState.Debt).Sum(l => l.Remaining)));
                foreach (var account in accounts)
                {
                    account.ShouldAddUp();
                    account.ShouldComeFromItsEntries();
                    if (!mayOwe) account.Spendable.ShouldBeGreaterThanOrEqualTo(0);
                }
            }
        }));

    private static long Sum(List<Entry> entries, LedgerAccount account) => entries.SelectMany(e => e.Legs()).Where(l => l.Account == account).Sum(l => l.Points);
}
