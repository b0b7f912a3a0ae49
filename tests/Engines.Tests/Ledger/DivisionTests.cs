using System.Collections.Immutable;
using Danke.Engines.Ledger;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Danke.Engines.Tests.Ledger.Accounts;

namespace Danke.Engines.Tests.Ledger;

public sealed class DivisionTests
{
    private const long A = 1, B = 2;

    private static (Account Stays, Account Goes, ImmutableArray<Shortfall> Shortfalls) Divide(Account account, bool mayOwe, long at, params long[] keys)
    {
        var other = With();
        long lot = 500;
        var shortfall = account.Divide(other, keys.ToHashSet(), mayOwe, () => ++lot, at, "validity");
        account.ShouldAddUp();
        other.ShouldAddUp();
        return (account, other, shortfall);
    }

    private static Account Merged(long spentByB)
    {
        var account = With();
        account.Give(1, A, 1_000, null, On(1, 1), "o1, o2");
        account.Give(2, B, 200, null, On(1, 2), "o3");
        account.Give(3, B, 50, null, On(2, 1), "o4");
        account.Take(EntryKind.Spend, spentByB, 0, B, On(2, 2), "spend");
        return account;
    }

    [Fact]
    public void What_a_side_spent_beyond_its_own_the_other_side_bears_where_no_debt_is_allowed()
    {
        var (a, b, shortfall) = Divide(Merged(300), mayOwe: false, On(3, 1), B);

        (a.Spendable, b.Spendable).ShouldBe((950, 0));
        shortfall.ShouldBe([new Shortfall(B, A, 50, 0, OtherOwes: true)]);
        a.Entries.Count(e => e.Kind == EntryKind.SplitShortfall).ShouldBe(1);
    }

    [Fact]
    public void What_a_side_spent_beyond_its_own_is_its_debt_where_that_is_allowed()
    {
        var (a, b, shortfall) = Divide(Merged(300), mayOwe: true, On(3, 1), B);

        (a.Spendable, b.Spendable, shortfall.Length).ShouldBe((1_000, -50, 0));
        b.Debts().Single().Via.ShouldBe(B);
    }

    [Fact]
    public void A_draw_on_the_others_lot_is_made_again_on_ones_own()
    {
        var (a, b, _) = Divide(Merged(100), mayOwe: false, On(3, 1), B);

        (a.Left(1), b.Left(2), b.Left(3)).ShouldBe((1_000, 100, 50));
    }

    [Fact]
    public void A_debt_that_the_other_side_paid_is_owed_again()
    {
        var account = With();
        account.Give(1, A, 10, null, On(1, 1), "gift");
        account.ClawBack(account.Lot(1)!, 40, RefundPolicy.Unlimited, 2, On(1, 2), "refund");
        var other = With();
        other.Give(3, B, 100, null, On(1, 1), "gift");
        account.Unite(other, On(2, 1));
        (account.Spendable, account.Left(3), account.Lot(2)!.State).ShouldBe((70, 70, LotState.Paid));

        var (a, b, _) = Divide(account, mayOwe: true, On(3, 1), B);

        (a.Spendable, a.Left(2), b.Spendable, b.Left(3)).ShouldBe((-30, -30, 100, 100));
    }

    [Fact]
    public void A_lot_that_ended_while_the_other_side_had_drawn_on_it_is_whole_again_and_ends()
    {
        var account = With();
        account.Give(1, A, 100, On(2, 1), On(1, 1), "gift");
        account.Give(2, B, 100, null, On(1, 1), "gift");
        account.Take(EntryKind.Spend, 60, 0, B, On(1, 15), "spend");
        account.ExpireDue(On(2, 1), "validity");

        var (a, b, _) = Divide(account, mayOwe: false, On(3, 1), B);

        (a.Spendable, a.Expired, b.Spendable, b.Spent).ShouldBe((0, 100, 40, 60));
    }

    // A brand's life in small: three identifiers that are one person, two or three, and what happens to each.
    private abstract record Move
    {
        public sealed record Give(int Via, int Points, int? Days) : Move;
        public sealed record Spend(int Via, int Points) : Move;
        public sealed record Earn(int Via, int Points) : Move;
        public sealed record Activate(int Lot) : Move;
        public sealed record ClawBack(int Lot, int Points) : Move;
        public sealed record Expire(int Via) : Move;
        public sealed record Unite(int Via, int Other) : Move;
        public sealed record Split(int Via, int To) : Move;
    }

