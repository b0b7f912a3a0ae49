using System.Text.Json.Nodes;
using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Engines.Ledger;
using Danke.Engines.Tiers;
using Danke.Loyalty.Earning;
using Danke.Loyalty.Simulation;
using Danke.Orders.Reading;
using Danke.Persons.Reading;
using Danke.Platform.Books;
using FsCheck;
using FsCheck.Fluent;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Loyalty;

/// <summary>A replay of the live program beside what the Door did: whatever happened in the order of time must come out the same.</summary>
public sealed class SimulationPropertyTests
{
    private const int Days = 500;
    private const double Minute = 60_000;

    // Three pieces that points alone pay.
    private const int FreeNumber = 3;

    private static OrderReported Free(OrderStep step) => new(step, $"T{FreeNumber}", Content(9_000) with { Lines = [new OrderLine("1", "A1", "面霜", "护肤", 3, 3_000, 9_000)], DiscountMinor = 9_000, TotalMinor = 0 });

    private static readonly Identifier[] Members = [Phone("13800000001"), Phone("13800000002"), Phone("13800000003")];

    // Of a further type: refused where the program has none.
    private static readonly Gen<string> SomeLedger = Gen.Frequency((3, Gen.Constant("")), (2, Gen.Constant("default:coins")), (1, Gen.Constant("default:stars")));

    // All with the same content, as a source sends it; an order is one member's.
    private static readonly Gen<(double Day, int Member, CommandBody Body)> SomeEvent =
        from day in Gen.Choose(2, Days - 20)
        from hour in Gen.Choose(0, 23)
        from number in Gen.Choose(1, 15)
        from body in Gen.Frequency(
            (6, Gen.Elements(OrderStep.Placed, OrderStep.Paid, OrderStep.Paid, OrderStep.Shipped, OrderStep.Completed, OrderStep.Completed, OrderStep.Completed, OrderStep.Closed)
                .Select(step => (CommandBody)(number == FreeNumber ? Free(step) : Order($"T{number}", step, 3_000 + number * 1_990)))),
            (2, from refund in Gen.Choose(1, 60) from amount in Gen.Elements(500L, 1_990L, 12_000L) select (CommandBody)Refund($"R{refund}", $"T{number}", amount)),
            (1, from refund in Gen.Choose(61, 90) from pieces in Gen.Choose(0, 2) select (CommandBody)(Refund($"R{refund}", $"T{FreeNumber}", 0) with { Lines = pieces == 0 ? [] : [new RefundLine("1", null, null, pieces, 0)] })),
            (2, Gen.Constant((CommandBody)new InteractionHappened("page.view", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty))),
            (2, from points in Gen.Elements(1L, 15L, 60L) from pays in Gen.Elements(true, false) from ledger in SomeLedger select (CommandBody)new PointsRedeemed(false, ledger, points, null, pays ? $"T{(points == 15L ? FreeNumber : number)}" : null, null)),
            (1, from points in Gen.Elements(-20L, 40L, 300L) from ledger in SomeLedger select (CommandBody)(Adjust(points) with { Program = ledger })),
        (1, from pair in Gen.Elements(("points", "coins"), ("coins", "points"), ("coins", "stars")) from points in Gen.Elements(1L, 10L, 50L) select (CommandBody)new PointsConverted("", pair.Item1, pair.Item2, points)),
            (1, Gen.Elements(7, 40).Select(days => (CommandBody)new GrantTier("default", "gold", GrantKind.Manual, DoorHarness.Start + (day + days) * DoorHarness.Day, "test", null))))
        select (day + hour / 24.0, number % Members.Length, body);

    private static readonly Gen<(double Day, int Member, CommandBody Body)[]> SomeHistory = from size in Gen.Choose(1, 60) from events in Gen.ArrayOf(SomeEvent, size) select events;

    private static readonly string WithRules = Programs.WithRules.Replace(",\"budget\":6000", "").Replace(",\"budget\":60", "");

