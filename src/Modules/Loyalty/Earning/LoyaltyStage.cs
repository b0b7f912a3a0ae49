using System.Text.Json.Nodes;
using Danke.Contracts.Commands;
using Danke.Contracts.Orders;
using Danke.Contracts.Persons;
using Danke.Contracts.Touch;
using Danke.Engines.Journeys;
using Danke.Engines.Ledger;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Pools;
using Danke.Platform.Books;
using Danke.Platform.Door;

namespace Danke.Loyalty.Earning;

/// <summary>Makes an order's points spendable that only waited for their time. Sent by the activation clock.</summary>
internal sealed record ActivatePoints(string Program, long OrderId) : CommandBody
{
    public override string Type => "points.activated";
}

/// <summary>Ends a membership's points whose time has come by the command's instant. Sent by the expiry job.</summary>
internal sealed record ExpirePoints(string Program) : CommandBody
{
    public override string Type => "points.expired";
}

/// <summary>Enrols, keeps the ledger in step with orders and refunds, and moves tiers by growth.</summary>
internal sealed partial class LoyaltyStage(LedgerChain chain) : IStage
{
    private readonly ProgramBook programs = new();
    private LoadedMemberships loaded = null!;
    private readonly List<EntryRow> entries = [];
    private readonly List<TierMoveRow> moves = [];
    private readonly Dictionary<(long, string), AwardRow> changedAwards = [];
    private readonly Needs needs = new();
    private readonly Dictionary<string, long> tooMuch = [];
    private Batch batch = null!;

    public void Ask(IReadOnlyList<Step> steps, Questions first) => programs.Ask(first);

    public async ValueTask Load(Batch batch, BooksTransaction books)
    {
        this.batch = batch;
        entries.Clear();
        moves.Clear();
        changedAwards.Clear();
        shortfalls.Clear();
        decisions.Clear();
        await programs.Refresh(books);
        await LoadPools(books);
        redemptions = await LoadedRedemptions.Load(batch, books, needs.Orders, pools.Redemptions);
        await pools.LoadPartsOf(books, [.. redemptions.Tenders.Select(r => r.Id)]);
        await LoadMovements(books);
        needs.Others.UnionWith(pools.Persons);
        needs.Others.UnionWith(redemptions.Tenders.Where(r => pools.PartOf(r.Id) is not null).Select(r => r.PersonId));
        await LoadReminders(books);
        loaded = await LoadedMemberships.Load(batch, books, programs, needs, redemptions);
        await LoadGains(batch, books);
        await LoadShortfalls(batch, books);
        await LoadTiers(books);
        await LoadBenefits(books);
        // Entries: a lot or two a command; a spend draws on no more lots than are open, a debt paid takes two, a division as many as it undoes.
        var ledgers = 1 + programs.MostFurther;
        await batch.Reserve("entry", batch.Steps.Count * 8 * ledgers + loaded.Loaded * 8 + mostGifts * 4);
        await batch.Reserve("lot", batch.Steps.Count * 2 * ledgers + mostGifts * 2 + redemptions.Draws * 2 + (needs.Others.Count > 0 ? loaded.Loaded : 0) + (batch.MayMove ? loaded.Loaded + batch.Steps.Count * 2 : 0));
        await batch.Reserve("redemption", batch.Steps.Count(s => s.Command.Body is PointsRedeemed) + mostPoolParts);
        await batch.Reserve("card", batch.Steps.Count * 4 * ledgers);
        if (batch.MayMove) await ReserveForDivisions(batch);
        await ReserveForMovements();
    }

