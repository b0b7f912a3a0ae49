using System.Globalization;
using System.Text.RegularExpressions;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;

namespace Danke.Loyalty.Earning;

/// <summary>
/// How the ledger writes what rules gave: <c>base +120, member-day +120, default v7</c>. Compact, readable as it is, and readable again
/// for whoever shows it with the rules' titles.
/// </summary>
internal static partial class EarnNote
{
    /// <summary>What one rule added or took.</summary>
    public sealed record Part(string Rule, long Points);

    public static string Write(IEnumerable<Part> parts, LoyaltyProgram program, long version) =>
        string.Join(", ", parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Rule} {p.Points:+0;-0;+0}")).Append($"{program.Name} v{version}"));

    /// <summary>By how much each rule changed; where nothing did, what each gives.</summary>
    public static string Write(IReadOnlyList<Given> before, IReadOnlyList<Given> after, LoyaltyProgram program, long version)
    {
        var changes = after.Select(a => new Part(a.Rule, a.Points - before.Where(b => b.Rule == a.Rule).Sum(b => b.Points))).Where(p => p.Points != 0).ToList();
        var parts = changes.Count > 0 ? changes : [.. after.Where(a => a.Points != 0).Select(a => new Part(a.Rule, a.Points))];
        var capped = after.Sum(a => a.Points < a.Raw && a.Raw > 0 ? a.Capped : 0);
        var note = Write(parts, program, version);
        return capped > 0 ? string.Create(CultureInfo.InvariantCulture, $"capped {capped}, {note}") : note;
    }

    /// <summary>What the rules gave or took; empty for lines that no rules wrote.</summary>
    public static IReadOnlyList<Part> Read(string note)
    {
        var text = note.StartsWith("refund of ", StringComparison.Ordinal) ? note["refund of ".Length..] : note;
        return !Whole().IsMatch(text) ? [] : [.. Each().Matches(text).Select(m => new Part(m.Groups[1].Value, long.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)))];
    }

    [GeneratedRegex(@"^(?:capped \d{1,15}, )?(?:[a-z0-9_-]{1,40} [+-]\d{1,15}, )+[a-z0-9_:-]{1,97} v\d{1,18}(?:;|$)")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([a-z0-9_-]{1,40}) ([+-]\d{1,15}), ")]
    private static partial Regex Each();
}
