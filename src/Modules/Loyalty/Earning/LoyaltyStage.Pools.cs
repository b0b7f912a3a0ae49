using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Engines.Ledger;
using Danke.Loyalty.Pools;
using Danke.Platform.Books;
using Danke.Platform.Door;
using NodaTime;

namespace Danke.Loyalty.Earning;

/// <summary>Members who spend together. Each one's part is a redemption of their own, so that chains, lots and what comes back stay with each account.</summary>
internal sealed partial class LoyaltyStage
{
    private LoadedPools pools = new();
    private int mostPoolParts;

    private async ValueTask LoadPools(BooksTransaction books)
    {
        pools = await LoadedPools.Load(batch, books);
        var opened = batch.Steps.Count(s => s.Command.Body is PoolOpened);
        await batch.Reserve("pool", opened);
        await batch.Reserve("pool_member", opened + batch.Steps.Count(s => s.Command.Body is PoolInvited));
        // A pool that the batch itself makes has members of the batch.
        mostPoolParts = batch.Steps.Count(s => s.Command.Body is PoolRedeemed) * Math.Max(pools.Persons.Count(), batch.Steps.Count);
    }

    // In order of precedence: program_unknown, not_a_member, pooling_not_allowed.
    private Refusal? CheckOpening(Step step, PoolOpened opened) =>
        NeedsProgram(opened.Program) ?? NeedsMembership(step, opened.Program)
        ?? (programs.Live(opened.Program)!.Pooling is null ? PoolRefusals.Because("pooling_not_allowed", "The program lets members not spend together.") : null);

    // In order of precedence: pool_unknown, pool_closed.
    private Refusal? NeedsPool(long pool) => pools.Find(pool) is not { } row ? PoolRefusals.Because("pool_unknown", $"There is no pool {pool}.")
        : row.State != PoolRow.Open ? PoolRefusals.Because("pool_closed", $"Pool {pool} is closed.")
        : programs.Live(row.Program)?.Pooling is null ? PoolRefusals.Because("pooling_not_allowed", "The program lets members not spend together.") : null;

    private static IReadOnlyCollection<long> Selves(Step step) => [step.Person.PersonId, .. step.Person.Absorbs];

    // Then: not_the_owner, guest_not_a_member, in_pool_already, pool_full.
    private Refusal? CheckInvitation(Step step, PoolInvited invited)
    {
        if (NeedsPool(invited.PoolId) is { } no) return no;
        var pool = pools.Find(invited.PoolId)!;
        if (!Selves(step).Contains(pool.PersonId)) return PoolRefusals.Because("not_the_owner", "Only the owner of a pool invites.");
        if (loaded.Find(invited.Guest, pool.Program) is not { Row.IsActive: true }) return PoolRefusals.Because("guest_not_a_member", $"Person {invited.Guest} is no active member of the program.");
        if (pools.Place(pool.Id, [invited.Guest]) is { State: not PoolMemberRow.Left }) return PoolRefusals.Because("in_pool_already", $"Person {invited.Guest} is in the pool, or invited.");
        var most = programs.Live(pool.Program)!.Pooling!.MostMembers;
        return pools.MembersOf(pool.Id).Count(m => m.State != PoolMemberRow.Left) >= most ? PoolRefusals.Because("pool_full", $"At most {most} members spend together.") : null;
    }

    // Then: not_invited.
    private Refusal? CheckJoining(Step step, PoolJoined joined) =>
        NeedsPool(joined.PoolId) ?? (pools.Place(joined.PoolId, Selves(step)) is { State: PoolMemberRow.Invited } ? null : PoolRefusals.Because("not_invited", "The member is not invited to the pool."));

    // Then: not_in_pool.
    private Refusal? CheckLeaving(Step step, PoolLeft left) =>
        NeedsPool(left.PoolId) ?? (pools.Place(left.PoolId, Selves(step)) is { State: not PoolMemberRow.Left } ? null : PoolRefusals.Because("not_in_pool", "The member is not in the pool."));

    // Then: not_the_owner, not_in_pool, limit_is_the_members. Nobody but the member opens more of their points to the others than they agreed to by joining.
    private Refusal? CheckLimit(Step step, PoolLimited limited)
    {
        if (NeedsPool(limited.PoolId) is { } no) return no;
        var selves = Selves(step);
        var own = selves.Contains(limited.Member);
        if (!own && !selves.Contains(pools.Find(limited.PoolId)!.PersonId)) return PoolRefusals.Because("not_the_owner", "Only the owner of a pool and the member set the member's limit.");
        var places = PlacesOf(limited.PoolId, own ? selves : [limited.Member]);
        if (places.Count == 0) return PoolRefusals.Because("not_in_pool", $"Person {limited.Member} is not in the pool.");
        return own || places.TrueForAll(p => p.State == PoolMemberRow.Invited) || (limited.MostPerMonth ?? long.MaxValue) <= (places.Min(p => p.MostPerMonth) ?? long.MaxValue) ? null
            : PoolRefusals.Because("limit_is_the_members", "The owner may lower a member's limit; only the member raises it.");
    }

