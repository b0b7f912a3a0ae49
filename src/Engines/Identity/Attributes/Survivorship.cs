using System.Collections.Immutable;

namespace Danke.Engines.Identity.Attributes;

/// <summary>
/// Decides what an attribute of a person is, from all that was said of it: a function of the set of statements, whatever the order in
/// which they came.
/// </summary>
public static class Survivorship
{
    /// <summary>Of what one source said of one identifier, so many usable values are kept: who changes a nick weekly fills no disk.</summary>
    public const int MostValues = 10;

    /// <summary>Blurred and empty ones are never anything: the last of them is kept to be shown.</summary>
    public const int MostUnusable = 1;

    /// <param name="statements">Of one attribute of one person.</param>
    /// <param name="pins">The same; the newest counts.</param>
    public static Survivor Decide(AttributeRule rule, IEnumerable<Statement> statements, IReadOnlyCollection<AttributePin> pins)
    {
        var all = statements.Distinct().ToList();
        all.Sort(Statement.ByRecency);
        var normal = all.ToDictionary(s => s, s => AttributeValue.Normalise(s.Value));
        var voices = all.Where(s => normal[s] is not null).DistinctBy(s => s.Voice).ToList();
        var pin = pins.OrderByDescending(p => p.AtMs).ThenBy(p => p.Value, StringComparer.Ordinal).ThenBy(p => p.Via).FirstOrDefault();
        var counts = voices.CountBy(v => normal[v]!).ToDictionary();
        var winner = pin is not null || voices.Count == 0 ? null : Winner(rule, voices, normal, counts);
        var value = pin?.Value ?? winner?.Value;
        var same = value is null ? null : AttributeValue.Normalise(value);

        Standing StandingOf(Statement statement)
        {
            if (normal[statement] is not { } says) return IdentifierValue.IsMasked(statement.Value) ? Standing.Masked : Standing.Empty;
            if (!voices.Contains(statement)) return Standing.Replaced;
            if (ReferenceEquals(statement, winner)) return Standing.Survives;
            if (says == same) return Standing.Agrees;
            return pin is not null ? Standing.Overruled : WhyLost(rule, statement, winner!, counts[says], counts[same!]);
        }
        return new Survivor(value, pin, pin?.AtMs ?? winner?.LastMs ?? 0,
            [.. all.Select(s => (s, StandingOf(s))).OrderBy(s => s.Item2 != Standing.Survives)]);
    }

    private static Statement Winner(AttributeRule rule, List<Statement> voices, Dictionary<Statement, string?> normal, Dictionary<string, int> counts) => rule.Policy switch
    {
        SurvivalPolicy.SourcePriority => voices.MinBy(rule.RankOf)!,
        SurvivalPolicy.MostFrequent => AsMostWriteIt(voices, normal[voices.MaxBy(v => counts[normal[v]!])!]!, normal),
        _ => voices[0],
    };

    // Of the ways to write one value: as most do; of as many, the plainest, which has no stray blanks.
    private static Statement AsMostWriteIt(List<Statement> voices, string value, Dictionary<Statement, string?> normal)
    {
        var saying = voices.Where(v => normal[v] == value).ToList();
        var spellings = saying.CountBy(v => v.Value).ToDictionary();
        return saying.OrderByDescending(v => spellings[v.Value]).ThenBy(v => v.Value.Length).First();
    }

    private static Standing WhyLost(AttributeRule rule, Statement lost, Statement winner, int sayIt, int sayOther) => rule.Policy switch
    {
        SurvivalPolicy.SourcePriority when rule.RankOf(lost) > rule.RankOf(winner) => Standing.LowerSource,
        SurvivalPolicy.MostFrequent when sayIt < sayOther => Standing.LessFrequent,
        _ => Standing.Older,
    };

    /// <summary>What of one voice's statements is too old to be kept. Whatever is said last stays, so nothing that is decided depends on it.</summary>
    public static IEnumerable<Statement> Surplus(IEnumerable<Statement> ofOneVoice)
    {
        var all = ofOneVoice.ToList();
        all.Sort(Statement.ByRecency);
        var usable = all.ToLookup(s => AttributeValue.Normalise(s.Value) is not null);
        return usable[true].Skip(MostValues).Concat(usable[false].Skip(MostUnusable));
    }
}
