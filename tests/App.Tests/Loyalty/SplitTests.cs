using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Contracts.Persons;
using Danke.Loyalty.Auditing;
using Danke.Loyalty.Earning;
using Danke.Platform.Access;
using Danke.Platform.Books;
using Danke.Platform.Door;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

/// <summary>Identifiers go from one person to another at the stage: what Identity decides is given.</summary>
public sealed class SplitTests
{
    private static readonly Identifier A = Phone("13800000001"), B = Ouid("b");

    private static readonly string OneTier = Programs.Plain[..Programs.Plain.IndexOf("\"tiers\"", StringComparison.Ordinal)]
        + """ "tiers":[{"name":"base","title":"Base","from":0,"earn_percent":100}]}""";

    private static Task<long> KeyOf(DoorHarness door, Identifier identifier) => door.Number($"select identifier_key from identifiers where namespace = '{identifier.Namespace}'");

    private static async Task Move(DoorHarness door, string id, double day, long from, long to, params long[] keys)
    {
        await using var books = await door.Books.Begin();
        var command = Event(id, day, new MemberUpdated(Profile.Empty));
        var step = new Step(command)
        {
            Candidates = [from, to],
            Person = new PersonResolution(to, false, [], keys[0]),
            Moves = [.. keys.Select(k => new IdentifierMove(k, from, to))],
        };
        var batch = new Batch([step], new Sequences(), books, DoorHarness.Start) { PersonIds = [from, to], MayDivide = [from, to], MayMove = true };
        foreach (var key in keys) batch.Owners[key] = to;
        var stage = new LoyaltyStage(new LedgerChain(new Vault(new byte[32])));
        var first = books.Ask();
        stage.Ask([step], first);
        await first.Send();
        await stage.Load(batch, books);
        stage.Check(step).ShouldBeNull();
        stage.Apply(step);
        await stage.Save(batch, books);
        await books.Execute("insert into commands (command_key, body_hash, status, person_id, answered_at_ms) values (@key, 0, 0, @person, 0)", ("key", command.Key), ("person", to));
        await books.Commit();
    }

    private static async Task ShouldAgree(DoorHarness door)
    {
        foreach (var check in LedgerChecks.All.Where(c => c.Name is "ledger.balances" or "ledger.lots" or "ledger.lot_amounts" or "ledger.sides" or "ledger.awards"))
            (await door.Books.Read(check.Differences, r => $"{check.Name}: {r.GetValue(0)} expected {r.GetValue(1)} found {r.GetValue(2)}")).ShouldBeEmpty(await door.Dump());
    }

    private static async Task<string[]> Standing(DoorHarness door) =>
    [
        .. await door.Books.Read("""
            select person_id, card, state, tier, growth, points_pending, points_spendable, points_earned, points_spent, points_expired, next_expiry_ms, via_key
            from memberships order by person_id
            """, Row),
        .. await door.Books.Read("select lot_id, person_id, state, amount, remaining, expires_at_ms, via_key from lots order by lot_id", Row),
    ];

