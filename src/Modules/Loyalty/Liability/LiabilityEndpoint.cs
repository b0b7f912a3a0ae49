using System.Globalization;
using System.Text.Json.Serialization;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Points;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Liability;

/// <summary>
/// <c>GET /v1/reports/liability</c>: what the brand owes in points and in money, at the end of any day: sums of the program's accounts, which
/// <c>danke audit</c> proves.
/// </summary>
internal static class LiabilityEndpoint
{
    private static readonly (string Name, int Days)[] Ages = [("0-30", 30), ("31-90", 90), ("91-180", 180), ("181-365", 365), ("366+", int.MaxValue)];

    /// <param name="PointType">Which of the program's points; points: its first type.</param>
    /// <param name="PointTypes">All that the program has.</param>
    /// <param name="AsOf">To whose end it counts, in the program's zone.</param>
    /// <param name="ValueMinorPer1000">What a thousand points are worth; null: the program does not say, and no money is shown.</param>
    /// <param name="BreakageBasisPoints">Of the points that ended, expired ones in hundredths of a percent; null before any ended.</param>
    /// <param name="Proof">Members and accounts together: 0.</param>
    public sealed record LiabilityReport(
        string Report, string Title, string Program, string PointType, IReadOnlyList<PointTypeView> PointTypes, DateOnly AsOf, string Zone, string Currency, bool Complete, [property: JsonPropertyName("value_minor_per_1000")] long? ValueMinorPer1000, Standing Standing, long? BreakageBasisPoints,
        IReadOnlyList<MonthView> Months, IReadOnlyList<EndView> Ends, IReadOnlyList<AgeView> Ages, long Proof);

    /// <param name="Outstanding">Points that members may spend or will: the liability.</param>
    /// <param name="Debt">What members owe, as a positive number.</param>
    /// <param name="Issued">Given for orders, net of what was taken back. The others alike: what went there, ever.</param>
    public sealed record Standing(
        long Outstanding, long? OutstandingMinor, long Spendable, long Pending, long Debt, long Issued, long Reserved, long Spent, long Expired, long Adjusted, long Borne, long Exchanged);

    /// <param name="Adjusted">Given by hand, less what was taken.</param>
    /// <param name="Outstanding">At the month's end, or the as-of day's.</param>
    public sealed record MonthView(string Month, long Issued, long Reserved, long Spent, long Expired, long Adjusted, long Borne, long Exchanged, long Outstanding, long? OutstandingMinor);

    /// <param name="Month">In which they end; null: never.</param>
    public sealed record EndView(string? Month, long Points, long? Minor);

    /// <param name="Days">Since they became spendable.</param>
    public sealed record AgeView(string Days, long Points, long? Minor);

    private readonly record struct Sum(DateOnly Day, LedgerAccount Account, long Points);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/reports/liability", Read).RequireScope(Scopes.ReportsRead).WithTags("Reports")
            .WithSummary("What the program owes in points and money, month by month, how old it is and when it ends.").Produces<LiabilityReport>();

