using System.Numerics;

namespace Danke.Engines.Randomness;

/// <summary>
/// A reproducible stream of random numbers: xoshiro256**, seeded by SplitMix64. Same seed and key, same numbers, on every
/// machine and runtime. Not for secrets.
/// Source: David Blackman and Sebastiano Vigna, public domain, https://prng.di.unimi.it/xoshiro256starstar.c ("Scrambled
/// linear pseudorandom number generators", ACM TOMS 47:4, 2021).
/// </summary>
public sealed class RandomStream
{
    private ulong s0, s1, s2, s3;

    /// <summary>A stream from the generator's raw state; not all of it may be zero.</summary>
    public RandomStream(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        if ((s0 | s1 | s2 | s3) == 0) throw new ArgumentException("The state of xoshiro256** must not be all zero.");
        (this.s0, this.s1, this.s2, this.s3) = (s0, s1, s2, s3);
    }

    /// <summary>
    /// The stream for one thing of a seeded world, e.g. (seed, "orders", person 17, order 3). Streams of different keys are
    /// unrelated, so that adding a draw to one leaves every other as it was.
    /// </summary>
    public static RandomStream Of(ulong seed, ulong purpose, ulong item = 0, ulong part = 0)
    {
        var state = SplitMix64.Hash(SplitMix64.Hash(SplitMix64.Hash(seed, purpose), item), part);
        return new RandomStream(
            SplitMix64.Next(ref state), SplitMix64.Next(ref state), SplitMix64.Next(ref state), SplitMix64.Next(ref state) | 1);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        unchecked
        {
            var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
            var t = s1 << 17;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= t;
            s3 = BitOperations.RotateLeft(s3, 45);
            return result;
        }
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in (0, 1]: safe to take the logarithm of.</summary>
    public double NextPositiveUnit() => ((NextBits() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>
    /// Uniform in 0 .. <paramref name="bound"/> - 1, without bias. Source: Daniel Lemire, "Fast random integer generation in
    /// an interval", ACM TOMACS 29:1, 2019.
    /// </summary>
    public long NextBelow(long bound)
    {
        if (bound <= 0) throw new ArgumentOutOfRangeException(nameof(bound));
        var n = (ulong)bound;
        var high = Math.BigMul(NextBits(), n, out var low);
        if (low < n)
        {
            var threshold = unchecked(0UL - n) % n;
            while (low < threshold) high = Math.BigMul(NextBits(), n, out low);
        }
        return (long)high;
    }

    /// <summary>Uniform in <paramref name="low"/> .. <paramref name="high"/>, both included.</summary>
    public long NextBetween(long low, long high) => low + NextBelow(high - low + 1);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => NextUnit() < probability;
}
