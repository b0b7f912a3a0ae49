namespace Danke.Engines.Randomness;

/// <summary>
/// Logarithm and exponential that give the same bits on every machine. <see cref="Math.Log(double)"/> and its relatives call the
/// platform's C library, whose last bit differs between systems; these use only + - * /, which IEEE 754 fixes. Error below
/// one unit in the last place. Source: FreeBSD msun / fdlibm <c>e_log.c</c> and <c>e_exp.c</c> (Sun Microsystems, freely
/// distributable with this notice: "Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.").
/// </summary>
public static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700e+00;

    /// <summary>Natural logarithm of a positive normal number.</summary>
    public static double Log(double x)
    {
        if (!(x >= double.MinValue) || x <= 0 || !double.IsNormal(x)) throw new ArgumentOutOfRangeException(nameof(x));

        var (k, m) = SplitAroundOne(x);
        var f = m - 1.0;
        var s = f / (2.0 + f);
        var z = s * s;
        var w = z * z;
        var t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
        var t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
        var r = t1 + t2;
        var half = 0.5 * f * f;
        return k * Ln2High - ((half - (s * (half + r) + k * Ln2Low)) - f);
    }

    /// <summary>e to the power of x, for -700 &lt;= x &lt;= 700.</summary>
    public static double Exp(double x)
    {
        if (!(x >= -700 && x <= 700)) throw new ArgumentOutOfRangeException(nameof(x));

        var k = (int)(InverseLn2 * x + (x < 0 ? -0.5 : 0.5));
        var high = x - k * Ln2High;
        var low = k * Ln2Low;
        var r = high - low;
        var t = r * r;
        var c = r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05
            + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
        var y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
        return y * PowerOfTwo(k);
    }

    /// <summary>A positive number to any power.</summary>
    public static double Pow(double x, double y) => Exp(y * Log(x));

    // x = m * 2^k with m between sqrt(1/2) and sqrt(2).
    private static (int K, double M) SplitAroundOne(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var k = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        return m > 1.4142135623730951 ? (k + 1, m * 0.5) : (k, m);
    }

    private static double PowerOfTwo(int k) => BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
}
