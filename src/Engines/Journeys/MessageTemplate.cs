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
        ["person.name", "person.province", "person.city", "member.card", "member.tier", "member.points"];

    /// <summary>The variables a text uses, in order of appearance.</summary>
    public static IEnumerable<string> VariablesIn(string? text) => Variable().Matches(text ?? "").Select(m => m.Groups[1].Value);

    /// <summary>A brace pair that is no variable: most likely a typing error that a customer would see.</summary>
    public static bool HasStrayBraces(string? text)
    {
        var rest = Variable().Replace(text ?? "", "");
        return rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("}}", StringComparison.Ordinal);
    }

    /// <param name="facts">By variable; blank counts as not known.</param>
    public RenderedMessage Render(IReadOnlyDictionary<string, string> facts)
    {
        foreach (var (name, rule) in Variables)
            if (rule.Required && !IsKnown(facts, name)) return new RenderedMessage(null, "", name);
        return new RenderedMessage(Subject is null ? null : OneLine(Fill(Subject, facts)), Fill(Text, facts), null);
    }

    private string Fill(string text, IReadOnlyDictionary<string, string> facts) => Variable().Replace(text, match =>
    {
        var name = match.Groups[1].Value;
        return IsKnown(facts, name) ? OneLine(facts[name]).Trim() : Variables.GetValueOrDefault(name)?.Fallback ?? "";
    });

    private static bool IsKnown(IReadOnlyDictionary<string, string> facts, string name) => facts.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value);

    // What a customer typed as their name must not add lines to a message or headers to an e-mail.
    private static string OneLine(string value)
    {
        if (!value.Any(char.IsControl)) return value;
        var line = new StringBuilder(value.Length);
        foreach (var c in value) line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString();
    }

    [GeneratedRegex(@"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")]
    private static partial Regex Variable();
}
