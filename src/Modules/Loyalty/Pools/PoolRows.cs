using System.Data.Common;
using Danke.Engines.Ledger;
using Danke.Platform.Books;

namespace Danke.Loyalty.Pools;

internal sealed record PoolRow(long Id, string Program, string Title, long PersonId, long ViaKey, PoolDraws Draws, string State, long AtMs, string CommandKey)
{
    public const string Open = "open", Closed = "closed";
    public const string Select = "select pool_id, program, title, person_id, via_key, draws, state, at_ms, command_key from pools";

    public static PoolRow Read(DbDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), Parse(r.GetString(5)), r.GetString(6), r.GetInt64(7), r.GetString(8));

    public static readonly Table<PoolRow> Table = new Table<PoolRow>("pools", "pool_id")
        .Long("pool_id", r => r.Id).Text("program", r => r.Program).Text("title", r => r.Title).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey)
        .Text("draws", r => Word(r.Draws)).Text("state", r => r.State).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);

    public static string Word(PoolDraws draws) => draws == PoolDraws.SpenderFirst ? "spender_first" : "soonest_expiry";

    public static PoolDraws Parse(string word) => word == "spender_first" ? PoolDraws.SpenderFirst : PoolDraws.SoonestExpiry;
}

internal sealed record PoolMemberRow(long Id, long PoolId, long PersonId, long ViaKey, string State, long? MostPerMonth, long AtMs, string CommandKey)
{
    public const string Invited = "invited", Member = "member", Left = "left";
    public const string Select = "select pool_member_id, pool_id, person_id, via_key, state, most_per_month, at_ms, command_key from pool_members";

    public static PoolMemberRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetString(4), r.LongOrNull(5), r.GetInt64(6), r.GetString(7));

    public static readonly Table<PoolMemberRow> Table = new Table<PoolMemberRow>("pool_members", "pool_member_id")
        .Long("pool_member_id", r => r.Id).Long("pool_id", r => r.PoolId).Long("person_id", r => r.PersonId).Long("via_key", r => r.ViaKey).Text("state", r => r.State)
        .LongOrNull("most_per_month", r => r.MostPerMonth).Long("at_ms", r => r.AtMs).Text("command_key", r => r.CommandKey);
}

/// <summary>One member's part of what a pool spent.</summary>
/// <param name="Together">The same for all parts: the number of the first.</param>
internal sealed record PoolPartRow(long RedemptionId, long Together, long PoolId, long Spender, long SpenderVia, long AtMs)
{
    public const string Select = "select redemption_id, pool_redemption_id, pool_id, person_id, via_key, at_ms from pool_redemptions";

    public static PoolPartRow Read(DbDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5));

    public static readonly Table<PoolPartRow> Table = new Table<PoolPartRow>("pool_redemptions", "redemption_id")
        .Long("redemption_id", r => r.RedemptionId).Long("pool_redemption_id", r => r.Together).Long("pool_id", r => r.PoolId).Long("person_id", r => r.Spender)
        .Long("via_key", r => r.SpenderVia).Long("at_ms", r => r.AtMs);
}
