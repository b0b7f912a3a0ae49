using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Danke.Engines.Journeys;

/// <summary>What to write when a variable is not known. Exactly one of the two.</summary>
/// <param name="Fallback">This instead; may be empty.</param>
/// <param name="Required">Then the message is not sent at all.</param>
public sealed record VariableRule(string? Fallback = null, bool Required = false);

/// <summary>A rendered message, or the variable without which it cannot be.</summary>
/// <param name="MissingVariable">Null when the message was rendered.</param>
public readonly record struct RenderedMessage(string? Subject, string Text, string? MissingVariable);

/// <summary>A message's text with variables. A message is whole or it is not sent: never "Dear ,".</summary>
public sealed partial record MessageTemplate(string? Subject, string Text, ImmutableSortedDictionary<string, VariableRule> Variables)
{
    /// <summary>What may be known of a person when a message is written.</summary>
    public static readonly ImmutableArray<string> KnownVariables =
        ["person.name", "person.province", "person.city", "member.card", "member.tier", Points, PointsEnding, PointsEndOn];

    /// <summary>The points that may be spent; of a further type with its name behind: <c>member.points.coins</c>.</summary>
    public const string Points = "member.points";

    /// <summary>How many of them end next; likewise by type.</summary>
    public const string PointsEnding = "member.points_ending";

    /// <summary>The last day of these, as 2026-03-31; likewise by type.</summary>
    public const string PointsEndOn = "member.points_end_on";

    public static bool IsKnownVariable(string name) => KnownVariables.Contains(name) || PointsOfType().IsMatch(name);

    /// <summary>The type of points that a variable names; null for a variable that names none.</summary>
    public static string? TypeOfPoints(string name) => PointsOfType().IsMatch(name) ? name[(name.LastIndexOf('.') + 1)..] : null;

    /// <summary>The variables a text uses, in order of appearance.</summary>
    public static IEnumerable<string> VariablesIn(string? text) => Variable().Matches(text ?? "").Select(m => m.Groups[1].Value);

    /// <summary>A brace pair that is no variable: most likely a typing error that a customer would see.</summary>
    public static bool HasStrayBraces(string? text)
    {
        var rest = Variable().Replace(text ?? "", "");
        return rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("}}", StringComparison.Ordinal);
    }

    /// <param name="facts">By variable; blank counts as not known.</param>
    public RenderedMessage Render(IReadOnlyDictionary<string, string> facts) => Render(name => facts.GetValueOrDefault(name));

    /// <param name="facts">Asked for no more than the message needs; blank counts as not known.</param>
    public RenderedMessage Render(Func<string, string?> facts)
    {
        foreach (var (name, rule) in Variables)
            if (rule.Required && !IsKnown(facts, name)) return new RenderedMessage(null, "", name);
        return new RenderedMessage(Subject is null ? null : OneLine(Fill(Subject, facts)), Fill(Text, facts), null);
    }

    private string Fill(string text, Func<string, string?> facts) => Variable().Replace(text, match =>
    {
        var name = match.Groups[1].Value;
        return facts(name) is { } value && !string.IsNullOrWhiteSpace(value) ? OneLine(value).Trim() : Variables.GetValueOrDefault(name)?.Fallback ?? "";
    });

    private static bool IsKnown(Func<string, string?> facts, string name) => !string.IsNullOrWhiteSpace(facts(name));

    // What a customer typed as their name must not add lines to a message or headers to an e-mail.
    private static string OneLine(string value)
    {
        if (!value.Any(char.IsControl)) return value;
        var line = new StringBuilder(value.Length);
        foreach (var c in value) line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString();
    }

    [GeneratedRegex(@"\{\{\s*([a-z][a-z0-9_.-]*)\s*\}\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^member\.points(_ending|_end_on)?\.[a-z0-9_-]{1,32}$")]
    private static partial Regex PointsOfType();
}