    public Refusal? Check(Step step) => step.Command.Body switch
    {
        MemberJoined joined => NeedsOwnProgram(joined.Program),
        MemberLeft left => NeedsOwnProgram(left.Program) ?? NeedsMembership(step, left.Program),
        PointsAdjusted adjusted => NeedsProgram(adjusted.Program) ?? NeedsMembership(step, adjusted.Program) ?? (adjusted.Points < 0 && !Waits(step, adjusted) ? NeedsBalance(step, adjusted.Program, -adjusted.Points) : null),
        PointsRedeemed redeemed => CheckRedemption(step, redeemed),
        RedemptionSettled settled => CheckSettlement(step, settled),
        RedemptionRolledBack undone => CheckRollback(step, undone),
        ShortfallDecided decided => CheckDecision(step, decided),
        GrantTier grant => CheckGrant(step, grant),
        EndTierGrant end => CheckGrantEnd(step, end),
        PointsTransferred transfer => CheckTransfer(step, transfer),
        PointsExchanged exchange => CheckExchange(step, exchange),
        PointsConverted conversion => CheckConversion(step, conversion),
        EntryReversed reversal => CheckReversal(step, reversal),
        AdjustmentDecided decided => CheckAdjustment(step, decided),
        BenefitUsed use => CheckUse(step, use),
        PoolOpened opened => CheckOpening(step, opened),
        PoolInvited invited => CheckInvitation(step, invited),
        PoolJoined joined => CheckJoining(step, joined),
        PoolLeft left => CheckLeaving(step, left),
        PoolLimited limited => CheckLimit(step, limited),
        PoolRedeemed redeemed => CheckPoolRedemption(step, redeemed),
        PoolReturned returned => CheckPoolReturn(returned),
        BenefitUseReversed reversal => CheckUseReversal(step, reversal),
        _ => null,
    };

    private Refusal? NeedsProgram(string name) =>
        programs.Live(name) is not null ? null
        : programs.Live(PointTypes.ProgramOf(name)) is { } program ? new Refusal("point_type_unknown", $"The program '{program.Name}' has no points of the type '{PointTypes.TypeOf(name)}'.")
        : new Refusal("program_unknown", $"There is no live program '{(name.Length == 0 ? ProgramBook.DefaultName : name)}'. Publish one: ./danke apply samples/programs/demo.yaml");

    private Refusal? NeedsMembership(Step step, string program) =>
        Candidate(step, program) is not null ? null : new Refusal("not_a_member", "The person is no active member of the program.", Final: true);

    // The command may unite persons: one of them is the member.
    private Membership? Candidate(Step step, string program)
    {
        var name = PointTypes.ProgramOf(programs.Live(program)!.Name);
        foreach (var person in step.Person.Absorbs.Prepend(step.Person.PersonId))
            if (loaded.Find(person, name) is { Row.IsActive: true } membership) return membership;
        return null;
    }

    private Refusal? NeedsBalance(Step step, string program, long points)
    {
        if (tooMuch.TryGetValue(step.Command.Key, out var left)) return Insufficient(points, left);
        var account = LedgerOf(Candidate(step, program)!, programs.Live(program)!)?.Account;
        var spendable = account is null ? 0 : WithLots(step.Person.PersonId, () => account.PointsAt(step.Command.AtMs));
        return spendable >= points ? null : Insufficient(points, spendable);
    }

    private static Refusal Insufficient(long points, long spendable) =>
        new("insufficient_balance", $"{points} points were to be taken, {spendable} may be spent.", Final: true);

    // The command itself took points from the person by moving identifiers: it is refused when the batch begins again.
    private void RequireBalance(Step step, Membership membership, long points)
    {
        var spendable = membership.Account.PointsAt(step.Command.AtMs);
        if (spendable >= points) return;
        tooMuch[step.Command.Key] = spendable;
        throw new LoadAgainException("a refusal that shows only when identities have changed");
    }

    public void Apply(Step step) => WithLots(step.Person.PersonId, () =>
    {
        Do(step);
        return true;
    });

