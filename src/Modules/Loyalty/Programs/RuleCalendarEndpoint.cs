using System.Globalization;
using Danke.Engines.Audiences;
using Danke.Engines.Earning;
using Danke.Engines.Ledger;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Definitions;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Programs;

/// <summary><c>GET /v1/programs/{name}/calendar</c>: a program's earn rules in short, and on which days of the next months which of them hold.</summary>
internal static class RuleCalendarEndpoint
{
    private const int UsualDays = 92;

    /// <param name="Stacking">sum or best.</param>
    /// <param name="Multipliers">add or multiply.</param>
    /// <param name="Days">Only those on which a rule holds that does not hold on every day.</param>
    public sealed record CalendarView(string Program, long Version, DateOnly From, DateOnly Until, Stacking Stacking, Multipliers Multipliers, Caps? Caps, IReadOnlyList<RuleView> Rules, IReadOnlyList<DayView> Days);

    /// <param name="Where">The condition as text; empty for none.</param>
    /// <param name="From">First and last day on which it holds; null: no such day.</param>
    public sealed record RuleView(string Name, string Title, RuleTarget On, IReadOnlyList<string> Types, string Where, DateOnly? From, DateOnly? Until, Gives Gives, string? Group, int Priority, Caps? Caps);

    /// <param name="Percent">What the rate gives on any order of the day; 100 is once.</param>
    public sealed record DayView(DateOnly Day, int Percent, IReadOnlyList<DayRuleView> Rules);

    /// <param name="Else">What it asks for beside the day, as text; empty for nothing.</param>
    public sealed record DayRuleView(string Rule, int? Percent, string Else);

    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/programs/{name}/calendar", Read).RequireScope(Scopes.LoyaltyRead).WithTags("Loyalty")
        .WithSummary("A program's earn rules, and on which days which of them hold; of the live version unless another is asked for.").Produces<CalendarView>();

    private static async Task<IResult> Read(string name, string? from, int? days, long? version, LivePrograms programs, DefinitionStore definitions, TimeProvider clock, CancellationToken cancel)
    {
        if ((version is { } asked ? await Version(name, asked, definitions, cancel) : await programs.Find(name, cancel)) is not { } program) return Problem.NotFound("no_such_program", $"There is no {(version is null ? "live " : "")}program '{name}'{(version is null ? "" : $" v{version}")}.");
        var today = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)LocalDay.Of(program.Zone, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        var first = today;
        if (from is { Length: > 0 } && !DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out first)) return Problem.Invalid("from_invalid", $"'{from}' is no date: 2026-01-31.");
        if (first.Year is < 1970 or > 2999) return Problem.Invalid("from_invalid", "A day of the years 1970 to 2999.");
        var count = Math.Clamp(days ?? UsualDays, 1, RuleCalendar.MostDays);
        var earn = program.Earn;
        return Results.Ok(new CalendarView(program.Name, program.Version, first, first.AddDays(count - 1), earn.Stacking, earn.Multipliers, earn.Caps,
            [.. earn.Rules.Select(r => new RuleView(r.Name, r.Title, r.On, r.Types, r.Where is null ? "" : ConditionText.Write(r.Condition), r.From, r.Until, r.Gives, r.Group, r.Priority, r.Caps))],
            [.. RuleCalendar.Of(program, first, count).Select(d => new DayView(d.Day, d.Percent, [.. d.Rules.Select(r => new DayRuleView(r.Rule, r.Percent, r.Else))]))]));
    }

    // Also a draft's: what is written is seen before it is in force.
    private static async Task<LoyaltyProgram?> Version(string name, long version, DefinitionStore definitions, CancellationToken cancel) =>
        await definitions.Version("program", name, version, cancel) is { } definition ? ProgramDocument.Read(definition.Body, version) : null;
}
