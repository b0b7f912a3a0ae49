using System.Text.Json;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Points;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Loyalty.Pools;

/// <summary>What a pool spent, by whose points it was; after a return also what each has back.</summary>
/// <param name="PoolRedemptionId">To be named when it is returned.</param>
/// <param name="PersonId">Who spent.</param>
/// <param name="Returned">Of the points, how many came back.</param>
/// <param name="Order">What the points pay for; null when no order was named.</param>
/// <param name="Back">What this request gave back, by member; empty where nothing was.</param>
public sealed record PoolRedemptionView(
    long PoolRedemptionId, long PoolId, long PersonId, long Points, long Returned, DateTimeOffset At, string? Reason, PaidOrderView? Order, IReadOnlyList<PoolRedemptionView.PartView> Parts,
    IReadOnlyList<PoolRedemptionView.BackView> Back)
{
    /// <summary>One member's part.</summary>
    public sealed record PartView(long RedemptionId, long PersonId, long Points, long Returned);

    /// <param name="Available">Of the points, those that may be spent again, or paid a debt.</param>
    /// <param name="Expired">Those whose lots had ended meanwhile.</param>
    public sealed record BackView(long PersonId, long Points, long Available, long Expired);

    /// <param name="parts">Who spent and when, as many as <paramref name="rows"/> and in their order.</param>
    internal static PoolRedemptionView Of(IReadOnlyList<PoolPartRow> parts, IReadOnlyList<RedemptionRow> rows, IReadOnlyList<BackView> back) => new(
        parts[0].Together, parts[0].PoolId, parts[0].Spender, rows.Sum(p => p.Redemption.Points), rows.Sum(p => p.Redemption.Returned), parts[0].AtMs.ToInstant(), rows[0].Reason,
        PaidOrderView.Of(rows[0].OrderKey), [.. rows.Select(p => new PartView(p.Id, p.PersonId, p.Redemption.Points, p.Redemption.Returned))], back);

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}
