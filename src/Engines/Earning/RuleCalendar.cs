using System.Collections.Immutable;
using Danke.Engines.Audiences;
using Danke.Engines.Ledger;
using NodaTime;

namespace Danke.Engines.Earning;

/// <summary>A rule on a day.</summary>
/// <param name="Percent">Of a percentage: which; null for points and rates.</param>
/// <param name="Else">What it asks for beside the day, as text; empty for nothing.</param>
public readonly record struct DayRule(string Rule, int? Percent, string Else);

/// <param name="Percent">What the rate gives on any order of the day, by the rules that ask for nothing else; 100 is once.</param>
public sealed record RuleDay(DateOnly Day, int Percent, ImmutableArray<DayRule> Rules);

/// <summary>Which rules hold on which day, as far as the day alone says: windows, and conditions on the calendar. What else a rule asks for is told beside it.</summary>
public static class RuleCalendar
{
    public const int MostDays = 400;

    private static readonly ImmutableHashSet<string> DayFields = ["year", "month", "day_of_month", "days_to_month_end", "weekday"];

    /// <summary>Days on which a rule holds that does not hold on every day.</summary>
    public static ImmutableArray<RuleDay> Of(LoyaltyProgram program, DateOnly from, int days)
    {
        var dated = program.Earn.Rules.Where(r => r.On != RuleTarget.Interaction && IsDated(r)).Select(r => (Rule: r, Parts: Split(r.Condition))).ToList();
        var calendar = ImmutableArray.CreateBuilder<RuleDay>();
        for (var i = 0; i < Math.Min(days, MostDays); i++)
        {
            var day = from.AddDays(i);
            var noon = new LocalDate(day.Year, day.Month, day.Day).At(new LocalTime(12, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb[program.Zone]).ToInstant().ToUnixTimeMilliseconds();
            var holding = dated.Where(d => d.Rule.HoldsOn(day) && Holds(d.Parts.OfDay, program, noon)).ToList();
            if (holding.Count > 0)
                calendar.Add(new RuleDay(day, Factor(program, holding.Where(h => h.Rule.On == RuleTarget.Order && h.Parts.Else.Length == 0).Select(h => h.Rule)),
                    [.. holding.Select(h => new DayRule(h.Rule.Name, h.Rule.Gives.Percent, h.Parts.Else))]));
        }
        return calendar.ToImmutable();
    }

    // A birthday month is a day's to one member and none to another: it is told as what else is asked.
    private static bool IsDated(PointsRule rule) => rule.From is not null || rule.Until is not null || Split(rule.Condition).OfDay is not Condition.All { Parts: [] };

    private static (Condition OfDay, string Else) Split(Condition condition)
    {
        ImmutableArray<Condition> parts = condition is Condition.All all ? all.Parts : [condition];
        var others = parts.Where(p => !IsOfDay(p)).ToImmutableArray();
        return (new Condition.All([.. parts.Where(IsOfDay)]), others.IsEmpty ? "" : ConditionText.Write(others is [var one] ? one : new Condition.All(others)));
    }

    private static bool IsOfDay(Condition condition) => condition switch
    {
        Condition.All all => all.Parts.Length > 0 && all.Parts.All(IsOfDay),
        Condition.Any any => any.Parts.Length > 0 && any.Parts.All(IsOfDay),
        Condition.Not not => IsOfDay(not.Part),
        Condition.NumberIs number => DayFields.Contains(number.Field),
        Condition.InstantIn { Field: "at", Window: Window.Between } => true,
        _ => false,
    };

    private static bool Holds(Condition condition, LoyaltyProgram program, long atMs)
    {
        var purchase = new Purchase { Currency = program.Currency, AtMs = atMs, Lines = [], TotalMinor = 0 };
        var facts = EarningFacts.Of(purchase, KeptParts.Of(purchase), new Buyer("", 0), new CalendarDay(atMs, program.Zone));
        return Evaluator.Holds(condition, facts, Catalogue.Purchase, new Asked(atMs, program.Zone, program.Currency, program.Name));
    }

    // As the rules add up on an order; of a group, or where the best counts, the highest.
    private static int Factor(LoyaltyProgram program, IEnumerable<PointsRule> rules)
    {
        var percents = rules.Where(r => r.Gives.Percent is not null).ToList();
        if (percents.Count == 0) return 100;
        if (program.Earn.Stacking == Stacking.Best) return percents.Max(r => r.Gives.Percent!.Value);
        var counted = percents.Where(r => r.Group is null).Concat(percents.Where(r => r.Group is not null).GroupBy(r => r.Group)
            .Select(g => g.OrderByDescending(r => r.Priority).ThenByDescending(r => r.Gives.Percent).First())).Select(r => r.Gives.Percent!.Value).ToList();
        return program.Earn.Multipliers == Multipliers.Add ? Math.Max(0, 100 + counted.Sum(p => p - 100)) : (int)Math.Min(100_000, counted.Aggregate(100L, (f, p) => Math.Min(100_000, f * p / 100)));
    }
}
