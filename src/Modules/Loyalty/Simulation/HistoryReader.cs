using System.Collections.Immutable;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Engines.Simulation;
using Danke.Engines.Tiers;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;

namespace Danke.Loyalty.Simulation;

/// <summary>What must be read for the programs at hand.</summary>
/// <param name="Buyers">Also who is no member.</param>
internal readonly record struct Asked(bool Lines, bool Deeds, bool BirthMonths, bool Buyers)
{
    /// <param name="ledgers">Of all programs at hand, those of further types too.</param>
    public static Asked Of(IReadOnlyCollection<LoyaltyProgram> ledgers) => new(
        ledgers.Any(p => !p.Earn.IsRateAlone || p.Tiers.Any(t => t.Paid is not null)),
        ledgers.Any(p => p.Earn.Rules.Any(r => r.On == RuleTarget.Interaction)),
        ledgers.Any(ProgramBook.AsksBirthMonthOf),
        ledgers.Any(p => p.Enrolment == Enrolment.OnPurchase));
}

/// <summary>A person's history with what the live program made of it in fact; <see cref="Actual"/> is null for who is no member.</summary>
/// <param name="Further">Balances of further types, as far as there are any.</param>
internal sealed record PersonPast(MemberHistory History, MembershipRow? Actual, IReadOnlyList<MembershipRow> Further);

/// <summary>Reads histories a range of persons at a time, set by set. Only reads.</summary>
internal sealed class HistoryReader(BooksStore books, IOrderLives orders, IPersonPasts persons)
{
    // Everything else that moved points is replayed as it was: by hand, between members, what a split left. So is what benefits give: they look like what rules give, and are told apart by their note.
    private const string Recomputed = """
        'earn_pending', 'activate', 'cancel', 'claw_back', 'spend', 'expire', 'write_off', 'redraw', 'reserve', 'release', 'confirm', 'restore', 'reissue'
        """;

    public Task<long> Highest(CancellationToken cancel) => persons.Highest(cancel);

    /// <param name="ledgers">Of the program's own points and of further types: which of them are read.</param>
    public async Task<List<PersonPast>> Read(string program, string[] ledgers, long after, long to, Asked asked, Func<long, bool> isWanted, CancellationToken cancel)
    {
        var between = new (string, object?)[] { ("program", program), ("after", after), ("to", to) };
        var members = (await books.Read(MembershipRow.Select + " where person_id > @after and person_id <= @to and program = @program and state in ('active', 'left')", MembershipRow.Read, between, cancel))
            .Where(m => isWanted(m.PersonId)).ToDictionary(m => m.PersonId);
        if (members.Count == 0 && !asked.Buyers) return [];
        var bought = (await orders.Of(after, to, asked.Lines, cancel)).ToLookup(o => o.Order.PersonId);
        var deeds = (asked.Deeds ? await persons.Interactions(after, to, cancel) : []).ToLookup(d => d.PersonId);
        var birthMonths = asked.BirthMonths ? await persons.BirthMonths(after, to, cancel) : [];
        (string, object?)[] ofAll = [.. between, ("keys", ledgers)];
        var further = ledgers.Length == 1 ? Enumerable.Empty<MembershipRow>().ToLookup(m => m.PersonId) : (await books.Read(MembershipRow.Select + """
             where person_id > @after and person_id <= @to and program in ({keys:text}) and program <> @program and state <> 'merged' order by person_id, program
            """, MembershipRow.Read, ofAll, cancel)).ToLookup(m => m.PersonId);
        var spendings = (await Spendings(ofAll, cancel)).ToLookup(s => s.Person, s => s.Spending);
        var gifts = (await Gifts(ofAll, cancel)).ToLookup(g => g.Person, g => g.Gift);
        var grants = (await books.Read(TierGrantRow.Select + " where person_id > @after and person_id <= @to and program = @program and kind <> 'paid'", TierGrantRow.Read, between, cancel))
            .ToLookup(g => g.PersonId, g => g.Grant);
        var whose = asked.Buyers ? bought.Select(o => o.Key).Where(p => p > 0 && isWanted(p)).Union(members.Keys) : members.Keys;
        return [.. whose.Order().Select(person =>
        {
            var row = members.GetValueOrDefault(person);
            return new PersonPast(new MemberHistory
            {
                PersonId = person,
                JoinedAtMs = row?.JoinedAtMs,
                LeftAtMs = row?.LeftAtMs,
                BirthMonth = birthMonths.GetValueOrDefault(person),
                Orders = [.. bought[person].Select(Of)],
                Deeds = [.. deeds[person].Select(d => new PastDeed(d.InteractionId, d.ViaKey, new Deed(d.Channel, d.Shop, d.Kind, d.AtMs, d.Properties)))],
                Spendings = [.. spendings[person]],
                Gifts = [.. gifts[person]],
                Grants = [.. grants[person]],
            }, row, [.. further[person]]);
        })];
    }

