using System.Globalization;
using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Events;
using Danke.Contracts.Orders;
using Danke.Contracts.Touch;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Pools;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Looks whether a tier moves by itself: a period ended, or what kept it. Sent by the tier clock.</summary>
internal sealed record ReviewTier(string Program) : CommandBody
{
    public override string Type => "tier.reviewed";
}

/// <summary>A tier is given, by hand or for another program's tier: the member's is at least this until it ends.</summary>
/// <param name="UntilMs">Null: for ever.</param>
/// <param name="Proof">Of a match: what was shown.</param>
internal sealed record GrantTier(string Program, string Tier, GrantKind Kind, long? UntilMs, string Reason, string? Proof) : CommandBody
{
    public override string Type => "tier.granted";
}

/// <summary>A granted tier is taken back.</summary>
internal sealed record EndTierGrant(string Program, long GrantId) : CommandBody
{
    public override string Type => "tier.grant_ended";
}

/// <summary>
/// Keeps tiers in step with what counts for them. Under the plain rule - growth ever counted, at once - the tier is read off the growth
/// value. Under any other, or with a tier granted, it is a function of all of the member's facts and grants at an instant
/// (<see cref="Standings"/>): these are loaded, and only of whom something may move.
/// </summary>
internal sealed partial class LoyaltyStage
{
    /// <summary>So many moves are written when somebody was not looked at for long; what came before them is not told.</summary>
    private const int MostMoves = 12;

    private async ValueTask LoadTiers(BooksTransaction books)
    {
        var timed = loaded.All.Where(m => !m.Row.IsMerged && IsTimed(m.Row)).ToList();
        foreach (var membership in timed) membership.Tiers.IsKnown = false;
        var knowsTime = timed.Count > 0 || programs.AllLive.Any(p => !p.HasPlainTiers);
        var wanted = timed.Count == 0 ? [] : WhoseTiersMatter();
        var chosen = timed.Where(m => wanted.Contains(m.Row.PersonId)).ToDictionary(m => (m.Row.PersonId, m.Row.Program));
        if (chosen.Count > 0) await LoadTiers(books, chosen);
        var seeds = chosen.Values.Sum(m => m.Tiers.Earlier.Count);
        var grants = batch.Steps.Count(s => s.Command.Body is GrantTier);
        if (knowsTime) await batch.Reserve("tier_fact", batch.Steps.Count * 3 + seeds);
        if (knowsTime || grants > 0) await batch.Reserve("tier_grant", batch.Steps.Count * 2);
        await batch.Reserve("tier_move", batch.Steps.Count * (knowsTime || grants > 0 ? 2 + MostMoves : 2));
    }

    private async ValueTask LoadTiers(BooksTransaction books, Dictionary<(long, string), Membership> chosen)
    {
        var persons = chosen.Keys.Select(k => k.Item1).Distinct().ToArray();
        foreach (var fact in await books.Read(TierFactRow.Select + " where person_id in ({keys})", TierFactRow.Read, ("keys", persons)))
            if (chosen.TryGetValue((fact.PersonId, fact.Program), out var membership)) membership.Tiers.Load(fact);
        foreach (var grant in await books.Read(TierGrantRow.Select + " where person_id in ({keys})", TierGrantRow.Read, ("keys", persons)))
            if (chosen.TryGetValue((grant.PersonId, grant.Program), out var membership)) membership.Tiers.Load(grant);
        foreach (var membership in chosen.Values) membership.Tiers.IsKnown = true;
        // The facts have all growth; where they do not, the program began to ask for more only since.
        var behind = chosen.Where(m => KnowsFacts(m.Value.Row) && m.Value.Tiers.Facts.Sum(f => f.Fact.Counts.Growth) != m.Value.Row.Growth).ToDictionary();
        if (behind.Count == 0) return;
        foreach (var earlier in await books.Read(EarlierGrowth.Select, EarlierGrowth.Read, ("keys", behind.Keys.Select(k => k.Item1).Distinct().ToArray())))
        {
            if (!behind.TryGetValue((earlier.PersonId, earlier.Program), out var membership)) continue;
            if (earlier.Beside(CountedOf(membership, earlier.Fact.OrderId, earlier.Fact.Via)) is { } fact) membership.Tiers.Earlier.Add(fact);
        }
    }

    private bool IsTimed(MembershipRow row) => row.HasGrants || KnowsFacts(row);