    private static readonly Gen<int> Via = Gen.Choose(0, 3);
    private static readonly Gen<int> Points = Gen.Elements(1, 5, 20, 50, 100, 300);

    private static readonly Gen<Move> Happening = Gen.Frequency(
        (4, from via in Via from points in Points from days in Gen.Elements<int?>(null, 3, 10, 40) select (Move)new Move.Give(via, points, days)),
        (4, from via in Via from points in Points select (Move)new Move.Spend(via, points)),
        (3, from via in Via from points in Points select (Move)new Move.Earn(via, points)),
        (3, from lot in Gen.Choose(0, 30) select (Move)new Move.Activate(lot)),
        (3, from lot in Gen.Choose(0, 30) from points in Points select (Move)new Move.ClawBack(lot, points)),
        (2, from via in Via select (Move)new Move.Expire(via)));

    private static readonly Gen<Move> Anything = Gen.Frequency(
        (8, Happening),
        (2, from via in Via from other in Via select (Move)new Move.Unite(via, other)),
        (2, from via in Via from to in Via select (Move)new Move.Split(via, to)));

    /// <summary>Persons and their identifiers, as the Door would have them. Everything happens a day after the last.</summary>
    private sealed class World(RefundPolicy policy)
    {
        private readonly Dictionary<int, int> owner = Enumerable.Range(0, 4).ToDictionary(v => v, v => v);
        private readonly Dictionary<int, Account> accounts = Enumerable.Range(0, 4).ToDictionary(v => v, _ => With());
        private long lots;

        public long At { get; private set; } = On(1, 1);
        public Account AccountOf(int via) => accounts[owner[via]];
        public IEnumerable<Account> Accounts => accounts.Values;
        public IEnumerable<int> ViasOf(Account account) => owner.Where(o => accounts[o.Value] == account).Select(o => o.Key);
        public EntrySum Total => accounts.Values.Aggregate(default(EntrySum), (sum, a) => sum + a.Balance);

        public void Play(Move move)
        {
            At += 86_400_000;
            switch (move)
            {
                case Move.Give g: AccountOf(g.Via).Give(++lots, g.Via, g.Points, g.Days is { } days ? At + days * 86_400_000L : null, At, "gift"); break;
                case Move.Spend s: Spend(AccountOf(s.Via), s.Via, s.Points); break;
                case Move.Earn e: AccountOf(e.Via).EarnPending(++lots, lots, e.Via, e.Points, At, "order"); break;
                case Move.Activate { Lot: var id } when LotOf(id, LotState.Pending) is var (account, lot): account.Activate(lot, 3, At + 20 * 86_400_000L, At, "done"); break;
                case Move.ClawBack { Lot: var id, Points: var points } when LotOf(id, LotState.Active) is var (account, lot):
                    account.ExpireDue(At, "validity");
                    account.ClawBack(account.Lot(lot.LotId)!, Math.Min(points, lot.Amount), policy, ++lots, At, "refund");
                    break;
                case Move.Expire e: AccountOf(e.Via).ExpireDue(At, "validity"); break;
                case Move.Unite u: Unite(u.Via, u.Other); break;
                case Move.Split s: Split(s.Via, s.To); break;
            }
        }

        private void Spend(Account account, int via, long points)
        {
            var may = account.SpendableAt(At).Sum(l => l.Remaining);
            if (may >= points) account.Take(EntryKind.Spend, points, 0, via, At, "spend");
        }

        private (Account, Lot)? LotOf(int id, LotState state) =>
            accounts.Values.Where(a => a.Lot(id)?.State == state).Select(a => ((Account, Lot)?)(a, a.Lot(id)!)).FirstOrDefault();

        private void Unite(int via, int other)
        {
            var (to, from) = (owner[via], owner[other]);
            if (to == from) return;
            accounts[to].Unite(accounts[from], At);
            foreach (var v in owner.Keys.Where(v => owner[v] == from).ToList()) owner[v] = to;
        }

