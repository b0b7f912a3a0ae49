using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Danke.Engines.Identity.Attributes;

/// <summary>Which of several statements counts.</summary>
public enum SurvivalPolicy
{
    /// <summary>What was said last.</summary>
    MostRecent,

    /// <summary>What the source says that is named first.</summary>
    SourcePriority,

    /// <summary>What most say, however they write it.</summary>
    MostFrequent,
}

/// <summary>How one attribute is decided.</summary>
/// <param name="Sources">With <see cref="SurvivalPolicy.SourcePriority"/>: sources or channels, the most trusted first; all others come after them.</param>
public sealed record AttributeRule(SurvivalPolicy Policy, ImmutableArray<string> Sources)
{
    public static readonly AttributeRule MostRecent = new(SurvivalPolicy.MostRecent, []);

    /// <summary>0 is the most trusted.</summary>
    public int RankOf(Statement statement)
    {
        for (var i = 0; i < Sources.Length; i++)
            if (Sources[i] == statement.Source || Sources[i] == statement.Channel) return i;
        return Sources.Length;
    }
}

/// <summary>How each attribute is decided.</summary>
public sealed class AttributeRules(AttributeRule others, IEnumerable<KeyValuePair<string, AttributeRule>> byName)
{
    private readonly FrozenDictionary<string, AttributeRule> byName = byName.ToFrozenDictionary();

    /// <summary>Everything by what was said last.</summary>
    public static readonly AttributeRules Default = new(AttributeRule.MostRecent, []);

    public AttributeRule this[string attribute] => byName.GetValueOrDefault(attribute, others);
}
