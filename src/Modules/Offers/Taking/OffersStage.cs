using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Offers;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Offers.Taking;

/// <summary>Gives up a lock that nobody redeemed in time. Sent by the lock clock.</summary>
internal sealed record LapseLock(long UseId) : CommandBody, IMayNameNobody
{
    public override string Type => "coupon.lapsed";
}

/// <summary>Issues coupons, gives offers to checkouts within their limits, and takes back what was given up, reverted or cancelled.</summary>
internal sealed class OffersStage : IStage
{
    private readonly OfferBook offers = new();
    private LoadedOffers loaded = null!;
    private Batch batch = null!;

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        this.batch = batch;
        loaded = await LoadedOffers.Load(batch, books, offers);
        await batch.Reserve("coupon", batch.Steps.Count(s => s.Command.Body is CouponIssued));
        await batch.Reserve("offer_use", batch.Steps.Count(s => s.Command.Body is OfferTaken));
    }

    public Refusal? Check(Step step) => step.Command.Body switch
    {
        CouponIssued issued => Refused(AgainstIssuing(step, issued)),
        OfferTaken taken => Refused(Decide(step, taken).Refused),
        OfferUseSettled settled => Refused(AgainstSettling(step, settled)),
        _ => null,
    };

    private static Refusal? Refused(OfferRefusal? reason) => reason is { } why ? OfferRefusals.Because(why) : null;

    private OfferRefusal? AgainstIssuing(Step step, CouponIssued issued)
    {
        if (offers.Live(issued.Offer) is not { } offer) return OfferRefusal.OfferUnknown;
        if (!offer.IsPersonal) return OfferRefusal.OfferNotPersonal;
        if (step.Person.IsGuest) return OfferRefusal.PersonNeeded;
        // Asked for again: the same coupon, also when there are no more.
        if (loaded.Granted(offer.Name, issued.GrantKey) is { } coupon) return IsOf(step, coupon.PersonId) ? null : OfferRefusal.GrantKeyTaken;
        return Engines.Offers.Taking.AgainstIssuing(offer, loaded.Counts(offer.Name).Coupons, step.Person.IsGuest, step.Command.AtMs);
    }

    private static bool IsOf(Step step, long person) => person != 0 && (person == step.Person.PersonId || step.Person.Absorbs.Contains(person));

    /// <summary>What an offer answers to a checkout, with what it found on the way.</summary>
    /// <param name="Earlier">The checkout's own lock on the offer, which is overridden.</param>
    private readonly record struct Decision(OfferRefusal? Refused, Offer Terms = null!, CouponRow? Coupon = null, UseRow? Earlier = null, Taken.Granted Granted = null!);

    private Decision Decide(Step step, OfferTaken taken)
    {
        var coupon = taken.CouponId != 0 ? loaded.Coupon(taken.CouponId) : null;
        if (taken.CouponId != 0 && (coupon is null || !IsOf(step, coupon.PersonId))) return new(OfferRefusal.CouponUnknown);
        var live = coupon is not null ? offers.Live(coupon.Offer) : taken.Code.Length > 0 ? offers.OfCode(taken.Code) : offers.Live(taken.Offer);
        if (live is null) return new(taken.CouponId == 0 && taken.Code.Length > 0 ? OfferRefusal.CodeUnknown : OfferRefusal.OfferUnknown);
        var terms = coupon is null ? live : offers.Version(coupon.Offer, coupon.Version) ?? live;
        if (coupon is null && live.Code.Kind == CodeKind.Shared && taken.Code.Length == 0) return new(OfferRefusal.CodeNeeded);

        var own = taken.Session.Length == 0 ? [] : loaded.OfSession(taken.Session).Where(u => u.Offer == live.Name).ToList();
        if (own.Exists(u => u.Use.State == UseState.Used)) return new(OfferRefusal.UsageCounted);
        var earlier = own.Find(u => u.Use.State == UseState.Locked);
        var mine = earlier is not null && IsOf(step, earlier.PersonId) ? earlier.Use.Holds.Uses : 0;
        var held = loaded.Counts(live.Name).Held - (earlier?.Use.Holds ?? default);
        var ofPerson = loaded.HeldBy(live.Name, [step.Person.PersonId, .. step.Person.Absorbs]) - mine;
        var answer = Engines.Offers.Taking.Decide(terms, live.Limits, held, ofPerson, AtHand(coupon, earlier),
            new Basket(taken.BasketMinor, taken.Currency, step.Person.IsGuest, step.Command.AtMs));
        return answer is Taken.Granted granted ? new(null, terms, coupon, earlier, granted) : new(((Taken.Refused)answer).Reason);
    }

    private static CouponAtHand? AtHand(CouponRow? coupon, UseRow? earlier) => coupon is null ? null
        : new CouponAtHand(coupon.State == CouponState.Locked && earlier?.CouponId == coupon.Id ? CouponState.Issued : coupon.State, coupon.EndsAtMs);

    private OfferRefusal? AgainstSettling(Step step, OfferUseSettled settled)
    {
        if (Named(settled) is not { Count: > 0 } uses) return OfferRefusal.UseUnknown;
        if (settled.UseId != 0) return Against(settled, uses[0], step.Command.AtMs);
        // All of the checkout's locks, or none of them; what it gave up before is over.
        var locked = uses.FindAll(u => u.Use.State == UseState.Locked);
        return (locked.Count > 0 ? locked : uses).Select(u => Against(settled, u, step.Command.AtMs)).OfType<OfferRefusal>().Select(r => (OfferRefusal?)r).Min();
    }

    private List<UseRow> Named(OfferUseSettled settled) => settled.UseId == 0 ? loaded.OfSession(settled.Session) : loaded.Use(settled.UseId) is { } use ? [use] : [];

    private static OfferRefusal? Against(OfferUseSettled settled, UseRow row, long atMs) => settled.Step switch
    {
        OfferUseStep.Redeemed => row.Use.AgainstRedeeming(atMs),
        OfferUseStep.Released => row.Use.AgainstReleasing(),
        OfferUseStep.Reverted => row.Use.AgainstReverting(settled.AmountMinor),
        _ => throw new ArgumentOutOfRangeException(nameof(settled)),
    };

    public void Apply(Step step)
    {
        if (step.Merges.Count > 0 || step.Moves.Count > 0) loaded.Follow(step);
        switch (step.Command.Body)
        {
            case CouponIssued issued: Issue(step, issued); break;
            case OfferTaken taken: Take(step, taken, Decide(step, taken)); break;
            case OfferUseSettled settled: Settle(step, settled); break;
            case LapseLock lapse: Lapse(step, lapse); break;
        }
        if (step.Order is { } change && IsCancelled(change.After) && !(change.Before is { } before && IsCancelled(before))) GiveBack(step, change.After);
    }

    private void Issue(Step step, CouponIssued issued)
    {
        var coupon = loaded.Granted(issued.Offer, issued.GrantKey);
        if (coupon is null)
        {
            var offer = offers.Live(issued.Offer)!;
            var at = step.Command.AtMs;
            coupon = new CouponRow(batch.NewId("coupon"), offer.Name, offer.Version, step.Person.PersonId, step.Person.ViaKey, issued.GrantKey, CouponState.Issued, offer.CouponEndsAtMs(at), at, step.Command.Key);
            loaded.Add(coupon);
            step.Announce("offers.coupon_issued.v1", "coupons", coupon.Id, new JsonObject { ["offer"] = coupon.Offer, ["version"] = coupon.Version });
        }
        step.Outcome = CouponView.Of(coupon).ToJson();
    }

    private void Take(Step step, OfferTaken taken, Decision decision)
    {
        var (command, at) = (step.Command, step.Command.AtMs);
        var ends = taken.IsLock ? taken.EndsAtMs ?? at + decision.Terms.LockDays * 86_400_000L : (long?)null;
        var order = taken.Order is { } number ? OrderName.Key(command.Channel, command.Shop, number) : null;
        var use = decision.Granted.Use(taken.BasketMinor, ends);
        var row = new UseRow(0, decision.Terms.Name, decision.Terms.Version, decision.Coupon?.Id ?? 0, step.Person.PersonId, decision.Coupon?.ViaKey ?? step.Person.ViaKey,
            taken.Session.Length > 0 ? taken.Session : null, order, decision.Terms.Currency, use, at, at, command.Key);
        // The same checkout and the same coupon: the same use with another basket.
        if (decision.Earlier is { } earlier && earlier.CouponId == row.CouponId && earlier.PersonId == row.PersonId) row = row with { Id = earlier.Id, ViaKey = earlier.ViaKey, OrderKey = order ?? earlier.OrderKey };
        else
        {
            if (decision.Earlier is { } other) Keep(step, other, other.Use.Release());
            row = row with { Id = batch.NewId("offer_use") };
        }
        Keep(step, row, use);
        step.Outcome = UseView.Of(row).ToJson();
    }

    private void Settle(Step step, OfferUseSettled settled)
    {
        var rows = Named(settled).Where(u => settled.UseId != 0 || u.Use.State == UseState.Locked).ToList();
        foreach (var row in rows)
            Keep(step, row, settled.Step switch
            {
                OfferUseStep.Redeemed => row.Use.Redeem(),
                OfferUseStep.Released => row.Use.Release(),
                _ => row.Use.Revert(settled.AmountMinor),
            });
        step.Outcome = settled.UseId != 0 ? UseView.Of(loaded.Use(settled.UseId)!).ToJson() : CheckoutView.Of(settled.Session, loaded.OfSession(settled.Session)).ToJson();
    }

    private void Lapse(Step step, LapseLock lapse)
    {
        if (loaded.Use(lapse.UseId) is { Use.State: UseState.Locked } row && row.Use.EndsAtMs <= step.Command.AtMs) Keep(step, row, row.Use.Lapse());
    }

    private static bool IsCancelled(OrderState order) => order is { ClosedAtMs: not null, CompletedAtMs: null };

    // A cancelled order gives back what it was to use or used, with all counts; what another order of the race used stays.
    private void GiveBack(Step step, OrderState order)
    {
        foreach (var row in loaded.OfOrder(OrderName.Key(order.Channel, order.Shop, order.Number)))
            Keep(step, row, row.Use.State == UseState.Locked ? row.Use.Release() : row.Use.Revert(null));
    }

    private void Keep(Step step, UseRow row, OfferUse use)
    {
        // What counts against nothing leaves the coupon as it is: for another checkout to lock or use.
        var hadCoupon = loaded.Use(row.Id) is { Use: { Counts: true, State: UseState.Locked or UseState.Used } };
        loaded.Put(row with { Use = use, ChangedAtMs = step.Command.AtMs });
        if ((use.Counts || hadCoupon) && loaded.Coupon(row.CouponId) is { } coupon) loaded.Put(coupon with { State = StateOf(use) });
        step.Announce("offers.use_" + OfferWords.Of(use.State) + ".v1", "offer_uses", row.Id,
            new JsonObject { ["offer"] = row.Offer, ["given_minor"] = use.GivenMinor, ["reverted_minor"] = use.RevertedMinor, ["currency"] = row.Currency });
    }

    private static CouponState StateOf(OfferUse use) => use switch
    {
        { Counts: false } => CouponState.Issued,
        { State: UseState.Locked } => CouponState.Locked,
        { State: UseState.Used } => CouponState.Used,
        _ => CouponState.Issued,
    };

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        await PersonMoves.Divide(books, batch, "coupons", "offer_uses");
        await PersonMoves.Move(books, batch.Merges, "coupons", "offer_uses");
        await loaded.Save(books);
    }
}
