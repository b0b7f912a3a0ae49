using System.Collections.Immutable;
using Danke.Engines.Ledger;

namespace Danke.Engines.Earning;

/// <summary>What a rule has given for an order or interaction: a line of the books.</summary>
/// <param name="Raw">What it would give without caps.</param>
/// <param name="Points">What it gives.</param>
/// <param name="Ceiling">More than this it never gives for this order: what a cap left when it first held some back. Null: none did.</param>
public readonly record struct Given(string Rule, long Raw, long Points, long? Ceiling)
{
    public long Capped => Raw - Points;
}

/// <summary>
/// Caps on what rules give. They are counted when an event arrives, from what was given and not taken back; a refund makes room for later events.
/// What a cap once held back of an order is never given to it later - a ceiling is kept -, and no cap takes what was given: so that a refund
/// in any parts, or of another order, always ends the same.
/// </summary>
public static class Capping
{
    /// <param name="gains">What the rules give now.</param>
    /// <param name="before">What they gave so far.</param>
    /// <param name="used">What a rule gave elsewhere, without this order; of the empty name: what all rules gave.</param>
    /// <returns>One for each rule that gives or gave.</returns>
    public static ImmutableArray<Given> Apply(LoyaltyProgram program, ImmutableArray<Gain> gains, IReadOnlyList<Given> before, Func<string, CapUse> used)
    {
        var given = new List<Given>(gains.Length);
        long sum = 0;
        foreach (var gain in gains)
        {
            var was = Of(before, gain.Rule);
            var (points, ceiling) = gain.Points <= 0
                ? (Math.Max(gain.Points, -sum), was.Ceiling)
                : Limited(gain.Points, was.Points, was.Ceiling, CapsOf(program, gain.Rule), () => used(gain.Rule));
            sum += points;
            given.Add(new Given(gain.Rule, gain.Points, points, ceiling));
        }
        if (program.Earn.Caps is { } all) LimitTogether(given, sum, before, all, used);
        foreach (var was in before)
            if (!given.Exists(g => g.Rule == was.Rule)) given.Add(was with { Raw = 0, Points = 0 });
        return [.. given];
    }

    private static Given Of(IReadOnlyList<Given> before, string rule)
    {
        foreach (var was in before)
            if (was.Rule == rule) return was;
        return default;
    }

    private static Caps? CapsOf(LoyaltyProgram program, string rule)
    {
        foreach (var each in program.Earn.Rules)
            if (each.Name == rule) return each.Caps;
        return null;
    }

    private static (long Points, long? Ceiling) Limited(long raw, long was, long? ceiling, Caps? caps, Func<CapUse> used)
    {
        var most = Math.Min(raw, ceiling ?? long.MaxValue);
        if (caps is null) return (most, ceiling);
        most = Math.Min(most, caps.PerOrder ?? long.MaxValue);
        var room = Math.Max(caps.Room(used()), was);
        return room < most ? (room, room) : (most, ceiling);
    }

    // From the last rule to the first: the rate is kept longest.
    private static void LimitTogether(List<Given> given, long sum, IReadOnlyList<Given> before, Caps caps, Func<string, CapUse> used)
    {
        Lower(sum - (caps.PerOrder ?? long.MaxValue), false);
        sum = given.Sum(g => g.Points);
        Lower(sum - Math.Max(caps.Room(used("")), before.Sum(b => b.Points)), true);

        void Lower(long excess, bool forGood)
        {
            for (var i = given.Count - 1; i >= 0 && excess > 0; i--)
            {
                var part = Math.Min(excess, Math.Max(0, given[i].Points));
                if (part == 0) continue;
                excess -= part;
                given[i] = given[i] with { Points = given[i].Points - part, Ceiling = forGood ? given[i].Points - part : given[i].Ceiling };
            }
        }
    }
}
