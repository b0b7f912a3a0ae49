using System.Collections.Immutable;
using System.Data.Common;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Platform.Books;

namespace Danke.Orders.Reporting;

/// <summary>An order in the Books. Lines and payments stay text until somebody needs them.</summary>
internal sealed class OrderRow
{
    public required OrderState State { get; set; }

    /// <summary>UTF-8 JSON.</summary>
    public byte[] Lines { get; set; } = OrderJson.None;

    /// <summary>UTF-8 JSON.</summary>
    public byte[] Payments { get; set; } = OrderJson.None;

    public static string KeyOf(string channel, string shop, string number) => OrderName.Key(channel, shop, number);

    /// <summary>channel/shop/number.</summary>
    public required string Key { get; init; }

    public const string Select = """
        select order_id, person_id, via_key, channel, shop, number, has_content, kind, currency, lines_minor, shipping_minor, discount_minor,
               total_minor, refunded_minor, content_version, store, origin, placed_at_ms, paid_at_ms, shipped_at_ms, completed_at_ms,
               closed_at_ms, last_refund_at_ms, lines, payments, order_key
        from orders
        """;

    public static OrderRow Read(DbDataReader r) => new()
    {
        State = new OrderState
        {
            OrderId = r.GetInt64(0),
            PersonId = r.GetInt64(1),
            ViaKey = r.GetInt64(2),
            Channel = r.GetString(3),
            Shop = r.GetString(4),
            Number = r.GetString(5),
            HasContent = r.GetInt64(6) != 0,
            Kind = OrderKinds.Read(r.GetString(7)),
            Currency = r.GetString(8),
            LinesMinor = r.GetInt64(9),
            ShippingMinor = r.GetInt64(10),
            DiscountMinor = r.GetInt64(11),
            TotalMinor = r.GetInt64(12),
            RefundedMinor = r.GetInt64(13),
            ContentVersion = r.GetInt64(14),
            Store = r.TextOrNull(15),
            Origin = r.TextOrNull(16),
            PlacedAtMs = r.LongOrNull(17),
            PaidAtMs = r.LongOrNull(18),
            ShippedAtMs = r.LongOrNull(19),
            CompletedAtMs = r.LongOrNull(20),
            ClosedAtMs = r.LongOrNull(21),
            LastRefundAtMs = r.LongOrNull(22),
        },
        Lines = System.Text.Encoding.UTF8.GetBytes(r.GetString(23)),
        Payments = System.Text.Encoding.UTF8.GetBytes(r.GetString(24)),
        Key = r.GetString(25),
    };

    public static readonly Table<OrderRow> Table = new Table<OrderRow>("orders", "order_id")
        .Long("order_id", r => r.State.OrderId).Text("order_key", r => r.Key).Long("person_id", r => r.State.PersonId).Long("via_key", r => r.State.ViaKey)
        .Text("channel", r => r.State.Channel).Text("shop", r => r.State.Shop).Text("number", r => r.State.Number)
        .Long("has_content", r => r.State.HasContent ? 1 : 0).Text("kind", r => r.State.Kind.Code())
        .Text("currency", r => r.State.Currency).Long("lines_minor", r => r.State.LinesMinor).Long("shipping_minor", r => r.State.ShippingMinor)
        .Long("discount_minor", r => r.State.DiscountMinor).Long("total_minor", r => r.State.TotalMinor).Long("refunded_minor", r => r.State.RefundedMinor)
        .Long("content_version", r => r.State.ContentVersion).Text("store", r => r.State.Store).Text("origin", r => r.State.Origin)
        .LongOrNull("placed_at_ms", r => r.State.PlacedAtMs).LongOrNull("paid_at_ms", r => r.State.PaidAtMs)
        .LongOrNull("shipped_at_ms", r => r.State.ShippedAtMs).LongOrNull("completed_at_ms", r => r.State.CompletedAtMs)
        .LongOrNull("closed_at_ms", r => r.State.ClosedAtMs).LongOrNull("last_refund_at_ms", r => r.State.LastRefundAtMs)
        .Utf8("lines", r => r.Lines).Utf8("payments", r => r.Payments);
}

/// <summary>Money that went back.</summary>
internal sealed record RefundRow
{
    public required long RefundId { get; init; }
    public required long OrderId { get; init; }
    public required long PersonId { get; init; }
    public required long ViaKey { get; init; }
    public required string Channel { get; init; }
    public required string Shop { get; init; }
    public required string Number { get; init; }
    public required string Currency { get; init; }
    public required long AmountMinor { get; init; }
    public string? Reason { get; init; }
    public required long RefundedAtMs { get; init; }
    public required ImmutableArray<RefundLine> Lines { get; init; }

    public static readonly Table<RefundRow> Table = new Table<RefundRow>("refunds", "refund_id")
        .Long("refund_id", r => r.RefundId).Text("refund_key", r => OrderRow.KeyOf(r.Channel, r.Shop, r.Number)).Long("order_id", r => r.OrderId)
        .Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Text("channel", r => r.Channel).Text("shop", r => r.Shop)
        .Text("number", r => r.Number).Text("currency", r => r.Currency).Long("amount_minor", r => r.AmountMinor).Text("reason", r => r.Reason)
        .Long("refunded_at_ms", r => r.RefundedAtMs).Utf8("lines", r => OrderJson.RefundLines(r.Lines));
}
