using System.Text.RegularExpressions;

namespace Danke.Platform.Definitions;

/// <summary>The engines say where a problem is as a JSON path (<c>$.tiers[1].from</c>); the API says it as a JSON pointer (<c>/tiers/1/from</c>).</summary>
public static partial class EngineProblems
{
    public static DefinitionProblem AsProblem(this Engines.Ledger.DefinitionProblem problem) => new(Pointer(problem.Path), "invalid", problem.Message);

    internal static string Pointer(string jsonPath) => string.Concat(Step().Matches(jsonPath).Select(m =>
        "/" + m.Groups.Values.Skip(1).First(g => g.Success).Value.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));

    [GeneratedRegex(@"\['([^']*)'\]|\[(\d+)\]|\.([^.\[]+)")]
    private static partial Regex Step();
}
