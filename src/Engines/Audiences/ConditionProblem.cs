namespace Danke.Engines.Audiences;

/// <summary>What is wrong with a condition, and where.</summary>
/// <param name="Path">Where in the document, e.g. <c>all[1].where</c>; in text, <c>column 17</c>.</param>
/// <param name="Code">Stable: unknown_field, wrong_test, unknown_collection, …</param>
public sealed record ConditionProblem(string Path, string Code, string Detail);

/// <summary>A condition is not one: all that is wrong with it.</summary>
public sealed class ConditionException(IReadOnlyList<ConditionProblem> problems)
    : Exception(string.Join("; ", problems.Select(p => $"{(p.Path.Length == 0 ? "condition" : p.Path)}: {p.Detail}")))
{
    public IReadOnlyList<ConditionProblem> Problems => problems;
}
