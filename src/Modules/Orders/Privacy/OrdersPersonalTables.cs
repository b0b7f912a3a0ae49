using Danke.Platform.Privacy;
using static Danke.Platform.Privacy.PersonalField;

namespace Danke.Orders.Privacy;

/// <summary>Orders and refunds stay for the accounts, under a number that is nobody's.</summary>
internal static class OrdersPersonalTables
{
    public static readonly IReadOnlyList<PersonalTable> All =
    [
        PersonalTable.Anonymous("orders", new("订单", "Orders"), "via_key = 0",
            Text("number", "订单号", "Number"), Text("channel", "渠道", "Channel"), Text("shop", "店铺", "Shop"), Text("currency", "币种", "Currency"), Money("total", "金额", "Total", "total_minor"),
            Money("refunded", "已退款", "Refunded", "refunded_minor"), At("placed_at", "下单", "Placed", "placed_at_ms"), At("paid_at", "付款", "Paid", "paid_at_ms"), At("shipped_at", "发货", "Shipped", "shipped_at_ms"),
            At("completed_at", "完成", "Completed", "completed_at_ms"), At("closed_at", "关闭", "Closed", "closed_at_ms"), Json("lines", "商品", "Goods"))
            with { OrderBy = "order_id" },
        PersonalTable.Anonymous("refunds", new("退款", "Refunds"), "via_key = 0, reason = null",
            Text("number", "退款号", "Number"), Text("channel", "渠道", "Channel"), Text("currency", "币种", "Currency"), Money("amount", "金额", "Amount", "amount_minor"), Text("reason", "原因", "Reason"), At("at", "时间", "At", "refunded_at_ms"))
            with { OrderBy = "refund_id", Identifies = true },
    ];
}