    private bool KnowsFacts(MembershipRow row) => programs.Live(row.Program) is { HasPlainTiers: false };

    // What says or asks nothing of orders, grants or time moves no tier.
    private HashSet<long> WhoseTiersMatter()
    {
        var persons = new HashSet<long>(batch.MayMerge);
        persons.UnionWith(batch.MayDivide);
        persons.UnionWith(needs.Tiers);
        foreach (var (_, person) in batch.Orders) persons.Add(person);
        foreach (var step in batch.Steps)
            if (step.Command.Body is not (InteractionHappened or ConsentChanged or MemberUpdated or PointsAdjusted or PointsRedeemed or RedemptionSettled or RedemptionRolledBack or LapseReservation or ActivatePoints or ExpirePoints or ShortfallDecided or RemindOfExpiry or GiveBenefit or BenefitUsed or BenefitUseReversed or PoolOpened or PoolInvited or PoolJoined or PoolLeft or PoolLimited or PoolRedeemed or PoolReturned or ITouches))
                persons.UnionWith(step.Candidates);
        return persons;
    }

    private MemberTiers Known(Membership membership)
    {
        if (membership.Tiers.IsKnown) return membership.Tiers;
        needs.Tiers.UnionWith(batch.PersonIds);
        throw new LoadAgainException($"what counts for the tier of person {membership.Row.PersonId}");
    }

    private static Counts CountedOf(Membership membership, long orderId, long? via = null)
    {
        Counts sum = default;
        foreach (var fact in membership.Tiers.Facts)
            if (fact.Fact.OrderId == orderId && (via is null || fact.Fact.Via == via)) sum += fact.Fact.Counts;
        return sum;
    }

    /// <summary>The tier at whose rate an order earns: the one held before it, unless the program says that it comes up first.</summary>
    private string TierForRate(Step step, Membership membership, OrderAward? before, EarningOrder order, LoyaltyProgram program)
    {
        var row = membership.Row;
        // A period that ended before the order may not have been looked at yet.
        if (row.TierReviewAtMs <= step.Command.AtMs)
        {
            Known(membership).IsDirty = true;
            MoveTier(step, membership);
        }
        if (before is not null || !program.Rules.UpgradeFirst) return row.Tier;
        var counts = new Counts(program.Growth.For(order.KeptMinor(program.Earn.Base)), order.KeptMinor(EarnBase.AfterDiscount), 1);
        var at = Math.Max(row.TierAsOfMs, step.Command.AtMs);
        var reached = program.HasPlainTiers ? program.TierFor(row.Growth + counts.Growth)
            : program.Tiers[Standings.At(program, row.JoinedAtMs, [.. Seeded(step, membership), new TierFact(at, 0, order.OrderId, counts)], [], at).Tier];
        return program.PlaceOf(reached.Name) > program.PlaceOf(row.Tier) ? reached.Name : row.Tier;
    }

    // Like its points, what an order counts for is a function of the order: what it should count for less what it counts for already.
    private void CountForTier(Step step, Membership membership, LoyaltyProgram live, LoyaltyProgram program, OrderState order, EarningOrder earning, OrderAward award)
    {
        if (live.HasPlainTiers) return;
        Known(membership);
        var kept = earning.CompletedAtMs is null && !award.IsActive ? 0 : earning.KeptMinor(EarnBase.AfterDiscount);
        Seeded(step, membership);
        var (counted, now) = (CountedOf(membership, order.OrderId), new Counts(award.Growth, kept, kept > 0 ? 1 : 0));
        // A refund that was told before its order: all was bought, and then it came back.
        if (counted == default && now != default && order is { RefundedMinor: > 0, LastRefundAtMs: { } back, CompletedAtMs: { } completed } && back > completed)
        {
            var whole = earning with { RefundedMinor = 0 };
            counted = new Counts(program.Growth.For(whole.KeptMinor(program.Earn.Base)), whole.KeptMinor(EarnBase.AfterDiscount), 1);
            Count(step, membership, new TierFact(completed, earning.Via, order.OrderId, counted));
            if (now != counted) Count(step, membership, new TierFact(back, earning.Via, order.OrderId, now - counted));
        }
        else if (now != counted)
        {
            var fact = new TierFact(earning.CompletedAtMs ?? step.Command.AtMs, earning.Via, order.OrderId, now - counted);
            Count(step, membership, fact.IsRefund ? fact with { AtMs = Math.Max(fact.AtMs, step.Command.AtMs) } : fact);
        }
        foreach (var tier in live.Tiers)
            if (tier.Paid is { } paid) Pay(step, membership, live, tier.Name, paid, order, earning);
    }