    // Who turned out to be one of several members has all their places.
    private List<PoolMemberRow> PlacesOf(long pool, IReadOnlyCollection<long> persons) => pools.MembersOf(pool).FindAll(m => persons.Contains(m.PersonId) && m.State != PoolMemberRow.Left);

    // Then: not_in_pool, not_a_member, insufficient_balance.
    private Refusal? CheckPoolRedemption(Step step, PoolRedeemed redeemed)
    {
        if (NeedsPool(redeemed.PoolId) is { } no) return no;
        if (pools.Place(redeemed.PoolId, Selves(step)) is not { State: PoolMemberRow.Member }) return PoolRefusals.Because("not_in_pool", "The member is not in the pool.");
        if (NeedsMembership(step, pools.Find(redeemed.PoolId)!.Program) is { } stranger) return stranger;
        if (tooMuch.TryGetValue(step.Command.Key, out var left)) return Insufficient(redeemed.Points, left);
        var spendable = WithLots(step.Person.PersonId, () => Pooling.Spendable(Sources(step, redeemed.PoolId).Select(s => s.Source), step.Command.AtMs));
        return spendable >= redeemed.Points ? null : Insufficient(redeemed.Points, spendable);
    }

    // Members who are one person count once; who left the program holds nothing that may be spent.
    private List<(Membership Membership, Pooling.Source Source)> Sources(Step step, long poolId)
    {
        var pool = pools.Find(poolId)!;
        var selves = Selves(step);
        var month = MonthOf(programs.Live(pool.Program)!.Zone, step.Command.AtMs);
        var sources = new List<(Membership, Pooling.Source)>();
        foreach (var of in pools.MembersOf(poolId).Where(m => m.State == PoolMemberRow.Member).GroupBy(m => m.PersonId).OrderBy(g => g.Key))
        {
            if (loaded.Find(of.Key, pool.Program) is not { Row.IsActive: true } membership) continue;
            var most = of.Min(m => m.MostPerMonth);
            sources.Add((membership, new Pooling.Source(membership.Account, selves.Contains(of.Key), most is { } limit ? Math.Max(0, limit - pools.SpentByOthers(poolId, of.Key, month)) : null)));
        }
        return sources;
    }

    private static long MonthOf(string zone, long atMs)
    {
        var local = DateTimeZoneProviders.Tzdb[zone];
        var day = Instant.FromUnixTimeMilliseconds(atMs).InZone(local).Date;
        return new LocalDate(day.Year, day.Month, 1).AtStartOfDayInZone(local).ToInstant().ToUnixTimeMilliseconds();
    }

    private void Open(Step step, PoolOpened opened)
    {
        var program = programs.Live(opened.Program)!;
        var via = loaded.Find(step.Person.PersonId, program.Name)!.Row.ViaKey;
        var pool = new PoolRow(batch.NewId("pool"), program.Name, opened.Title, step.Person.PersonId, via, opened.Draws, PoolRow.Open, step.Command.AtMs, step.Command.Key);
        pools.Put(pool);
        pools.Put(new PoolMemberRow(batch.NewId("pool_member"), pool.Id, step.Person.PersonId, via, PoolMemberRow.Member, null, step.Command.AtMs, step.Command.Key));
        Tell(step, pool, "loyalty.pool_opened.v1");
    }

    private void Invite(Step step, PoolInvited invited)
    {
        var pool = pools.Find(invited.PoolId)!;
        var via = loaded.Find(invited.Guest, pool.Program)!.Row.ViaKey;
        pools.Put(new PoolMemberRow(batch.NewId("pool_member"), pool.Id, invited.Guest, via, PoolMemberRow.Invited, invited.MostPerMonth, step.Command.AtMs, step.Command.Key));
        Tell(step, pool, "loyalty.pool_invited.v1");
    }

    private void Join(Step step, PoolJoined joined)
    {
        pools.Put(pools.Place(joined.PoolId, Selves(step))! with { State = PoolMemberRow.Member, AtMs = step.Command.AtMs, CommandKey = step.Command.Key });
        Tell(step, pools.Find(joined.PoolId)!, "loyalty.pool_joined.v1");
    }

    private void Leave(Step step, PoolLeft left)
    {
        var pool = pools.Find(left.PoolId)!;
        foreach (var place in pools.MembersOf(pool.Id).Where(m => m.PersonId == step.Person.PersonId && m.State != PoolMemberRow.Left))
            pools.Put(place with { State = PoolMemberRow.Left, AtMs = step.Command.AtMs, CommandKey = step.Command.Key });
        if (pool.PersonId == step.Person.PersonId) pools.Put(pool = pool with { State = PoolRow.Closed });
        Tell(step, pool, "loyalty.pool_left.v1");
    }

