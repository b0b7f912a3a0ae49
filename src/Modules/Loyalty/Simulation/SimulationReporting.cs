using Danke.Engines.Ledger;
using Danke.Engines.Simulation;

namespace Danke.Loyalty.Simulation;

/// <summary>Makes the report of what was added up.</summary>
internal static class SimulationReporting
{
    public static SimulationReport Of(Sides sides, Comparison sum, double seconds)
    {
        var (plan, own) = (sides.Plan, sum.Ledgers[0]);
        var value = ValueOf(sides, 0);
        return new SimulationReport(plan.Live.Name, plan.Live.Version, plan.DraftVersion, Day(own.Live.MonthOf(0)), DateTimeOffset.FromUnixTimeMilliseconds(sides.UntilMs), plan.Share / 100.0, plan.Seed,
            sum.Persons, sum.Orders, plan.Live.Currency, value, Side(plan.Live, value, own.Live), Side(plan.Draft, value, own.Draft), People(own), Actual(own),
            [.. sum.Ledgers.Skip(1).Select((ledger, i) => Type(sides, i + 1, ledger))], Math.Round(seconds, 2));
    }

    private static TypeReport Type(Sides sides, int index, LedgerComparison sum)
    {
        var ((live, draft), places, value) = (sides.Ledger(index), sides.Places[index], ValueOf(sides, index));
        return new TypeReport(PointTypes.TypeOf(draft.Name), draft.PointsTitle, draft.Scale, value,
            places.Live >= 0 ? Side(live, value, sum.Live) : null, places.Draft >= 0 ? Side(draft, value, sum.Draft) : null, People(sum), places.Live >= 0 ? Actual(sum) : null);
    }

    private static long? ValueOf(Sides sides, int index)
    {
        var (live, draft) = sides.Ledger(index);
        return (index == 0 ? sides.Plan.ValueMinorPer1000 : null) ?? draft.Ledger.ValueMinorPer1000 ?? live.Ledger.ValueMinorPer1000;
    }

    private static ProgramSide Side(LoyaltyProgram ledger, long? valueMinorPer1000, ProgramTally tally)
    {
        var value = ledger.Ledger with { ValueMinorPer1000 = valueMinorPer1000 };
        var months = tally.Months.Select((m, i) => new MonthSide(Day(tally.MonthOf(i)), m.Issued, m.TakenBack, m.Spent, m.Expired, m.Otherwise, m.Borne, m.Liability,
            value.Worth(m.Liability), value.Worth(m.Issuance), m.Tiers)).ToList();
        var last = tally.Months[^1];
        return new ProgramSide(tally.Members, months.Sum(m => m.Issued), months.Sum(m => m.TakenBack), months.Sum(m => m.Spent), months.Sum(m => m.Expired), months.Sum(m => m.Otherwise),
            months.Sum(m => m.Borne), tally.Unpaid, last.Liability, value.Worth(last.Liability), value.Worth(months.Sum(m => m.Issued - m.TakenBack)),
            [.. last.Tiers.Select((members, i) => new TierCount(ledger.Tiers[i].Name, ledger.Tiers[i].Title, members))], months);
    }

    private static PeopleSide People(LedgerComparison sum) =>
        new(sum.Gain, sum.Lose, sum.Same, sum.TierUp, sum.TierDown, Bands(sum.Bands), [.. sum.Winners], [.. sum.Losers], [.. sum.TierMoves]);

    private static ActualSide Actual(LedgerComparison sum) =>
        new(sum.ActualMembers, sum.Actual.Pending, sum.Actual.Spendable, sum.Actual.Growth, sum.ActualMembers - sum.Differ, sum.Differ, sum.DifferOtherwise, [.. sum.Differing]);

    private static DateOnly Day(NodaTime.LocalDate date) => new(date.Year, date.Month, date.Day);

    private static List<GainBand> Bands(IReadOnlyList<long> counts)
    {
        var edges = LedgerComparison.BandEdges;
        var bands = new List<GainBand>();
        for (var i = edges.Length - 1; i >= 0; i--) bands.Add(new GainBand(i + 1 < edges.Length ? -edges[i + 1] : null, -edges[i], counts[edges.Length - 1 - i]));
        bands.Add(new GainBand(0, 0, counts[edges.Length]));
        for (var i = 0; i < edges.Length; i++) bands.Add(new GainBand(edges[i], i + 1 < edges.Length ? edges[i + 1] : null, counts[edges.Length + 1 + i]));
        return bands;
    }
}
