namespace Danke.Engines.Metrics;

/// <summary>
/// Splits the change of a product into its factors' contributions by the logarithmic mean Divisia index (LMDI-I, additive;
/// B. W. Ang, "The LMDI approach to decomposition analysis", Energy Policy 33, 2005): contribution k = L(V₁, V₀) · ln(x₁ₖ / x₀ₖ) with
/// L the logarithmic mean. Nothing is left over and the order of the factors does not matter.
/// </summary>
public static class Lmdi
{
    /// <summary>What moved the sales from <paramref name="before"/> to <paramref name="after"/>.</summary>
    public static GmvContributions Decompose(GmvFactors before, GmvFactors after)
    {
        double?[] was = [before.Members, before.Conversion, before.Frequency, before.OrderValueMinor];
        double?[] now = [after.Members, after.Conversion, after.Frequency, after.OrderValueMinor];
        var exact = Contributions(was, now, before.SalesMinor, after.SalesMinor);
        var whole = Apportion(exact, after.SalesMinor - before.SalesMinor);
        return new GmvContributions(whole[0], whole[1], whole[2], whole[3]);
    }

    /// <summary>
    /// Contributions of non-negative factors whose product went from <paramref name="totalBefore"/> to <paramref name="totalAfter"/>.
    /// A factor that is undefined in one period (frequency without buyers) is taken as unchanged. Where a factor goes from or to
    /// zero, the limit of the formula gives the whole change to the factors that did so, in equal parts.
    /// </summary>
    public static double[] Contributions(
        IReadOnlyList<double?> before, IReadOnlyList<double?> after, double totalBefore, double totalAfter)
    {
        var contributions = new double[before.Count];
        var pairs = before.Zip(after, (b, a) => (Before: b ?? a ?? 1, After: a ?? b ?? 1)).ToArray();
        var crossing = pairs.Count(p => p.Before > 0 != p.After > 0);
        if (crossing > 0) return [.. pairs.Select(p => p.Before > 0 != p.After > 0 ? (totalAfter - totalBefore) / crossing : 0)];

        var mean = LogarithmicMean(totalBefore, totalAfter);
        for (var k = 0; k < pairs.Length; k++)
            contributions[k] = pairs[k].Before > 0 ? mean * Math.Log(pairs[k].After / pairs[k].Before) : 0;
        return contributions;
    }

    /// <summary>(a − b) / (ln a − ln b); a when they are equal, 0 when one is 0.</summary>
    public static double LogarithmicMean(double a, double b)
    {
        if (a <= 0 || b <= 0) return 0;
        // Close together the quotient loses its digits; the series of atanh does not: ln(a/b) = 2 atanh((a-b)/(a+b)).
        var half = (a - b) / (a + b);
        if (Math.Abs(half) < 1e-4) return (a + b) / 2 / (1 + half * half / 3 + half * half * half * half / 5);
        return (a - b) / Math.Log(a / b);
    }

    /// <summary>Rounds to whole numbers that add up to <paramref name="total"/>: the largest remainders get the odd units, ties the first.</summary>
    public static long[] Apportion(IReadOnlyList<double> shares, long total)
    {
        var whole = shares.Select(s => (long)Math.Floor(s)).ToArray();
        var odd = total - whole.Sum();
        var byRemainder = Enumerable.Range(0, whole.Length).OrderByDescending(i => shares[i] - whole[i]).ThenBy(i => i).ToArray();
        // Floating point may leave the sum a little off to either side, so the odd units may be negative or more than one round.
        for (var i = 0; odd != 0 && whole.Length > 0; i++)
        {
            var index = odd > 0 ? byRemainder[i % whole.Length] : byRemainder[^(i % whole.Length + 1)];
            whole[index] += Math.Sign(odd);
            odd -= Math.Sign(odd);
        }
        return whole;
    }
}