        // To the person of another identifier, or to a number that nobody has.
        private void Split(int via, int to)
        {
            var from = owner[via];
            var target = owner[to] != from ? owner[to] : accounts.Keys.FirstOrDefault(a => !owner.ContainsValue(a), from);
            if (target == from) return;
            var before = Total;
            var shortfall = accounts[from].Divide(accounts[target], new HashSet<long> { via }, policy == RefundPolicy.Unlimited, () => ++lots, At, "validity");
            owner[via] = target;
            var borne = shortfall.Sum(f => f.BorneByProgram);
            var after = Total;
            Must((after.Pending, after.Growth, after.Spent) == (before.Pending, before.Growth, before.Spent), "what is on both sides is what was on one");
            Must(after.Spendable == before.Spendable - (after.Expired - before.Expired) + borne, "what is on both sides is what was on one, but for what ended and what the program bears");
            Must(policy == RefundPolicy.Unlimited || (accounts[from].Spendable >= 0 && accounts[target].Spendable >= 0), "no debt where none is allowed");
        }
    }

    // In few passes and without assertion objects: it runs after each of some hundred thousand moves.
    private static void ShouldStand(World world)
    {
        var ofVia = new Dictionary<long, EntrySum>();
        var onLot = new Dictionary<long, long>();
        foreach (var entry in world.Accounts.SelectMany(a => a.Entries))
        {
            ofVia[entry.Via] = ofVia.GetValueOrDefault(entry.Via) + EntrySum.Of(entry);
            onLot[entry.LotId] = onLot.GetValueOrDefault(entry.LotId) + entry.Pending + entry.Spendable;
        }
        foreach (var account in world.Accounts)
        {
            var vias = world.ViasOf(account).ToList();
            Must(account.Lots.All(l => vias.Contains((int)l.Via)), "a lot is where its identifier is");
            Must(account.Lots.All(l => onLot.GetValueOrDefault(l.LotId) == l.Remaining), "what remains of a lot is the sum of its entries");
            Must(vias.Aggregate(default(EntrySum), (sum, via) => sum + ofVia.GetValueOrDefault(via)) == account.Balance, "the balance is the sum of the identifiers' entries");
            Must(account.Pending == account.Lots.Where(l => l.State == LotState.Pending).Sum(l => l.Remaining), "pending lots");
            var (active, owed) = (account.Lots.Where(l => l.IsOpen).Sum(l => l.Remaining), account.Lots.Where(l => l.State == LotState.Debt).Sum(l => l.Remaining));
            Must(account.Spendable == active + owed && (active == 0 || owed == 0), "active lots or a debt");
            Must(account.Lots.All(l => l.Amount >= 0 ? l.Remaining >= 0 && l.Remaining <= l.Amount : l.Remaining <= 0 && l.Remaining >= l.Amount), "no more than the amount");
        }
    }

    private static void Must(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"It does not hold: {what}.");
    }

    [Theory]
    [InlineData(RefundPolicy.WithinBalance)]
    [InlineData(RefundPolicy.Unlimited)]
    public void Whatever_happens_lots_balances_and_entries_agree_on_every_side(RefundPolicy policy) =>
        Prop.ForAll(Gen.ArrayOf(Anything).Resize(60).ToArbitrary(), moves =>
        {
            var world = new World(policy);
            foreach (var move in moves)
            {
                world.Play(move);
                ShouldStand(world);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static readonly Gen<Move[]> TwoLives =
        from moves in Gen.ArrayOf(Happening).Resize(40)
        select moves;

    [Theory]
    [InlineData(RefundPolicy.WithinBalance)]
    [InlineData(RefundPolicy.Unlimited)]
    public void Uniting_and_splitting_at_once_changes_nothing(RefundPolicy policy) =>
        Prop.ForAll(TwoLives.ToArbitrary(), moves =>
        {
            var world = new World(policy);
            foreach (var move in moves) world.Play(move);
            var (a, b) = (world.AccountOf(0), world.AccountOf(1));
            a.ExpireDue(world.At, "validity");
            b.ExpireDue(world.At, "validity");
            var before = (Standing(a), Standing(b));
            long lots = 10_000;

            a.Unite(b, world.At);
            a.Divide(b, new HashSet<long> { 1 }, policy == RefundPolicy.Unlimited, () => ++lots, world.At, "validity").ShouldBeEmpty();

            (Standing(a), Standing(b)).ShouldBe(before);
            lots.ShouldBe(10_000);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static string Standing(Account account) =>
        $"{account.Balance} {string.Join("; ", account.Lots.OrderBy(l => l.LotId).Select(l => $"{l.LotId} {l.State} {l.Amount} {l.Remaining} {l.ExpiresAtMs}"))}";
}