    private void Do(Step step)
    {
        foreach (var merge in step.Merges) Absorb(step, merge);
        if (step.Merges.Count + step.Moves.Count > 0)
        {
            gains.Follow(step);
            FollowReminders(step);
            benefits.Follow(step);
            pools.Follow(step);
        }
        if (step.Merges.Count > 0) Follow(step);
        if (step.Moves.Count > 0) Divide(step);
        switch (step.Command.Body)
        {
            case MemberJoined joined: Join(step, programs.Live(joined.Program)!); break;
            case MemberLeft left: Leave(step, programs.Live(left.Program)!); break;
            case PointsAdjusted adjusted when Waits(step, adjusted): Request(step, adjusted); break;
            case PointsAdjusted adjusted: Adjust(step, adjusted, step.Person.ViaKey); break;
            case ActivatePoints activate: Activate(step, activate); break;
            case PointsTransferred transfer: Transfer(step, transfer); break;
            case PointsExchanged exchange: Exchange(step, exchange); break;
            case PointsConverted conversion: Convert(step, conversion); break;
            case EntryReversed reversal: Reverse(step, reversal); break;
            case AdjustmentDecided decided: Decide(step, decided); break;
            case ExpirePoints expire: ExpireDue(step, expire); break;
            case ShortfallDecided decided: Decide(step, decided); break;
            case PointsRedeemed redeemed: Redeem(step, redeemed); break;
            case RedemptionSettled settled: Settle(step, settled); break;
            case RedemptionRolledBack undone: RollBack(step, undone); break;
            case LapseReservation lapse: Lapse(step, lapse); break;
            case GrantTier grant: Grant(step, grant); break;
            case EndTierGrant end: EndGrant(step, end); break;
            case ReviewTier review: Review(step, review); break;
            case RemindOfExpiry reminder: Remind(step, reminder); break;
            case GiveBenefit give: GiveYearly(step, give); break;
            case BenefitUsed use: Use(step, use); break;
            case PoolOpened opened: Open(step, opened); break;
            case PoolInvited invited: Invite(step, invited); break;
            case PoolJoined joined: Join(step, joined); break;
            case PoolLeft left: Leave(step, left); break;
            case PoolLimited limited: Limit(step, limited); break;
            case PoolRedeemed redeemed: Redeem(step, redeemed); break;
            case PoolReturned returned: Return(step, returned); break;
            case BenefitUseReversed reversal: Reverse(step, reversal); break;
            case InteractionHappened interaction: Earn(step, interaction); break;
            case ITouches: Tell(step); break;
        }
        if (step.Order is { } changed)
        {
            ReturnTender(step, changed);
            ReturnUses(step, changed.After);
        }
        if (step.Order is { } change && change.After.PersonId != 0 && programs.Live("") is { } program) Award(step, change.After, program);
    }

    // A batch that finds it needs more than it loaded is run again with it.
    private T WithLots<T>(long personId, Func<T> decide)
    {
        try
        {
            return decide();
        }
        catch (MoreNeededException more)
        {
            needs.Add(more.Needed, batch.PersonIds.Union(needs.Others));
            throw new LoadAgainException($"the lots of person {personId}");
        }
    }

    private void Absorb(Step step, PersonMerge merge) => WithLots(merge.From, () =>
    {
        loaded.Move(merge.From, merge.To, step.Command.AtMs);
        return true;
    });

    // A merge may have moved balances and with them the tier.
    private void Follow(Step step)
    {
        foreach (var survivor in step.Merges.Select(m => m.To).Distinct())
            foreach (var membership in loaded.Of(survivor).Where(loaded.Changed.Contains)) Changed(step, membership, "loyalty.memberships_united.v1");
        var ends = step.Merges.ToDictionary(m => m.From, m => m.To);
        for (var i = 0; i < entries.Count; i++)
            if (ends.TryGetValue(entries[i].PersonId, out var to)) entries[i] = entries[i] with { PersonId = to };
        for (var i = 0; i < moves.Count; i++)
            if (ends.TryGetValue(moves[i].PersonId, out var to)) moves[i] = moves[i] with { PersonId = to };
        redemptions.Follow(r => ends.GetValueOrDefault(r.PersonId, r.PersonId));
        FollowMovements((person, _) => ends.GetValueOrDefault(person, person));
        foreach (var row in shortfalls.Values.ToList())
            if (ends.TryGetValue(row.PersonId, out var to)) shortfalls[row.Id] = row with { PersonId = to };
    }

