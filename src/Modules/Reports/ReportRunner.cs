using Danke.Platform.Insight;
using Danke.Platform.Problems;
using Danke.Platform.Settings;
using NodaTime;

namespace Danke.Reports;

/// <summary>Makes a report: resolves what it is about, runs it and says what it stands on. The API and the command line both come here.</summary>
public sealed class ReportRunner(InsightClient insight, Func<CancellationToken, ValueTask<Brand>> brand, TimeProvider clock, Func<InsightStatus> status)
{
    /// <exception cref="ProblemException">No such report, or a parameter that it does not take or understand.</exception>
    public async Task<ReportAnswer> Run(string name, ReportParameters parameters, CancellationToken cancel)
    {
        var report = ReportCatalogue.Find(name) ?? throw new ProblemException(404, "no_such_report", $"There is no report '{name}'. GET /v1/reports lists them.");
        parameters = ReportParameters.Of(parameters.Given());
        foreach (var (given, _) in parameters.Given())
            if (!report.Takes(given)) throw ReportContext.Wrong("unknown_parameter", $"The report {name} takes no '{given}'.");
        var context = await Resolve(parameters, cancel);
        var behind = status();
        var answer = await report.Make(context);
        answer.Report = report.Name;
        answer.Title = report.Title;
        answer.Definitions = report.Definitions;
        answer.AsOf = context.AsOf;
        answer.Zone = context.ZoneId;
        answer.Currency = context.Currencies.Chosen;
        answer.OtherCurrencies = context.Currencies.Others;
        answer.Channel = parameters.Channel;
        answer.Complete = answer.Period?.Complete ?? context.IsComplete(context.End);
        answer.Coverage ??= await context.CoverageOf(answer.Period);
        answer.Insight = new Freshness(behind.LagEvents, Math.Round(behind.LagSeconds, 1), context.Scope.LastMs is { } last ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null);
        return answer;
    }

    private async Task<ReportContext> Resolve(ReportParameters parameters, CancellationToken cancel)
    {
        var ours = await brand(cancel);
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(parameters.Zone ?? ours.Zone)
            ?? throw ReportContext.Wrong("unknown_zone", "zone is a time zone such as Asia/Shanghai or UTC.");
        if (parameters.Channel is { Length: > 32 }) throw ReportContext.Wrong("bad_channel", "channel is the name of one channel, e.g. tmall.");
        if (parameters.Currency is { } asked && (asked.Length != 3 || !asked.All(char.IsAsciiLetterUpper)))
            throw ReportContext.Wrong("bad_currency", "currency is an ISO code such as CNY.");
        var today = Instant.FromDateTimeOffset(clock.GetUtcNow()).InZone(zone).Date.ToDateOnly();
        var (scope, currencies) = await Scope(parameters.Currency, ours.Currency, cancel);
        // The data's own newest day, so that the same data gives the same report tomorrow; never later than today.
        var newest = scope.LastMs is { } last ? Instant.FromUnixTimeMilliseconds(last).InZone(zone).Date.ToDateOnly() : today;
        var asOf = ReportContext.Day(parameters.AsOf, "as_of") ?? (newest < today ? newest : today);
        return new ReportContext(insight, parameters, zone, scope, currencies, asOf, today, cancel);
    }

    private async Task<(Scope, Currencies)> Scope(string? asked, string brands, CancellationToken cancel)
    {
        var rows = await insight.Query(ReportSql.Load("Common/scope"),
            r => (Currency: r.Text("currency"), Orders: r.Long("orders"), First: r.Long("first_ms"), Last: r.Long("last_ms"), Newest: r.Long("newest_ms")), cancel: cancel);
        var sales = rows.Where(r => r.Orders > 0).ToList();
        // The brand's own currency when anything was sold in it, else the one with most orders.
        var chosen = asked ?? (sales.Any(r => r.Currency == brands) || sales.Count == 0 ? brands : sales[0].Currency);
        var newest = rows.Count > 0 ? rows.Max(r => Math.Max(r.Last, r.Newest)) : 0;
        return (
            new Scope(sales.Count > 0 ? sales.Min(r => r.First) : null, newest > 0 ? newest : null),
            new Currencies(chosen, [.. sales.Where(r => r.Currency != chosen).Select(r => new OtherCurrency(r.Currency, r.Orders))]));
    }
}