    private static string With(string program, string more) => program[..program.LastIndexOf('}')] + more + "}";

    public static readonly TheoryData<string, string> Kinds = new()
    {
        { "plain", Programs.Plain },
        { "debt", Programs.WithDebt },
        { "timed", Programs.Timed },
        { "by quarter", Programs.ByQuarter },
        { "rules and caps", WithRules },
        { "pending days", With(Programs.Timed.Replace("\"months\":12", "\"months\":3"), ",\"pending\":{\"days\":9}") },
        { "reissued, by purchase", With(WithRules.Replace("on_joining", "on_purchase"), ",\"returns\":{\"restore\":\"reissue\",\"reissue_days\":30}") },
        { "types", Programs.WithTypes.Replace(",\"budget\":60", "") },
        { "upgrade first", With(Programs.Plain, ",\"qualification\":{\"upgrade_first\":true,\"window\":\"year\",\"refunds\":\"at_once\"}") },
    };

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_live_program_replayed_gives_what_the_Door_gave(string kind, string program)
    {
        kind.ShouldNotBeEmpty();
        foreach (var sample in SomeHistory.Many(12))
            await sample.Hold(async history =>
            {
                await using var door = await DoorHarness.New(Dialect.Sqlite, program);
                await Live(door, history);

                var report = await Simulate(door, program, program);

                report.Actual.Examples.ShouldBeEmpty(await door.Dump());
                (report.Actual.Differ, report.Live.Unpaid).ShouldBe((0, 0));
                await ShouldBeTheLedger(door, "default", report.Live);
                (report.People.Gain, report.People.Lose, report.People.TierUp, report.People.TierDown).ShouldBe((0, 0, 0, 0));
                foreach (var type in report.Types!)
                {
                    type.Actual!.Examples.ShouldBeEmpty(type.PointType + await door.Dump());
                    (type.Actual.Members, type.Actual.Differ, type.Live!.Unpaid, type.People.Gain, type.People.Lose).ShouldBe((3, 0, 0, 0, 0));
                    await ShouldBeTheLedger(door, $"default:{type.PointType}", type.Live);
                    type.Actual.Spendable.ShouldBe(await door.Number($"select coalesce(sum(points_spendable), 0) from memberships where program = 'default:{type.PointType}'"));
                    type.Live.Members.ShouldBe(await door.Number($"select count(distinct person_id) from points_entries where program = 'default:{type.PointType}'"));
                }
            });
    }

    // A cap by the month that the first order filled until then has room again for the third.
    [Fact]
    public async Task An_order_whose_payment_is_told_late_counts_on_the_day_of_paying()
    {
        await using var door = await DoorHarness.New(Dialect.Sqlite, WithRules);
        await Live(door,
        [
            (10.1, 0, Order("T9", OrderStep.Completed, 20_910)), (23.7, 0, Order("T15", OrderStep.Paid, 32_850)), (29.4, 0, Order("T12", OrderStep.Completed, 26_880)),
            (268.2, 0, Order("T9", OrderStep.Paid, 20_910)), (378, 0, Refund("R12", "T15", 1_990)), (473, 0, Refund("R32", "T15", 1_990)),
        ]);

        var report = await Simulate(door, WithRules, WithRules);

        report.Actual.Examples.ShouldBeEmpty(await door.Dump());
        (await door.Number("select sum(points) from points_gains where rule = 'big' and order_id = 2")).ShouldBe(30);
    }

    private static async Task ShouldBeTheLedger(DoorHarness door, string ledger, ProgramSide replayed)
    {
        replayed.Liability.ShouldBe(await door.Number($"select coalesce(sum(points), 0) from ledger_days where account in ('members_spendable', 'members_pending') and program = '{ledger}'"));
        replayed.Expired.ShouldBe(await door.Number($"select coalesce(sum(points_expired), 0) from memberships where program = '{ledger}'"));
        replayed.Spent.ShouldBe(await door.Number($"select coalesce(sum(points), 0) from ledger_days where account = 'spent' and program = '{ledger}'"));
    }

