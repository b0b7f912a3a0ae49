using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Loyalty.Privacy;

/// <summary>The ledger stays, line for line, under a number that is nobody's; the card and what was said by hand go.</summary>
internal static class LoyaltyPersonalTables
{
    public static readonly IReadOnlyList<PersonalTable> All =
    [
        new()
        {
            Name = "memberships",
            Title = new("会员资格", "Memberships"),
            Fate = Fate.Kept,
            Identifies = true,
            Erase =
            [
                // What was merged is kept for its card and a split only.
                "delete from memberships where person_id in ({set:persons}) and state = 'merged'",
                """
                update memberships set person_id = @anonymous, card = 'erased-' || cast(@anonymous as text) || '-' || program, state = 'left', left_at_ms = coalesce(left_at_ms, @now),
                  via_key = 0, merged_into = null, state_before = null where person_id in ({set:persons})
                """,
            ],
            OrderBy = "program, joined_at_ms",
            Fields =
            [
                Text("program", "计划", "Program"), Text("card", "卡号", "Card"), Text("state", "状态", "State"), Text("tier", "等级", "Tier"), Number("growth", "成长值", "Growth"),
                Number("points_spendable", "可用积分", "Points to spend"), Number("points_pending", "待生效积分", "Points pending"), Text("joined_channel", "入会渠道", "Joined on"),
                At("joined_at", "入会时间", "Joined", "joined_at_ms"), At("left_at", "退会时间", "Left", "left_at_ms"),
            ],
        },
        PersonalTable.Anonymous("lots", new("积分批次", "Points by lot"), "via_key = 0",
            Text("program", "计划", "Program"), Text("state", "状态", "State"), Number("amount", "数量", "Amount"), Number("remaining", "剩余", "Remaining"), At("earned_at", "获得", "Earned", "earned_at_ms"), At("expires_at", "到期", "Expires", "expires_at_ms"))
            with { OrderBy = "lot_id" },
        PersonalTable.Anonymous("points_entries", new("积分流水", "Points entries"), "via_key = 0, rule = case when rule like 'by hand: %' then 'by hand: ***' else rule end",
            Text("program", "计划", "Program"), Text("kind", "类型", "Kind"), Number("pending", "待生效", "Pending"), Number("spendable", "可用", "Spendable"), Number("growth", "成长值", "Growth"), Text("rule", "规则", "Rule"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "entry_id", CommandKeys = ["command_key"], Identifies = true },
        PersonalTable.Anonymous("tier_moves", new("等级变更", "Tier changes"), "via_key = 0",
            Text("program", "计划", "Program"), Text("from_tier", "原等级", "From"), Text("to_tier", "新等级", "To"), Text("reason", "原因", "Reason"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "tier_move_id", CommandKeys = ["command_key"] },
        PersonalTable.Anonymous("redemptions", new("积分使用", "Redemptions"), "via_key = 0, reason = null",
            Text("program", "计划", "Program"), Text("state", "状态", "State"), Number("points", "积分", "Points"), Number("returned", "已退回", "Given back"), Text("reason", "原因", "Reason"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "redemption_id", CommandKeys = ["command_key"], Identifies = true },
        new()
        {
            Name = "split_shortfalls",
            Title = new("拆分差额", "Shortfalls of splits"),
            Where = "person_id in ({set:persons}) or debtor_person in ({set:persons})",
            Fate = Fate.Kept,
            CommandKeys = ["command_key"],
            Erase =
            [
                "update split_shortfalls set debtor_person = @anonymous, debtor_via = 0 where debtor_person in ({set:persons})",
                "update split_shortfalls set person_id = @anonymous, via_key = 0 where person_id in ({set:persons})",
            ],
        },
    ];
}
