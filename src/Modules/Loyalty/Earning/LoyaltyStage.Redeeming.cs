using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Loyalty.Points;
using Danke.Loyalty.Pools;
using Danke.Platform.Door;
using Danke.Platform.Json;

namespace Danke.Loyalty.Earning;

/// <summary>Gives back a reservation that nobody confirmed in time. Sent by the reservation clock.</summary>
internal sealed record LapseReservation(long Redemption) : CommandBody
{
    public override string Type => "points.lapsed";
}

/// <summary>Members spend points at tills and shops: at once, or reserved first. What an order's refund gives back goes to the lots it came from.</summary>
internal sealed partial class LoyaltyStage
{
    private LoadedRedemptions redemptions = null!;

    // In order of precedence: program_unknown, not_a_member, reservation_ended, insufficient_balance.
    private Refusal? CheckRedemption(Step step, PointsRedeemed redeemed) =>
        NeedsProgram(redeemed.Program) ?? NeedsMembership(step, redeemed.Program)
        ?? (redeemed.EndsAtMs <= step.Command.AtMs ? new Refusal("reservation_ended", "The reservation was to end before it began.", Final: true) : null)
        ?? NeedsBalance(step, redeemed.Program, redeemed.Points);

    // In order of precedence: unknown, ended (or not spent), exceeded.
    private Refusal? CheckSettlement(Step step, RedemptionSettled settled)
    {
        var isReturn = settled.Step == RedemptionStep.Returned;
        if (redemptions.Find(step.Command, settled) is not { } row || !IsOf(step, row) || loaded.Find(row.PersonId, row.Program) is null || !isReturn && row.Redemption.EndsAtMs is null)
            return new Refusal(isReturn ? "redemption_unknown" : "reservation_unknown", "The member has none that this names.", Final: true);
        var redemption = row.Redemption;
        if (isReturn)
            return redemption.State != RedemptionState.Spent ? new Refusal("redemption_not_spent", $"The points are {LedgerWords.Of(redemption.State)}.", Final: true)
                : (settled.Points ?? 1) > redemption.Open ? new Refusal("return_exceeds_redemption", $"{redemption.Open} of the points are still spent.", Final: true) : null;
        if (redemption.State != RedemptionState.Reserved) return new Refusal("reservation_ended", $"The reservation is {LedgerWords.Of(redemption.State)}.", Final: true);
        if (settled.Step == RedemptionStep.Confirmed && redemption.EndsAtMs <= step.Command.AtMs) return new Refusal("reservation_ended", "The reservation ended before it was confirmed.", Final: true);
        return settled.Points > redemption.Open ? new Refusal("reservation_exceeded", $"{redemption.Open} points are reserved.", Final: true) : null;
    }

    private static bool IsOf(Step step, RedemptionRow row) => row.PersonId == step.Person.PersonId || step.Person.Absorbs.Contains(row.PersonId);

    private void Redeem(Step step, PointsRedeemed redeemed)
    {
        var program = programs.Live(redeemed.Program)!;
        var membership = OpenLedger(step, step.Person.PersonId, program);
        var at = step.Command.AtMs;
        membership.Account.ExpireDue(at, $"validity, {program.Name} v{program.Version}");
        if (step.Merges.Count + step.Moves.Count > 0) RequireBalance(step, membership, redeemed.Points);
        long? ends = redeemed.IsReservation ? redeemed.EndsAtMs ?? at + program.ReservationMinutes * 60_000L : null;
        var note = (redeemed.IsReservation ? "reserved" : "redeemed") + (redeemed.Reason is { } reason ? $": {reason}" : "");
        var redemption = membership.Account.Redeem(redeemed.Points, step.Person.ViaKey, ends, at, note);
        var order = redeemed.Order is { } number ? OrderName.Key(step.Command.Channel, step.Command.Shop, number) : null;
        var row = new RedemptionRow(batch.NewId("redemption"), step.Person.PersonId, program.Name, step.Command.Key, order, redeemed.Reason, at, redemption);
        redemptions.Put(row);
        Changed(step, membership, redeemed.IsReservation ? "loyalty.points_reserved.v1" : "loyalty.points_redeemed.v1");
        step.Outcome = RedemptionView.Of(row, membership.Row.Spendable).ToJson();
    }

    private void Settle(Step step, RedemptionSettled settled)
    {
        var row = redemptions.Find(step.Command, settled)!;
        switch (settled.Step)
        {
            case RedemptionStep.Confirmed:
                Settle(step, row, "loyalty.points_redeemed.v1", (account, at) => account.Confirm(row.Redemption, settled.Points ?? row.Redemption.Open, NewLot, at, "not needed"));
                break;
            case RedemptionStep.Released:
                var part = settled.Points ?? row.Redemption.Open;
                Settle(step, row, "loyalty.points_released.v1", (account, at) => part == row.Redemption.Open
                    ? account.Release(row.Redemption, RedemptionState.Released, NewLot, at, "released")
                    : account.ReleasePart(row.Redemption, part, NewLot, at, "released"));
                break;
            case RedemptionStep.Returned:
                Return(step, row, settled.Points ?? row.Redemption.Open);
                break;
        }
    }

    // In order of precedence: unknown, rolled back.
    private Refusal? CheckRollback(Step step, RedemptionRolledBack undone) =>
        redemptions.Find(undone) is not { } row || !IsOf(step, row) || loaded.Find(row.PersonId, row.Program) is null || pools.PartOf(row.Id) is not null
            ? new Refusal("redemption_unknown", "The member has none that this names.", Final: true)
        : redemptions.IsRolledBack(row.Id) ? new Refusal("request_rolled_back", "It was rolled back already.", Final: true) : null;

