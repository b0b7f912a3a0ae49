namespace Danke.Engines.Audiences;

/// <summary>Which of a person's own fields a condition asks about, for checks that need more than the condition.</summary>
public static class ConditionFields
{
    /// <summary>Every field of the person that is asked about, with where in the condition's document it stands (<c>all[1].not</c>; empty for the whole).</summary>
    public static IEnumerable<(string Path, string Field)> OfPerson(Condition condition) => Visit(condition, "");

    // What stands in a where is asked about an element, not about the person.
    private static IEnumerable<(string Path, string Field)> Visit(Condition part, string path) => part switch
    {
        Condition.All all => all.Parts.SelectMany((p, i) => Visit(p, Join(path, $"all[{i}]"))),
        Condition.Any any => any.Parts.SelectMany((p, i) => Visit(p, Join(path, $"any[{i}]"))),
        Condition.Not not => Visit(not.Part, Join(path, "not")),
        Condition.TextIn text => [(path, text.Field)],
        Condition.Contains contains => [(path, contains.Field)],
        Condition.NumberIs number => [(path, number.Field)],
        Condition.FlagIs flag => [(path, flag.Field)],
        Condition.InstantIn instant => [(path, instant.Field)],
        Condition.Measured => [],
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    private static string Join(string path, string next) => path.Length == 0 ? next : $"{path}.{next}";
}
