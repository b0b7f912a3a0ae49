using System.Data.Common;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;

namespace Danke.Loyalty.Auditing;

/// <summary>Every entry follows on the one before it, and every lot is as the Door last wrote it: one digit changed anywhere is found, and where.</summary>
internal static class ChainChecks
{
    private const string Advice = "Somebody wrote to the table beside the Door. Compare the row with the newest backup in which this check holds, and restore it.";
    private const string NoKey = "The data key is not here: put it in DANKE_KEY or run the audit where the server runs.";

    private const string Columns = """
        e.entry_id, e.program, e.via_key, e.lot_id, e.order_id, e.kind, e.pending, e.spendable, e.growth, e.at_ms, e.recorded_at_ms, e.rule, e.command_key,
          e.contra, e.between_points, e.reverses, e.day, e.place, e.link
        """;

    /// <summary>What a link is made over; to be read by <see cref="ReadEntry"/>.</summary>
    public const string EntryColumns = $"select {Columns} from points_entries e";

    /// <exception cref="KeyNotFoundException">A word of the row is none of ours.</exception>
    public static EntryRow ReadEntry(DbDataReader r) => new(r.GetInt64(0), 0, r.GetString(1),
        new Entry(LedgerWords.ParseEntryKind(r.GetString(5)), r.GetInt64(3), r.GetInt64(4), r.GetInt64(2), r.GetInt64(6), r.GetInt64(7), r.GetInt64(8), r.GetInt64(9), r.GetString(11))
        { Contra = LedgerWords.ParseAccount(r.GetString(13)), Between = r.GetInt64(14), Reverses = r.GetInt64(15) },
        r.GetInt64(10), r.GetString(12), r.GetInt64(16));

    public static AuditCheck Entries(Vault? vault) => new()
    {
        Name = "ledger.chain",
        Says = "Every entry is linked to the one before it in its lot's chain, and the last is where the lot says.",
        Advice = Advice,
        Rows = "select count(*) from points_entries",
        NotHere = vault is null ? NoKey : null,
        // The head of the chain beside each entry; chains of growth alone after those of lots.
        Differences = $"""
            select {Columns}, coalesce(l.chain_place, g.chain_place), coalesce(l.chain_head, g.chain_head), e.person_id
            from points_entries e left join lots l on l.lot_id = e.lot_id and e.lot_id <> 0
              left join growth_chains g on e.lot_id = 0 and g.program = e.program and g.via_key = e.via_key
            order by e.lot_id, case when e.lot_id = 0 then e.program else '' end, case when e.lot_id = 0 then e.via_key else 0 end, e.place
            """,
        Judge = () => new EntryWalk(vault!).Next,
    };

    public static AuditCheck Lots(Vault? vault) => new()
    {
        Name = "ledger.seals",
        Says = "Every lot is as it was when its last entry was written.",
        Advice = Advice,
        Rows = "select count(*) from lots",
        NotHere = vault is null ? NoKey : null,
        Differences = $"select {LotRow.Columns}, seal from lots order by lot_id",
        Judge = () =>
        {
            var chain = new LedgerChain(vault!);
            return r =>
            {
                var row = LotRow.Read(r);
                return !r.IsDBNull(14) && chain.Seal(row).AsSpan().SequenceEqual((byte[])r.GetValue(14)) ? null
                    : new AuditDifference($"lot {row.Lot.LotId}, person {row.PersonId}", "as it was sealed", "another amount, remainder, state, validity or origin");
            };
        },
    };

    private sealed class EntryWalk(Vault vault)
    {
        private readonly LedgerChain chain = new(vault);
        private (long Lot, string Program, long Via) current = (-1, "", 0);
        private ChainHead head;

        public AuditDifference? Next(DbDataReader r)
        {
            var lot = r.GetInt64(3);
            var of = (lot, lot == 0 ? r.GetString(1) : "", lot == 0 ? r.GetInt64(2) : 0);
            if (of != current) (current, head) = (of, default);
            var found = new ChainHead(r.GetInt64(17), r.IsDBNull(18) ? null : (byte[])r.GetValue(18));
            var expected = Expected(r);
            var place = $"entry {r.GetInt64(0)}, {(lot == 0 ? "growth" : $"lot {lot}")}, person {r.GetInt64(21)}";
            var before = head;
            // Each entry is held against what stands before it, so that one difference is shown once.
            head = found;
            if (found.Place != before.Place + 1) return new AuditDifference(place, $"place {before.Place + 1} of its chain", $"place {found.Place}");
            if (expected is null || !expected.AsSpan().SequenceEqual(found.Link)) return new AuditDifference(place, "an entry as it was linked", "another content or link");
            return EndsEarly(r, found) ? new AuditDifference(place, $"the chain's last is place {(r.IsDBNull(19) ? 0 : r.GetInt64(19))}", "another last place or link") : null;
        }

        // The head says how many there are: what is beyond it, or is not what it names, was written beside the Door; what is missing shows at the last.
        private static bool EndsEarly(DbDataReader r, ChainHead found) =>
            r.IsDBNull(19) || found.Place > r.GetInt64(19) || found.Place == r.GetInt64(19) && !(r.GetValue(20) is byte[] last && found.Link.AsSpan().SequenceEqual(last));

        private byte[]? Expected(DbDataReader r)
        {
            try
            {
                return chain.Next(head, ReadEntry(r)).Link;
            }
            catch (KeyNotFoundException)
            {
                return null;
            }
        }
    }

    /// <summary>Where a chain ends before its head: the last entries are gone.</summary>
    public static readonly AuditCheck Ends = new()
    {
        Name = "ledger.chain_ends",
        Says = "Every chain has as many entries as its head says.",
        Advice = Advice,
        Rows = "select count(*) from lots",
        Differences = """
            select what, cast(expected as text) || ' entries', cast(found as text) || ' entries' from (
              select 'lot ' || cast(l.lot_id as text) as what, l.chain_place as expected, coalesce(e.entries, 0) as found
                from lots l left join (select lot_id, count(*) as entries from points_entries where lot_id <> 0 group by lot_id) e on e.lot_id = l.lot_id
              union all
              select 'growth of identifier ' || cast(g.via_key as text) || '/' || g.program, g.chain_place, coalesce(e.entries, 0)
                from growth_chains g left join (select program, via_key, count(*) as entries from points_entries where lot_id = 0 group by program, via_key) e
                  on e.program = g.program and e.via_key = g.via_key) t
            where expected <> found order by what
            """,
    };
}
