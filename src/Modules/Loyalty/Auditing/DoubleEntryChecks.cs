using Danke.Platform.Audits;

namespace Danke.Loyalty.Auditing;

/// <summary>The program's accounts are what the entries put into them, and all of them together come to nothing.</summary>
internal static class DoubleEntryChecks
{
    private const string FromBackup = "The entries are the truth. Find what wrote to the table beside the Door, and restore a backup or correct the row by hand.";

    /// <summary>SELECT of all that the entries move: program, day, account, kind, points.</summary>
    public const string Legs = """
        select program, day, 'members_pending' as account, kind, pending as points from points_entries where pending <> 0
        union all select e.program, e.day, case when l.amount < 0 then 'members_debt' else 'members_spendable' end, e.kind, e.spendable
          from points_entries e left join lots l on l.lot_id = e.lot_id where e.spendable <> 0
        union all select program, day, contra, kind, -pending - spendable from points_entries where pending + spendable <> 0
        union all select program, day, case kind when 'confirm' then 'spent' else 'issued' end, kind, between_points from points_entries where between_points <> 0
        union all select program, day, case kind when 'confirm' then 'reserved' else 'borne' end, kind, -between_points from points_entries where between_points <> 0
        """;

    public static readonly IReadOnlyList<AuditCheck> All =
    [
        new()
        {
            Name = "ledger.accounts",
            Says = "Every account of a program is, day by day and kind by kind, what the entries put into it.",
            Advice = FromBackup,
            Rows = "select count(*) from ledger_days",
            Differences = $"""
                select program || ', day ' || cast(day as text) || ', ' || account || ', ' || kind, cast(sum(derived) as text), cast(sum(kept) as text)
                from (select program, day, account, kind, points as derived, 0 as kept from ({Legs}) l union all select program, day, account, kind, 0, points from ledger_days) b
                group by program, day, account, kind having sum(derived) <> sum(kept) order by 1
                """,
        },
        new()
        {
            Name = "ledger.double_entry",
            Says = "What members have and what the program's accounts have come to nothing, and nothing stays between two members or two lots.",
            Advice = FromBackup,
            Rows = "select count(*) from ledger_days",
            Differences = """
                select program || ', ' || what, '0', cast(points as text) from (
                  select program, 'day ' || cast(day as text) || ', ' || kind as what, sum(points) as points from ledger_days group by program, day, kind
                  union all select program, 'day ' || cast(day as text) || ', ' || account, sum(points) from ledger_days where account in ('cleared', 'transferred') group by program, day, account
                  union all select program, 'members and accounts', sum(points) from (
                    select program, points_pending + points_spendable as points from memberships
                    union all select program, points from ledger_days where account not in ('members_pending', 'members_spendable', 'members_debt')) m group by program) t
                where points <> 0 order by 1
                """,
        },
        new()
        {
            Name = "ledger.reserved",
            Says = "What the program holds reserved is what open reservations hold.",
            Advice = FromBackup,
            Rows = "select count(*) from redemptions where state = 'reserved'",
            Differences = """
                select program, cast(sum(held) as text), cast(sum(kept) as text) from (
                  select program, points - returned as held, 0 as kept from redemptions where state = 'reserved'
                  union all select program, 0, points from ledger_days where account = 'reserved') b
                group by program having sum(held) <> sum(kept) order by program
                """,
        },
    ];
}
