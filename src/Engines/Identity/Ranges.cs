namespace Danke.Engines.Identity;

/// <summary>The same work for every place of columns: here and now over few, on all cores over millions.</summary>
internal static class Ranges
{
    private const int Length = 1 << 17;

    /// <param name="work">From the first place to before the second; ranges do not overlap and come in any order.</param>
    public static void Each(int count, Action<int, int> work)
    {
        if (count <= Length) work(0, count);
        else Parallel.For(0, (count + Length - 1) / Length, range => work(range * Length, Math.Min(count, (range + 1) * Length)));
    }
}
