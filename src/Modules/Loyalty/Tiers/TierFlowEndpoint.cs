using Danke.Platform.Access;
using Danke.Platform.Insight;
using Danke.Platform.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Danke.Loyalty.Tiers;

/// <summary><c>GET /v1/programs/{name}/tier-flow</c>: how many members moved from which tier to which, counted by Insight.</summary>
internal static class TierFlowEndpoint
{
    private const int LongestDays = 366;

    public sealed record TierFlow(string Program, int Days, IReadOnlyList<FlowLine> Items);

    /// <param name="Members">Who moved so at least once.</param>
    public sealed record FlowLine(string From, string To, long Moves, long Members);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/programs/{name}/tier-flow", Read).RequireScope(Scopes.LoyaltyRead).WithTags("Loyalty").WithSummary("Moves between tiers in the last days.").Produces<TierFlow>();

    private static async Task<IResult> Read(string name, int? days, InsightClient insight, TimeProvider clock, CancellationToken cancel)
    {
        var back = days ?? 30;
        if (back is < 1 or > LongestDays) return Problem.Invalid("days_invalid", $"1 to {LongestDays} days.");
        var now = clock.GetUtcNow();
        var lines = await insight.Query("""
            select from_tier, to_tier, toInt64(count()) as moves, toInt64(uniqExact(person_id)) as members from tier_moves final
            where program = {program:String} and at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') and at <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
            group by from_tier, to_tier order by from_tier, to_tier
            """, r => new FlowLine(r.Text(0), r.Text(1), r.Long(2), r.Long(3)),
            [("program", name), ("from", now.AddDays(-back).ToUnixTimeMilliseconds()), ("to", now.ToUnixTimeMilliseconds())], cancel: cancel);
        return Results.Ok(new TierFlow(name, back, lines));
    }
}
