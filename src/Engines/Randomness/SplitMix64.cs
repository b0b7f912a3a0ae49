namespace Danke.Engines.Randomness;

/// <summary>
/// SplitMix64: turns a counter into well-mixed 64-bit numbers. Used to seed streams and as a keyed hash of small keys.
/// Source: Sebastiano Vigna, public domain, https://prng.di.unimi.it/splitmix64.c (after Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014).
/// </summary>
public static class SplitMix64
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The next number of the sequence whose state is <paramref name="state"/>.</summary>
    public static ulong Next(ref ulong state)
    {
        state = unchecked(state + Step);
        return Scramble(state);
    }

    /// <summary>
    /// A hash of (key, value): for one key, different values always give different results, because every step can be
    /// undone. That makes it a source of unique identifiers.
    /// </summary>
    public static ulong Hash(ulong key, ulong value) => Scramble(unchecked((Scramble(unchecked(key + Step)) ^ value) + Step));

    private static ulong Scramble(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
