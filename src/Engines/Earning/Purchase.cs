using System.Collections.Immutable;

namespace Danke.Engines.Earning;

/// <summary>An order as earn rules see it. Amounts in minor units of <see cref="Currency"/>, instants in milliseconds since 1970 UTC.</summary>
public sealed record Purchase
{
    public string Channel { get; init; } = "";
    public string Shop { get; init; } = "";
    public string Store { get; init; } = "";
    public required string Currency { get; init; }

    /// <summary>When it was paid.</summary>
    public required long AtMs { get; init; }
    public required ImmutableArray<PurchaseLine> Lines { get; init; }
    public long ShippingMinor { get; init; }

    /// <summary>On the whole order, not in the lines' amounts.</summary>
    public long DiscountMinor { get; init; }

    /// <summary>Lines + shipping − discount.</summary>
    public required long TotalMinor { get; init; }

    /// <summary>All that was paid back, whatever it was for.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>What of it is known by line, as reported: refunds of one line more than once are added up.</summary>
    public ImmutableArray<ReturnedLine> Returned { get; init; } = [];

    /// <summary>False for what earns nothing: corrections, orders not paid or in another currency, cancelled ones.</summary>
    public bool Earns { get; init; } = true;
}

/// <param name="AmountMinor">After the line's own discounts, not negative.</param>
public readonly record struct PurchaseLine(string Line, string Sku, string Category, long Quantity, long AmountMinor);

/// <param name="Line">The line's id; empty when only the SKU is known.</param>
/// <param name="AmountMinor">0 when only the quantity is known.</param>
public readonly record struct ReturnedLine(string Line, string Sku, long Quantity, long AmountMinor);

/// <summary>The buyer when the order was first seen; kept with the award, so that whatever comes later is judged by the same.</summary>
/// <param name="BirthMonth">1 to 12; 0 when unknown.</param>
/// <param name="NthOrder">Which of the buyer's paid orders it was, in order of arrival: 1 is the first.</param>
public sealed record Buyer(string Tier, long JoinedAtMs, int BirthMonth = 0, long NthOrder = 1);

/// <summary>Something a member did that is no order.</summary>
public sealed record Deed(string Channel, string Shop, string Kind, long AtMs, ImmutableSortedDictionary<string, string> Properties);

/// <summary>What of a purchase is kept, part by part: one for each line and a last one for shipping.</summary>
internal readonly struct KeptParts
{
    private readonly long[] lines;
    private readonly long[] paidLines;

    private KeptParts(long[] lines, long[] paidLines, long goods, long whole, long paidGoods, long paid, long discount) =>
        (this.lines, this.paidLines, Goods, Whole, PaidGoods, Paid, Discount) = (lines, paidLines, goods, whole, paidGoods, paid, discount);

    public long Goods { get; }

    /// <summary>With shipping.</summary>
    public long Whole { get; }
    private long PaidGoods { get; }
    private long Paid { get; }
    private long Discount { get; }

    public long Line(int index) => lines[index];

    /// <summary>What was paid for a line, its share of the order's discount taken off.</summary>
    public long PaidFor(int index) => paidLines[index];

    /// <summary>
    /// The discount is spread over the lines by amount. A refund reduces the lines that it names; what it does not say is spread over what is left.
    /// A function of the sums alone, so that it does not matter in which parts or order money went back.
    /// </summary>
    public static KeptParts Of(Purchase p)
    {
        if (!p.Earns) return new KeptParts(new long[p.Lines.Length], new long[p.Lines.Length], 0, 0, 0, 0, 0);
        var amounts = new long[p.Lines.Length];
        Int128 sum = 0;
        for (var i = 0; i < amounts.Length; i++) sum += amounts[i] = Math.Max(0, p.Lines[i].AmountMinor);
        var paidGoods = (long)Int128.Max(0, Int128.Min(sum - p.DiscountMinor, long.MaxValue));
        var paid = Math.Max(0, p.TotalMinor);
        var bought = Shares.Of(paidGoods, amounts);
        var returned = Returned(p, bought);
        var left = new long[bought.Length];
        for (var i = 0; i < left.Length; i++) left[i] = bought[i] - returned[i];
        var goods = Math.Max(0, paidGoods - p.RefundedMinor);
        var kept = Shares.Of(goods, Array.TrueForAll(left, l => l == 0) ? bought : left);
        return new KeptParts(kept, bought, goods, Math.Max(goods, paid - p.RefundedMinor), paidGoods, paid, p.DiscountMinor);
    }

    private static long[] Returned(Purchase p, long[] paid)
    {
        var returned = new long[paid.Length];
        foreach (var back in p.Returned)
        {
            var left = (Int128)Math.Max(0, back.AmountMinor);
            for (var i = 0; i < paid.Length; i++)
            {
                var line = p.Lines[i];
                if (back.Line.Length > 0 ? line.Line != back.Line : line.Sku != back.Sku || back.Sku.Length == 0) continue;
                if (back.AmountMinor <= 0 && line.Quantity > 0) left = (Int128)paid[i] * Math.Min(Math.Max(0, back.Quantity), line.Quantity) / line.Quantity;
                var part = (long)Int128.Min(left, paid[i] - returned[i]);
                returned[i] += part;
                left -= part;
                if (left <= 0) break;
            }
        }
        return returned;
    }

    /// <summary>What each kept line, and shipping as the last part, counts as spending.</summary>
    public long[] Spending(Ledger.EarnBase of, bool withShipping)
    {
        var weights = new long[lines.Length + 1];
        lines.CopyTo(weights, 0);
        var shipping = withShipping ? Whole - Goods : 0;
        weights[^1] = shipping;
        if (of == Ledger.EarnBase.AfterDiscount) return weights;
        var (kept, paid) = withShipping ? (Whole, Paid) : (Goods, PaidGoods);
        return paid <= 0 ? weights : Shares.Of((long)Int128.Min(long.MaxValue, ((Int128)paid + Discount) * kept / paid), weights);
    }
}

/// <summary>Divides whole numbers without losing any.</summary>
internal static class Shares
{
    /// <summary>Parts of the total in proportion to the weights, adding up to it; nothing when there is no weight.</summary>
    public static long[] Of(long total, ReadOnlySpan<long> weights)
    {
        var parts = new long[weights.Length];
        Int128 sum = 0, before = 0;
        foreach (var weight in weights) sum += weight;
        if (sum == 0) return parts;
        long given = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            before += weights[i];
            var upTo = (long)(total * before / sum);
            parts[i] = upTo - given;
            given = upTo;
        }
        return parts;
    }
}
