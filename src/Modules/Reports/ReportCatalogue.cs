namespace Danke.Reports;

/// <summary>One report: its name, the question that it answers, what it takes and how it is made.</summary>
internal sealed record ReportKind(
    string Name, string Title, string TitleZh, string Question, Type Answer, IReadOnlyList<string> Extra, IReadOnlyList<string> Definitions,
    Func<ReportContext, Task<ReportAnswer>> Make)
{
    private static readonly string[] Always = ["as_of", "zone", "channel", "currency"];

    public IEnumerable<string> Parameters => [.. Always, .. Extra];
    public bool Takes(string parameter) => Always.Contains(parameter) || Extra.Contains(parameter);
}

/// <summary>All reports there are.</summary>
internal static class ReportCatalogue
{
    public static IReadOnlyList<ReportKind> All { get; } =
    [
        new("overview", "Overview", "总览", "How is business, and what moved it?", typeof(Overview.OverviewAnswer), ["from", "to", "compare", "program"],
            ["sale", "purchase", "person", "guest", "gmv", "members", "conversion", "frequency", "order_value", "net", "new_buyer", "repeat_share", "points_moves"], Overview.OverviewReport.Make),
        new("gmv", "GMV decomposition", "GMV 拆解", "Which of members, conversion, frequency and order value moved sales?", typeof(Gmv.GmvAnswer), ["from", "to", "compare"],
            ["sale", "purchase", "guest", "gmv", "members", "conversion", "frequency", "order_value", "lmdi", "refunded_in_full"], Gmv.GmvReport.Make),
        new("rfm", "RFM", "RFM 分层", "Who bought lately, often and much?", typeof(Rfm.RfmAnswer),
            ["view", "r_edges", "f_edges", "m_edges", "people", "person", "r", "f", "m", "limit", "cursor"],
            ["purchase", "person", "recency", "rfm_frequency", "monetary", "rfm_score"], Rfm.RfmReport.Make),
        new("cohorts", "Monthly cohorts", "月度同期群", "Do buyers of a month come back?", typeof(Cohorts.CohortsAnswer), ["censored_months"],
            ["purchase", "person", "cohort", "left_censored", "complete", "net_order_date"], Cohorts.CohortsReport.Make),
        new("retention", "Retention", "留存", "How many come back, and how many stay?", typeof(Retention.RetentionAnswer), ["censored_months"],
            ["purchase", "person", "cohort", "return_on", "on_or_after", "complete"], Retention.RetentionReport.Make),
        new("repurchase", "Repurchase interval", "复购周期", "How long until the next purchase?", typeof(Repurchase.RepurchaseAnswer), [],
            ["purchase", "person", "purchase_day", "gap", "second_purchase"], Repurchase.RepurchaseReport.Make),
        new("stage-flow", "Stage flow", "生命周期流转", "How do buyers move between new, active, dormant and lost?", typeof(StageFlow.StageFlowAnswer),
            ["from", "to", "new_days", "active_days", "dormant_days"], ["purchase", "person", "stage"], StageFlow.StageFlowReport.Make),
        new("points", "Points", "积分", "What was issued, spent and lost, and what is owed?", typeof(Points.PointsAnswer), ["from", "to", "program"],
            ["points_moves", "liability"], Points.PointsReport.Make),
        new("channels", "Channels", "渠道", "What does each channel sell, and do they share buyers?", typeof(Channels.ChannelsAnswer), ["from", "to"],
            ["sale", "purchase", "person", "guest", "new_buyer", "net", "channel_overlap"], Channels.ChannelsReport.Make),
    ];

    public static ReportKind? Find(string name) => All.FirstOrDefault(r => r.Name == name);

