using Danke.Loyalty.Earning;
using Danke.Platform.Audits;

namespace Danke.Loyalty.Auditing;

/// <summary>Entries, lots, awards and balances say the same.</summary>
internal static class LedgerChecks
{
    private const string FromBackup = "Nothing corrects this by itself: find what wrote to the table beside the Door, and restore a backup or correct the row by hand.";

    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "ledger.balances",
            Says = "Every membership's balances are the sums of its entries.",
            Advice = "The entries are the truth. " + FromBackup,
            Rows = "select count(*) from memberships",
            Differences = $"""
                select cast(m.person_id as text) || '/' || m.program,
                  'pending ' || cast(coalesce(e.pending, 0) as text) || ', spendable ' || cast(coalesce(e.spendable, 0) as text) || ', growth ' || cast(coalesce(e.growth, 0) as text)
                    || ', earned ' || cast(coalesce(e.earned, 0) as text) || ', spent ' || cast(coalesce(e.spent, 0) as text) || ', expired ' || cast(coalesce(e.expired, 0) as text),
                  'pending ' || cast(m.points_pending as text) || ', spendable ' || cast(m.points_spendable as text) || ', growth ' || cast(m.growth as text)
                    || ', earned ' || cast(m.points_earned as text) || ', spent ' || cast(m.points_spent as text) || ', expired ' || cast(m.points_expired as text)
                from memberships m left join (
                  select person_id, program, sum(pending) pending, sum(spendable) spendable, sum(growth) growth,
                    {EntrySumRow.Earned} earned, {EntrySumRow.Spent} spent, {EntrySumRow.Expired} expired
                  from points_entries group by person_id, program) e on e.person_id = m.person_id and e.program = m.program
                where m.points_pending <> coalesce(e.pending, 0) or m.points_spendable <> coalesce(e.spendable, 0) or m.growth <> coalesce(e.growth, 0)
                  or m.points_earned <> coalesce(e.earned, 0) or m.points_spent <> coalesce(e.spent, 0) or m.points_expired <> coalesce(e.expired, 0)
                """,
        },
        new()
        {
            Name = "ledger.lots",
            Says = "Every membership's balances are what remains of its lots and debts, and nobody with a debt has points to spend.",
            Advice = FromBackup,
            Rows = "select count(*) from lots",
            Differences = """
                select cast(m.person_id as text) || '/' || m.program,
                  'pending ' || cast(coalesce(l.pending, 0) as text) || ', spendable ' || cast(coalesce(l.active, 0) + coalesce(l.debt, 0) as text) || ', next expiry ' || coalesce(cast(l.next_expiry as text), 'never'),
                  'pending ' || cast(m.points_pending as text) || ', spendable ' || cast(m.points_spendable as text) || ', next expiry ' || coalesce(cast(m.next_expiry_ms as text), 'never')
                from memberships m left join (
                  select person_id, program, sum(case when state = 'pending' then remaining else 0 end) pending,
                    sum(case when state = 'active' then remaining else 0 end) active, sum(case when state = 'debt' then remaining else 0 end) debt, min(case when state = 'active' and remaining > 0 then expires_at_ms end) next_expiry
                  from lots group by person_id, program) l on l.person_id = m.person_id and l.program = m.program
                where m.points_pending <> coalesce(l.pending, 0) or m.points_spendable <> coalesce(l.active, 0) + coalesce(l.debt, 0) or (l.active > 0 and l.debt < 0)
                  or coalesce(m.next_expiry_ms, 0) <> coalesce(l.next_expiry, 0)
                """,
        },
        new()
        {
            Name = "ledger.lot_amounts",
            Says = "Every lot holds what its entries put in, and what remains of it is the sum of its entries.",
            Advice = FromBackup,
            Rows = "select count(*) from lots",
            Differences = """
                select l.lot_id,
                  'amount ' || cast(case when l.state in ('debt', 'paid') then l.amount when l.active_at_ms is null then coalesce(e.pending, 0) else coalesce(e.given, 0) end as text)
                    || ', remaining ' || cast(coalesce(e.pending + e.spendable, 0) as text),
                  'amount ' || cast(l.amount as text) || ', remaining ' || cast(l.remaining as text) || ', ' || l.state
                from lots l left join (
                  select lot_id, sum(pending) pending, sum(spendable) spendable,
                    sum(case when kind in ('activate', 'reissue', 'transfer_in', 'exchange_in') or (kind in ('adjust', 'split_shortfall') and spendable > 0) then spendable else 0 end) given
                  from points_entries where lot_id <> 0 group by lot_id) e on e.lot_id = l.lot_id
                where l.remaining <> coalesce(e.pending + e.spendable, 0)
                  or (l.state not in ('debt', 'paid') and l.amount <> (case when l.active_at_ms is null then coalesce(e.pending, 0) else coalesce(e.given, 0) end))
                  or (l.amount >= 0 and (l.remaining < 0 or l.remaining > l.amount)) or (l.amount < 0 and (l.remaining > 0 or l.remaining < l.amount))
                  or (l.state in ('spent', 'expired', 'cancelled', 'paid') and l.remaining <> 0) or (l.state in ('debt', 'paid')) <> (l.amount < 0)
                  or (l.state = 'pending' and (l.remaining <> l.amount or l.active_at_ms is not null)) or (l.state = 'active' and l.active_at_ms is null)
                """,
        },
        new()
        {
            Name = "ledger.sides",
            Says = "Nobody's entries on somebody else's lot come to anything: a split undid what one side had drawn on the other.",
            Advice = "A split or a merge left an entry behind. " + FromBackup,
            Rows = "select count(*) from points_entries where lot_id <> 0",
            Differences = """
                select 'lot ' || cast(l.lot_id as text) || ', person ' || cast(e.person_id as text), 'nothing of person ' || cast(e.person_id as text),
                  cast(sum(e.pending + e.spendable) as text) || ' points on the lot of person ' || cast(l.person_id as text)
                from points_entries e join lots l on l.lot_id = e.lot_id where e.person_id <> l.person_id or e.program <> l.program
                group by l.lot_id, l.person_id, e.person_id, e.program having sum(e.pending) <> 0 or sum(e.spendable) <> 0
                """,
        },
        new()
        {
            Name = "ledger.awards",
            Says = "Every order's award is what its entries gave and took back.",
            Advice = FromBackup,
            Rows = "select count(*) from order_awards",
            // What was written off is not earned any more and yet nobody's entry: then only the growth can be compared exactly.
            Differences = """
                select 'order ' || cast(a.order_id as text) || '/' || a.program,
                  'earned ' || cast(coalesce(e.earned, 0) as text) || ', growth ' || cast(coalesce(e.growth, 0) as text),
                  'earned ' || cast(a.earned as text) || ', growth ' || cast(a.growth as text)
                from order_awards a left join (
                  select order_id, program, sum(case when kind in ('earn_pending', 'activate', 'cancel', 'claw_back') then pending + spendable else 0 end) earned, sum(growth) growth,
                    sum(case when kind = 'write_off' then 1 else 0 end) write_offs
                  from points_entries where order_id <> 0 group by order_id, program) e on e.order_id = a.order_id and e.program = a.program
                where a.growth <> coalesce(e.growth, 0) or a.earned > coalesce(e.earned, 0) or (coalesce(e.write_offs, 0) = 0 and a.earned <> coalesce(e.earned, 0))
                """,
        },
        new()
        {
            Name = "ledger.gains",
            Says = "What earn rules gave for every order and interaction, rule by rule, adds up to its award and to its entry; caps are counted from it.",
            Advice = "The entries are the truth. " + FromBackup,
            Rows = "select count(*) from points_gains",
            // An award has a buyer where rules decided. Gifts look like what an interaction gave but for their note.
            Differences = """
                select 'order ' || cast(a.order_id as text) || '/' || a.program, 'points ' || cast(a.earned as text), 'points ' || cast(coalesce(g.points, 0) as text)
                from order_awards a left join (select order_id, program, sum(points) points from points_gains where order_id <> 0 group by order_id, program) g on g.order_id = a.order_id and g.program = a.program
                where (a.buyer is not null or g.points is not null) and a.earned <> coalesce(g.points, 0)
                union all
                select 'gain ' || cast(g.gain_id as text), 'an award of order ' || cast(g.order_id as text), 'none' from points_gains g
                where g.order_id <> 0 and not exists (select 1 from order_awards a where a.order_id = g.order_id and a.program = g.program)
                union all
                select command_key || '/' || program, 'points ' || cast(sum(given) as text), 'points ' || cast(sum(noted) as text) from (
                  select command_key, program, 0 given, points noted from points_gains where order_id = 0
                  union all select command_key, program, spendable, 0 from points_entries where kind = 'activate' and order_id = 0 and rule not like 'benefit %') b
                group by command_key, program having sum(given) <> sum(noted)
                """,
        },
        new()
        {
            Name = "ledger.budgets",
            Says = "Every budget of a rule, and of all rules together, is used as far as these gave points to all members.",
            Advice = "What rules gave is the truth. Stop the server, set used to the sum of the points in points_gains, and look for what wrote to the table beside the Door.",
            Rows = "select count(*) from earn_budgets",
            Differences = """
                select b.program || '/' || case when b.rule = '' then 'all rules' else b.rule end, 'used ' || cast(coalesce(sum(g.points), 0) as text), 'used ' || cast(b.used as text)
                from earn_budgets b left join points_gains g on g.program = b.program and (b.rule = '' or g.rule = b.rule)
                group by b.program, b.rule, b.used having b.used <> coalesce(sum(g.points), 0)
                """,
        },
        new()
        {
            Name = "ledger.overdue",
            Says = "No points are spendable a day after they ended, unless they came only since.",
            Advice = "The server must run for points to expire; look in its log for what stops it.",
            Rows = "select count(*) from memberships",
            Differences = """
                select cast(m.person_id as text) || '/' || m.program, 'nothing due before ' || cast(@yesterday as text), m.next_expiry_ms
                from memberships m where m.next_expiry_ms < @yesterday
                  and not exists (select 1 from points_entries e where e.person_id = m.person_id and e.program = m.program and e.recorded_at_ms >= @yesterday)
                """,
        },
        new()
        {
            Name = "ledger.tier_facts",
            Says = "What counts for the tier has the growth that the ledger has, of who is judged by it.",
            Advice = "The entries are the truth: the facts are completed from them when the member's tier is judged next. If it stays, restore a backup.",
            Rows = "select count(*) from memberships where tier_version > 0",
            Differences = """
                select cast(m.person_id as text) || '/' || m.program, 'growth ' || cast(m.growth as text), 'facts ' || cast(coalesce(f.growth, 0) as text)
                from memberships m left join (select person_id, program, sum(growth) growth from tier_facts group by person_id, program) f on f.person_id = m.person_id and f.program = m.program
                where m.tier_version > 0 and m.tier_granted = 0 and m.state <> 'merged' and m.growth <> coalesce(f.growth, 0)
                """,
        },
        new()
        {
            Name = "ledger.redemptions",
            Says = "Every redemption is what it drew on lots, and of none more came back than was taken.",
            Advice = FromBackup,
            Rows = "select count(*) from redemptions",
            Differences = """
                select r.redemption_id, 'points ' || cast(coalesce(d.points, 0) as text) || ', returned ' || cast(coalesce(d.returned, 0) as text),
                  'points ' || cast(r.points as text) || ', returned ' || cast(r.returned as text) || ', ' || r.state
                from redemptions r left join (
                  select redemption_id, sum(points) points, sum(returned) returned, max(case when returned > points then 1 else 0 end) too_much
                  from redemption_draws group by redemption_id) d on d.redemption_id = r.redemption_id
                where r.points <> coalesce(d.points, 0) or r.returned <> coalesce(d.returned, 0) or d.too_much = 1 or (r.state in ('released', 'lapsed') and r.returned <> r.points)
                """,
        },
        AuditCheck.CommandsOf("ledger", "redemptions", "redemption_id"),
        AuditCheck.PersonsOf("ledger", "redemptions", "redemption_id"),
        AuditCheck.CommandsOf("ledger", "points_entries", "entry_id"),
        AuditCheck.CommandsOf("ledger", "points_gains", "gain_id"),
        AuditCheck.PersonsOf("ledger", "points_gains", "gain_id"),
        AuditCheck.CommandsOf("ledger", "tier_moves", "tier_move_id"),
        AuditCheck.CommandsOf("ledger", "tier_facts", "tier_fact_id"),
        AuditCheck.CommandsOf("ledger", "tier_grants", "tier_grant_id"),
        AuditCheck.PersonsOf("ledger", "tier_facts", "tier_fact_id"),
        AuditCheck.PersonsOf("ledger", "tier_grants", "tier_grant_id"),
        AuditCheck.CommandsOf("ledger", "split_shortfalls", "shortfall_id"),
        AuditCheck.PersonsOf("ledger", "split_shortfalls", "shortfall_id"),
        AuditCheck.PersonsOf("ledger", "memberships", "person_id", "t.state <> 'merged'"),
        AuditCheck.PersonsOf("ledger", "lots", "lot_id"),
        AuditCheck.PersonsOf("ledger", "points_entries", "entry_id"),
        AuditCheck.PersonsOf("ledger", "tier_moves", "tier_move_id"),
    ];
}
