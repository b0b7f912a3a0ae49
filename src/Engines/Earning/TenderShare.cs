using System.Collections.Immutable;

namespace Danke.Engines.Earning;

/// <summary>
/// Which share of the points that paid for an order comes back with what was returned of it: <see cref="Back"/> of <see cref="Whole"/>, both in the
/// same unit, of money or of what the lines are worth.
/// </summary>
public readonly record struct TenderShare(long Back, long Whole)
{
    public static readonly TenderShare All = new(1, 1);

    /// <summary>Of an order that points alone paid no money tells it: of what its lines are worth, how much came back by pieces; all of it when no piece is named.</summary>
    public static TenderShare OfPieces(ImmutableArray<PurchaseLine> lines, IReadOnlyCollection<ReturnedLine> returned)
    {
        if (returned.Count == 0) return All;
        var back = 0L;
        foreach (var line in lines)
        {
            var pieces = returned.Where(r => r.Line.Length > 0 ? r.Line == line.Line : r.Sku == line.Sku).Sum(r => r.Quantity);
            if (line.Quantity > 0) back += (long)((Int128)line.AmountMinor * Math.Min(pieces, line.Quantity) / line.Quantity);
        }
        return new TenderShare(back, lines.Sum(l => l.AmountMinor));
    }

    /// <summary>Rounded down, until all came back.</summary>
    public long Of(long points) => Back >= Whole ? points : (long)((Int128)points * Back / Whole);
}
