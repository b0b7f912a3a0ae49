using System.Text.Json;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Loyalty.Points;

/// <summary>A redemption or reservation as a till is told.</summary>
/// <param name="PointType">points: the program's first type.</param>
/// <param name="State">reserved, spent, released (given back), lapsed (not confirmed in time).</param>
/// <param name="Returned">Of the points, how many came back.</param>
/// <param name="Spendable">What the member may spend then.</param>
public sealed record RedemptionView(
    long RedemptionId, long PersonId, string Program, string PointType, string State, long Points, long Returned, DateTimeOffset At, DateTimeOffset? EndsAt, string? Reason,
    IReadOnlyList<DrawView> Draws, long Spendable)
{
    internal static RedemptionView Of(RedemptionRow row, long spendable)
    {
        var draws = row.Redemption.Draws;
        return new RedemptionView(row.Id, row.PersonId, PointTypes.ProgramOf(row.Program), PointTypes.TypeOf(row.Program), LedgerWords.Of(row.Redemption.State), draws.Sum(d => d.Points), draws.Sum(d => d.Returned), row.AtMs.ToInstant(),
            row.Redemption.EndsAtMs.ToInstant(), row.Reason, [.. draws.Select(d => new DrawView(d.LotId, d.Points, d.Returned, d.ExpiresAtMs.ToInstant()))], spendable);
    }

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}

/// <summary>A lot that the points came from.</summary>
public sealed record DrawView(long LotId, long Points, long Returned, DateTimeOffset? ExpiresAt);
