using Danke.Contracts.Commands;

namespace Danke.Contracts.Orders;

/// <summary>
/// How what is reported of an order changes what is known of it. Reports may come in any order and more than once:
/// each step keeps its earliest instant, the content of the highest version (or, without versions, of the latest event) counts.
/// </summary>
public static class OrderHistory
{
    public static OrderState Report(OrderState order, OrderReported report, long atMs)
    {
        var stepped = report.Step switch
        {
            OrderStep.Placed => order with { PlacedAtMs = Earliest(order.PlacedAtMs, atMs) },
            OrderStep.Paid => order with { PaidAtMs = Earliest(order.PaidAtMs, atMs) },
            OrderStep.Shipped => order with { ShippedAtMs = Earliest(order.ShippedAtMs, atMs) },
            OrderStep.Completed => order with { CompletedAtMs = Earliest(order.CompletedAtMs, atMs) },
            _ => order with { ClosedAtMs = Earliest(order.ClosedAtMs, atMs) },
        };
        if (report.Content is not { } content) return stepped;
        // What an older report says of the origin holds all the same where the newer one is silent.
        return TakesContent(order, content, atMs) ? WithContent(stepped, content, atMs) : CopyOf(stepped, stepped.Origin ?? content.Origin);
    }

    /// <summary>Whether the content is newer than what is known.</summary>
    public static bool TakesContent(OrderState order, OrderContent content, long atMs) =>
        !order.HasContent || VersionOf(content, atMs) >= order.ContentVersion;

    public static OrderState Refund(OrderState order, long amountMinor, long atMs) => order with
    {
        RefundedMinor = order.RefundedMinor + amountMinor,
        LastRefundAtMs = Math.Max(order.LastRefundAtMs ?? atMs, atMs),
    };

    /// <summary>The order is a copy of another one, be it by somebody's decision; null: it is not.</summary>
    /// <param name="origin">As <see cref="OrderName.Origin"/> writes it.</param>
    public static OrderState CopyOf(OrderState order, string? origin) => order with { Origin = origin, Kind = KindOf(order.Kind == OrderKind.Copy ? OrderKind.Sale : order.Kind, origin) };

    private static OrderKind KindOf(OrderKind kind, string? origin) => kind == OrderKind.Sale && origin is not null ? OrderKind.Copy : kind;

    private static OrderState WithContent(OrderState order, OrderContent content, long atMs)
    {
        var origin = content.Origin ?? order.Origin;
        long lines = 0;
        foreach (var line in content.Lines) lines += line.AmountMinor;
        return order with
        {
            HasContent = true,
            Kind = KindOf(content.Kind, origin),
            Currency = content.Currency,
            Lines = content.Lines,
            LinesMinor = lines,
            ShippingMinor = content.ShippingMinor,
            DiscountMinor = content.DiscountMinor,
            TotalMinor = content.TotalMinor,
            Store = content.Store ?? order.Store,
            Origin = origin,
            ContentVersion = VersionOf(content, atMs),
        };
    }

    // A source without versions is believed by the time of its events.
    private static long VersionOf(OrderContent content, long atMs) => content.Version != 0 ? content.Version : atMs;

    private static long Earliest(long? known, long atMs) => known is { } before ? Math.Min(before, atMs) : atMs;
}