    private void Count(Step step, Membership membership, TierFact fact) =>
        membership.Tiers.Add(new TierFactRow(batch.NewId("tier_fact"), membership.Row.PersonId, membership.Row.Program, fact, step.Command.Key));

    private void Pay(Step step, Membership membership, LoyaltyProgram program, string tier, PaidTier paid, OrderState order, EarningOrder earning)
    {
        var known = membership.Tiers.Grants.FirstOrDefault(g => g.Grant.OrderId == order.OrderId && g.Grant.Tier == tier);
        var isGivenBack = !earning.IsSale || earning.IsCancelled || order.RefundedMinor > 0 && order.RefundedMinor >= order.TotalMinor;
        if (known is { Grant.EndedAtMs: null } && isGivenBack)
            membership.Tiers.Put(known with { Grant = known.Grant with { EndedAtMs = step.Command.AtMs }, EndedBy = step.Command.Key });
        var lines = step.Command.Body is OrderReported { Content: { } content } ? content.Lines : order.Lines;
        if (known is not null || isGivenBack || !lines.Any(l => paid.Skus.Contains(l.Sku))) return;
        var until = Expiry.Of(new Validity(null, Days: paid.Days), program.Zone, earning.PaidAtMs);
        Give(step, membership, new TierGrant(batch.NewId("tier_grant"), earning.Via, tier, GrantKind.Paid, earning.PaidAtMs, until, order.OrderId), null, null);
    }

    private static void Give(Step step, Membership membership, TierGrant grant, string? reason, string? proof) =>
        membership.Tiers.Put(new TierGrantRow(membership.Row.PersonId, membership.Row.Program, grant, reason, proof, step.Command.Key));

    private Refusal? CheckGrant(Step step, GrantTier grant) =>
        NeedsOwnProgram(grant.Program) ?? NeedsMembership(step, grant.Program)
        ?? (programs.Live(grant.Program)!.PlaceOf(grant.Tier) < 1 ? new Refusal("tier_unknown", $"The program has no tier '{grant.Tier}' above the first.", Final: true) : null)
        ?? (grant.UntilMs <= step.Command.AtMs ? new Refusal("grant_ended", "The grant was to end before it began.", Final: true) : null);

    private void Grant(Step step, GrantTier grant)
    {
        var membership = loaded.Find(step.Person.PersonId, programs.Live(grant.Program)!.Name)!;
        Known(membership);
        membership.Row.HasGrants = true;
        Give(step, membership, new TierGrant(batch.NewId("tier_grant"), step.Person.ViaKey, grant.Tier, grant.Kind, step.Command.AtMs, grant.UntilMs), grant.Reason, grant.Proof);
        Changed(step, membership, "loyalty.tier_granted.v1");
    }

    private Refusal? CheckGrantEnd(Step step, EndTierGrant end)
    {
        if (NeedsOwnProgram(end.Program) is { } refusal) return refusal;
        if (GrantOf(step, end) is not { Grant: var grant }) return new Refusal("grant_unknown", $"The member has no grant {end.GrantId}.", Final: true);
        return grant.EndedAtMs is not null || grant.UntilMs <= step.Command.AtMs ? new Refusal("grant_ended", $"Grant {end.GrantId} has ended already.", Final: true) : null;
    }

    private TierGrantRow? GrantOf(Step step, EndTierGrant end)
    {
        var name = programs.Live(end.Program)!.Name;
        foreach (var person in step.Person.Absorbs.Prepend(step.Person.PersonId))
            if (loaded.Find(person, name) is { } membership && Known(membership).Grant(end.GrantId) is { } grant) return grant;
        return null;
    }

    private void EndGrant(Step step, EndTierGrant end)
    {
        var membership = loaded.Find(step.Person.PersonId, programs.Live(end.Program)!.Name)!;
        if (Known(membership).Grant(end.GrantId) is not { } grant) return;
        membership.Tiers.Put(grant with { Grant = grant.Grant with { EndedAtMs = step.Command.AtMs }, EndedBy = step.Command.Key });
        Changed(step, membership, "loyalty.tier_grant_ended.v1");
    }

    private void Review(Step step, ReviewTier review)
    {
        if (loaded.Find(step.Person.PersonId, review.Program) is not { } membership) return;
        Known(membership).IsDirty = true;
        Changed(step, membership, "loyalty.tier_reviewed.v1");
    }

