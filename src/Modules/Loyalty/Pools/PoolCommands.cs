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

/// <summary>The addressed member spends points of the pool.</summary>
internal sealed record PoolRedeemed(long PoolId, long Points, string? Reason) : CommandBody
{
    public override string Type => "pool.redeemed";
}

/// <summary>What was spent comes back, to each member what was theirs.</summary>
/// <param name="Points">Null: all that has not come back yet. A part comes back in the order opposite to that of spending.</param>
internal sealed record PoolReturned(long PoolRedemptionId, long? Points) : CommandBody
{
    public override string Type => "pool.returned";
}
