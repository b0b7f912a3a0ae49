namespace Danke.Reports.StageFlow;

/// <summary>How known buyers moved between life stages from the start of one day to the start of another.</summary>
public sealed record StageFlowAnswer : ReportAnswer
{
    public required StageRules Rules { get; init; }

    /// <summary>One row for each stage at the beginning; first those who came in between.</summary>
    public required IReadOnlyList<StageRow> Rows { get; init; }
    public required StageCounts Closing { get; init; }
}

/// <summary>new: at most so many days since the first purchase; else active, dormant, lost by days since the last. Days are 24 hours, rounded down.</summary>
public sealed record StageRules(long NewDays, long ActiveDays, long DormantDays);

/// <param name="From">entered, new, active, dormant or lost.</param>
/// <param name="To">Where they stand at the end.</param>
/// <param name="Opening">All of the row.</param>
public sealed record StageRow(string From, StageCounts To, long Opening);

public sealed record StageCounts(long New, long Active, long Dormant, long Lost)
{
    public long Total => New + Active + Dormant + Lost;
}

internal static class StageFlowReport
{
    public static async Task<ReportAnswer> Make(ReportContext context)
    {
        var asked = context.Parameters;
        var period = context.AskedPeriod();
        var rules = new StageRules(ReportContext.Number(asked.NewDays, "new_days", 30, 0, 36_500), ReportContext.Number(asked.ActiveDays, "active_days", 90, 0, 36_500),
            ReportContext.Number(asked.DormantDays, "dormant_days", 180, 0, 36_500));
        if (rules.DormantDays < rules.ActiveDays) throw ReportContext.Wrong("bad_number", "dormant_days is not less than active_days.");
        var flows = (await context.Rows("StageFlow/flows", r => (From: r.Text("from_stage"), To: r.Text("to_stage"), Persons: r.Long("persons")),
            [.. context.Bounds(period), ("new_days", rules.NewDays), ("active_days", rules.ActiveDays), ("dormant_days", rules.DormantDays)]))
            .ToDictionary(f => (f.From, f.To), f => f.Persons);
        var rows = new[] { "entered", "new", "active", "dormant", "lost" }.Select(from => Row(from, flows)).ToList();
        return new StageFlowAnswer
        {
            Period = period,
            Rules = rules,
            Rows = rows,
            Closing = new StageCounts(rows.Sum(r => r.To.New), rows.Sum(r => r.To.Active), rows.Sum(r => r.To.Dormant), rows.Sum(r => r.To.Lost)),
        };
    }

    private static StageRow Row(string from, Dictionary<(string, string), long> flows)
    {
        var to = new StageCounts(flows.GetValueOrDefault((from, "new")), flows.GetValueOrDefault((from, "active")),
            flows.GetValueOrDefault((from, "dormant")), flows.GetValueOrDefault((from, "lost")));
        return new StageRow(from, to, to.Total);
    }
}
