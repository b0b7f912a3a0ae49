namespace Danke.Engines.Audiences;

internal static class Comparisons
{
    private static readonly (Comparison Comparison, string Sign)[] Signs =
    [
        (Comparison.Equal, "="), (Comparison.NotEqual, "!="), (Comparison.Less, "<"), (Comparison.AtMost, "<="), (Comparison.Greater, ">"), (Comparison.AtLeast, ">="),
    ];

    public static string Sign(this Comparison comparison) => Signs.First(s => s.Comparison == comparison).Sign;

    public static Comparison? FromSign(string sign)
    {
        foreach (var each in Signs)
            if (each.Sign == sign) return each.Comparison;
        return null;
    }

    public static bool Holds(this Comparison comparison, Int128 left, long right) => comparison switch
    {
        Comparison.Equal => left == right,
        Comparison.NotEqual => left != right,
        Comparison.Less => left < right,
        Comparison.AtMost => left <= right,
        Comparison.Greater => left > right,
        Comparison.AtLeast => left >= right,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
    };
}
