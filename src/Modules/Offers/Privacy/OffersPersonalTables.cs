using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Offers.Privacy;

/// <summary>Coupons and uses stay for the counts and budgets, under a number that is nobody's; what callers called them goes.</summary>
internal static class OffersPersonalTables
{
    public static readonly IReadOnlyList<PersonalTable> All =
    [
        PersonalTable.Anonymous("coupons", new("优惠券", "Coupons"), "via_key = 0, grant_key = null",
            Text("offer", "优惠", "Offer"), Text("state", "状态", "State"), Text("grant_key", "发放依据", "Given for"), At("issued_at", "发放时间", "Issued", "issued_at_ms"), At("ends_at", "到期", "Ends", "ends_at_ms"))
            with { OrderBy = "coupon_id", CommandKeys = ["command_key"], Identifies = true },
        PersonalTable.Anonymous("offer_uses", new("优惠使用", "Uses of offers"), "via_key = 0, session_key = null",
            Text("offer", "优惠", "Offer"), Text("state", "状态", "State"), Money("basket_minor", "订单金额", "Basket"), Money("given_minor", "优惠金额", "Discount"), Money("reverted_minor", "已退回", "Came back"),
            Text("currency", "币种", "Currency"), Text("session", "结账会话", "Checkout", "session_key"), At("at", "时间", "At", "taken_at_ms"))
            with { OrderBy = "offer_use_id", CommandKeys = ["command_key"], Identifies = true },
    ];
}