    // As if it had never been: into the lots, with the lives they had, whatever the program gives to what is returned. Released, it is in no later sum of what was spent.
    private void RollBack(Step step, RedemptionRolledBack undone)
    {
        var row = redemptions.Find(undone)!;
        Settle(step, row, "loyalty.points_returned.v1", (account, at) => row.Redemption.State switch
        {
            RedemptionState.Reserved => account.Release(row.Redemption, RedemptionState.Released, NewLot, at, "rolled back"),
            RedemptionState.Spent => account.Return(row.Redemption, row.Redemption.Open, isReissued: false, null, NewLot, at, "rolled back") with { State = RedemptionState.Released },
            _ => row.Redemption,
        });
        redemptions.Add(new RollbackRow(undone.Request, undone.Attempt, undone.SaidHash, row.Id, step.Command.AtMs, step.Command.Key));
        var view = RedemptionView.Of(redemptions.Find(row.Id)!, loaded.Find(row.PersonId, row.Program)!.Row.Spendable) with { RolledBackAt = step.Command.AtMs.ToInstant() };
        step.Outcome = new RollbackView(undone.Request[(undone.Request.IndexOf('/') + 1)..], undone.Attempt, undone.Attempt + 1, view).ToJson();
    }

    private void Lapse(Step step, LapseReservation lapse)
    {
        if (redemptions.Find(lapse.Redemption) is not { Redemption.State: RedemptionState.Reserved } row || row.Redemption.EndsAtMs > step.Command.AtMs) return;
        Settle(step, row, "loyalty.points_released.v1", (account, at) => account.Release(row.Redemption, RedemptionState.Lapsed, NewLot, at, "not confirmed in time"));
    }

    private long NewLot() => batch.NewId("lot");

    private void Settle(Step step, RedemptionRow row, string what, Func<Account, long, Redemption> decide)
    {
        if (loaded.Find(row.PersonId, row.Program) is not { } membership) return;
        var after = row with { Redemption = WithLots(row.PersonId, () => decide(membership.Account, step.Command.AtMs)) };
        redemptions.Put(after);
        Changed(step, membership, what);
        if (step.Command.Body is RedemptionSettled) step.Outcome = RedemptionView.Of(after, membership.Row.Spendable).ToJson();
    }

    private void Return(Step step, RedemptionRow row, long points)
    {
        if (programs.Live(row.Program) is not { } program) return;
        var isReissued = program.Returns.Restore == Restore.Reissue;
        long? until = isReissued ? Expiry.Of(new Validity(null, Days: program.Returns.ReissueDays), program.Zone, step.Command.AtMs) : null;
        Settle(step, row, "loyalty.points_returned.v1", (account, at) =>
            account.Return(row.Redemption, points, isReissued, until, NewLot, at, $"what they paid for was returned, {program.Name} v{program.Version}"));
    }

    // Points that paid for an order come back in the share of the money that came back; all of them when nothing of it is left. Before the claw-back:
    // what comes back may pay for it.
    private void ReturnTender(Step step, OrderChange change)
    {
        var order = change.After;
        var isCancelled = order is { ClosedAtMs: not null, CompletedAtMs: null };
        // Points alone paid: no money tells how much of it came back.
        var isFree = order is { HasContent: true, TotalMinor: 0 } && (step.Command.Body is RefundSucceeded || change.Before is { HasContent: false, LastRefundAtMs: not null });
        if (!isCancelled && !isFree && (order.RefundedMinor == 0 || !order.HasContent)) return;
        if (!isFree && change.Before is { } before && isCancelled == before is { ClosedAtMs: not null, CompletedAtMs: null }
            && (before.HasContent, before.TotalMinor, before.RefundedMinor) == (order.HasContent, order.TotalMinor, order.RefundedMinor)) return;
        var key = OrderName.Key(order.Channel, order.Shop, order.Number);
        if (redemptions.Of(key) is not { } rows)
        {
            needs.Orders.Add(key);
            throw new LoadAgainException("the points that paid for an order");
        }
        var share = isCancelled ? TenderShare.All : isFree ? BackOfFree(step, order) : new TenderShare(order.RefundedMinor, order.TotalMinor);
        foreach (var row in rows.Where(r => r.PersonId == order.PersonId && r.Redemption.State == RedemptionState.Spent && pools.PartOf(r.Id) is null))
        {
            var (paid, returned) = row.Redemption.Paid;
            var points = Math.Min(share.Of(paid) - returned, row.Redemption.Open);
            if (points > 0) Return(step, row, points);
        }
        foreach (var together in rows.Select(r => pools.PartOf(r.Id)).OfType<PoolPartRow>().Where(p => p.Spender == order.PersonId).Select(p => p.Together).Distinct().Order())
        {
            var parts = pools.Parts(together);
            var spent = parts.Select(p => redemptions.Find(p.RedemptionId)!.Redemption.Paid).ToList();
            GiveBack(step, parts, share.Of(spent.Sum(r => r.Points)) - spent.Sum(r => r.Returned));
        }
    }

    // A refund that names no piece is of all of it.
    private TenderShare BackOfFree(Step step, OrderState order) =>
        step.Command.Body is RefundSucceeded { Lines.IsDefaultOrEmpty: true } ? TenderShare.All : TenderShare.OfPieces(LinesOf(order), ReturnedOf(order));
}
