using Danke.Contracts.Commands;
using Danke.Engines.Ledger;

namespace Danke.Loyalty.Pools;

/// <summary>The addressed member opens a pool and owns it.</summary>
internal sealed record PoolOpened(string Program, string Title, PoolDraws Draws) : CommandBody
{
    public override string Type => "pool.opened";
}

/// <summary>The owner invites a member.</summary>
/// <param name="MostPerMonth">So many of the invited member's points may the others spend in a month; null: any number.</param>
internal sealed record PoolInvited(long PoolId, long Guest, long? MostPerMonth) : CommandBody
{
    public override string Type => "pool.invited";
}

/// <summary>Who is invited joins.</summary>
internal sealed record PoolJoined(long PoolId) : CommandBody
{
    public override string Type => "pool.joined";
}

/// <summary>A member leaves, or an invitation is declined; when the owner leaves, the pool is closed.</summary>
internal sealed record PoolLeft(long PoolId) : CommandBody
{
    public override string Type => "pool.left";
}

/// <summary>The limit of a place changes: the member whose points they are sets any, the owner lowers it - or sets any while the member is only invited.</summary>
/// <param name="Member">Whose points; the addressed member is who sets the limit.</param>
/// <param name="MostPerMonth">So many of their points may the others spend in a month, what was spent in this one included; null: any number.</param>
internal sealed record PoolLimited(long PoolId, long Member, long? MostPerMonth) : CommandBody
{
    public override string Type => "pool.limited";
}

/// <summary>The addressed member spends points of the pool.</summary>
/// <param name="Order">The order that they pay for, on the command's channel and shop: what is refunded of it brings points back.</param>
internal sealed record PoolRedeemed(long PoolId, long Points, string? Reason, string? Order = null) : CommandBody
{
    public override string Type => "pool.redeemed";
}

/// <summary>What was spent comes back, to each member what was theirs.</summary>
/// <param name="Points">Null: all that has not come back yet. A part comes back in the order opposite to that of spending.</param>
internal sealed record PoolReturned(long PoolRedemptionId, long? Points) : CommandBody
{
    public override string Type => "pool.returned";
}
