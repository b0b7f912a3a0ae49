using Danke.Platform.Insight;

namespace Danke.Reports.Points;

/// <summary>What the program gave, what members used and lost, and what is owed to them.</summary>
public sealed record PointsAnswer : ReportAnswer
{
    public required string Program { get; init; }
    public required IReadOnlyList<string> OtherPrograms { get; init; }
    /// <summary>At the end of the as-of day.</summary>
    public required PointsBalances Balances { get; init; }

    /// <summary>The period's moves.</summary>
    public required PointsFigures Figures { get; init; }

    /// <summary>All months that end in or after the period's first, when one is asked for; else all.</summary>
    public required IReadOnlyList<PointsMonth> Months { get; init; }
}

/// <param name="Liability">Spendable points of all members who have any.</param>
/// <param name="Debt">What members with a negative balance owe; it lowers nobody else's points.</param>
/// <param name="Pending">Earned, not yet spendable.</param>
public sealed record PointsBalances(long Liability, long Debt, long Pending, long Holders, long Debtors);

/// <summary>opening + issued + given_by_hand − taken_by_hand − spent − expired − clawed_back + other = closing.</summary>
/// <param name="Issued">Became spendable.</param>
/// <param name="Other">Moves of any other kind.</param>
public sealed record PointsMoves(
    long Issued, long GivenByHand, long TakenByHand, long Spent, long Expired, long ClawedBack, long Other, long EarnedPending, long CancelledPending);

/// <param name="Opening">Spendable points of all members together, debts taken off, at the month's start.</param>
public sealed record PointsMonth(DateOnly Month, long Opening, PointsMoves Moves, long Closing, bool Complete);

/// <param name="Outstanding">Spendable points of all members together, debts taken off, at the period's end.</param>
public sealed record PointsFigures(string Program, PointsMoves Moves, long Outstanding);

internal static class PointsReport
{
    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var programs = await Programs(context);
        var program = context.Parameters.Program ?? programs.FirstOrDefault() ?? "";
        var period = context.AskedPeriod();
        var months = await Months(context, program);
        return new PointsAnswer
        {
            Period = period,
            View = "points",
            Basis = "cash",
            Program = program,
            OtherPrograms = [.. programs.Where(p => p != program)],
            Balances = await context.Row("Points/balances", r =>
                new PointsBalances(r.Long("liability"), r.Long("debt"), r.Long("pending"), r.Long("holders"), r.Long("debtors")), ("program", program)),
            Figures = await Moved(context, program, period),
            Months = context.Parameters.From is null ? months : [.. months.Where(m => m.Month.AddMonths(1) > period.From && m.Month < period.To)],
        };
    }

    public static async Task<PointsFigures?> Figures(ReportContext context, Period period)
    {
        var program = context.Parameters.Program ?? (await Programs(context)).FirstOrDefault();
        return program is null ? null : await Moved(context, program, period);
    }

    private static Task<PointsFigures> Moved(ReportContext context, string program, Period period) =>
        context.Row("Points/period", r => new PointsFigures(program, Moves(r), r.Long("outstanding")), [.. context.Bounds(period), ("program", program)]);

    private static Task<List<string>> Programs(ReportContext context) => context.Rows("Points/scope", r => r.Text("program"));

    private static async Task<IReadOnlyList<PointsMonth>> Months(ReportContext context, string program)
    {
        var rows = await context.Rows("Points/months", r => (Month: r.Day("month"), Moves: Moves(r), Change: r.Long("spendable_change")), ("program", program));
        var months = new List<PointsMonth>();
        var balance = 0L;
        foreach (var (month, moves, change) in rows)
        {
            months.Add(new PointsMonth(month, balance, moves, balance + change, context.IsComplete(month.AddMonths(1))));
            balance += change;
        }
        return months;
    }

    private static PointsMoves Moves(InsightRow r) => new(r.Long("issued"), r.Long("given_by_hand"), r.Long("taken_by_hand"), r.Long("spent"), r.Long("expired"),
        r.Long("clawed_back"), r.Long("other"), r.Long("earned_pending"), r.Long("cancelled_pending"));
}
