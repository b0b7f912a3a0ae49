using Danke.Contracts.Commands;
using Danke.Platform.Books;

namespace Danke.Loyalty.Earning;

/// <summary>A till's request is undone as if it had never been: all that it took and that has not come back yet comes back, and its key is free.</summary>
/// <param name="Redemption">The key of the command that redeemed or reserved.</param>
/// <param name="Request">Who asked, and the key.</param>
/// <param name="Attempt">Which request under the key, from 1.</param>
/// <param name="SaidHash">The hash of what it said.</param>
internal sealed record RedemptionRolledBack(string Redemption, string Request, long Attempt, long SaidHash) : CommandBody
{
    public override string Type => "points.rolled_back";
}

/// <summary>A request that was rolled back.</summary>
internal sealed record RollbackRow(string Request, long Attempt, long BodyHash, long RedemptionId, long AtMs, string CommandKey)
{
    public static readonly Table<RollbackRow> Table = new Table<RollbackRow>("redemption_rollbacks", "request", "attempt")
        .Text("request", r => r.Request).Long("attempt", r => r.Attempt).Long("body_hash", r => r.BodyHash).Long("redemption_id", r => r.RedemptionId)
        .Long("rolled_back_at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);
}
