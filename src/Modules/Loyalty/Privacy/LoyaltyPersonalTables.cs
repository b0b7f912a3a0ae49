using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Loyalty.Privacy;

/// <summary>The ledger stays, line for line, under a number that is nobody's; the card and what was said by hand go.</summary>
internal static class LoyaltyPersonalTables
{
    // What somebody said stands after the colon.
    private const string WithoutReason = """
        case when rule like '%: %' and kind in ('spend', 'reserve', 'release', 'restore', 'reissue', 'adjust', 'reverse', 'transfer_out', 'transfer_in', 'exchange_out', 'exchange_in')
          then {sqlite:substr(rule, 1, instr(rule, ': '))}{postgres:substr(rule, 1, strpos(rule, ': '))} || ' ***' else rule end
        """;

    public static readonly IReadOnlyList<PersonalTable> All =
    [
        // By the card: before that goes.
        new()
        {
            Name = "member_codes",
            Title = new("会员码", "Member codes"),
            Where = "card in (select card from memberships where person_id in ({set:persons}))",
            Fate = Fate.Deleted,
            Erase = ["delete from member_codes where card in (select card from memberships where person_id in ({set:persons}))"],
        },
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
                update memberships set person_id = @anonymous, card = 'erased-' || cast(@anonymous as text) || '-' || program, state = case when state = 'holding' then state else 'left' end, left_at_ms = coalesce(left_at_ms, @now),
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
        PersonalTable.Anonymous("lots", new("积分批次", "Points by lot"), "via_key = 0, seal = null, unsealed = 1",
            Text("program", "计划", "Program"), Text("state", "状态", "State"), Number("amount", "数量", "Amount"), Number("remaining", "剩余", "Remaining"), At("earned_at", "获得", "Earned", "earned_at_ms"), At("expires_at", "到期", "Expires", "expires_at_ms"))
            with { OrderBy = "lot_id" },
        PersonalTable.Anonymous("points_entries", new("积分流水", "Points entries"), "via_key = 0, link = null, rule = " + WithoutReason,
            Text("program", "计划", "Program"), Text("kind", "类型", "Kind"), Number("pending", "待生效", "Pending"), Number("spendable", "可用", "Spendable"), Number("growth", "成长值", "Growth"), Text("rule", "规则", "Rule"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "entry_id", CommandKeys = ["command_key"], WhenKeyChanges = "link = null", Identifies = true },
        PersonalTable.Anonymous("tier_moves", new("等级变更", "Tier changes"), "via_key = 0",
            Text("program", "计划", "Program"), Text("from_tier", "原等级", "From"), Text("to_tier", "新等级", "To"), Text("reason", "原因", "Reason"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "tier_move_id", CommandKeys = ["command_key"] },
        PersonalTable.Anonymous("redemptions", new("积分使用", "Redemptions"), "via_key = 0, reason = null",
            Text("program", "计划", "Program"), Text("state", "状态", "State"), Number("points", "积分", "Points"), Number("returned", "已退回", "Given back"), Text("reason", "原因", "Reason"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "redemption_id", CommandKeys = ["command_key"], Identifies = true },
        // After the redemptions: with them its rows are nobody's.
        new()
        {
            Name = "redemption_rollbacks",
            Title = new("回滚的积分使用", "Redemptions rolled back"),
            Where = "redemption_id in (select redemption_id from redemptions where person_id in ({set:persons}))",
            Fate = Fate.Kept,
            Erase = [],
            CommandKeys = ["command_key", "request"],
        },
        PersonalTable.Anonymous("tier_facts", new("等级依据", "What counted for tiers"), "via_key = 0",
            Text("program", "计划", "Program"), Number("growth", "成长值", "Growth"), Number("spend_minor", "消费（最小货币单位）", "Spending in minor units"), Number("orders", "订单", "Orders"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "tier_fact_id", CommandKeys = ["command_key"] },
        PersonalTable.Anonymous("tier_grants", new("授予的等级", "Tiers given"), "via_key = 0, reason = null, proof = null",
            Text("program", "计划", "Program"), Text("tier", "等级", "Tier"), Text("kind", "方式", "How"), Text("reason", "原因", "Reason"), At("from", "从", "From", "from_ms"))
            with { OrderBy = "tier_grant_id", CommandKeys = ["command_key"], Identifies = true },
        PersonalTable.Anonymous("points_gains", new("各规则给的积分", "Points by rule"), "via_key = 0",
            Text("program", "计划", "Program"), Text("rule", "规则", "Rule"), Number("points", "积分", "Points"))
            with { OrderBy = "gain_id", CommandKeys = ["command_key"] },
        PersonalTable.Anonymous("adjustment_requests", new("待审批的调整", "Adjustments asked for"), "via_key = 0, reason = '***'",
            Text("program", "计划", "Program"), Number("points", "积分", "Points"), Text("reason", "原因", "Reason"), Text("state", "状态", "State"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "request_id", CommandKeys = ["command_key"], Identifies = true },
        PersonalTable.Anonymous("expiry_reminders", new("到期提醒", "Reminders of points that end"), "via_key = 0",
            Text("program", "计划", "Program"), Number("points", "积分", "Points"), Number("days_before", "提前天数", "Days before"), Text("state", "状态", "State"), At("ends_at", "到期", "Expires", "ends_at_ms"))
            with { OrderBy = "reminder_id", CommandKeys = ["command_key"] },
        PersonalTable.Anonymous("benefit_uses", new("权益发放与使用", "Benefits given and used"), "via_key = 0, reason = null",
            Text("program", "计划", "Program"), Text("benefit", "权益", "Benefit"), Text("occasion", "缘由", "Occasion"), Number("times", "次数", "Times"), Number("points", "积分", "Points"), Text("voucher", "券", "Voucher"),
            Text("state", "状态", "State"), Text("reason", "备注", "Reason"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "benefit_use_id", CommandKeys = ["command_key"], Identifies = true },
        PersonalTable.Anonymous("pools", new("共享积分账户", "Pools"), "via_key = 0, title = '***', state = 'closed'",
            Text("program", "计划", "Program"), Text("title", "名称", "Title"), Text("state", "状态", "State"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "pool_id", CommandKeys = ["command_key"], Identifies = true },
        PersonalTable.Anonymous("pool_members", new("共享积分成员", "Places in pools"), "via_key = 0, state = 'left'",
            Text("state", "状态", "State"), Number("most_per_month", "每月上限", "Most a month"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "pool_member_id", CommandKeys = ["command_key"] },
        PersonalTable.Anonymous("pool_redemptions", new("共享积分使用", "What pools spent"), "via_key = 0", Number("pool_redemption_id", "编号", "Number"), At("at", "时间", "At", "at_ms"))
            with { OrderBy = "redemption_id" },
        // The growth that they linked is linked anew under the number that is nobody's.
        new() { Name = "growth_chains", Title = new("成长值校验链", "Chains of growth"), Where = "via_key in ({set:keys})", Fate = Fate.Deleted, Erase = ["delete from growth_chains where via_key in ({set:keys})"] },
        new() { Name = "bulk_adjustment_lines", Title = new("批量调整", "Adjustments of many"), Fate = Fate.Deleted, Erase = ["delete from bulk_adjustment_lines where person_id in ({set:persons})"] },
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