    private static async Task<IResult> Read(string? program, [FromQuery(Name = "point_type")] string? pointType, [FromQuery(Name = "as_of")] string? asOf, BooksStore books, LivePrograms programs, TimeProvider clock, CancellationToken cancel)
    {
        var (own, name) = (Ledgers.Of(program, null), Ledgers.Of(program, pointType));
        if (await programs.Find(own, cancel) is not { } main) return Problem.NotFound("no_such_program", $"There is no live program '{own}'.");
        if (main.FindLedger(name) is not { } live) return Problem.NotFound("point_type_unknown", $"The program '{own}' has no points of the type '{pointType}'.");
        var today = Day(LocalDay.Of(live.Zone, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        if (!DateOnly.TryParseExact(asOf ?? today.ToString("o", CultureInfo.InvariantCulture), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return Problem.Invalid("as_of_invalid", $"'{asOf}' is no date: 2026-01-31.");
        long until = day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        var sums = await books.Read("select day, account, cast(sum(points) as bigint) from ledger_days where program = @program and day <= @until group by day, account order by day",
            r => new Sum(Day(r.GetInt64(0)), LedgerWords.ParseAccount(r.GetString(1)), r.GetInt64(2)), [("program", name), ("until", until)], cancel);
        var standing = Of(sums, live.Ledger);
        var ended = standing.Spent + standing.Expired;
        return Results.Ok(new LiabilityReport("liability", "Liability and breakage", own, PointTypes.TypeOf(name), PointTypeView.Of(main), day, live.Zone, live.Currency, true, live.Ledger.ValueMinorPer1000, standing,
            ended > 0 ? (long)((Int128)standing.Expired * 10_000 / ended) : null, [.. Months(sums, live.Ledger)], await Ends(books, live, until, cancel), await AgesOf(books, live, until, cancel),
            sums.Sum(s => s.Points)));
    }

    private static DateOnly Day(long days) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)days);

    private static Standing Of(IReadOnlyCollection<Sum> sums, LedgerRule rule)
    {
        long In(params ReadOnlySpan<LedgerAccount> accounts)
        {
            var total = 0L;
            foreach (var account in accounts) total += sums.Where(s => s.Account == account).Sum(s => s.Points);
            return total;
        }
        var outstanding = In(LedgerAccount.MembersSpendable, LedgerAccount.MembersPending);
        return new Standing(outstanding, rule.Worth(outstanding), In(LedgerAccount.MembersSpendable), In(LedgerAccount.MembersPending), -In(LedgerAccount.MembersDebt), -In(LedgerAccount.Issued),
            In(LedgerAccount.Reserved), In(LedgerAccount.Spent), In(LedgerAccount.Expired), -In(LedgerAccount.Adjusted), -In(LedgerAccount.Borne), -In(LedgerAccount.Exchanged));
    }

    private static IEnumerable<MonthView> Months(List<Sum> sums, LedgerRule rule)
    {
        var outstanding = 0L;
        foreach (var month in sums.GroupBy(s => (s.Day.Year, s.Day.Month)))
        {
            var moved = Of([.. month], rule);
            outstanding += moved.Outstanding;
            yield return new MonthView(string.Create(CultureInfo.InvariantCulture, $"{month.Key.Year:0000}-{month.Key.Month:00}"), moved.Issued, moved.Reserved, moved.Spent, moved.Expired, moved.Adjusted,
                moved.Borne, moved.Exchanged, outstanding, rule.Worth(outstanding));
        }
    }

    // What each lot held at the end of the day is the sum of its entries until then.
    private static async Task<IReadOnlyList<EndView>> Ends(BooksStore books, LoyaltyProgram program, long until, CancellationToken cancel)
    {
        var ends = await books.Read("""
            select l.expires_at_ms, cast(sum(e.spendable) as bigint) from points_entries e join lots l on l.lot_id = e.lot_id
            where e.program = @program and e.day <= @until and l.amount > 0 and e.spendable <> 0 group by l.expires_at_ms having sum(e.spendable) <> 0
            """, r => (End: r.LongOrNull(0), Points: r.GetInt64(1)), [("program", program.Name), ("until", until)], cancel);
        // The instant is the one at which they are gone: the last day is the one before.
        return [.. ends.GroupBy(e => e.End is { } end ? Day(LocalDay.Of(program.Zone, end - 1)).ToString("yyyy-MM", CultureInfo.InvariantCulture) : null)
            .OrderBy(g => g.Key is null).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => new EndView(g.Key, g.Sum(e => e.Points), program.Ledger.Worth(g.Sum(e => e.Points))))];
    }

    private static async Task<IReadOnlyList<AgeView>> AgesOf(BooksStore books, LoyaltyProgram program, long until, CancellationToken cancel)
    {
        var days = await books.Read("""
            select first_day, cast(sum(points) as bigint) from (
              select e.lot_id, min(e.day) as first_day, sum(e.spendable) as points from points_entries e join lots l on l.lot_id = e.lot_id
              where e.program = @program and e.day <= @until and l.amount > 0 and e.spendable <> 0 group by e.lot_id) held
            where points <> 0 group by first_day
            """, r => (Day: r.GetInt64(0), Points: r.GetInt64(1)), [("program", program.Name), ("until", until)], cancel);
        var views = new List<AgeView>();
        var from = -1;
        foreach (var (name, to) in Ages)
        {
            var points = days.Where(d => until - d.Day > from && until - d.Day <= to).Sum(d => d.Points);
            views.Add(new AgeView(name, points, program.Ledger.Worth(points)));
            from = to;
        }
        return views;
    }
}