    private void Join(Step step, LoyaltyProgram program)
    {
        var at = step.Command.AtMs;
        if (loaded.Find(step.Person.PersonId, program.Name) is { } known)
        {
            if (known.Row.State == MembershipRow.Unclaimed)
            {
                Claim(step, known, (MemberJoined)step.Command.Body);
                return;
            }
            known.Row.JoinedAtMs = Math.Min(known.Row.JoinedAtMs, at);
            known.Tiers.IsDirty = true;
            if (!known.Row.IsActive && at >= known.Row.LeftAtMs) (known.Row.State, known.Row.LeftAtMs) = ("active", null);
            Changed(step, known, "loyalty.member_rejoined.v1");
            return;
        }
        var card = ((MemberJoined)step.Command.Body).Card ?? NewCard();
        var joined = Enrol(step, program, step.Person.PersonId, step.Person.ViaKey, card, at);
        // Judged from joining on, so that what comes later in the same batch is as if it came in another.
        joined.Tiers.IsDirty = true;
        Changed(step, joined, "loyalty.member_joined.v1");
    }

    private string NewCard() => Cards.Number(batch.NewId("card"));

    private void Claim(Step step, Membership unclaimed, MemberJoined joined)
    {
        var row = unclaimed.Row;
        (row.State, row.JoinedAtMs, row.JoinedChannel, row.ViaKey) = ("active", step.Command.AtMs, step.Command.Channel, step.Person.ViaKey);
        if (joined.Card is { } card) row.Card = card;
        unclaimed.Tiers.IsDirty = true;
        Changed(step, unclaimed, "loyalty.member_joined.v1");
    }

    private Membership Enrol(Step step, LoyaltyProgram program, long personId, long viaKey, string card, long atMs) => loaded.Add(new MembershipRow
    {
        PersonId = personId,
        Program = program.Name,
        ViaKey = viaKey,
        Card = card,
        Tier = program.Tiers[0].Name,
        TierSinceMs = atMs,
        JoinedAtMs = atMs,
        JoinedChannel = step.Command.Channel,
    });

    private void Leave(Step step, LoyaltyProgram program)
    {
        var membership = loaded.Find(step.Person.PersonId, program.Name)!;
        (membership.Row.State, membership.Row.LeftAtMs) = ("left", step.Command.AtMs);
        Changed(step, membership, "loyalty.member_left.v1");
    }

    private void Adjust(Step step, PointsAdjusted adjusted, long via)
    {
        var program = programs.Live(adjusted.Program)!;
        var membership = OpenLedger(step, step.Person.PersonId, program);
        var at = step.Command.AtMs;
        var note = $"by hand: {adjusted.Reason}";
        if (adjusted.Points > 0)
            membership.Account.Give(batch.NewId("lot"), via, adjusted.Points, adjusted.ExpiresAtMs ?? Expiry.Of(program.Validity, program.Zone, at), at, note);
        else
        {
            membership.Account.ExpireDue(at, $"validity, {program.Name} v{program.Version}");
            if (step.Merges.Count + step.Moves.Count > 0) RequireBalance(step, membership, -adjusted.Points);
            membership.Account.Take(EntryKind.Adjust, -adjusted.Points, 0, via, at, note);
        }
        Changed(step, membership, "loyalty.points_adjusted.v1");
    }

    // What a message to the member may say.
    private void Tell(Step step)
    {
        if (programs.Live("") is not { } program || loaded.Find(step.Person.PersonId, program.Name) is not { Row.IsActive: true } membership) return;
        step.Facts["member.card"] = membership.Row.Card;
        step.Facts["member.tier"] = program.Tier(membership.Row.Tier).Title;
        foreach (var ledger in programs.FurtherOf(program).Prepend(program)) TellPoints(step, ledger, LedgerOf(membership, ledger));
    }

