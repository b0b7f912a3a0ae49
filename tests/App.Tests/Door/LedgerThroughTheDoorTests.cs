using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Platform.Books;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Door;

public sealed class LedgerThroughTheDoorTests
{
    private static readonly Identifier Ann = Phone("13800000001");

    [Theory, OnBothBooks]
    public async Task A_paid_order_earns_pending_points_that_its_completion_makes_spendable(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect);
        await door.Apply(Event("j", 0, Join(), Ann), Event("p", 1, Order("T1", OrderStep.Paid, 10_050), Ann));
        (await door.Number("select points_pending from memberships")).ShouldBe(100);
        (await door.Number("select points_spendable from memberships")).ShouldBe(0);

        await door.Apply(Event("c", 8, Order("T1", OrderStep.Completed)));

        (await door.Number("select points_pending from memberships")).ShouldBe(0);
        (await door.Number("select points_spendable from memberships")).ShouldBe(100);
        (await door.Number("select growth from memberships")).ShouldBe(100);
    }

    [Theory, OnBothBooks]
    public async Task Reports_of_an_order_in_any_order_and_twice_give_the_same_points(Dialect dialect)
    {
        Command[] reports =
        [
            Event("p", 1, Order("T1", OrderStep.Paid, 30_000), Ann), Event("s", 2, Order("T1", OrderStep.Shipped), Ann),
            Event("c", 8, Order("T1", OrderStep.Completed), Ann), Event("r", 9, Refund("R1", "T1", 10_000), Ann),
        ];
        var states = new HashSet<string>();
        foreach (var order in Permutations(reports))
        {
            await using var door = await DoorHarness.New(dialect);
            await door.Apply(Event("j", 0, Join(), Ann));
            await door.OneByOne(order.Twice());
            states.Add($"{await door.Number("select points_spendable from memberships")} {await door.Number("select growth from memberships")} "
                + $"{await door.Number("select points_pending from memberships")} {await door.Number("select refunded_minor from orders")}");
        }
        states.ShouldBe(["200 200 0 10000"]);
    }

    [Theory, OnBothBooks]
    public async Task Small_refunds_take_back_what_the_kept_part_no_longer_earns(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect);
        await door.Apply(Event("j", 0, Join(), Ann), Event("c", 1, Order("T1", OrderStep.Completed, 2_190), Ann));
        foreach (var (id, expected) in new[] { ("a", 16), ("b", 11), ("c2", 6), ("d", 1) })
        {
            await door.Apply(Event(id, 2, Refund(id, "T1", 500)));
            (await door.Number("select points_spendable from memberships")).ShouldBe(expected);
        }
    }

    [Theory, OnBothBooks]
    public async Task Points_spent_before_a_refund_are_written_off_or_become_a_debt_that_the_next_earning_pays(Dialect dialect)
    {
        foreach (var (program, afterRefund, afterEarning) in new[] { (Programs.Plain, 0, 50), (Programs.WithDebt, -80, -30) })
        {
            await using var door = await DoorHarness.New(dialect, program);
            await door.Apply(Event("j", 0, Join(), Ann), Event("c", 1, Order("T1", OrderStep.Completed, 10_000), Ann), Event("a", 2, Adjust(-80), Ann),
                Event("r", 3, Refund("R1", "T1", 10_000)));
            (await door.Number("select points_spendable from memberships")).ShouldBe(afterRefund);

            await door.Apply(Event("c2", 4, Order("T2", OrderStep.Completed, 5_000), Ann));

            (await door.Number("select points_spendable from memberships")).ShouldBe(afterEarning);
        }
    }

    [Theory, OnBothBooks]
    public async Task Taking_more_than_the_balance_is_declined_for_good_and_changes_nothing(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect);
        await door.Apply(Event("j", 0, Join(), Ann), Event("g", 0, Adjust(50), Ann));
        var before = await door.Dump();

        var first = (await door.Apply(Event("t", 1, Adjust(-51), Ann)))[0];
        await door.Apply(Event("g2", 1, Adjust(50), Ann));
        var again = (await door.Apply(Event("t", 1, Adjust(-51), Ann)))[0];

        (first.Status, first.Code).ShouldBe((AnswerStatus.Declined, "insufficient_balance"));
        again.ShouldBe(first);
        before.ShouldContain("points_spendable=50");
        (await door.Number("select points_spendable from memberships")).ShouldBe(100);
    }

    [Theory, OnBothBooks]
    public async Task A_tier_follows_growth_up_and_down_and_every_move_is_kept(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect);
        await door.Apply(Event("j", 0, Join(), Ann), Event("c", 1, Order("T1", OrderStep.Completed, 20_000), Ann), Event("c2", 2, Order("T2", OrderStep.Completed, 10_000), Ann),
            Event("r", 3, Refund("R1", "T1", 20_000)));

        (await door.Books.Read("select from_tier, to_tier from tier_moves order by tier_move_id", r => $"{r.GetString(0)}>{r.GetString(1)}")).ShouldBe(["silver>gold", "gold>silver"]);
        // The second order was made as gold: 100 × 120 %.
        (await door.Number("select points_spendable from memberships")).ShouldBe(120);
    }

    [Theory, OnBothBooks]
    public async Task A_changed_rule_does_not_touch_what_was_earned_under_the_old_one(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect);
        await door.Apply(Event("j", 0, Join(), Ann), Event("c", 1, Order("T1", OrderStep.Completed, 10_000), Ann));
        await door.Publish("program", "default", Programs.Plain.Replace("\"earn\":{\"rate\":{\"points\":1", "\"earn\":{\"rate\":{\"points\":2"));

        await door.Apply(Event("r", 2, Refund("R1", "T1", 4_000)), Event("c2", 3, Order("T2", OrderStep.Completed, 1_000), Ann));

        (await door.Number("select points_spendable from memberships")).ShouldBe(60 + 20);
    }

    private static IEnumerable<Command[]> Permutations(Command[] items) =>
        items.Length == 1 ? [items] : items.SelectMany((item, i) => Permutations([.. items[..i], .. items[(i + 1)..]]).Select(rest => (Command[])[item, .. rest]));
}
