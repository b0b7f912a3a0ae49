using System.Text.Json;
using Danke.Contracts.Orders;
using Danke.Engines.Ledger;
using Danke.Loyalty.Earning;
using Danke.Platform.Books;
using Danke.Platform.Json;

namespace Danke.Loyalty.Points;

/// <summary>A redemption or reservation as a till is told.</summary>
/// <param name="PointType">points: the program's first type.</param>
/// <param name="State">reserved, spent, released (given back), lapsed (not confirmed in time).</param>
/// <param name="Returned">Of the points, how many came back.</param>
/// <param name="Order">What the points pay for; null when no order was named.</param>
/// <param name="Spendable">What the member may spend then.</param>
public sealed record RedemptionView(
    long RedemptionId, long PersonId, string Program, string PointType, string State, long Points, long Returned, DateTimeOffset At, DateTimeOffset? EndsAt, string? Reason,
    PaidOrderView? Order, IReadOnlyList<DrawView> Draws, long Spendable)
{
    /// <summary>When the request was rolled back: then it took nothing in the end, and its state is released. Null for all others.</summary>
    public DateTimeOffset? RolledBackAt { get; init; }

    internal static RedemptionView Of(RedemptionRow row, long spendable)
    {
        var draws = row.Redemption.Draws;
        return new RedemptionView(row.Id, row.PersonId, PointTypes.ProgramOf(row.Program), PointTypes.TypeOf(row.Program), LedgerWords.Of(row.Redemption.State), draws.Sum(d => d.Points), draws.Sum(d => d.Returned), row.AtMs.ToInstant(),
            row.Redemption.EndsAtMs.ToInstant(), row.Reason, PaidOrderView.Of(row.OrderKey), [.. draws.Select(d => new DrawView(d.LotId, d.Points, d.Returned, d.ExpiresAtMs.ToInstant()))], spendable);
    }

    internal string ToJson() => JsonSerializer.Serialize(this, DankeJson.Options);
}

/// <summary>An order that points pay for, named as the request named it.</summary>
/// <param name="Shop">Empty where the channel has one shop.</param>
public sealed record PaidOrderView(string Number, string Channel, string Shop)
{
    internal static PaidOrderView? Of(string? orderKey)
    {
        if (orderKey is null) return null;
        var (channel, shop, number) = OrderName.Parts(orderKey);
        return new PaidOrderView(number, channel, shop);
    }
}

/// <summary>A lot that the points came from.</summary>
public sealed record DrawView(long LotId, long Points, long Returned, DateTimeOffset? ExpiresAt);
