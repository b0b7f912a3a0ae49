using System.Collections.Immutable;

namespace Danke.Engines.Randomness;

/// <summary>Picks an index with a probability proportional to its whole-number weight.</summary>
public sealed class WeightedTable
{
    private readonly ImmutableArray<long> upTo;

    public WeightedTable(IEnumerable<long> weights)
    {
        var sum = 0L;
        upTo = [.. weights.Select(w => w >= 0 ? sum += w : throw new ArgumentOutOfRangeException(nameof(weights)))];
        if (sum == 0) throw new ArgumentException("At least one weight must be positive.", nameof(weights));
    }

    /// <summary>
    /// Zipf's law over ranks 1..<paramref name="count"/>: weight rank^-<paramref name="exponent"/>.
    /// </summary>
    public static WeightedTable Zipf(int count, double exponent) =>
        new(Enumerable.Range(1, count).Select(rank => (long)(1_000_000 * PortableMath.Pow(rank, -exponent))));

    public int Count => upTo.Length;

    public int Pick(RandomStream random)
    {
        var target = random.NextBelow(upTo[^1]);
        int low = 0, high = upTo.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (upTo[middle] > target) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
