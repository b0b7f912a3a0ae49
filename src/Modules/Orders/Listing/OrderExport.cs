using System.Runtime.CompilerServices;
using Danke.Contracts.Persons;
using Danke.Orders.Duplicates;
using Danke.Platform.Books;
using Danke.Platform.Exports;

namespace Danke.Orders.Listing;

/// <summary>The list of orders as a file.</summary>
internal static class OrderExport
{
    public static readonly CsvTable<OrdersEndpoint.OrderLineView> Table = new("orders",
    [
        new("order_id", "订单编号", "Order id", o => o.OrderId),
        new("number", "订单号", "Order number", o => o.Number),
        new("person_id", "消费者编号", "Person number", o => o.PersonId == 0 ? null : o.PersonId),
        new("person_name", "姓名", "Name", o => o.PersonName),
        new("channel", "渠道", "Channel", o => o.Channel),
        new("shop", "店铺", "Shop", o => o.Shop),
        new("store", "门店", "Store", o => o.Store),
        new("kind", "类型", "Kind", o => o.Kind),
        new("status", "状态", "Status", o => o.Status),
        new("currency", "币种", "Currency", o => o.Currency),
        new("total", "订单金额", "Total", o => new CsvMoney(o.TotalMinor, o.Currency)),
        new("refunded", "退款金额", "Refunded", o => new CsvMoney(o.RefundedMinor, o.Currency)),
        new("line_count", "商品行数", "Lines", o => o.LineCount),
        new("ordered_at", "下单时间", "Ordered", o => o.OrderedAt),
        new("paid_at", "付款时间", "Paid", o => o.PaidAt),
        new("completed_at", "完成时间", "Completed", o => o.CompletedAt),
        new("suspected_duplicate", "疑似重复", "Suspected duplicate", o => o.SuspectedDuplicate ? 1 : 0),
    ]);

    public static async IAsyncEnumerable<IReadOnlyList<OrdersEndpoint.OrderLineView>> Pages(
        OrderConditions conditions, bool mayReveal, BooksStore books, DuplicateReader duplicates, IEnumerable<IPersonFacet<PersonLabel>> names, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? cursor = null;
        do
        {
            var page = await OrdersEndpoint.Page(conditions, cursor, CsvExports.RowsAtOnce, mayReveal, books, duplicates, names, cancel);
            yield return page.Items;
            cursor = page.Next;
        }
        while (cursor is not null);
    }
}
