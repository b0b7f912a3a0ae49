using Danke.Engines.Ledger;
using Shouldly;

namespace Danke.Engines.Tests.Ledger;

/// <summary>Accounts and programs in few words.</summary>
internal static class Accounts
{
    /// <summary>A day as an instant: 2026-01-01T00:00Z is day 1 of January.</summary>
    public static long On(int month, int day) => new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static Account With(long debt = 0, params Lot[] lots)
    {
        var all = debt == 0 ? lots : [.. lots, Debt(1_000_000, debt)];
        return new Account(all, Extent.Everything)
        {
            Balance = new EntrySum(all.Where(l => l.State == LotState.Pending).Sum(l => l.Remaining), all.Where(l => l.State is LotState.Active or LotState.Debt).Sum(l => l.Remaining), 0,
                all.Where(l => l.State is LotState.Active or LotState.Debt).Sum(l => l.Amount), 0, 0),
        };
    }

    public static Lot Debt(long id, long points) =>
        new() { LotId = id, State = LotState.Debt, Amount = -points, Remaining = -points, EarnedAtMs = 0, ActiveAtMs = 0 };

    public static Lot Active(long id, long points, long? expiresAtMs = null, long order = 0) => new()
    {
        LotId = id,
        OrderId = order,
        State = LotState.Active,
        Amount = points,
        Remaining = points,
        EarnedAtMs = 0,
        ActiveAtMs = 0,
        ExpiresAtMs = expiresAtMs,
    };

    public static Lot Pending(long id, long points, long order = 0) =>
        new() { LotId = id, OrderId = order, State = LotState.Pending, Amount = points, Remaining = points, EarnedAtMs = 0 };

    public static long Left(this Account account, long lotId) => account.Lot(lotId)!.Remaining;

    /// <summary>What ties lots, balances and entries of an account that began empty.</summary>
    public static void ShouldAddUp(this Account account)
    {
        account.Lots.Where(l => l.State == LotState.Pending).Sum(l => l.Remaining).ShouldBe(account.Pending);
        var active = account.Lots.Where(l => l.State == LotState.Active).Sum(l => l.Remaining);
        var owed = account.Lots.Where(l => l.State == LotState.Debt).Sum(l => l.Remaining);
        (active + owed).ShouldBe(account.Spendable);
        if (owed < 0) active.ShouldBe(0);
        (account.Earned - account.Spent - account.Expired).ShouldBe(account.Spendable);
        foreach (var lot in account.Lots)
        {
            lot.Remaining.ShouldBeInRange(Math.Min(0, lot.Amount), Math.Max(0, lot.Amount));
            if (lot.State is LotState.Spent or LotState.Expired or LotState.Cancelled or LotState.Paid) lot.Remaining.ShouldBe(0);
        }
    }

    /// <summary>The account's own entries are all there ever were.</summary>
    public static void ShouldComeFromItsEntries(this Account account)
    {
        account.Entries.Aggregate(default(EntrySum), (sum, e) => sum + EntrySum.Of(e)).ShouldBe(account.Balance);
        var byLot = account.Entries.ToLookup(e => e.LotId, e => e.Pending + e.Spendable);
        foreach (var lot in account.Lots) byLot[lot.LotId].Sum().ShouldBe(lot.Remaining);
    }

    public static LoyaltyProgram Program(RefundPolicy policy = RefundPolicy.WithinBalance, Rate? rate = null, int? months = null, params TierRule[] tiers) => new()
    {
        Name = "default",
        Title = "Club",
        Version = 1,
        Zone = "Asia/Shanghai",
        Currency = "CNY",
        Earn = new EarnRule(rate ?? new Rate(1, 100)),
        Validity = new Validity(months),
        RefundPolicy = policy,
        Growth = new Rate(1, 100),
        Tiers = tiers.Length == 0 ? [new TierRule("base", "Base", 0, 100)] : [.. tiers],
    };
}
