using System.Collections.Immutable;

namespace Danke.Engines.Metrics;

/// <summary>A distribution of whole numbers, given as how often each value occurs.</summary>
public sealed class Distribution
{
    private readonly ImmutableArray<(long Value, long Count)> values;

    /// <param name="values">Each value at most once, with a positive count; in any order.</param>
    public Distribution(IEnumerable<(long Value, long Count)> values)
    {
        this.values = [.. values.Where(v => v.Count > 0).OrderBy(v => v.Value)];
        Count = this.values.Sum(v => v.Count);
    }

    public ImmutableArray<(long Value, long Count)> Values => values;
    public long Count { get; }
    public double? Mean => Count == 0 ? null : values.Sum(v => (double)v.Value * v.Count) / Count;
    public long? Max => Count == 0 ? null : values[^1].Value;

    /// <summary>
    /// The smallest value that has at least the share <paramref name="numerator"/>/<paramref name="denominator"/> of all at or below it
    /// (the inverse of the distribution function): always a value that occurs. Null when there is none.
    /// </summary>
    public long? Quantile(int numerator, int denominator)
    {
        var below = 0L;
        foreach (var (value, count) in values)
        {
            below += count;
            if ((Int128)below * denominator >= (Int128)Count * numerator) return value;
        }
        return null;
    }

    /// <summary>How many lie in each of the ranges (…edge₁], (edge₁…edge₂], …, (last edge…).</summary>
    public ImmutableArray<long> Histogram(IReadOnlyList<long> edges)
    {
        var counts = new long[edges.Count + 1];
        foreach (var (value, count) in values)
        {
            var range = 0;
            while (range < edges.Count && value > edges[range]) range++;
            counts[range] += count;
        }
        return [.. counts];
    }
}
