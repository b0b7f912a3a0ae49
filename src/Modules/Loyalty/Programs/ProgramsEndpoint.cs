using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Engines.Ledger;
using Danke.Loyalty.Points;
using Danke.Loyalty.Reading;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Programs;

/// <summary><c>GET /v1/programs</c> and <c>/v1/programs/{name}</c>: the programs in force, who is in them, and what points they owe.</summary>
internal static class ProgramsEndpoint
{
    private const long SoonMs = 30L * 86_400_000;

    public sealed record ProgramList(IReadOnlyList<ProgramLine> Items, string? Next);

    /// <param name="Members">Active ones.</param>
    public sealed record ProgramLine(string Name, string Title, long Version, string Zone, string Currency, long Members, IReadOnlyList<PointTypeView> PointTypes);

    /// <param name="Definition">The live version as it was published.</param>
    public sealed record ProgramView(
        string Name, string Title, long Version, string Zone, string Currency, long Members, long FormerMembers, IReadOnlyList<TierView> Tiers, TotalsView Totals, IReadOnlyList<TypeTotals> PointTypes, JsonNode Definition);

    /// <summary>A type of points with what is owed of it; the first is the program's own.</summary>
    public sealed record TypeTotals(string Name, string? Title, int Scale, TotalsView Totals);

    /// <param name="From">The growth from which it is reached.</param>
    /// <param name="EarnPercent">100 is once, 150 one and a half times the points.</param>
    /// <param name="Members">Active members who hold it.</param>
    public sealed record TierView(string Name, string Title, long From, int EarnPercent, long Members);

    /// <summary>Over all members, also former ones and those who only hold what a split gave them.</summary>
    /// <param name="Spendable">What the brand owes: positive balances only.</param>
    /// <param name="Debt">What members owe: the sum of negative balances, as a positive number.</param>
    /// <param name="Expiring30Days">Of the spendable points, those that end within thirty days.</param>
    public sealed record TotalsView(long Pending, long Spendable, long Debt, long Earned, long Spent, long Expired, long Expiring30Days);

    public static void Map(IEndpointRouteBuilder v1)
    {
        var programs = v1.MapGroup("/programs").WithTags("Loyalty").RequireScope(Scopes.LoyaltyRead);
        programs.MapGet("", List).WithSummary("The live programs.").Produces<ProgramList>();
        programs.MapGet("/{name}", Read).WithSummary("One live program with its members by tier and its points in total.").Produces<ProgramView>();
    }

    private static async Task<IResult> List(BooksStore books, LivePrograms programs, CancellationToken cancel)
    {
        var members = (await books.Read("select program, count(*) from memberships where state = 'active' group by program", r => (r.GetString(0), r.GetInt64(1)), null, cancel))
            .ToDictionary(r => r.Item1, r => r.Item2);
        return Results.Ok(new ProgramList(
            [.. (await programs.All(cancel)).Select(p => new ProgramLine(p.Name, p.Title, p.Version, p.Zone, p.Currency, members.GetValueOrDefault(p.Name), PointTypeView.Of(p)))], null));
    }

    private static async Task<IResult> Read(string name, BooksStore books, LivePrograms programs, TimeProvider clock, CancellationToken cancel)
    {
        if (await programs.FindDocument(name, cancel) is not var (program, document)) return Problem.NotFound("no_such_program", $"There is no live program '{name}'.");
        var population = await books.Read("select state, tier, count(*) from memberships where program = @program and state in ('active', 'left') group by state, tier",
            r => (State: r.GetString(0), Tier: r.GetString(1), Count: r.GetInt64(2)), [("program", name)], cancel);
        var types = new List<TypeTotals>();
        foreach (var type in PointTypeView.Of(program))
            types.Add(new TypeTotals(type.Name, type.Title, type.Scale, await Totals(books, PointTypes.LedgerOf(name, type.Name), clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel)));
        var active = population.Where(p => p.State == "active").ToDictionary(p => p.Tier, p => p.Count);
        return Results.Ok(new ProgramView(program.Name, program.Title, program.Version, program.Zone, program.Currency, active.Values.Sum(),
            population.Where(p => p.State == "left").Sum(p => p.Count), [.. program.Tiers.Select(t => View(t, active))], types[0].Totals, types, document));
    }

    private static TierView View(TierRule tier, Dictionary<string, long> members) => new(tier.Name, tier.Title, tier.From, tier.EarnPercent, members.GetValueOrDefault(tier.Name));

    private static async Task<TotalsView> Totals(BooksStore books, string program, long nowMs, CancellationToken cancel)
    {
        // A membership knows when the next of its lots ends: only of those that have one soon, lots are looked at.
        var expiring = (await books.Read("""
            select coalesce(sum(l.remaining), 0) from memberships m
            join lots l on l.person_id = m.person_id and l.program = m.program and l.state = 'active'
            where m.program = @program and m.next_expiry_ms <= @soon and l.expires_at_ms > @now and l.expires_at_ms <= @soon
            """, r => Whole(r, 0), [("program", program), ("now", nowMs), ("soon", nowMs + SoonMs)], cancel))[0];
        return (await books.Read("""
            select coalesce(sum(points_pending), 0), coalesce(sum(case when points_spendable > 0 then points_spendable else 0 end), 0),
                   coalesce(sum(case when points_spendable < 0 then -points_spendable else 0 end), 0), coalesce(sum(points_earned), 0),
                   coalesce(sum(points_spent), 0), coalesce(sum(points_expired), 0)
            from memberships where program = @program and state <> 'merged'
            """, r => new TotalsView(Whole(r, 0), Whole(r, 1), Whole(r, 2), Whole(r, 3), Whole(r, 4), Whole(r, 5), expiring), [("program", program)], cancel))[0];
    }

    // PostgreSQL adds bigints up to a numeric.
    private static long Whole(DbDataReader r, int column) => Convert.ToInt64(r.GetValue(column), CultureInfo.InvariantCulture);
}
