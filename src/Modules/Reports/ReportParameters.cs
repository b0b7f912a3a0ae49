using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Danke.Reports;

/// <summary>What a report may be asked with. Every report takes the first group; what else it takes, <see cref="ReportCatalogue"/> says.</summary>
public sealed record ReportParameters
{
    [FromQuery(Name = "as_of"), Description("The day up to whose end the data counts, e.g. 2026-10-31. Default: the day of the newest data.")]
    public string? AsOf { get; init; }

    [FromQuery(Name = "from"), Description("The period's first day.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("The day after the period's last.")]
    public string? To { get; init; }

    [FromQuery(Name = "zone"), Description("Time zone (IANA) in which days begin. Default: the brand's.")]
    public string? Zone { get; init; }

    [FromQuery(Name = "channel"), Description("One channel only.")]
    public string? Channel { get; init; }

    [FromQuery(Name = "currency"), Description("ISO code. Amounts of different currencies are never added. Default: the brand's, or the one with most orders when nothing was sold in that.")]
    public string? Currency { get; init; }

    [FromQuery(Name = "compare"), Description("The period to compare with: previous (default) or year (the same a year before).")]
    public string? Compare { get; init; }

    [FromQuery(Name = "view"), Description("rfm: sales (default) or net.")]
    public string? View { get; init; }

    [FromQuery(Name = "r_edges"), Description("rfm: recency edges in days, rising, e.g. 30,60,90,180. Default: quintiles.")]
    public string? REdges { get; init; }

    [FromQuery(Name = "f_edges"), Description("rfm: frequency edges in orders.")]
    public string? FEdges { get; init; }

    [FromQuery(Name = "m_edges"), Description("rfm: money edges in minor units.")]
    public string? MEdges { get; init; }

    [FromQuery(Name = "people"), Description("rfm: true for a page of persons.")]
    public string? People { get; init; }

    [FromQuery(Name = "person"), Description("rfm: one person.")]
    public string? Person { get; init; }

    [FromQuery(Name = "r"), Description("rfm persons: only this recency score.")]
    public string? R { get; init; }

    [FromQuery(Name = "f"), Description("rfm persons: only this frequency score.")]
    public string? F { get; init; }

    [FromQuery(Name = "m"), Description("rfm persons: only this money score.")]
    public string? M { get; init; }

    [FromQuery(Name = "limit"), Description("rfm persons: page size, at most 1000.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("rfm persons: where the last page ended.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "censored_months"), Description("cohorts, retention: how many of the first months of data are marked left-censored. Default 1.")]
    public string? CensoredMonths { get; init; }

    [FromQuery(Name = "new_days"), Description("stage-flow: up to this age a person is new. Default 30.")]
    public string? NewDays { get; init; }

    [FromQuery(Name = "active_days"), Description("stage-flow: up to this recency a person is active. Default 90.")]
    public string? ActiveDays { get; init; }

    [FromQuery(Name = "dormant_days"), Description("stage-flow: up to this recency a person is dormant, then lost. Default 180.")]
    public string? DormantDays { get; init; }

    [FromQuery(Name = "program"), Description("points, overview: the loyalty program. Default: the one with most entries.")]
    public string? Program { get; init; }

    /// <summary>The parameters that were given, by their names on the wire; an empty one is not given.</summary>
    internal IEnumerable<(string Name, string Value)> Given()
    {
        foreach (var property in typeof(ReportParameters).GetProperties())
            if (property.GetCustomAttributes(typeof(FromQueryAttribute), false) is [FromQueryAttribute { Name: { } name }] && property.GetValue(this) is string { Length: > 0 } value)
                yield return (name, value);
    }

    /// <summary>From names and values, as a command line gives them.</summary>
    /// <exception cref="ArgumentException">No parameter has that name.</exception>
    public static ReportParameters Of(IEnumerable<(string Name, string Value)> given)
    {
        var parameters = new ReportParameters();
        foreach (var (name, value) in given)
        {
            var property = typeof(ReportParameters).GetProperties().FirstOrDefault(p =>
                p.GetCustomAttributes(typeof(FromQueryAttribute), false) is [FromQueryAttribute attribute] && attribute.Name == name)
                ?? throw new ArgumentException($"A report has no parameter '{name}'.");
            property.SetValue(parameters, value);
        }
        return parameters;
    }
}
