using System.Data.Common;
using System.Text;
using System.Text.Json;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Platform.Books;
using Danke.Platform.Insight;

namespace Danke.Orders;

/// <summary>Orders, their lines and refunds as Insight counts them. Status and what is a sale are said by <see cref="OrderState"/>, here as there.</summary>
internal static class OrdersInsightTables
{
    private const string SelectOrders = """
        select o.person_id, o.order_id, o.channel, o.shop, o.store, o.kind, o.has_content, o.currency, o.placed_at_ms, o.paid_at_ms, o.shipped_at_ms,
          o.completed_at_ms, o.closed_at_ms, o.last_refund_at_ms, o.lines_minor, o.shipping_minor, o.discount_minor, o.total_minor, o.refunded_minor, o.lines
        from orders o where {filter}
        """;

    private const int StoreColumn = 4;
    private const int LinesColumn = 19;

    public static readonly IReadOnlyList<InsightTable> All =
    [
        new InsightTable
        {
            Name = "orders",
            Columns =
            [
                ("person_id", "UInt64"), ("order_id", "UInt64"), ("channel", "LowCardinality(String)"), ("shop", "LowCardinality(String)"),
                ("store", "LowCardinality(String)"), ("kind", "LowCardinality(String)"), ("status", "LowCardinality(String)"),
                ("currency", "LowCardinality(String)"), ("ordered_at", "DateTime64(3, 'UTC')"), ("paid_at", "Nullable(DateTime64(3, 'UTC'))"),
                ("completed_at", "Nullable(DateTime64(3, 'UTC'))"), ("closed_at", "Nullable(DateTime64(3, 'UTC'))"), ("is_sale", "UInt8"),
                ("lines_minor", "Int64"), ("shipping_minor", "Int64"), ("discount_minor", "Int64"), ("total_minor", "Int64"), ("refunded_minor", "Int64"),
                ("sales_minor", "Int64"),
            ],
            OrderBy = "person_id, order_id",
            Select = SelectOrders,
            Key = "order_id",
            KeyColumn = "o.order_id",
            PersonColumn = "o.person_id",
            Project = WriteOrder,
        },
        new InsightTable
        {
            Name = "order_lines",
            Entities = ["orders"],
            Columns =
            [
                ("person_id", "UInt64"), ("order_id", "UInt64"), ("line_no", "UInt32"), ("ordered_at", "DateTime64(3, 'UTC')"),
                ("channel", "LowCardinality(String)"), ("kind", "LowCardinality(String)"), ("is_sale", "UInt8"), ("sku", "String"),
                ("category", "LowCardinality(String)"), ("quantity", "Int64"), ("amount_minor", "Int64"),
            ],
            OrderBy = "person_id, order_id, line_no",
            Select = SelectOrders,
            Key = "order_id",
            KeyColumn = "o.order_id",
            PersonColumn = "o.person_id",
            Project = WriteLines,
        },
        new InsightTable
        {
            Name = "refunds",
            Columns =
            [
                ("person_id", "UInt64"), ("refund_id", "UInt64"), ("order_id", "UInt64"), ("channel", "LowCardinality(String)"),
                ("currency", "LowCardinality(String)"), ("refunded_at", "DateTime64(3, 'UTC')"), ("amount_minor", "Int64"),
            ],
            OrderBy = "person_id, refund_id",
            Select = """
                select f.person_id, f.refund_id, f.order_id, f.channel, f.currency, f.refunded_at_ms,
                  case when exists (select 1 from orders c where c.order_id = f.order_id and c.kind = 'copy') then 0 else f.amount_minor end
                from refunds f where {filter}
                """,
            Key = "refund_id",
            KeyColumn = "f.refund_id",
            PersonColumn = "f.person_id",
        },
    ];