    // Since when somebody is in the pool stays.
    private void Limit(Step step, PoolLimited limited)
    {
        var self = step.Person.PersonId;
        foreach (var place in PlacesOf(limited.PoolId, Selves(step).Contains(limited.Member) ? [self] : [limited.Member])) pools.Put(place with { MostPerMonth = limited.MostPerMonth });
        Tell(step, pools.Find(limited.PoolId)!, "loyalty.pool_limited.v1");
    }

    private static void Tell(Step step, PoolRow pool, string what)
    {
        step.Announce(what, "", pool.Id, new JsonObject { ["program"] = pool.Program, ["person_id"] = step.Person.PersonId });
        step.Outcome = new JsonObject { ["pool_id"] = pool.Id }.ToJsonString();
    }

    private void Redeem(Step step, PoolRedeemed redeemed)
    {
        var pool = pools.Find(redeemed.PoolId)!;
        var (program, at) = (programs.Live(pool.Program)!, step.Command.AtMs);
        var sources = Sources(step, pool.Id);
        foreach (var (membership, _) in sources)
            WithLots(membership.Row.PersonId, () =>
            {
                membership.Account.ExpireDue(at, $"validity, {program.Name} v{program.Version}");
                return true;
            });
        var shares = Pooling.Shares([.. sources.Select(s => s.Source)], redeemed.Points, pool.Draws, at);
        if (shares.Sum() < redeemed.Points)
        {
            // The command itself took points from the pool by moving identifiers: it is refused when the batch begins again.
            tooMuch[step.Command.Key] = shares.Sum();
            throw new LoadAgainException("a refusal that shows only when identities have changed");
        }
        var order = redeemed.Order is { } number ? OrderName.Key(step.Command.Channel, step.Command.Shop, number) : null;
        var made = new List<RedemptionRow>();
        for (var i = 0; i < sources.Count; i++)
        {
            if (shares[i] == 0) continue;
            var membership = sources[i].Membership;
            var redemption = membership.Account.Redeem(shares[i], membership.Row.ViaKey, null, at, $"redeemed by pool {pool.Id}{(redeemed.Reason is { } reason ? $": {reason}" : "")}");
            var row = new RedemptionRow(batch.NewId("redemption"), membership.Row.PersonId, pool.Program, step.Command.Key, order, redeemed.Reason, at, redemption);
            made.Add(row);
            redemptions.Put(row);
            pools.Add(new PoolPartRow(row.Id, made[0].Id, pool.Id, step.Person.PersonId, step.Person.ViaKey, at), row);
            Changed(step, membership, "loyalty.points_redeemed.v1");
        }
        step.Outcome = PoolRedemptionView.Of(pools.Parts(made[0].Id), made, []).ToJson();
    }

    // In order of precedence: redemption_unknown, return_exceeds_redemption.
    private Refusal? CheckPoolReturn(PoolReturned returned)
    {
        var parts = pools.Parts(returned.PoolRedemptionId);
        if (parts.Count == 0) return PoolRefusals.Because("redemption_unknown", $"No pool spent {returned.PoolRedemptionId}.");
        var open = parts.Sum(p => redemptions.Find(p.RedemptionId)?.Redemption.Open ?? 0);
        return (returned.Points ?? 1) > open ? PoolRefusals.Because("return_exceeds_redemption", $"{open} of the points are still spent.") : null;
    }

    private void Return(Step step, PoolReturned returned)
    {
        var parts = pools.Parts(returned.PoolRedemptionId);
        var back = GiveBack(step, parts, returned.Points ?? long.MaxValue);
        step.Outcome = PoolRedemptionView.Of(parts, [.. parts.Select(p => redemptions.Find(p.RedemptionId)!)], back).ToJson();
    }

    // The last drawn first, as in one account: who gave last has back first.
    private List<PoolRedemptionView.BackView> GiveBack(Step step, List<PoolPartRow> parts, long rest)
    {
        var back = new List<PoolRedemptionView.BackView>();
        for (var i = parts.Count - 1; i >= 0 && rest > 0; i--)
        {
            var row = redemptions.Find(parts[i].RedemptionId)!;
            var points = Math.Min(rest, row.Redemption.Open);
            if (points == 0 || loaded.Find(row.PersonId, row.Program) is not { } membership) continue;
            // What else has ended is not of what comes back.
            var before = WithLots(row.PersonId, () =>
            {
                membership.Account.ExpireDue(step.Command.AtMs, $"validity, {row.Program}");
                return membership.Account.Expired;
            });
            Return(step, row, points);
            var expired = membership.Account.Expired - before;
            back.Add(new PoolRedemptionView.BackView(row.PersonId, points, points - expired, expired));
            rest -= points;
        }
        return back;
    }
}
