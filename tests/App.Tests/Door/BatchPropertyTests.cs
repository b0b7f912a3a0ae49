using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
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

    private static readonly Gen<CommandBody> SomeBody = Gen.Frequency(
        (4, from order in Gen.Choose(1, 4)
            from step in Gen.Elements(Enum.GetValues<OrderStep>())
            from amount in Gen.Elements<long?>(null, 5_000, 19_990, 100_000)
            select (CommandBody)Order($"T{order}", step, amount)),
        (2, from refund in Gen.Choose(1, 5) from order in Gen.Choose(1, 4) from amount in Gen.Elements(1_000L, 4_990L, 100_000L) select (CommandBody)Refund($"R{refund}", $"T{order}", amount)),
        (3, from card in Gen.Elements<string?>(null, null, "c1", "c2") from profile in ProfilePropertyTests.SomeProfile select (CommandBody)new MemberJoined("", card, profile)),
        (2, from points in Gen.Elements(-300L, -20L, 10L, 500L) select (CommandBody)Adjust(points)),
        (1, from granted in Gen.Elements(true, false) from via in Gen.Elements(ContactChannel.Sms, ContactChannel.Email) select (CommandBody)new ConsentChanged(via, "marketing", "", granted, null)),
        (2, ProfilePropertyTests.SomeProfile.Select(profile => (CommandBody)new MemberUpdated(profile))),
        (1, Gen.Constant((CommandBody)new InteractionHappened("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty))),
        (1, Gen.Constant((CommandBody)new Danke.Persons.Linking.InferLink())),
        (1, Gen.Constant((CommandBody)new MemberLeft("", null))));

    private static readonly Gen<Command[]> SomeHistory =
        from size in Gen.Choose(2, 40)
        from history in Gen.ArrayOf(
            from id in Gen.Choose(1, 60)
            from day in Gen.Choose(0, 500)
            from source in Gen.Elements("test", "test", "crm")
            from body in SomeBody
            from identifiers in SomeIdentifiers
            from byHand in Gen.Frequency((4, Gen.Constant<CommandAudit?>(null)), (1, Gen.Constant<CommandAudit?>(new CommandAudit("user:anna", "points.adjusted", "{}"))))
            select Event($"e{id}", day, body, identifiers) with { Source = source, Audit = byHand }, size)
        select history;

    [Theory, OnBothBooks]
    public async Task A_batch_of_n_equals_n_batches_of_one(Dialect dialect)
    {
        foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 150 : 25))
            await sample.Hold(async history =>
            {
                await using var one = await DoorHarness.New(dialect);
                await using var many = await DoorHarness.New(dialect);

                var answers = await one.OneByOne(history);
                var batched = await many.Apply(history);

                batched.ShouldBe(answers);
                DoorHarness.Difference(await one.Dump(), await many.Dump()).ShouldBeEmpty();
            });
    }

    [Theory, OnBothBooks]
    public async Task After_any_history_entries_lots_balances_and_order_totals_agree(Dialect dialect)
    {
        foreach (var program in new[] { Programs.Plain, Programs.WithDebt })
            foreach (var sample in SomeHistory.Many(dialect == Dialect.Sqlite ? 100 : 15))
                await sample.Hold(async history =>
                {
                    await using var door = await DoorHarness.New(dialect, program);
                    await door.Apply(history);
                    await door.Apply(history); // retries change nothing
                    (await door.Number(EntriesAgainstBalances)).ShouldBe(0, await door.Dump());
                    (await door.Number(LotsAgainstBalances)).ShouldBe(0, await door.Dump());
                    (await door.Number(LotsAgainstEntries)).ShouldBe(0, await door.Dump());
                    (await door.Number(RefundsAgainstOrders)).ShouldBe(0, await door.Dump());
                    (await door.Number("select count(*) from person_aliases where to_person in (select from_person from person_aliases)")).ShouldBe(0);
                    (await door.Number("select count(*) from identifiers i join persons p on p.person_id = i.person_id where p.state <> 'active'")).ShouldBe(0);
                    foreach (var table in new[] { "orders", "interactions", "points_entries", "lots", "journey_entries", "messages" })
                        (await door.Number($"select count(*) from {table} t join identifiers i on i.identifier_key = t.via_key where t.person_id <> i.person_id")).ShouldBe(0, table);
                    (await door.Number("select count(*) from identifiers i left join person_aliases a on a.from_person = i.anchor_of where i.anchor_of <> 0 and coalesce(a.to_person, i.anchor_of) <> i.person_id")).ShouldBe(0);
                    await ProfilePropertyTests.ShouldBeDecided(door.Books);
                    (await door.Number("select count(*) from dead_letters where code = 'internal_error'")).ShouldBe(0);
                    (await door.Number("select count(*) from audit_log")).ShouldBeInRange(0, history.Count(c => c.Audit is not null));
                });
    }

    private const string EntriesAgainstBalances = """
        select count(*) from memberships m where
          points_pending <> (select coalesce(sum(pending), 0) from points_entries e where e.person_id = m.person_id and e.program = m.program and m.state <> 'merged')
          or points_spendable <> (select coalesce(sum(spendable), 0) from points_entries e where e.person_id = m.person_id and e.program = m.program and m.state <> 'merged')
          or growth <> (select coalesce(sum(growth), 0) from points_entries e where e.person_id = m.person_id and e.program = m.program and m.state <> 'merged')
        """;

    private const string LotsAgainstBalances = """
        select count(*) from memberships m where
          points_pending <> (select coalesce(sum(remaining), 0) from lots l where l.person_id = m.person_id and l.state = 'pending' and m.state <> 'merged')
          or points_spendable <> (select coalesce(sum(remaining), 0) from lots l where l.person_id = m.person_id and l.state in ('active', 'debt') and m.state <> 'merged')
        """;

    private const string LotsAgainstEntries =
        "select count(*) from lots l where remaining <> (select coalesce(sum(pending + spendable), 0) from points_entries e where e.lot_id = l.lot_id)";

    private const string RefundsAgainstOrders =
        "select count(*) from orders o where refunded_minor <> (select coalesce(sum(amount_minor), 0) from refunds r where r.order_id = o.order_id)";
}
