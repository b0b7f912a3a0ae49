using System.Text.Json;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Loyalty.Pools;

/// <summary>What a pool spent, by whose points it was; after a return also what each has back.</summary>
/// <param name="PoolRedemptionId">To be named when it is returned.</param>
/// <param name="Back">What this request gave back, by member; empty where nothing was.</param>
public sealed record PoolRedemptionView(
    long PoolRedemptionId, long PoolId, long Points, long Returned, DateTimeOffset At, IReadOnlyList<PoolRedemptionView.PartView> Parts, IReadOnlyList<PoolRedemptionView.BackView> Back)
{
    /// <summary>One member's part.</summary>
    public sealed record PartView(long RedemptionId, long PersonId, long Points, long Returned);

    /// <param name="Available">Of the points, those that may be spent again, or paid a debt.</param>
    /// <param name="Expired">Those whose lots had ended meanwhile.</param>
    public sealed record BackView(long PersonId, long Points, long Available, long Expired);

    internal static PoolRedemptionView Of(long pool, IReadOnlyList<RedemptionRow> parts, IReadOnlyList<BackView> back, long atMs) => new(parts[0].Id, pool, parts.Sum(p => p.Redemption.Points),
        parts.Sum(p => p.Redemption.Returned), atMs.ToInstant(), [.. parts.Select(p => new PartView(p.Id, p.PersonId, p.Redemption.Points, p.Redemption.Returned))], back);

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}