    private void TellPoints(Step step, LoyaltyProgram ledger, Membership? holder)
    {
        var type = ledger.IsOfFurtherType ? "." + PointTypes.TypeOf(ledger.Name) : "";
        step.Facts[MessageTemplate.Points + type] = PointTypes.Shown(holder?.Row.Spendable ?? 0, ledger.Scale);
        if (holder?.Row.NextExpiryMs is null) return;
        List<Lot> Ending() => WithLots(holder.Row.PersonId, () => holder.Account.SpendableAt(step.Command.AtMs).Where(l => l.ExpiresAtMs is not null).GroupBy(l => l.ExpiresAtMs).MinBy(g => g.Key)?.ToList() ?? []);
        step.Facts.Later(MessageTemplate.PointsEnding + type, () => Ending() is { Count: > 0 } ending ? PointTypes.Shown(ending.Sum(l => l.Remaining), ledger.Scale) : null);
        step.Facts.Later(MessageTemplate.PointsEndOn + type, () => Ending() is [{ ExpiresAtMs: { } ends }, ..]
            ? DateOnly.FromDayNumber((int)LocalDay.Of(ledger.Zone, ends - 1) + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    private void Activate(Step step, ActivatePoints activate)
    {
        if (loaded.Find(step.Person.PersonId, activate.Program) is not { } membership || loaded.Award(activate.OrderId, activate.Program) is not { } before) return;
        var program = programs.Version(activate.Program, before.ProgramVersion) ?? programs.Live(activate.Program);
        if (program is null) return;
        var after = WithLots(step.Person.PersonId, () => Awarding.ActivateDue(membership.Account, before, program, step.Command.AtMs));
        if (after == before) return;
        loaded.Put(after, activate.Program);
        changedAwards[(activate.OrderId, activate.Program)] = new AwardRow(activate.Program, after);
        Changed(step, membership, "loyalty.points_moved.v1");
    }

    private void ExpireDue(Step step, ExpirePoints expire)
    {
        if (loaded.Find(step.Person.PersonId, expire.Program) is not { } membership) return;
        membership.Account.ExpireDue(step.Command.AtMs, $"validity, {expire.Program}");
        Changed(step, membership, "loyalty.points_expired.v1");
    }

    private void Award(Step step, OrderState order, LoyaltyProgram live)
    {
        var membership = loaded.Find(order.PersonId, live.Name)
            ?? (live.Enrolment == Enrolment.OnPurchase && order is { IsPaid: true, HasContent: true, Kind: OrderKind.Sale }
                ? Enrol(step, live, order.PersonId, order.ViaKey, NewCard(), order.OrderedAtMs) : null);
        var before = loaded.Award(order.OrderId, live.Name);
        if (membership is null || !(before is null ? Earns(membership.Row, order) : membership.Row.State is "active" or MembershipRow.Unclaimed)) return;

        var program = before is null ? programs.InForce(live.Name, order.PaidAtMs ?? order.OrderedAtMs) : programs.Version(live.Name, before.ProgramVersion) ?? live;
        if (program is null) return;
        var isSale = order is { HasContent: true, Kind: OrderKind.Sale, IsPaid: true } && order.Currency == program.Currency;
        if (before is null && !isSale) return;
        var earning = EarningOf(step, order, program, isSale);
        var lotId = batch.NewId("lot");
        var tier = TierForRate(step, membership, before, earning, live);
        var after = Award(step, order, earning, program, membership, membership, tier, before, lotId);
        CountForTier(step, membership, live, program, order, earning, after);
        Changed(step, membership, "loyalty.points_moved.v1");
        foreach (var ledger in programs.FurtherOf(program)) AwardFurther(step, order, ledger, membership, after.Tier, isSale);
    }

    private static EarningOrder EarningOf(Step step, OrderState order, LoyaltyProgram program, bool isSale) =>
        new(order.OrderId, order.ViaKey, isSale, order.TotalMinor - (program.Earn.WithShipping ? 0 : order.ShippingMinor), order.RefundedMinor,
            order is { ClosedAtMs: not null, CompletedAtMs: null }, order.PaidAtMs ?? order.OrderedAtMs, order.CompletedAtMs,
            order.DiscountMinor, order.RefundedMinor - (step.Order!.Before?.RefundedMinor ?? 0));

    /// <param name="member">Whose membership of the program it is.</param>
    /// <param name="holder">Where the points are: the same, or the ledger of a further type.</param>
    private OrderAward Award(Step step, OrderState order, EarningOrder earning, LoyaltyProgram program, Membership member, Membership holder, string tier, OrderAward? before, long lotId)
    {
        var buyer = program.Earn.IsRateAlone ? null : before?.Buyer ?? BuyerOf(order, member.Row, tier, program);
        var byRules = buyer is null ? null : ByRules(step, order, program, buyer, earning.IsSale, before?.ProgramVersion ?? program.Version);
        var after = WithLots(order.PersonId, () => Awarding.Apply(holder.Account, before, earning, program, tier, lotId, step.Command.AtMs, byRules));
        if (buyer is not null) after = after with { Buyer = buyer };
        if (after != before)
        {
            loaded.Put(after, program.Name);
            changedAwards[(order.OrderId, program.Name)] = new AwardRow(program.Name, after);
        }
        return after;
    }

    private static bool Earns(MembershipRow member, OrderState order) => member.IsActive && order.OrderedAtMs >= member.JoinedAtMs;

    /// <summary>Takes the new entries and the balances over into the rows to write, and moves the tier when growth moved.</summary>
    private void Changed(Step step, Membership membership, string what, bool isSplit = false)
    {
        TakeOver(step, membership);
        MoveTier(step, membership, isSplit);
        // A tier that moved may have brought a gift, or taken one back.
        TakeOver(step, membership);
        loaded.Changed.Add(membership);
        // Insight looks for rows of the person that are no more.
        step.Announce(what, "memberships", membership.Row.PersonId, isSplit ? new JsonObject { ["fewer_rows"] = true } : null);
    }

    private void TakeOver(Step step, Membership membership)
    {
        var row = membership.Row;
        foreach (var entry in membership.TakeNewEntries())
        {
            var id = batch.NewId("entry");
            if (entry.Growth != 0) membership.Tiers.IsDirty = true;
            entries.Add(new EntryRow(id, row.PersonId, row.Program, entry, batch.NowMs, step.Command.Key, LocalDay.Of(ZoneOf(row.Program), entry.AtMs)));
            step.Announce("loyalty.points_entry.v1", "points_entries", id);
        }
        membership.TakeBalances();
    }

    // Their rows go where the identifier goes that they came in by.
    private static readonly string[] Following =
        ["lots", "points_entries", "points_gains", "tier_moves", "tier_facts", "tier_grants", "split_shortfalls", "redemptions", "adjustment_requests", "expiry_reminders", "benefit_uses", "pools", "pool_members", "pool_redemptions"];

    public async ValueTask Save(Batch batch, BooksTransaction books)
    {
        tooMuch.Clear();
        // Not before: what the first run found missing, the third needs as well.
        needs.Clear();
        await PersonMoves.Divide(books, batch, Following);
        await PersonMoves.Move(books, batch.Merges, Following);
        if (batch.Merges.Count > 0)
            await books.Execute("""
                update memberships set merged_into = (select m.to_person from person_moves m where m.from_person = memberships.merged_into)
                where merged_into in (select from_person from person_moves)
                """);
        // Cards are unique: a card that changes hands is taken from the one before it is given to the other.
        if (loaded.Rewritten.Count > 0) await books.Execute("delete from memberships where person_id in ({keys})", ("keys", loaded.Rewritten.ToArray()));
        await books.Upsert(MembershipRow.Table, loaded.RowsToPut());
        await books.Update(MembershipRow.Table, loaded.RowsToSave());
        await books.Update(MembershipRow.Balances, loaded.BalancesToSave());
        var lots = loaded.LotsToSave().ToList();
        await Prove(books, lots);
        await books.Insert(LotRow.Table, lots.Where(l => !loaded.KnownLots.Contains(l.Lot.LotId)).ToList());
        await books.Update(LotRow.Table, lots.Where(l => loaded.KnownLots.Contains(l.Lot.LotId)).ToList());
        await books.Insert(EntryRow.Table, entries);
        var awards = changedAwards.Values.ToList();
        await books.Insert(AwardRow.Table, awards.Where(a => !loaded.KnownAwards.Contains((a.Award.OrderId, a.Program))).ToList());
        await books.Update(AwardRow.Table, awards.Where(a => loaded.KnownAwards.Contains((a.Award.OrderId, a.Program))).ToList());
        await SaveTiers(books);
        await gains.Save(books);
        await SaveShortfalls(books);
        await SaveMovements(books);
        await redemptions.Save(books);
        await SaveReminders(books);
        await benefits.Save(books);
        await pools.Save(books);
    }
}
