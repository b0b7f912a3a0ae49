using System.Collections.Immutable;
using Danke.Engines.Ledger;

namespace Danke.Engines.Earning;

/// <summary>What a basket would earn: by rule, and by line.</summary>
/// <param name="Lines">In the basket's order.</param>
/// <param name="OfNoLine">What shipping earns, and nothing else.</param>
public sealed record Quote(ImmutableArray<Given> Rules, ImmutableArray<long> Lines, long OfNoLine)
{
    public long Points => Rules.Sum(r => r.Points);

    /// <param name="used">What a rule gave the buyer before; of the empty name: all rules.</param>
    public static Quote Of(LoyaltyProgram program, Purchase basket, Buyer buyer, Func<string, CapUse> used)
    {
        var gains = Earnings.Of(program, basket, buyer);
        var given = Capping.Apply(program, gains, [], used);
        var parts = new long[basket.Lines.Length + 1];
        for (var i = 0; i < gains.Length; i++)
        {
            var of = Shares.Of(given[i].Points, gains[i].ByLine.AsSpan());
            for (var part = 0; part < parts.Length; part++) parts[part] += of[part];
        }
        return new Quote(given, [.. parts[..^1]], parts[^1]);
    }
}
