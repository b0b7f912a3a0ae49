using System.Collections.Immutable;
using Danke.Engines.Earning;

namespace Danke.Engines.Simulation;

/// <summary>An order as it was after all that was said of it up to an instant.</summary>
internal readonly record struct OrderNow(PastOrder Order, long? PaidAtMs, bool IsPaid, long OrderedAtMs, long? CompletedAtMs, bool HasContent, bool IsCancelled, long RefundedMinor)
{
    /// <param name="part">The refund at hand: those after it at the same instant are still to come.</param>
    public static OrderNow Of(PastOrder o, long atMs, int? part)
    {
        long refunded = 0;
        for (var i = 0; i < o.Refunds.Length; i++)
            if (o.Refunds[i].AtMs < atMs || part >= i && o.Refunds[i].AtMs == atMs) refunded += o.Refunds[i].AmountMinor;
        var (placed, paid, shipped, completed, closed) = (Until(o.PlacedAtMs), Until(o.PaidAtMs), Until(o.ShippedAtMs), Until(o.CompletedAtMs), Until(o.ClosedAtMs));
        var ordered = placed is { } p && paid is { } q ? Math.Min(p, q) : placed ?? paid ?? shipped ?? completed ?? closed ?? atMs;
        return new OrderNow(o, paid, (paid ?? shipped ?? completed) is not null, ordered, completed, (placed ?? paid ?? shipped ?? completed ?? closed) is not null, closed is not null && completed is null, refunded);

        long? Until(long? at) => at <= atMs ? at : null;
    }

    public Purchase AsPurchase(bool isSale, long atMs, int? part) =>
        Order.Bought with { AtMs = PaidAtMs ?? OrderedAtMs, RefundedMinor = RefundedMinor, Returned = Returned(atMs, part), Earns = isSale && !IsCancelled };

    /// <summary>What of the points that paid for it has come back.</summary>
    public TenderShare ShareBack(long atMs, int? part) =>
        IsCancelled || part is { } p && Order.Bought.TotalMinor == 0 && Order.Refunds[p].Lines.IsEmpty ? TenderShare.All
        : Order.Bought.TotalMinor == 0 ? TenderShare.OfPieces(Order.Bought.Lines, Returned(atMs, part)) : new TenderShare(RefundedMinor, Order.Bought.TotalMinor);

    private ImmutableArray<ReturnedLine> Returned(long atMs, int? part)
    {
        var returned = ImmutableArray.CreateBuilder<ReturnedLine>();
        for (var i = 0; i < Order.Refunds.Length; i++)
            if (Order.Refunds[i].AtMs < atMs || part >= i && Order.Refunds[i].AtMs == atMs) returned.AddRange(Order.Refunds[i].Lines);
        return returned.ToImmutable();
    }
}