    private static void WriteOrder(DbDataReader row, RowSink sink)
    {
        var order = Read(row);
        sink.Write(order.PersonId);
        sink.Write(order.OrderId);
        sink.Write(order.Channel);
        sink.Write(order.Shop);
        sink.Write(order.Store);
        sink.Write(order.Kind.Code());
        sink.Write(StatusOf(order));
        sink.Write(order.Currency);
        sink.Write(order.OrderedAtMs);
        sink.WriteOrNull(order.PaidAtMs);
        sink.WriteOrNull(order.CompletedAtMs);
        sink.WriteOrNull(order.ClosedAtMs);
        sink.Write(IsSale(order));
        sink.Write(order.LinesMinor);
        sink.Write(order.ShippingMinor);
        sink.Write(order.DiscountMinor);
        sink.Write(order.TotalMinor);
        sink.Write(order.RefundedMinor);
        sink.Write(SalesMinor(row.GetString(LinesColumn)));
    }

    private static void WriteLines(DbDataReader row, RowSink sink)
    {
        var order = Read(row);
        var (kind, isSale) = (order.Kind.Code(), IsSale(order));
        var number = 0;
        ForEachLine(row.GetString(LinesColumn), line =>
        {
            sink.Write(order.PersonId);
            sink.Write(order.OrderId);
            sink.Write(++number);
            sink.Write(order.OrderedAtMs);
            sink.Write(order.Channel);
            sink.Write(kind);
            sink.Write(isSale);
            sink.Write(line.Sku);
            sink.Write(line.Category);
            sink.Write(line.Quantity);
            sink.Write(line.AmountMinor);
        });
    }

    private static OrderState Read(DbDataReader r) => new()
    {
        PersonId = r.GetInt64(0),
        OrderId = r.GetInt64(1),
        Channel = r.GetString(2),
        Shop = r.GetString(3),
        Number = "",
        Store = r.TextOrNull(StoreColumn),
        Kind = OrderKinds.Read(r.GetString(5)),
        HasContent = r.GetInt64(6) != 0,
        Currency = r.GetString(7),
        PlacedAtMs = r.LongOrNull(8),
        PaidAtMs = r.LongOrNull(9),
        ShippedAtMs = r.LongOrNull(10),
        CompletedAtMs = r.LongOrNull(11),
        ClosedAtMs = r.LongOrNull(12),
        LastRefundAtMs = r.LongOrNull(13),
        LinesMinor = r.GetInt64(14),
        ShippingMinor = r.GetInt64(15),
        DiscountMinor = r.GetInt64(16),
        TotalMinor = r.GetInt64(17),
        RefundedMinor = r.GetInt64(18),
    };

    /// <summary>Goods were sold: paid, and not given up before it was paid.</summary>
    private static bool IsSale(OrderState order) =>
        order is { Kind: OrderKind.Sale, HasContent: true, IsPaid: true }
        && !(order.ClosedAtMs < (order.PaidAtMs ?? order.ShippedAtMs ?? order.CompletedAtMs));

    private static string StatusOf(OrderState order) => order.Status switch
    {
        OrderStatus.Announced => "announced",
        OrderStatus.Placed => "placed",
        OrderStatus.Paid => "paid",
        OrderStatus.Shipped => "shipped",
        OrderStatus.Completed => "completed",
        OrderStatus.Closed => "closed",
        OrderStatus.PartlyRefunded => "partly_refunded",
        OrderStatus.Refunded => "refunded",
        _ => throw new ArgumentOutOfRangeException(nameof(order)),
    };

    private static long SalesMinor(string lines)
    {
        long sum = 0;
        ForEachLine(lines, line => sum += Math.Max(0, line.AmountMinor));
        return sum;
    }

    private readonly record struct Line(string Sku, string? Category, long Quantity, long AmountMinor);

    // [[line, sku, name, category, quantity, unit_price_minor, amount_minor], …]
    private static void ForEachLine(string lines, Action<Line> each)
    {
        if (lines.Length <= 2) return;
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(lines));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            json.Read(); // line
            json.Read();
            var sku = json.GetString()!;
            json.Read(); // name
            json.Read();
            var category = json.GetString();
            json.Read();
            var quantity = json.GetInt64();
            json.Read(); // unit price
            json.Read();
            each(new Line(sku, category, quantity, json.GetInt64()));
            json.Read();
        }
    }
}
