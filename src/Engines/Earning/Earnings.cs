using System.Collections.Immutable;
using Danke.Engines.Audiences;
using Danke.Engines.Ledger;

namespace Danke.Engines.Earning;

/// <summary>What one rule gives for an order or interaction, before caps.</summary>
/// <param name="Rule">Its name; <see cref="PointsRule.Base"/> for the program's rate.</param>
/// <param name="Points">Negative where a percentage below 100 takes.</param>
/// <param name="ByLine">How many of them are the lines', and last what is no line's.</param>
public sealed record Gain(string Rule, long Points, ImmutableArray<long> ByLine);

/// <summary>
/// What a purchase or a deed earns by each rule of a program: a function of it as it is now, of the buyer as first seen, and of the program's version.
/// <para>
/// The program's rate comes first, then the rules by priority: rates and points, then percentages. A percentage is of what the rates give -
/// on the whole order, or on the matching lines. Added, the percentages beyond 100 of a part are summed (200 and 300: 400); multiplied, they are
/// multiplied (600). Each step is rounded down once for the order: what a rule gave is the sum after it less the sum before it.
/// </para>
/// </summary>
public static class Earnings
{
    /// <summary>No rule gives more for one order or interaction.</summary>
    public const long MostPoints = 1_000_000_000_000;

    private const int One = 10_000; // a factor of 1; at most a thousand times
    private const int MostFactor = 1_000 * One;

    public static ImmutableArray<Gain> Of(LoyaltyProgram program, Purchase purchase, Buyer buyer)
    {
        var kept = KeptParts.Of(purchase);
        if (kept.Whole <= 0) return [];
        var calendar = new CalendarDay(purchase.AtMs, program.Zone);
        var facts = EarningFacts.Of(purchase, kept, buyer, calendar);
        var asked = new Asked(purchase.AtMs, program.Zone, program.Currency, program.Name);
        var holding = new List<Holding>();
        for (var i = 0; i < program.Earn.Rules.Length; i++)
        {
            var rule = program.Earn.Rules[i];
            if (rule.On == RuleTarget.Interaction || !rule.HoldsOn(calendar.Day)) continue;
            if (Matching(rule, purchase, kept, facts, asked) is { } lines) holding.Add(new Holding(rule, i, lines));
        }
        var order = new Judged(program, purchase, kept, program.Tier(buyer.Tier).EarnPercent);
        return order.Gains(Chosen(program.Earn.Stacking, holding, h => order.Alone(h)));
    }

    public static ImmutableArray<Gain> Of(LoyaltyProgram program, Deed deed, Buyer buyer)
    {
        var calendar = new CalendarDay(deed.AtMs, program.Zone);
        var facts = EarningFacts.Of(deed, buyer, calendar);
        var asked = new Asked(deed.AtMs, program.Zone, program.Currency, program.Name);
        var holding = new List<Holding>();
        for (var i = 0; i < program.Earn.Rules.Length; i++)
        {
            var rule = program.Earn.Rules[i];
            if (rule.On == RuleTarget.Interaction && rule.HoldsOn(calendar.Day) && rule.Types.Contains(deed.Kind) && Evaluator.Holds(rule.Condition, facts, Catalogue.Deed, asked))
                holding.Add(new Holding(rule, i, []));
        }
        return [.. Chosen(program.Earn.Stacking, holding, h => h.Rule.Gives.Points!.Value).Select(h => new Gain(h.Rule.Name, h.Rule.Gives.Points!.Value, []))];
    }

    /// <param name="Lines">Which lines match; of a rule on orders all.</param>
    private sealed record Holding(PointsRule Rule, int Place, bool[] Lines);

    // Null: it does not hold.
    private static bool[]? Matching(PointsRule rule, Purchase purchase, KeptParts kept, EarningFacts facts, Asked asked)
    {
        var lines = new bool[purchase.Lines.Length];
        if (rule.On == RuleTarget.Order)
        {
            if (!Evaluator.Holds(rule.Condition, facts, Catalogue.Purchase, asked)) return null;
            Array.Fill(lines, true);
            return lines;
        }
        for (var i = 0; i < lines.Length; i++)
            lines[i] = kept.Line(i) > 0 && Evaluator.Holds(rule.Condition, facts.OfLine(i), Catalogue.PurchaseLine, asked);
        return lines.Contains(true) ? lines : null;
    }

