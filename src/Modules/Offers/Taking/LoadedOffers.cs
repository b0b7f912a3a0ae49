using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Offers;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Offers.Taking;

/// <summary>The coupons, uses and counters that a batch speaks of, in step with what it decides. A batch that speaks of none asks the Books nothing.</summary>
internal sealed class LoadedOffers
{
    private readonly Dictionary<string, CountsRow> counts = [];
    private readonly Dictionary<long, CouponRow> coupons = [];
    private readonly Dictionary<(string Offer, string GrantKey), long> byGrant = [];
    private readonly Dictionary<long, UseRow> uses = [];
    private readonly HashSet<long> knownCoupons = [], knownUses = [], changedCoupons = [], changedUses = [];
    private readonly HashSet<string> changedCounts = [];
    private readonly HashSet<string> offers = [], codes = [], sessions = [], orders = [], grants = [];
    private readonly HashSet<long> couponIds = [], useIds = [];

    public static async ValueTask<LoadedOffers> Load(Batch batch, BooksTransaction books, OfferBook book)
    {
        var loaded = new LoadedOffers();
        var mayTake = false;
        foreach (var step in batch.Steps) mayTake |= loaded.Note(step.Command);
        if (mayTake) await book.Refresh(books);
        loaded.offers.UnionWith(loaded.codes.Select(book.OfCode).OfType<Offer>().Select(o => o.Name));
        await loaded.FindOffers(books);
        if (loaded.offers.Count == 0) return loaded;
        await loaded.LockCounts(books, book);
        await loaded.ReadUses(books, mayTake ? batch.PersonIds.ToArray() : []);
        await loaded.ReadCoupons(books);
        await book.Require(books, loaded.coupons.Values.Select(c => (c.Offer, c.Version)));
        return loaded;
    }

    // Answers whether terms are needed to decide it.
    private bool Note(Command command)
    {
        switch (command.Body)
        {
            case CouponIssued issued:
                offers.Add(issued.Offer);
                if (issued.GrantKey is { } key) grants.Add(key);
                return true;
            case OfferTaken taken:
                if (taken.CouponId != 0) couponIds.Add(taken.CouponId);
                else if (taken.Code.Length > 0) codes.Add(taken.Code);
                else offers.Add(taken.Offer);
                if (taken.Session.Length > 0) sessions.Add(taken.Session);
                return true;
            case OfferUseSettled { UseId: 0 } settled: sessions.Add(settled.Session); return false;
            case OfferUseSettled settled: useIds.Add(settled.UseId); return false;
            case LapseLock lapse: useIds.Add(lapse.UseId); return false;
            case OrderReported { Step: OrderStep.Closed } closed: orders.Add(OrderName.Key(command.Channel, command.Shop, closed.Number)); return false;
            default: return false;
        }
    }

    // Whose coupons and uses those are that were named by number, session or order. An offer of theirs never changes.
    private async ValueTask FindOffers(BooksTransaction books)
    {
        if (couponIds.Count + useIds.Count + sessions.Count + orders.Count == 0) return;
        offers.UnionWith(await books.Read("""
            select offer from coupons where coupon_id in ({set:coupons})
            union select offer from offer_uses where offer_use_id in ({set:uses}) union select offer from offer_uses where session_key in ({set:sessions:text}) union select offer from offer_uses where order_key in ({set:orders:text})
            """, r => r.GetString(0), ("coupons", couponIds.ToArray()), ("uses", useIds.ToArray()), ("sessions", sessions.ToArray()), ("orders", orders.ToArray())));
    }

    // Whoever has the counters has the offer: what another node does with it has been committed, and is read after this.
    private async ValueTask LockCounts(BooksTransaction books, OfferBook book)
    {
        await books.InsertMissing(CountsRow.Table, offers.Where(o => book.Live(o) is not null).Order(StringComparer.Ordinal).Select(o => new CountsRow(o, 0, default)).ToList());
        foreach (var row in await books.Read(CountsRow.Select + " where offer in ({keys:text}) order by offer {for update}", CountsRow.Read, ("keys", offers.ToArray()))) counts[row.Offer] = row;
    }

    private async ValueTask ReadUses(BooksTransaction books, long[] persons)
    {
        var names = ("names", (object?)offers.ToArray());
        if (useIds.Count > 0) await ReadUses(books, "offer_use_id in ({keys})", useIds.ToArray());
        if (sessions.Count > 0) await ReadUses(books, "session_key in ({keys:text})", sessions.ToArray());
        if (orders.Count > 0) await ReadUses(books, "order_key in ({keys:text})", orders.ToArray());
        if (persons.Length > 0)
            Keep(await books.Read(UseRow.Select + " where person_id in ({keys}) and offer in ({set:names:text}) and state in ('locked', 'used')", UseRow.Read, ("keys", persons), names));
    }

