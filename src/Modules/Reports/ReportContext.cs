using System.Globalization;
using Danke.Platform.Insight;
using Danke.Platform.Problems;
using NodaTime;

namespace Danke.Reports;

/// <summary>One report being made: what it is asked with, resolved, and the way to Insight.</summary>
internal sealed class ReportContext
{
    private readonly InsightClient insight;
    private readonly DateTimeZone zone;

    public ReportContext(InsightClient insight, ReportParameters parameters, DateTimeZone zone, Scope scope, Currencies currencies, DateOnly asOf, DateOnly today, CancellationToken cancel)
    {
        (this.insight, Parameters, this.zone, Scope, Currencies, AsOf, Today, Cancel) = (insight, parameters, zone, scope, currencies, asOf, today, cancel);
    }

    public ReportParameters Parameters { get; }
    public Scope Scope { get; }
    public Currencies Currencies { get; }
    public DateOnly AsOf { get; }
    public DateOnly Today { get; }
    public CancellationToken Cancel { get; }
    public string ZoneId => zone.Id;

    /// <summary>The day after the as-of day.</summary>
    public DateOnly End => AsOf.AddDays(1);

    /// <summary>The first day of data in this zone; the as-of day when there is none.</summary>
    public DateOnly FirstDay => Scope.FirstMs is { } first ? DayOf(first) : AsOf;

    /// <summary>All days before <paramref name="end"/> are over and within the as-of day.</summary>
    public bool IsComplete(DateOnly end) => end <= End && end <= Today;

    public Period PeriodOf(DateOnly from, DateOnly to) => new(from, to, IsComplete(to));

    /// <summary>The start of a day in the report's zone, milliseconds since 1970 UTC.</summary>
    public long StartOf(DateOnly day) => zone.AtStartOfDay(new LocalDate(day.Year, day.Month, day.Day)).ToInstant().ToUnixTimeMilliseconds();

    public DateOnly DayOf(long ms) => Instant.FromUnixTimeMilliseconds(ms).InZone(zone).Date.ToDateOnly();

    /// <summary>The period asked for, or the last <paramref name="days"/> days up to the as-of day.</summary>
    public Period AskedPeriod(int days = 30)
    {
        var (from, to) = (Day(Parameters.From, "from"), Day(Parameters.To, "to"));
        if (from is null != to is null) throw Wrong("period_incomplete", "Give both from and to, or neither.");
        if (from >= to) throw Wrong("period_empty", "from must be before to; to is the day after the last.");
        if (from is { } first && to is { } end)
            return end.DayNumber - first.DayNumber <= MaxDays ? PeriodOf(first, end) : throw Wrong("period_too_long", $"A period has at most {MaxDays} days.");
        return PeriodOf(End.AddDays(-days), End);
    }

    private const int MaxDays = 3_660;

    /// <summary>What a period is compared with: as many whole months, or else days, just before; or the same a year earlier.</summary>
    public Period ComparedWith(Period period)
    {
        var months = (period.To.Year - period.From.Year) * 12 + period.To.Month - period.From.Month;
        var whole = period.From.Day == 1 && period.To.Day == 1;
        return Choice(Parameters.Compare, "compare", "previous", "year") switch
        {
            "year" => PeriodOf(period.From.AddYears(-1), period.To.AddYears(-1)),
            _ when whole => PeriodOf(period.From.AddMonths(-months), period.From),
            _ => PeriodOf(period.From.AddDays(period.From.DayNumber - period.To.DayNumber), period.From),
        };
    }

    /// <summary>Rows of a SQL file; the as-of day, zone, currency and channel are always there to be used.</summary>
    public Task<List<T>> Rows<T>(string file, Func<InsightRow, T> map, params (string Name, object? Value)[] more) =>
        insight.Query(ReportSql.Load(file), map,
        [
            ("until", StartOf(End)), ("as_of", AsOf), ("zone", ZoneId), ("currency", Currencies.Chosen), ("channel", Parameters.Channel ?? ""), .. more,
        ], cancel: Cancel);

    public async Task<T> Row<T>(string file, Func<InsightRow, T> map, params (string Name, object? Value)[] more) => (await Rows(file, map, more)).Single();

    public (string, object?)[] Bounds(Period period) => [("from", StartOf(period.From)), ("to", StartOf(period.To))];

    public Task<Coverage> CoverageOf(Period? period) => Row("Common/coverage",
        r => new Coverage(r.Long("orders"), r.Long("sales_minor"), r.Long("person_orders"), r.Long("person_sales_minor")),
        ("from", period is null ? 0 : StartOf(period.From)), ("to", StartOf(period?.To ?? End)));

    // ── reading parameters ──

    public static DateOnly? Day(string? text, string name) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 2100 ? day
        : throw Wrong("bad_day", $"{name} is a day such as 2026-10-31, between 1970 and 2100.");

    public static long Number(string? text, string name, long otherwise, long least, long most) => text is null ? otherwise
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong("bad_number", $"{name} is a whole number from {least} to {most}.");

    public static string Choice(string? text, string name, params ReadOnlySpan<string> choices)
    {
        if (text is null) return choices[0];
        foreach (var choice in choices)
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase)) return choice;
        throw Wrong("bad_choice", $"{name} is one of {string.Join(", ", choices!)}.");
    }

    /// <summary>Rising whole numbers between commas; null when not given.</summary>
    public static long[]? Edges(string? text, string name)
    {
        if (text is null) return null;
        var edges = new List<long>();
        foreach (var part in text.Split(','))
        {
            if (!long.TryParse(part.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var edge) || (edges.Count > 0 && edge <= edges[^1]) || edges.Count == 9)
                throw Wrong("bad_edges", $"{name} are one to nine rising whole numbers, e.g. 1,2,3,6.");
            edges.Add(edge);
        }
        return [.. edges];
    }

    public static ProblemException Wrong(string code, string detail) => new(400, code, detail);
}

/// <summary>How far the data reaches, milliseconds since 1970 UTC; null without data.</summary>
internal sealed record Scope(long? FirstMs, long? LastMs);

internal sealed record Currencies(string Chosen, IReadOnlyList<OtherCurrency> Others);
