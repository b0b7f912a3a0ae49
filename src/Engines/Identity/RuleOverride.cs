namespace Danke.Engines.Identity;

/// <summary>A limit that a person is beyond because somebody decided who is one.</summary>
/// <param name="Code">As a dropped link's: <c>one_value:phone</c>.</param>
/// <param name="Values">The person's identifiers that the limit would not let be together.</param>
/// <param name="Decision">What allows it: of several the first.</param>
public sealed record RuleOverride(string Code, IReadOnlyList<IdentifierState> Values, IdentityDecision Decision)
{
    /// <param name="members">All identifiers of one person.</param>
    /// <param name="decisions">Those in force that name any of them.</param>
    public static IReadOnlyList<RuleOverride> Of(IdentityRules rules, IReadOnlyCollection<IdentifierState> members, IEnumerable<IdentityDecision> decisions)
    {
        var unions = decisions.Where(d => d.Together.Count == 2).OrderBy(d => d.AtMs).ThenBy(d => d.Id).ToList();
        if (unions.Count == 0) return [];
        var found = members.GroupBy(m => (m.Rule.Name, m.Scope)).OrderBy(g => g.First().Rule.Priority).ThenBy(g => g.Key.Scope, StringComparer.Ordinal)
            .Where(g => AreTooMany(g.First().Rule, [.. g.Select(m => m.FirstSeenMs).Order()]))
            .Select(g => ((g.First().Rule.OnePerScope ? "one_value:" : "too_many_values:") + g.Key.Name, (IReadOnlyList<IdentifierState>)[.. g.OrderBy(m => m.Key)])).ToList();
        if (rules.MostIdentifiers is { } most && members.Count > most) found.Add(("too_many_identifiers", [.. members.OrderBy(m => m.Key)]));
        return [.. from each in found
                   let union = unions.Find(d => each.Item2.All(v => d.Keys.Contains(v.Key)))
                   where union is not null
                   select new RuleOverride(each.Item1, each.Item2, union)];
    }

    private static bool AreTooMany(NamespaceRule rule, List<long> starts)
    {
        if (rule.ValuesPerPerson is not { } most || starts.Count <= most) return false;
        if (rule.WindowDays is not { } days) return true;
        for (var i = most; i < starts.Count; i++)
            if (starts[i] - starts[i - most] < days * LinkGraph.MsPerDay) return true;
        return false;
    }
}
