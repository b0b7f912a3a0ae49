namespace Danke.Engines.Randomness;

/// <summary>Draws from the usual distributions. Reproducible: nothing but the stream and <see cref="PortableMath"/>.</summary>
public static class Distributions
{
    /// <summary>Exponential with the given mean.</summary>
    public static double NextExponential(this RandomStream random, double mean) => -PortableMath.Log(random.NextPositiveUnit()) * mean;

    /// <summary>Standard normal. Source: Marsaglia and Bray's polar method, SIAM Review 6, 1964.</summary>
    public static double NextNormal(this RandomStream random)
    {
        // Each turn ends with probability pi/4; a bound keeps a broken stream from hanging the caller.
        for (var turn = 0; turn < 1000; turn++)
        {
            var u = 2 * random.NextUnit() - 1;
            var v = 2 * random.NextUnit() - 1;
            var s = u * u + v * v;
            if (s > 1e-300 && s < 1) return u * Math.Sqrt(-2 * PortableMath.Log(s) / s);
        }
        throw new InvalidOperationException("The random stream is broken.");
    }

    /// <summary>
    /// Gamma with mean <paramref name="shape"/> · <paramref name="scale"/>. Source: Marsaglia and Tsang, "A simple method for
    /// generating gamma variables", ACM TOMS 26:3, 2000; shapes below one by their note on U^(1/shape).
    /// </summary>
    public static double NextGamma(this RandomStream random, double shape, double scale)
    {
        if (!(shape > 0) || !(scale > 0)) throw new ArgumentOutOfRangeException(nameof(shape));
        if (shape < 1)
            return random.NextGamma(shape + 1, scale) * PortableMath.Exp(Math.Max(-690, PortableMath.Log(random.NextPositiveUnit()) / shape));

        var d = shape - 1.0 / 3.0;
        var c = 1.0 / Math.Sqrt(9.0 * d);
        for (var turn = 0; turn < 1000; turn++)
        {
            var x = random.NextNormal();
            var v = 1.0 + c * x;
            if (v <= 0) continue;
            v = v * v * v;
            if (PortableMath.Log(random.NextPositiveUnit()) < 0.5 * x * x + d - d * v + d * PortableMath.Log(v)) return d * v * scale;
        }
        throw new InvalidOperationException("The random stream is broken.");
    }

    /// <summary>Beta(a, b), mean a / (a + b).</summary>
    public static double NextBeta(this RandomStream random, double a, double b)
    {
        var x = random.NextGamma(a, 1);
        var y = random.NextGamma(b, 1);
        return x / (x + y);
    }

    /// <summary>Poisson with a mean of at most 50. Source: Knuth, The Art of Computer Programming 2, 3.4.1 Q.</summary>
    public static int NextPoisson(this RandomStream random, double mean)
    {
        if (!(mean >= 0 && mean <= 50)) throw new ArgumentOutOfRangeException(nameof(mean));
        var limit = PortableMath.Exp(-mean);
        var count = 0;
        for (var product = random.NextPositiveUnit(); product > limit; product *= random.NextPositiveUnit()) count++;
        return count;
    }
}
