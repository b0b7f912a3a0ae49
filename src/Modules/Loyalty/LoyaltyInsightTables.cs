using Danke.Platform.Insight;

namespace Danke.Loyalty;

/// <summary>Memberships, the ledger and the tiers' moves as Insight counts them.</summary>
internal static class LoyaltyInsightTables
{
    public static readonly IReadOnlyList<InsightTable> All =
    [
        new InsightTable
        {
            Name = "memberships",
            Columns =
            [
                ("person_id", "UInt64"), ("program", "LowCardinality(String)"), ("card_state", "LowCardinality(String)"), ("tier", "LowCardinality(String)"),
                ("tier_since", "DateTime64(3, 'UTC')"), ("growth", "Int64"), ("points_pending", "Int64"), ("points_spendable", "Int64"),
                ("points_earned", "Int64"), ("points_spent", "Int64"), ("points_expired", "Int64"), ("joined_at", "DateTime64(3, 'UTC')"),
                ("joined_channel", "LowCardinality(String)"),
            ],
            OrderBy = "person_id, program",
            Select = """
                select m.person_id, m.program, m.state, m.tier, m.tier_since_ms, m.growth, m.points_pending, m.points_spendable, m.points_earned,
                  m.points_spent, m.points_expired, m.joined_at_ms, m.joined_channel
                from memberships m where m.program not like '%:%' and {filter}
                """,
            Key = "person_id",
            KeyColumn = "m.person_id",
            PersonColumn = "m.person_id",
        },
        new InsightTable
        {
            Name = "points_entries",
            Columns =
            [
                ("person_id", "UInt64"), ("entry_id", "UInt64"), ("program", "LowCardinality(String)"), ("kind", "LowCardinality(String)"),
                ("lot_id", "UInt64"), ("order_id", "UInt64"), ("pending", "Int64"), ("spendable", "Int64"), ("growth", "Int64"), ("at", "DateTime64(3, 'UTC')"),
            ],
            OrderBy = "person_id, entry_id",
            Select = """
                select e.person_id, e.entry_id, e.program, e.kind, e.lot_id, e.order_id, e.pending, e.spendable, e.growth, e.at_ms
                from points_entries e where {filter}
                """,
            Key = "entry_id",
            KeyColumn = "e.entry_id",
            PersonColumn = "e.person_id",
        },
        new InsightTable
        {
            Name = "tier_moves",
            Columns =
            [
                ("person_id", "UInt64"), ("tier_move_id", "UInt64"), ("program", "LowCardinality(String)"), ("from_tier", "LowCardinality(String)"),
                ("to_tier", "LowCardinality(String)"), ("growth", "Int64"), ("at", "DateTime64(3, 'UTC')"),
            ],
            OrderBy = "person_id, tier_move_id",
            Select = "select t.person_id, t.tier_move_id, t.program, t.from_tier, t.to_tier, t.growth, t.at_ms from tier_moves t where {filter}",
            Key = "tier_move_id",
            KeyColumn = "t.tier_move_id",
            PersonColumn = "t.person_id",
        },
    ];
}