    private async ValueTask ReadUses(BooksTransaction books, string where, object keys) =>
        // Of an offer that was first used by these since its counters were locked, nothing is known: it is as if they came later.
        Keep((await books.Read($"{UseRow.Select} where {where}", UseRow.Read, ("keys", keys))).Where(u => counts.ContainsKey(u.Offer)));

    private void Keep(IEnumerable<UseRow> rows)
    {
        foreach (var row in rows)
        {
            uses[row.Id] = row;
            knownUses.Add(row.Id);
        }
    }

    private async ValueTask ReadCoupons(BooksTransaction books)
    {
        var ids = couponIds.Concat(uses.Values.Select(u => u.CouponId).Where(id => id != 0)).Distinct().ToArray();
        if (ids.Length > 0) Keep(await books.Read(CouponRow.Select + " where coupon_id in ({keys})", CouponRow.Read, ("keys", ids)));
        if (grants.Count > 0)
            Keep(await books.Read(CouponRow.Select + " where offer in ({set:names:text}) and grant_key in ({keys:text})", CouponRow.Read, ("keys", grants.ToArray()), ("names", offers.ToArray())));
    }

    private void Keep(IEnumerable<CouponRow> rows)
    {
        foreach (var row in rows)
        {
            coupons[row.Id] = row;
            if (row.GrantKey is { } key) byGrant[(row.Offer, key)] = row.Id;
            knownCoupons.Add(row.Id);
        }
    }

    public CountsRow Counts(string offer) => counts.GetValueOrDefault(offer) ?? new CountsRow(offer, 0, default);

    public CouponRow? Coupon(long id) => coupons.GetValueOrDefault(id);

    public CouponRow? Granted(string offer, string? grantKey) => grantKey is { } key && byGrant.TryGetValue((offer, key), out var id) ? coupons[id] : null;

    public UseRow? Use(long id) => uses.GetValueOrDefault(id);

    /// <summary>Everything that a checkout has and had, oldest first.</summary>
    public List<UseRow> OfSession(string session) => [.. uses.Values.Where(u => u.Session == session).OrderBy(u => u.Id)];

    /// <summary>What was locked or used for an order.</summary>
    public List<UseRow> OfOrder(string orderKey) => [.. uses.Values.Where(u => u.OrderKey == orderKey && u.Use.State is (UseState.Locked or UseState.Used)).OrderBy(u => u.Id)];

    /// <summary>How many uses of an offer the persons hold together.</summary>
    public long HeldBy(string offer, IReadOnlyCollection<long> persons) => uses.Values.Where(u => u.Offer == offer && u.PersonId != 0 && persons.Contains(u.PersonId)).Sum(u => u.Use.Holds.Uses);

    public void Add(CouponRow coupon)
    {
        Put(coupon);
        if (coupon.GrantKey is { } key) byGrant[(coupon.Offer, key)] = coupon.Id;
        Put(Counts(coupon.Offer) with { Coupons = Counts(coupon.Offer).Coupons + 1 });
    }

    public void Put(CouponRow coupon)
    {
        coupons[coupon.Id] = coupon;
        changedCoupons.Add(coupon.Id);
    }

    /// <summary>Keeps a use as it is from now on, and the counters with it.</summary>
    public void Put(UseRow use)
    {
        var before = uses.GetValueOrDefault(use.Id)?.Use.Holds ?? default;
        if (before != use.Use.Holds) Put(Counts(use.Offer) with { Held = Counts(use.Offer).Held + (use.Use.Holds - before) });
        uses[use.Id] = use;
        changedUses.Add(use.Id);
    }

    private void Put(CountsRow row)
    {
        counts[row.Offer] = row;
        changedCounts.Add(row.Offer);
    }

    /// <summary>Coupons and uses go where the identifier goes that they came by.</summary>
    public void Follow(Step step)
    {
        foreach (var coupon in coupons.Values.ToList()) coupons[coupon.Id] = coupon with { PersonId = step.OwnerAfter(coupon.PersonId, coupon.ViaKey) };
        foreach (var use in uses.Values.ToList()) uses[use.Id] = use with { PersonId = step.OwnerAfter(use.PersonId, use.ViaKey) };
    }

    public async ValueTask Save(BooksTransaction books)
    {
        await books.Upsert(CountsRow.Table, changedCounts.Order(StringComparer.Ordinal).Select(o => counts[o]).ToList());
        await books.Insert(CouponRow.Table, changedCoupons.Where(id => !knownCoupons.Contains(id)).Order().Select(id => coupons[id]).ToList());
        await books.Update(CouponRow.Changes, changedCoupons.Where(knownCoupons.Contains).Order().Select(id => coupons[id]).ToList());
        await books.Insert(UseRow.Table, changedUses.Where(id => !knownUses.Contains(id)).Order().Select(id => uses[id]).ToList());
        await books.Update(UseRow.Changes, changedUses.Where(knownUses.Contains).Order().Select(id => uses[id]).ToList());
    }
}
