namespace Danke.Engines.Matching;

/// <summary>How well clusters agree with what is known to be true.</summary>
/// <param name="Precision">Of what was found, the share that is true.</param>
/// <param name="Recall">Of what is true, the share that was found.</param>
public sealed record Agreeing(long Found, long True, long Both, double Precision, double Recall, double F1)
{
    internal static Agreeing Of(long found, long real, long both)
    {
        var precision = found == 0 ? 1 : (double)both / found;
        var recall = real == 0 ? 1 : (double)both / real;
        return new Agreeing(found, real, both, precision, recall, both == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }
}

/// <summary>By pairs of records in one cluster, and by whole clusters (single records too) that are exactly right.</summary>
public sealed record Accuracy(Agreeing Pairs, Agreeing Clusters)
{
    /// <param name="found">A number a record: its cluster.</param>
    /// <param name="real">The same as it is in truth. Records with null are left out.</param>
    public static Accuracy Of(IReadOnlyList<int> found, IReadOnlyList<string?> real)
    {
        var told = Enumerable.Range(0, found.Count).Where(i => real[i] is not null).ToArray();
        var byFound = told.GroupBy(i => found[i]).ToArray();
        var byReal = told.GroupBy(i => real[i]).ToArray();
        var byBoth = told.GroupBy(i => (found[i], real[i])).ToArray();
        var realSizes = byReal.ToDictionary(g => g.Key!, g => g.Count());
        var exact = byFound.Count(g => g.Select(i => real[i]).Distinct().Count() == 1 && realSizes[real[g.First()]!] == g.Count());
        return new Accuracy(
            Agreeing.Of(byFound.Sum(g => PairsOf(g.Count())), byReal.Sum(g => PairsOf(g.Count())), byBoth.Sum(g => PairsOf(g.Count()))),
            Agreeing.Of(byFound.Length, byReal.Length, exact));
    }

    private static long PairsOf(long n) => n * (n - 1) / 2;
}