    private static string Row(System.Data.Common.DbDataReader r) => string.Join(" ", Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i)));

    private static async Task<DoorHarness> Two(Dialect dialect, string program, params Command[] before)
    {
        var door = await DoorHarness.New(dialect, program);
        await door.Apply([Event("ja", 0, Join(), A), Event("jb", 0, Join(), B), .. before]);
        return door;
    }

    private static async Task<(long Survivor, long Absorbed)> Unite(DoorHarness door)
    {
        await door.Apply(Event("unite", 10, new MemberUpdated(Profile.Empty), A, B));
        return (await door.Books.Read("select to_person, from_person from person_aliases", r => (r.GetInt64(0), r.GetInt64(1))))[0];
    }

    [Theory, OnBothBooks]
    public async Task Each_side_has_its_own_again_and_what_one_owes_the_other_bears_until_somebody_decides(Dialect dialect)
    {
        foreach (var approve in new[] { true, false })
        {
            await using var door = await Two(dialect, OneTier,
                Event("o1", 1, Order("T1", OrderStep.Completed, 60_000), A), Event("o2", 2, Order("T2", OrderStep.Completed, 40_000), A), Event("o3", 3, Order("T3", OrderStep.Completed, 20_000), B));
            var b = await KeyOf(door, B);
            var (survivor, absorbed) = await Unite(door);
            await door.Apply(Event("o4", 11, Order("T4", OrderStep.Completed, 5_000), B), Event("s", 12, Adjust(-300), B));
            (await door.Number("select points_spendable from memberships where state = 'active'")).ShouldBe(950);

            await Move(door, "split", 20, survivor, absorbed, b);

            await ShouldAgree(door);
            (await door.Books.Read("select person_id, points_spendable, growth, state from memberships order by person_id", r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3))))
                .ShouldBe([(1, 950, 1_000, "active"), (2, 0, 250, "active")]);
            (await door.Number("select borne_by_other from split_shortfalls where state = 'awaiting' and person_id = 1 and borne_by_program = 0")).ShouldBe(50);

            var decision = Event("decision", 21, new ShortfallDecided(1, approve)) with { PersonId = survivor };
            (await door.Apply(decision))[0].Status.ShouldBe(AnswerStatus.Applied);
            (await door.Apply(Event("again", 21, new ShortfallDecided(1, !approve)) with { PersonId = survivor }))[0].Code.ShouldBe("shortfall_decided");
            await ShouldAgree(door);
            (await door.Number("select points_spendable from memberships where person_id = 1")).ShouldBe(approve ? 950 : 1_000);
            (await door.Number($"select count(*) from split_shortfalls where state = '{(approve ? "approved" : "rejected")}' and decided_by = 'test/decision'")).ShouldBe(1);
        }
    }

    [Theory, OnBothBooks]
    public async Task Uniting_and_splitting_gives_back_both_memberships_as_they_were(Dialect dialect)
    {
        foreach (var program in new[] { Programs.Plain, Programs.WithDebt, Programs.Timed })
        {
            await using var door = await Two(dialect, program,
                Event("o1", 1, Order("T1", OrderStep.Completed, 18_000), A), Event("s1", 2, Adjust(-170), A), Event("r1", 3, Refund("R1", "T1", 9_000), A),
                Event("o3", 3, Order("T3", OrderStep.Completed, 15_000), B), Event("o5", 4, Order("T5", OrderStep.Paid, 4_000), B));
            var b = await KeyOf(door, B);
            var before = await Standing(door);
            var (survivor, absorbed) = await Unite(door);
            (await door.Number("select count(*) from tier_moves where to_tier = 'gold'")).ShouldBe(1);

            await Move(door, "split", 20, survivor, absorbed, b);

            (await Standing(door)).ShouldBe(before);
            (await door.Number("select count(*) from tier_moves where to_tier = 'silver' and is_grace = 1")).ShouldBe(1);
            await ShouldAgree(door);
        }
    }

    [Theory, OnBothBooks]
    public async Task Who_gets_points_and_never_joined_holds_them_until_they_do(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect, OneTier);
        await door.Apply(Event("j", 0, Join(), A), Event("l", 0, new MemberUpdated(Profile.Empty), A, B), Event("o1", 1, Order("T1", OrderStep.Completed, 10_000), A), Event("o2", 1, Order("T2", OrderStep.Paid, 20_000), B));
        var b = await KeyOf(door, B);

        await Move(door, "split", 5, 1, 2, b);

        await ShouldAgree(door);
        (await door.Books.Read("select person_id, state, points_spendable, points_pending from memberships order by person_id", r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3))))
            .ShouldBe([(1, "active", 100, 0), (2, "unclaimed", 0, 200)]);
    }

    [Theory, OnBothBooks]
    public async Task A_membership_goes_with_the_identifier_it_was_joined_by(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect, OneTier);
        await door.Apply(Event("j", 0, Join("C1"), A), Event("l", 0, new MemberUpdated(Profile.Empty), A, B), Event("o1", 1, Order("T1", OrderStep.Completed, 10_000), A), Event("o2", 1, Order("T2", OrderStep.Completed, 20_000), B));
        // The card is an identifier too, and the strongest: it is the one that the membership came in by.
        var (a, card) = (await KeyOf(door, A), await KeyOf(door, new Identifier("member", "", "C1")));

        await Move(door, "split", 5, 1, 2, a, card);
        await Move(door, "nothing", 6, 1, 3, 4711);

        await ShouldAgree(door);
        (await door.Books.Read("select person_id, state, points_spendable from memberships where card = 'C1'", r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2)))).ShouldBe([(2, "active", 100)]);
        (await door.Books.Read("select person_id, state, points_spendable from memberships where card <> 'C1'", r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2)))).ShouldBe([(1, "unclaimed", 200)]);
    }
}