    private static List<Holding> Chosen(Stacking stacking, List<Holding> holding, Func<Holding, long> alone)
    {
        if (holding.Count > 1 && holding.Exists(h => h.Rule.Group is not null))
            holding = [.. holding.Where(h => h.Rule.Group is null), .. holding.Where(h => h.Rule.Group is not null).GroupBy(h => h.Rule.Group)
                .Select(g => g.OrderByDescending(h => h.Rule.Priority).ThenByDescending(alone).ThenBy(h => h.Place).First())];
        if (holding.Count > 1 && stacking == Stacking.Best)
            holding = [holding.OrderByDescending(alone).ThenByDescending(h => h.Rule.Priority).ThenBy(h => h.Place).First()];
        return [.. holding.OrderByDescending(h => h.Rule.Priority).ThenBy(h => h.Place)];
    }

    /// <summary>A purchase on its way through the rules.</summary>
    private sealed class Judged(LoyaltyProgram program, Purchase purchase, KeptParts kept, int tierPercent)
    {
        // Of every part (line, and shipping as the last) the rates' points, and by how much these are multiplied.
        private sealed record RatePoints(string Rule, long[] Spending, Rate Rate, int Percent)
        {
            public Int128 Of(int part, long factor) => (Int128)Spending[part] * Rate.Points * Percent * factor;
            public Int128 Each => (Int128)Rate.EachMinor * 100 * One;
        }

        /// <summary>What the rule adds to the rate.</summary>
        public long Alone(Holding rule) => Gains([rule]).Sum(g => g.Points) - Gains([]).Sum(g => g.Points);

        public ImmutableArray<Gain> Gains(IReadOnlyList<Holding> rules)
        {
            var gains = ImmutableArray.CreateBuilder<Gain>();
            var rates = new List<RatePoints> { new(PointsRule.Base, kept.Spending(program.Earn.Base, program.Earn.WithShipping), program.Earn.Rate, tierPercent) };
            foreach (var h in rules)
                if (h.Rule.Gives is { Rate: { } rate } gives) rates.Add(new RatePoints(h.Rule.Name, Spending(h, gives), rate, gives.ByTier ? tierPercent : 100));
            var factors = new long[purchase.Lines.Length + 1];
            Array.Fill(factors, One);
            foreach (var rate in rates) Add(rate.Rule, [rate], null, factors);
            foreach (var h in rules)
                if (h.Rule.Gives.Points is not null) gains.Add(Fixed(h));
            foreach (var h in rules)
            {
                if (h.Rule.Gives.Percent is not { } percent) continue;
                var before = factors.ToArray();
                for (var i = 0; i < factors.Length; i++)
                    if (h.Rule.On == RuleTarget.Order || i < h.Lines.Length && h.Lines[i]) factors[i] = Multiplied(factors[i], percent);
                Add(h.Rule.Name, rates, before, factors);
            }
            return gains.ToImmutable();

            void Add(string rule, IReadOnlyList<RatePoints> by, long[]? before, long[] after)
            {
                long points = 0;
                var lines = new long[factors.Length];
                foreach (var rate in by)
                {
                    Int128 earlier = 0, now = 0;
                    var given = 0L;
                    for (var i = 0; i < lines.Length; i++)
                    {
                        if (before is not null) earlier += rate.Of(i, before[i]);
                        now += rate.Of(i, after[i]);
                        var upTo = Clamp(now / rate.Each) - Clamp(earlier / rate.Each);
                        lines[i] += upTo - given;
                        given = upTo;
                    }
                    points += given;
                }
                gains.Add(new Gain(rule, points, [.. lines]));
            }
        }

        private long[] Spending(Holding h, Gives gives)
        {
            var parts = kept.Spending(gives.Base, gives.WithShipping && h.Rule.On == RuleTarget.Order);
            for (var i = 0; i < h.Lines.Length; i++)
                if (!h.Lines[i]) parts[i] = 0;
            return parts;
        }

        private long Multiplied(long factor, int percent) =>
            Math.Clamp(program.Earn.Multipliers == Multipliers.Add ? factor + (percent - 100) * (One / 100) : factor * percent / 100, 0, MostFactor);

        private Gain Fixed(Holding h)
        {
            var each = h.Rule.Gives.Points!.Value;
            var lines = new long[purchase.Lines.Length + 1];
            if (h.Rule.On == RuleTarget.Order)
            {
                Shares.Of(Clamp(each), kept.Spending(EarnBase.AfterDiscount, true)).CopyTo(lines, 0);
                return new Gain(h.Rule.Name, Clamp(each), [.. lines]);
            }
            Int128 sum = 0;
            for (var i = 0; i < h.Lines.Length; i++)
                if (h.Lines[i])
                {
                    var before = Clamp(sum);
                    sum += (Int128)each * EarningFacts.Quantity(purchase, kept, i);
                    lines[i] = Clamp(sum) - before;
                }
            return new Gain(h.Rule.Name, Clamp(sum), [.. lines]);
        }
    }

    private static long Clamp(Int128 points) => (long)Int128.Clamp(points, 0, MostPoints);
}
