using System.Collections.Immutable;

namespace Danke.Engines.Ledger;

/// <summary>Members may spend together.</summary>
/// <param name="MostMembers">The owner among them.</param>
public sealed record PoolRule(int MostMembers = 6);

/// <summary>In which order a pool's points are spent: its owner's choice.</summary>
public enum PoolDraws
{
    /// <summary>What ends soonest, whoever's it is.</summary>
    SoonestExpiry,

    /// <summary>The spender's own first, then what ends soonest.</summary>
    SpenderFirst,
}

/// <summary>Spending together. Each member's part is drawn from their own lots, by the order of their own account, which the order over all never contradicts.</summary>
public static class Pooling
{
    /// <param name="Most">So many of these points may be taken now; null: all.</param>
    public readonly record struct Source(Account Account, bool IsSpender, long? Most);

    /// <summary>What the pool could spend.</summary>
    public static long Spendable(IEnumerable<Source> sources, long atMs) =>
        sources.Sum(s => Math.Min(s.Account.PointsAt(atMs), s.IsSpender ? long.MaxValue : s.Most ?? long.MaxValue));

    /// <summary>How many points come from each source; together less than asked for when they do not hold as many.</summary>
    public static ImmutableArray<long> Shares(IReadOnlyList<Source> sources, long points, PoolDraws draws, long atMs)
    {
        var shares = new long[sources.Count];
        var lots = sources.SelectMany((s, i) => s.Account.SpendableAt(atMs).Select(l => (Source: i, Lot: l)))
            .OrderBy(l => draws == PoolDraws.SpenderFirst && !sources[l.Source].IsSpender).ThenBy(l => l.Lot, Lot.SoonestExpiryFirst);
        foreach (var (source, lot) in lots)
        {
            var most = sources[source].IsSpender ? long.MaxValue : sources[source].Most ?? long.MaxValue;
            var part = Math.Min(Math.Min(points, lot.Remaining), most - shares[source]);
            if (part <= 0) continue;
            shares[source] += part;
            points -= part;
        }
        return [.. shares];
    }

    internal static IEnumerable<DefinitionProblem> Problems(PoolRule? rule)
    {
        if (rule?.MostMembers is < 2 or > 50) yield return new("$.pooling.most_members", "2 to 50.");
    }
}