    private static PastOrder Of(OrderLife life)
    {
        var o = life.Order;
        return new PastOrder(o.OrderId, o.ViaKey, OrderName.Key(o.Channel, o.Shop, o.Number), o.Kind == Contracts.Commands.OrderKind.Sale, new Purchase
        {
            Channel = o.Channel,
            Shop = o.Shop,
            Store = o.Store ?? "",
            Currency = o.Currency,
            AtMs = o.OrderedAtMs,
            Lines = [.. o.Lines.Select(l => new PurchaseLine(l.Line, l.Sku, l.Category ?? "", l.Quantity, l.AmountMinor))],
            ShippingMinor = o.ShippingMinor,
            DiscountMinor = o.DiscountMinor,
            TotalMinor = o.TotalMinor,
        }, o.PlacedAtMs, o.PaidAtMs, o.ShippedAtMs, o.CompletedAtMs, o.ClosedAtMs,
            [.. life.Returns.Select(r => new PastRefund(r.AtMs, r.AmountMinor, [.. r.Lines.Select(l => new ReturnedLine(l.Line ?? "", l.Sku ?? "", l.Quantity, l.AmountMinor))]))]);
    }

    // What paid for an order comes back with its refunds, under each program by its own rule. Of the others counts what in the end was spent; so too
    // of what a pool spent, whose order is not in every member's history.
    private Task<List<(long Person, PastSpending Spending)>> Spendings((string, object?)[] between, CancellationToken cancel) => books.Read("""
        select r.person_id, r.program, r.redemption_id, r.via_key, r.at_ms, case when r.order_key is null or p.redemption_id is not null then r.points - r.returned else r.points - r.released end,
            case when p.redemption_id is null then r.order_key end
        from redemptions r left join pool_redemptions p on p.redemption_id = r.redemption_id
        where r.person_id > @after and r.person_id <= @to and r.program in ({keys:text}) and r.state in ('spent', 'reserved') and (r.order_key is not null and p.redemption_id is null or r.points > r.returned)
        order by r.at_ms, r.redemption_id
        """, r => (r.GetInt64(0), new PastSpending(r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.TextOrNull(6))), between, cancel);

    private Task<List<(long Person, PastGift Gift)>> Gifts((string, object?)[] between, CancellationToken cancel) => books.Read($"""
        select e.person_id, e.program, min(e.entry_id), min(e.via_key), min(e.at_ms), cast(sum(e.spendable) as bigint), min(l.expires_at_ms)
        from points_entries e left join lots l on l.lot_id = e.lot_id and e.spendable > 0
        where e.person_id > @after and e.person_id <= @to and e.program in ({"{keys:text}"}) and e.spendable <> 0 and (e.kind not in ({Recomputed}) or e.rule like 'benefit %')
        group by e.person_id, e.program, e.command_key having sum(e.spendable) <> 0
        """, r => (r.GetInt64(0), new PastGift(r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.LongOrNull(6))), between, cancel);
}
