using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Auditing;
using Danke.Loyalty.Benefits;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Pools;
using Danke.Orders.Duplicates;
using Danke.Persons.Linking;
using Danke.Platform.Access;
using Danke.Platform.Audits;
using Danke.Platform.Books;
using FsCheck;
using FsCheck.Fluent;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Door;

public sealed class BatchPropertyTests
{
    private static readonly Identifier[] Values =
    [
        Phone("13800000001"), Phone("13800000002"), Ouid("x1"), Ouid("x2"), Union("u1"), Union("u2"), new("member", "", "c1"), new("member", "", "c2"), new("cookie", "", "k1"),
    ];

    private static readonly Gen<Identifier[]> SomeIdentifiers =
        from count in Gen.Frequency((1, Gen.Constant(0)), (4, Gen.Constant(1)), (4, Gen.Constant(2)), (1, Gen.Constant(3)))
        from picked in Gen.ArrayOf(Gen.Elements(Values), count)
        select picked;

    // Mostly the program's own points; of the others only one program knows.
    private static readonly Gen<string> SomeLedger = Gen.Frequency((4, Gen.Constant("")), (2, Gen.Constant("default:coins")), (1, Gen.Constant("default:stars")));

    private static readonly Gen<CommandBody> SomeBody = Gen.Frequency(
        (4, from order in Gen.Choose(1, 4)
            from step in Gen.Elements(Enum.GetValues<OrderStep>())
            from amount in Gen.Elements<long?>(null, 5_000, 19_990, 100_000)
            from origin in Gen.Elements<string?>(null, null, null, null, "tmall:s1:T1")
            select (CommandBody)CopyOf(Order($"T{order}", step, amount), origin)),
        (2, from refund in Gen.Choose(1, 5) from order in Gen.Choose(1, 4) from amount in Gen.Elements(1_000L, 4_990L, 100_000L) select (CommandBody)Refund($"R{refund}", $"T{order}", amount)),
        (3, from card in Gen.Elements<string?>(null, null, "c1", "c2") from profile in ProfilePropertyTests.SomeProfile select (CommandBody)new MemberJoined("", card, profile)),
        (2, from points in Gen.Elements(-300L, -20L, 10L, 500L) from ledger in SomeLedger select (CommandBody)(Adjust(points) with { Program = ledger })),
        (1, from granted in Gen.Elements(true, false) from via in Gen.Elements(ContactChannel.Sms, ContactChannel.Email) select (CommandBody)new ConsentChanged(via, "marketing", "", granted, null)),
        (2, ProfilePropertyTests.SomeProfile.Select(profile => (CommandBody)new MemberUpdated(profile))),
        (1, Gen.Elements("1990-02-03", "--05-17").Select(day => (CommandBody)new MemberUpdated(Profile.Empty with { Birthday = day }))),
        (1, from refund in Gen.Choose(6, 8)
            from order in Gen.Choose(1, 4)
            from amount in Gen.Elements(1_000L, 4_990L)
            select (CommandBody)new RefundSucceeded($"R{refund}", $"T{order}", "CNY", amount, [new RefundLine("1", "A1", null, 1, amount)], null)),
        (1, Gen.Constant((CommandBody)new InteractionHappened("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty))),
        (1, from tier in Gen.Elements("gold", "black")
            from until in Gen.Elements<long?>(null, 20, 200)
            select (CommandBody)new GrantTier("default", tier, GrantKind.Manual, DoorHarness.Start + until * DoorHarness.Day, "test", null)),
        (1, from grant in Gen.Choose(1, 4) select (CommandBody)new EndTierGrant("default", grant)),
        (2, Gen.Constant((CommandBody)new ReviewTier("default"))),
        (1, from end in Gen.Choose(300, 500)
            from before in Gen.Elements(30, 1)
            from ledger in SomeLedger
            select (CommandBody)new RemindOfExpiry(ledger.Length == 0 ? "default" : ledger, DoorHarness.Start + end * DoorHarness.Day - 8 * 3_600_000, before, DoorHarness.Start / DoorHarness.Day + end - before)),
        (1, from day in Gen.Elements(33, 136, 398, 501, 365) from name in Gen.Elements("birthday", "years") select (CommandBody)new GiveBenefit("default", name, DoorHarness.Start / DoorHarness.Day + day)),
        (1, from name in Gen.Elements("shipping", "lounge", "birthday") from times in Gen.Choose(1, 2) select (CommandBody)new BenefitUsed("", name, times, "T1", null)),
        (1, Gen.Constant((CommandBody)new InferLink())),
        (1, Gen.Constant((CommandBody)new MemberLeft("", null))));

    // What is addressed to a person by number, and what becomes of redemptions.
    private static readonly Gen<CommandBody> SomeMovement = Gen.Frequency(
        (3, from reserve in Gen.Elements(true, false)
            from points in Gen.Elements(1L, 20L, 100L)
            from order in Gen.Elements<string?>(null, null, "T1", "T2")
            from ledger in SomeLedger
            select (CommandBody)new PointsRedeemed(reserve, ledger, points, null, order, null)),
        (3, from step in Gen.Elements(Enum.GetValues<RedemptionStep>())
            from number in Gen.Choose(1, 6)
            from points in Gen.Elements<long?>(null, 1, 15)
            select (CommandBody)new RedemptionSettled(step, "", points, number)),
        (2, from id in Gen.Choose(0, 30) select (CommandBody)new RedemptionRolledBack($"test/e{id}", $"test/e{id}", 1, id)),
        (3, from to in Gen.Choose(1, 4) from points in Gen.Elements(1L, 30L, 200L) from ledger in SomeLedger select (CommandBody)new PointsTransferred(ledger, points, to, "gift")),
        (2, from brought in Gen.Elements(true, false) from theirs in Gen.Elements(2L, 40L, 41L) from ledger in SomeLedger select (CommandBody)new PointsExchanged(ledger, "air", brought, theirs, "x")),
        (2, from pair in Gen.Elements(("points", "coins"), ("coins", "points"), ("coins", "stars"), ("stars", "points"))
            from points in Gen.Elements(1L, 10L, 50L)
            select (CommandBody)new PointsConverted("", pair.Item1, pair.Item2, points)),
        (1, from ledger in SomeLedger select (CommandBody)new ExpirePoints(ledger.Length == 0 ? "default" : ledger)),
        (1, from order in Gen.Choose(1, 4) from ledger in SomeLedger select (CommandBody)new ActivatePoints(ledger.Length == 0 ? "default" : ledger, order)),
        (1, from use in Gen.Choose(1, 6) select (CommandBody)new BenefitUseReversed(use, "mistake")),
        (2, from first in Gen.Elements(true, false) select (CommandBody)new PoolOpened("", "home", first ? PoolDraws.SpenderFirst : PoolDraws.SoonestExpiry)),
        (2, from pool in Gen.Choose(1, 2) from guest in Gen.Choose(1, 4) from most in Gen.Elements<long?>(null, 25) select (CommandBody)new PoolInvited(pool, guest, most)),
        (3, from pool in Gen.Choose(1, 2) select (CommandBody)new PoolJoined(pool)),
        (1, from pool in Gen.Choose(1, 2) select (CommandBody)new PoolLeft(pool)),
        (1, from pool in Gen.Choose(1, 2) from member in Gen.Choose(1, 4) from most in Gen.Elements<long?>(null, 0, 20) select (CommandBody)new PoolLimited(pool, member, most)),
        (3, from pool in Gen.Choose(1, 2) from points in Gen.Elements(1L, 40L, 150L) from order in Gen.Elements<string?>(null, "T1", "T2") select (CommandBody)new PoolRedeemed(pool, points, null, order)),
        (2, from together in Gen.Choose(1, 6) from points in Gen.Elements<long?>(null, 7) select (CommandBody)new PoolReturned(together, points)),
        (3, from entry in Gen.Choose(1, 40) select (CommandBody)new EntryReversed(entry, "mistake")));

    private static OrderReported CopyOf(OrderReported order, string? origin) => order.Content is { } content ? order with { Content = content with { Origin = origin } } : order;

    private static long KeyOf(Identifier identifier) => Keys.Key(identifier.Namespace, identifier.Scope, identifier.Value);

    private static readonly Vault Keys = new(new byte[32]);

    // What somebody decides of who is who; whose the identifiers are that go is found out when it is tried.
    private static readonly Gen<CommandBody> SomeDecision = Gen.Frequency(
        (4, Gen.Choose(1, 5).Select(other => (CommandBody)new UnitePersons(other, "user:anna", "one person"))),
        (2, Gen.Choose(1, 5).Select(other => (CommandBody)new KeepApart(other, "user:anna", "two persons"))),
        (2, from going in Gen.ArrayOf(Gen.Elements(Values), 2) select (CommandBody)new DividePerson([.. going.Select(KeyOf).Distinct().Order()], "user:anna", "somebody else's")),
        (2, Gen.Choose(1, 4).Select(decision => (CommandBody)new RevokeDecision(decision, "user:anna"))),
        (4, from kept in Gen.Choose(1, 4)
            from other in Gen.Choose(1, 4)
            from answer in Gen.Elements(DuplicateAnswer.One, DuplicateAnswer.One, DuplicateAnswer.Two, DuplicateAnswer.TakenBack)
            select (CommandBody)new AnswerDuplicate($"tmall/s1/T{kept}", $"tmall/s1/T{other}", answer, "user:anna")),
        (1, from traits in Gen.Elements(true, false) select (CommandBody)new ErasePerson(1, traits)));

    private static readonly Gen<Command> SomeMovementOf =
        from id in Gen.Choose(61, 100)
        from day in Gen.Choose(0, 500)
        from person in Gen.Choose(1, 4)
        from body in Gen.Frequency((3, SomeMovement), (1, SomeDecision))
        select Event($"e{id}", day, body) with { PersonId = person };

    private static readonly Gen<Command[]> SomeHistory =
        from size in Gen.Choose(2, 40)
        from history in Gen.ArrayOf(Gen.Frequency((3,
            from id in Gen.Choose(1, 60)
            from day in Gen.Choose(0, 500)
            from source in Gen.Elements("test", "test", "crm")
            from body in SomeBody
            from identifiers in SomeIdentifiers
            from byHand in Gen.Frequency((4, Gen.Constant<CommandAudit?>(null)), (1, Gen.Constant<CommandAudit?>(new CommandAudit("user:anna", "points.adjusted", "{}"))))
            select Event($"e{id}", day, body, identifiers) with { Source = source, Audit = byHand }), (2, SomeMovementOf)), size)
        select history;

    // Nothing but who is who: what others of the batch make of persons, somebody decides about them and erasings take away.
    private static readonly Gen<Command[]> SomeIdentityHistory =
        from size in Gen.Choose(4, 24)
        from history in Gen.ArrayOf(
            from id in Gen.Choose(1, 100)
            from day in Gen.Choose(0, 500)
            from person in Gen.Choose(1, 4)
            from identifiers in SomeIdentifiers
            from seen in Gen.Elements<CommandBody>(new MemberUpdated(Profile.Empty), new InteractionHappened("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty), new InferLink())
            from decision in SomeDecision
            from isDecision in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
            select isDecision ? Event($"d{id}", day, decision) with { PersonId = person } : Event($"e{id}", day, seen, identifiers), size)
        select history;

    [Theory, OnBothBooks]
    public async Task A_batch_of_sightings_and_decisions_equals_batches_of_one(Dialect dialect)
    {
        foreach (var sample in SomeIdentityHistory.Many(dialect == Dialect.Sqlite ? 150 : 20))
            await sample.Hold(async history =>
            {
                await using var one = await DoorHarness.New(dialect);
                await using var many = await DoorHarness.New(dialect);

                (await many.Apply(history)).ShouldBe(await one.OneByOne(history));
                DoorHarness.Difference(await one.Dump(), await many.Dump()).ShouldBeEmpty();
                (await InPieces(many)).ShouldBeEmpty(await many.Dump());
            });
    }

    // Persons some of whose identifiers are reached from the others neither by links, dropped ones too, nor by what somebody decided.
    private static async Task<List<long>> InPieces(DoorHarness door)
    {
        var person = (await door.Books.Read("select identifier_key, person_id from identifiers", r => (r.GetInt64(0), r.GetInt64(1)))).ToDictionary();
        var piece = person.Keys.ToDictionary(k => k);
        long End(long key) => piece[key] == key ? key : End(piece[key]);
        foreach (var (low, high) in await door.Books.Read("select low_key, high_key from links", r => (r.GetInt64(0), r.GetInt64(1)))) piece[End(low)] = End(high);
        foreach (var tied in (await door.Books.Read("select k.decision_id, k.identifier_key from identity_decision_keys k join identity_decisions d using (decision_id) where kind = 'together' and revoked_ms is null and side = 0",
                     r => (Decision: r.GetInt64(0), Key: r.GetInt64(1)))).GroupBy(t => t.Decision, t => t.Key))
            foreach (var key in tied) piece[End(key)] = End(tied.First());
        return [.. person.Where(p => p.Value != 0).GroupBy(p => p.Value, p => End(p.Key)).Where(g => g.Distinct().Count() > 1).Select(g => g.Key)];
    }

    [Theory, OnBothBooks]
    public async Task A_batch_of_n_equals_n_batches_of_one(Dialect dialect)
    {
        foreach (var program in new[] { Programs.Plain, Programs.Timed, Programs.ByQuarter, Programs.WithBenefits, Programs.WithTypes })
            foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 70 : 10))
                await sample.Hold(async history =>
                {
                    await using var one = await DoorHarness.New(dialect, program);
                    await using var many = await DoorHarness.New(dialect, program);

                    var answers = await one.OneByOne(history);
                    var batched = await many.Apply(history);

                    batched.ShouldBe(answers);
                    DoorHarness.Difference(await one.Dump(), await many.Dump()).ShouldBeEmpty();
                });
    }

    [Theory, OnBothBooks]
    public async Task After_any_history_entries_lots_balances_and_order_totals_agree(Dialect dialect)
    {
        foreach (var program in new[] { Programs.Plain, Programs.WithDebt, Programs.Timed, Programs.WithBenefits, Programs.WithTypes })
            foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 70 : 10))
                await sample.Hold(async history =>
                {
                    await using var door = await DoorHarness.New(dialect, program);
                    await door.Apply(history);
                    await door.Apply(history); // retries change nothing
                    await door.LinkErasedLedgers();
                    (await door.Number(EntriesAgainstBalances)).ShouldBe(0, await door.Dump());
                    (await door.Number(LotsAgainstBalances)).ShouldBe(0, await door.Dump());
                    (await door.Number(LotsAgainstEntries)).ShouldBe(0, await door.Dump());
                    (await Audited.Run(door.Books)).Checks.Where(c => c.Differences > 0 && c.Name.StartsWith("ledger.", StringComparison.Ordinal)).Select(c => $"{c.Name}: {string.Join("; ", c.First)}").ShouldBeEmpty();
                    (await door.Number(RefundsAgainstOrders)).ShouldBe(0, await door.Dump());
                    (await door.Number(GiftsTwice)).ShouldBe(0, await door.Dump());
                    if (program == Programs.WithTypes)
                        foreach (var check in (string[])[GainsAgainstAwardsOfTypes, GainsElsewhere, BudgetsAgainstGains, Overspent, LedgersThatAreMembers, LedgersAlone]) (await door.Number(check)).ShouldBe(0, check + await door.Dump());
                    if (program == Programs.Timed) (await door.Number(FactsAgainstGrowth)).ShouldBe(0, await door.Dump());
                    (await door.Number("select count(*) from person_aliases where to_person in (select from_person from person_aliases)")).ShouldBe(0);
                    (await door.Number("select count(*) from identifiers i join persons p on p.person_id = i.person_id where p.state <> 'active'")).ShouldBe(0);
                    foreach (var table in new[] { "orders", "interactions", "points_entries", "lots", "tier_facts", "tier_grants", "journey_entries", "messages", "expiry_reminders", "benefit_uses", "pools", "pool_members" })
                        (await door.Number($"select count(*) from {table} t join identifiers i on i.identifier_key = t.via_key where t.person_id <> i.person_id")).ShouldBe(0, table);
                    (await door.Number("select count(*) from identifiers i left join person_aliases a on a.from_person = i.anchor_of where i.anchor_of <> 0 and coalesce(a.to_person, i.anchor_of) <> i.person_id")).ShouldBe(0);
                    await ProfilePropertyTests.ShouldBeDecided(door.Books);
                    (await door.Number("select count(*) from dead_letters where code = 'internal_error'")).ShouldBe(0);
                    (await door.Number("select count(*) from audit_log")).ShouldBeInRange(0, history.Count(c => c.Audit is not null));
                });
    }

    [Theory, OnBothBooks]
    public async Task It_does_not_matter_how_often_somebody_looks_at_the_tiers(Dialect dialect)
    {
        foreach (var program in new[] { Programs.Timed, Programs.ByQuarter })
            foreach (var sample in Purchases.Many(dialect == Dialect.Sqlite ? 40 : 8))
                await sample.Hold(async purchases =>
                {
                    var (buyer, history) = (Values[0], purchases.OrderBy(c => c.AtMs).ToArray());
                    var days = history.Length == 0 ? 0 : (int)((history[^1].AtMs - DoorHarness.Start) / DoorHarness.Day);
                    async Task<string> Play(int everyDays)
                    {
                        await using var door = await DoorHarness.New(dialect, program);
                        var looks = Enumerable.Range(0, (days + 700) / everyDays).Select(i => Event($"look{i}", i * everyDays + 0.3, new ReviewTier("default"), buyer))
                            .Append(Event("last", days + 800, new ReviewTier("default"), buyer));
                        await door.Apply([Event("join", 0, Join(), buyer), .. history.Concat(looks).OrderBy(c => c.AtMs)]);
                        return string.Join('\n', await door.Books.Read("select at_ms, from_tier, to_tier, reason from tier_moves order by at_ms, tier_move_id",
                                r => $"{r.GetInt64(0)} {r.GetString(1)} {r.GetString(2)} {r.GetString(3)}"))
                            + string.Join('\n', await door.Books.Read("select tier, tier_since_ms, points_spendable from memberships", r => $"{r.GetString(0)} {r.GetInt64(1)} {r.GetInt64(2)}"));
                    }
                    (await Play(7)).ShouldBe(await Play(500));
                });
    }

    private static readonly Gen<Command[]> Purchases =
        from size in Gen.Choose(0, 10)
        from commands in Gen.ArrayOf(
            from id in Gen.Choose(1, 30)
            from day in Gen.Choose(1, 400)
            from body in Gen.Frequency(
                (3, from amount in Gen.Elements(5_000, 19_990, 100_000) select (CommandBody)Order($"T{id}", OrderStep.Completed, amount)),
                (1, from order in Gen.Choose(1, 30) from amount in Gen.Elements(4_990L, 100_000L) select (CommandBody)Refund($"R{id}", $"T{order}", amount)))
            select Event($"e{id}", day, body, Values[0]), size)
        select commands;

    private static readonly AuditRun Audited = new(
        [.. LedgerChecks.All.Where(c => c.Name != "ledger.overdue"), .. DoubleEntryChecks.All, ChainChecks.Ends, ChainChecks.Entries(new Vault(new byte[32])), ChainChecks.Lots(new Vault(new byte[32]))],
        TimeProvider.System);

    [Theory, OnBothBooks]
    public async Task A_batch_of_n_equals_n_batches_of_one_where_rules_and_caps_decide(Dialect dialect)
    {
        foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 150 : 25))
            await sample.Hold(async history =>
            {
                await using var one = await DoorHarness.New(dialect, Programs.WithRules);
                await using var many = await DoorHarness.New(dialect, Programs.WithRules);

                var answers = await one.OneByOne(history);
                var batched = await many.Apply(history);

                batched.ShouldBe(answers);
                DoorHarness.Difference(await one.Dump(), await many.Dump()).ShouldBeEmpty();
                foreach (var check in (string[])[EntriesAgainstBalances, LotsAgainstBalances, LotsAgainstEntries, GainsAgainstAwards, GainsElsewhere, BudgetsAgainstGains, Overspent])
                    (await many.Number(check)).ShouldBe(0, check + await many.Dump());
                (await Audited.Run(many.Books)).Checks.Where(c => c is { Differences: > 0, Name: "ledger.gains" or "ledger.budgets" }).Select(c => $"{c.Name}: {string.Join("; ", c.First)}").ShouldBeEmpty();
            });
    }

    // What the program wrote off is no longer an award's and is nobody's entry: then an award is less than its entries, never than its gains.
    private const string GainsAgainstAwards =
        "select count(*) from order_awards a where a.earned <> (select coalesce(sum(g.points), 0) from points_gains g where g.order_id = a.order_id and g.program = a.program)";

    private const string GainsAgainstAwardsOfTypes = GainsAgainstAwards + " and a.program = 'default:coins'";

    // Balances of a further type are no membership, in a tier or out of one.
    private const string LedgersThatAreMembers =
        "select count(*) from memberships where program like '%:%' and (state not in ('holding', 'merged', 'left') or growth <> 0 or tier <> '' or tier_version <> 0)";

    // Whoever holds points of a further type is, was or may become a member.
    private const string LedgersAlone =
        "select count(*) from memberships h where h.program like '%:%' and h.state = 'holding' and not exists (select 1 from memberships m where m.person_id = h.person_id and m.program = 'default' and m.state <> 'merged')";

    private const string GainsElsewhere =
        "select count(*) from points_gains g join identifiers i on i.identifier_key = g.via_key where g.person_id <> i.person_id";

    private const string BudgetsAgainstGains =
        "select count(*) from earn_budgets b where b.used <> (select coalesce(sum(g.points), 0) from points_gains g where g.program = b.program and (b.rule = '' or g.rule = b.rule))";

    private const string Overspent =
        "select count(*) from earn_budgets b where b.used > case when b.rule = '' then 6000 else 60 end";

    private const string EntriesAgainstBalances = """
        select count(*) from memberships m where
          points_pending <> (select coalesce(sum(pending), 0) from points_entries e where e.person_id = m.person_id and e.program = m.program and m.state <> 'merged')
          or points_spendable <> (select coalesce(sum(spendable), 0) from points_entries e where e.person_id = m.person_id and e.program = m.program and m.state <> 'merged')
          or growth <> (select coalesce(sum(growth), 0) from points_entries e where e.person_id = m.person_id and e.program = m.program and m.state <> 'merged')
        """;

    private const string LotsAgainstBalances = """
        select count(*) from memberships m where
          points_pending <> (select coalesce(sum(remaining), 0) from lots l where l.person_id = m.person_id and l.program = m.program and l.state = 'pending' and m.state <> 'merged')
          or points_spendable <> (select coalesce(sum(remaining), 0) from lots l where l.person_id = m.person_id and l.program = m.program and l.state in ('active', 'debt') and m.state <> 'merged')
        """;

    private const string FactsAgainstGrowth = """
        select count(*) from memberships m where state <> 'merged' and growth <> (select coalesce(sum(f.growth), 0) from tier_facts f where f.person_id = m.person_id and f.program = m.program)
        """;

    private const string LotsAgainstEntries =
        "select count(*) from lots l where remaining <> (select coalesce(sum(pending + spendable), 0) from points_entries e where e.lot_id = l.lot_id)";

    // Two who turn out to be one may each have had theirs, by the identifier of their own; once they are erased there is none.
    private const string GiftsTwice =
        "select count(*) from benefit_uses a join benefit_uses b on b.via_key = a.via_key and b.benefit = a.benefit and b.occasion = a.occasion and b.benefit_use_id > a.benefit_use_id where a.state = 'given' and b.state = 'given' and a.occasion <> '' and a.person_id = b.person_id and a.via_key <> 0";

    private const string RefundsAgainstOrders =
        "select count(*) from orders o where refunded_minor <> (select coalesce(sum(amount_minor), 0) from refunds r where r.order_id = o.order_id)";
}