    private void DivideTiers(Membership from, Membership other, IReadOnlySet<long> keys)
    {
        if (!IsTimed(from.Row) && !IsTimed(other.Row) && from.Tiers.IsEmpty) return;
        Known(from);
        Known(other).TakeVia(from.Tiers, keys);
        foreach (var side in new[] { from, other }) side.Row.HasGrants = side.Tiers.Grants.Any();
    }

    /// <param name="isGrace">The member did nothing for it: a split moves the tier.</param>
    private void MoveTier(Step step, Membership membership, bool isGrace = false)
    {
        var row = membership.Row;
        if (PointTypes.IsOfFurtherType(row.Program) || programs.Live(row.Program) is not { } program) return;
        if (IsTimed(row))
        {
            if (membership.Tiers.IsDirty || isGrace) Judge(step, membership, program, isGrace);
            return;
        }
        BeUntimed(row);
        var tier = program.TierFor(row.Growth).Name;
        if (tier == row.Tier) return;
        Move(step, membership, tier, step.Command.AtMs, $"growth {row.Growth}{(isGrace ? " after a split" : "")}", isGrace, program, null, isUndone: step.Order is not null);
        row.TierSinceMs = step.Command.AtMs;
    }

    private static void BeUntimed(MembershipRow row) => (row.TierAsOfMs, row.TierVersion, row.TierReviewAtMs) = (0, 0, null);

    /// <param name="isUndone">It goes down because of a refund.</param>
    private void Move(Step step, Membership membership, string to, long atMs, string reason, bool isGrace, LoyaltyProgram program, string? why, bool isUndone)
    {
        var row = membership.Row;
        var move = new TierMoveRow(batch.NewId("tier_move"), row.PersonId, row.Program, row.Tier, to, row.Growth, atMs, reason, step.Command.Key, row.ViaKey, isGrace, program.Version, why);
        moves.Add(move);
        row.Tier = to;
        step.Announce("loyalty.tier_changed.v1", "tier_moves", move.Id, new JsonObject { ["from"] = move.From, ["to"] = move.To });
        MovedTier(step, membership, program, move, isUndone);
    }

    private List<TierFact> Seeded(Step step, Membership membership)
    {
        var tiers = Known(membership);
        foreach (var earlier in tiers.Earlier) Count(step, membership, earlier);
        tiers.Earlier.Clear();
        return [.. tiers.Facts.Select(f => f.Fact)];
    }

    // Every move since the last look, at its own instant; where a late report changes what was so then, one move to what is so now.
    private void Judge(Step step, Membership membership, LoyaltyProgram program, bool isGrace)
    {
        var row = membership.Row;
        var tiers = Known(membership);
        List<TierFact> facts = program.HasPlainTiers ? [new TierFact(row.JoinedAtMs, 0, 0, new Counts(row.Growth, 0, 0))] : Seeded(step, membership);
        var grants = tiers.Grants.Select(g => g.Grant).ToList();
        var asOf = Math.Max(row.TierAsOfMs, step.Command.AtMs);
        var standing = Standings.At(program, row.JoinedAtMs, facts, grants, asOf);
        var told = isGrace || program.HasPlainTiers || row.TierVersion == 0 && !membership.IsNew ? asOf : row.TierVersion == 0 ? long.MinValue : row.TierAsOfMs;
        var before = row.Tier;
        foreach (var move in standing.Moves.Where(m => m.AtMs > told).TakeLast(MostMoves)) Record(step, membership, program, move, move.AtMs, isGrace, facts, grants);
        if (program.Tiers[standing.Tier].Name != row.Tier)
            Record(step, membership, program, standing.Moves is [.., var last] ? last : new TierMove(asOf, 0, 0, MoveCause.Fell, standing.Kept, standing.WindowFromMs, 0, 0), step.Command.AtMs, isGrace, facts, grants, standing.Tier);
        if (!program.HasPlainTiers) row.TierSinceMs = standing.SinceMs ?? row.JoinedAtMs;
        else if (before != row.Tier) row.TierSinceMs = step.Command.AtMs;
        (row.TierAsOfMs, row.TierVersion, row.TierReviewAtMs) = (asOf, program.Version, standing.NextMs);
        row.HasGrants = grants.Count > 0;
        if (!IsTimed(row)) BeUntimed(row);
        tiers.IsDirty = false;
        loaded.Changed.Add(membership);
    }