    public static readonly TheoryData<string> Budgeted = [Programs.WithRules.Replace("\"budget\":6000", "\"budget\":300"), Programs.WithTypes];

    [Theory, MemberData(nameof(Budgeted))]
    public async Task Budgets_of_all_members_are_shared_in_the_order_of_time(string program)
    {
        // Nothing is taken back: what was held back and then taken back makes room in a replay, and at the Door not.
        foreach (var sample in SomeHistory.Select(h => h.Where(e => e.Body is not (RefundSucceeded or OrderReported { Step: not OrderStep.Completed })).ToArray()).Many(20))
            await sample.Hold(async history =>
            {
                await using var door = await DoorHarness.New(Dialect.Sqlite, program);
                await Live(door, history);

                var report = await Simulate(door, program, program);

                foreach (var actual in report.Types!.Select(t => t.Actual).Prepend(report.Actual)) actual!.Examples.ShouldBeEmpty(await door.Dump());
            });
    }

    // Day by day with the night between, as a server that never stands still. No two at one instant: what came first then, only the Door knows.
    private static async Task Live(DoorHarness door, (double Day, int Member, CommandBody Body)[] history)
    {
        for (var i = 0; i < Members.Length; i++) await door.Apply(Event($"j{i}", 1 + i * 0.01, Join(), Members[i]), Event($"b{i}", 1 + i * 0.01, new MemberUpdated(Profile.Empty with { Birthday = "1990-03-04" }), Members[i]));
        var number = 0;
        foreach (var (hour, member, body) in history.OrderBy(e => e.Day))
        {
            var day = hour + number * Minute / DoorHarness.Day;
            await Night(door, day);
            await door.Apply(Event($"e{number++}", day, body, body is RefundSucceeded ? [] : [Members[member]]));
        }
        await Night(door, Days);
    }

    private static async Task Night(DoorHarness door, double day)
    {
        var now = DoorHarness.Start + (long)(day * DoorHarness.Day);
        foreach (var (at, order, person, ledger) in await door.Books.Read("select activates_at_ms, order_id, person_id, program from lots where activates_at_ms <= @now and state = 'pending' order by activates_at_ms, lot_id",
                     r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3)), [("now", now)]))
            await door.Apply(Clock($"activate/{ledger}/{order}/{at}", at, person, new ActivatePoints(ledger, order)));
        foreach (var person in await door.Books.Read("select person_id from memberships where tier_review_at_ms <= @now", r => r.GetInt64(0), [("now", now)]))
            await door.Apply(Clock($"review/{person}/{now}", now, person, new ReviewTier("default")));
        foreach (var (person, ledger) in await door.Books.Read("select person_id, program from memberships where next_expiry_ms <= @now", r => (r.GetInt64(0), r.GetString(1)), [("now", now)]))
            await door.Apply(Clock($"expire/{ledger}/{person}/{now}", now, person, new ExpirePoints(ledger)));
    }

    private static Command Clock(string id, long at, long person, CommandBody body) => Event(id, 0, body) with { AtMs = at, PersonId = person };

    private static Task<SimulationReport> Simulate(DoorHarness door, string live, string draft)
    {
        var plan = new SimulationPlan(ProgramDocument.Read(JsonNode.Parse(live)!, 1), ProgramDocument.Read(JsonNode.Parse(draft)!, 2), 2, 10_000, 1, 24, null);
        var reader = new HistoryReader(door.Books, new OrderLives(door.Books), new PersonPasts(door.Books));
        return new Simulator(reader, new At(DoorHarness.Start + Days * DoorHarness.Day)).Run(plan, (_, _) => { }, CancellationToken.None);
    }

    private sealed class At(long ms) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(ms);
    }
}