    /// <summary>How each figure is defined, in Chinese and English.</summary>
    public static IReadOnlyDictionary<string, DefinitionText> Texts { get; } = new SortedDictionary<string, DefinitionText>(StringComparer.Ordinal)
    {
        ["sale"] = new("已付款、未在付款前关闭的销售订单;金额为其正数行之和(不含运费与整单优惠)。取消与未付款的订单不计。",
            "A paid order of kind sale that was not closed before payment; its amount is the sum of its positive lines, before shipping and discounts on the whole order. Cancelled and unpaid orders do not count."),
        ["purchase"] = new("已识别消费者的销售订单,且截至统计日未被全额退款。", "A sale to a known person that was not refunded in full by the as-of day."),
        ["person"] = new("OneID 识别出的消费者;无身份的散客订单不计入人数。", "A person as resolved by OneID; guests' orders belong to nobody."),
        ["guest"] = new("没有身份的订单:计入 GMV,不计入会员指标;覆盖率说明其占比。", "An order without a person: counted in GMV, not in figures about members; the coverage says how much that is."),
        ["gmv"] = new("GMV = 会员数 × 转化率 × 购买频次 × 客单价,另加散客与已全额退款订单。", "GMV = members × conversion × frequency × order value, and beside it guests' sales and orders refunded in full."),
        ["members"] = new("截至期末已入会或已购买过的消费者。", "Known persons who had joined or bought by the period's end."),
        ["conversion"] = new("期内购买人数 ÷ 会员数。", "Buyers in the period per member."),
        ["frequency"] = new("期内购买订单数 ÷ 购买人数。", "Purchases in the period per buyer."),
        ["order_value"] = new("期内销售额 ÷ 订单数。", "Sales in the period per order."),
        ["lmdi"] = new("用对数平均迪氏指数(LMDI)把变化分给各因子:无残差,与顺序无关,合计等于差额。", "The change is split by the logarithmic mean Divisia index (LMDI): no residue, no order of factors, and the parts add up to the difference."),
        ["refunded_in_full"] = new("截至统计日已全额退款的订单:算销售额,不算购买。", "Orders refunded in full by the as-of day: sales, but no purchases."),
        ["net"] = new("订单总额(行+运费−优惠)与调整单,减去退款;退款计在退款日(现金口径)。", "Order totals (lines + shipping − discounts) and adjustments less refunds, each at its own date (cash view)."),
        ["net_order_date"] = new("订单总额减去该订单的退款,计在下单日;未关联订单的退款单列。", "Order totals less the refunds of those orders, at the order's date; refunds that name no order are listed apart."),
        ["new_buyer"] = new("首次购买落在期内的消费者;数据最初的月份里老客也会像新客。", "A person whose first purchase of all lies in the period; in the first months of data old customers look new."),
        ["repeat_share"] = new("期内购买者中,截至期末已有两次及以上购买的比例。", "Of the period's buyers, the share with two or more purchases by its end."),
        ["recency"] = new("最近购买日到统计日的自然日数。", "Calendar days from the last purchase's day to the as-of day."),
        ["rfm_frequency"] = new("不同的有效订单数。", "Distinct valid orders."),
        ["monetary"] = new("销售口径:正数行之和;净额口径:留下的钱,不为正者不出现。", "Sales view: sum of positive lines. Net view: the money that stayed; who has none is absent."),
        ["rfm_score"] = new("分数 = 小于该值的分界点个数 + 1(R 反向);分界点按值切分,默认五等分,同值同分。", "One more than the number of edges below the value (recency turned round). Edges are values, by default quintiles, so equal values score equally."),
        ["cohort"] = new("按首次购买月份分组的去重购买人数。", "Distinct buyers by the month of their first purchase."),
        ["left_censored"] = new("数据开头的月份:老客也会被当作新客。", "The first months of data: old customers look new there."),
        ["complete"] = new("未结束的期间标记为 complete=false,不应读作下降。", "A period that is not over is marked complete=false and is never a fall."),
        ["return_on"] = new("第 n 期购买人数 ÷ 同期群人数;只合并完整期间。", "Buyers in period n per member of the cohort; pooled over complete periods only."),
        ["on_or_after"] = new("第 n 期或之后任一完整期间购买过的人数 ÷ 第 n 期已完整的同期群人数。", "Buyers in period n or any later complete one per member whose period n is complete."),
        ["purchase_day"] = new("同一人同一天的多笔购买算一次。", "Purchases of one person on one day are one."),
        ["gap"] = new("相邻两个购买日之间的天数。", "Days from one purchase day to the next."),
        ["second_purchase"] = new("首购到二购的天数,用 Kaplan-Meier 估计;尚未复购者按已观察天数计入。", "Days from the first purchase day to the second by Kaplan-Meier: those who have not come back yet count for as long as they were watched."),
        ["stage"] = new("首购不超过 30 天为新客;否则按最近购买:90 天内活跃、180 天内沉睡、其余流失(满 24 小时为一天)。", "New up to 30 days from the first purchase; else active up to 90, dormant up to 180 days from the last, then lost. A day is 24 full hours."),
        ["points_moves"] = new("期初 + 发放 + 手工增加 − 手工扣减 − 使用 − 过期 − 追回 + 其他 = 期末。", "Opening + issued + given by hand − taken by hand − spent − expired − clawed back + other = closing."),
        ["liability"] = new("所有余额为正的会员的可用积分之和;负余额(欠分)单列,不抵减他人。", "Spendable points of all members who have any; negative balances are listed apart and reduce nobody else's."),
        ["channel_overlap"] = new("期内在两个渠道都购买过的人数。", "Persons who bought on both channels in the period."),
    };
}

/// <summary>A text in both languages.</summary>
public sealed record DefinitionText(string Zh, string En);
