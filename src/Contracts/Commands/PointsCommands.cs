namespace Danke.Contracts.Commands;

/// <summary><c>points.redeemed</c>, <c>points.reserved</c>: a member spends points, or has them kept until the spending is confirmed.</summary>
/// <param name="Points">At least 1.</param>
/// <param name="Reason">For what; shown to the member.</param>
/// <param name="Order">The number of the order that the points pay for, in the event's channel and shop: its refunds bring points back.</param>
/// <param name="EndsAtMs">Until when a reservation holds; null for as long as the program says.</param>
public sealed record PointsRedeemed(bool IsReservation, string Program, long Points, string? Reason, string? Order, long? EndsAtMs) : CommandBody
{
    public override string Type => IsReservation ? "points.reserved" : "points.redeemed";
}

/// <summary>What becomes of points that were redeemed or reserved.</summary>
public enum RedemptionStep
{
    /// <summary>A reservation is spent.</summary>
    Confirmed,

    /// <summary>A reservation ends with nothing spent.</summary>
    Released,

    /// <summary>Points that were spent come back.</summary>
    Returned,
}

/// <summary><c>points.confirmed</c>, <c>points.released</c>, <c>points.returned</c>: what becomes of a redemption.</summary>
/// <param name="Redemption">The id of the event that redeemed or reserved, of the same source; empty when <paramref name="Number"/> says which.</param>
/// <param name="Points">How many of them; null for all. What a confirmation leaves is released.</param>
/// <param name="Number">The redemption's number; 0 when <paramref name="Redemption"/> says which. Not on the wire.</param>
public sealed record RedemptionSettled(RedemptionStep Step, string Redemption, long? Points, long Number = 0) : CommandBody
{
    public override string Type => Step switch
    {
        RedemptionStep.Confirmed => "points.confirmed",
        RedemptionStep.Released => "points.released",
        RedemptionStep.Returned => "points.returned",
        _ => throw new ArgumentOutOfRangeException(nameof(Step)),
    };
}