    private void Record(Step step, Membership membership, LoyaltyProgram program, TierMove move, long atMs, bool isGrace, List<TierFact> facts, List<TierGrant> grants, int? to = null)
    {
        var tier = program.Tiers[to ?? move.To].Name;
        if (tier == membership.Row.Tier) return;
        var why = WhyMoved.Of(program, move, grants.FirstOrDefault(g => g.GrantId == move.GrantId));
        // Judged at once, a refund makes too little count at its own instant.
        var isUndone = move.Cause == MoveCause.Refunded || move.Cause == MoveCause.Fell && program.Rules.Refunds == TierRefunds.AtOnce && facts.Any(f => f.IsRefund && f.AtMs == move.AtMs);
        Move(step, membership, tier, atMs, WhyMoved.Sentence(program, why) + (isGrace ? " after a split" : ""), isGrace, program, why.ToJsonString(), isUndone);
    }

    private async ValueTask SaveTiers(BooksTransaction books)
    {
        await books.Insert(TierMoveRow.Table, moves);
        var changed = loaded.All.Where(m => !m.Tiers.IsEmpty).ToList();
        if (changed.Count == 0) return;
        await books.Insert(TierFactRow.Table, [.. changed.SelectMany(m => m.Tiers.NewFacts.Select(f => f with { PersonId = m.Row.PersonId }))]);
        await books.Insert(TierGrantRow.Table, [.. changed.SelectMany(m => m.Tiers.NewGrants.Select(g => g with { PersonId = m.Row.PersonId }))]);
        await books.Upsert(TierGrantRow.Table, [.. changed.SelectMany(m => m.Tiers.ChangedGrants.Select(g => g with { PersonId = m.Row.PersonId }))]);
    }
}

/// <summary>Why a tier moved: which numbers, in which window, by which rule and version.</summary>
internal static class WhyMoved
{
    public static JsonObject Of(LoyaltyProgram program, TierMove move, TierGrant? grant)
    {
        var rule = program.Tiers[Math.Max(move.From, move.To)];
        var why = new JsonObject { ["cause"] = Cause(move.Cause), ["version"] = program.Version };
        if (move.Cause is MoveCause.Granted or MoveCause.GrantEnded)
        {
            if (grant is not null) (why["grant_id"], why["kind"]) = (grant.GrantId, TierGrantRow.Of(grant.Kind));
            return why;
        }
        why["window"] = Word(program.Rules.Window);
        if (move.WindowFromMs is { } from) why["window_from"] = Rfc3339.Write(from);
        why["tier"] = rule.Name;
        why["counted"] = new JsonArray([.. (rule.Needs?.Thresholds ?? [new Threshold(program.Rules.Of, rule.From)]).Select(t => (JsonNode)new JsonObject
        {
            ["of"] = Word(t.Of),
            ["have"] = move.Counts.Of(t.Of),
            ["need"] = t.From,
        })]);
        if (move.OrderId != 0) why["order_id"] = move.OrderId;
        return why;
    }

    public static string Sentence(LoyaltyProgram program, JsonObject why)
    {
        var counted = why["counted"]?.AsArray().Select(c => string.Create(CultureInfo.InvariantCulture, $"{c!["of"]} {c["have"]} of {c["need"]}")) ?? [];
        var window = why["window"] is { } w ? $", window {w}" : "";
        var kind = why["kind"] is { } k ? $" ({k})" : "";
        return $"{why["cause"]}{kind}{(counted.Any() ? ": " : "")}{string.Join(", ", counted)}{window}, {program.Name} v{program.Version}";
    }

    private static string Cause(MoveCause cause) => cause switch
    {
        MoveCause.Reached => "reached",
        MoveCause.Fell => "fell",
        MoveCause.Refunded => "refunded",
        MoveCause.Granted => "granted",
        _ => "grant_ended",
    };

    public static string Word(Measure of) => of switch
    {
        Measure.Spend => "spend",
        Measure.Orders => "orders",
        _ => "growth",
    };

    public static string Word(CountingWindow window) => window switch
    {
        CountingWindow.Month => "month",
        CountingWindow.Quarter => "quarter",
        CountingWindow.Year => "year",
        CountingWindow.Rolling => "rolling",
        CountingWindow.Anniversary => "anniversary",
        CountingWindow.SinceTier => "since_tier",
        _ => "ever",
    };
}
