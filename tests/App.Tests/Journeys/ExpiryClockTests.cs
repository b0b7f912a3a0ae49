using Danke.App.Tests.Door;
using Danke.App.Tests.Fixtures;
using Danke.Contracts.Commands;
using Danke.Loyalty.Expiring;
using Danke.Platform.Books;
using Microsoft.Extensions.Logging.Abstractions;
using static Danke.App.Tests.Door.Say;

namespace Danke.App.Tests.Journeys;

public sealed class ExpiryClockTests
{
    private static readonly string AMonth = Programs.Plain.Replace("\"months\":12", "\"months\":1");
    private static readonly Identifier Ann = Phone("13800000001");

    private static Task<int> Tick(DoorHarness door, string at)
    {
        var clock = new JourneyHarness.MovableClock { Ms = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() };
        return new ExpiryClock(door.Books, new DueCommands(new AsDoor(door), clock, NullLogger<DueCommands>.Instance)).Sweep(CancellationToken.None);
    }

    private static Task<long> Spendable(DoorHarness door) => door.Number("select points_spendable from memberships");

    [Theory, OnBothBooks]
    public async Task Points_end_at_midnight_of_the_programs_day_and_not_before(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect, AMonth);
        // Spendable since 31 January: the last day is 28 February in Shanghai.
        await door.Apply(Event("j", 0, Join(), Ann), Event("g", 30, Adjust(70), Ann), Event("g2", 31, Adjust(5), Ann));

        (await Tick(door, "2026-02-28T23:59:59+08:00")).ShouldBe(0);
        (await Spendable(door)).ShouldBe(75);
        (await Tick(door, "2026-03-01T00:00:00+08:00")).ShouldBe(1);
        (await Spendable(door)).ShouldBe(5);
        (await door.Books.Read("select at_ms from points_entries where kind = 'expire'", r => r.GetInt64(0)))
            .ShouldBe([DateTimeOffset.Parse("2026-03-01T00:00:00+08:00", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()]);
    }

    [Theory, OnBothBooks]
    public async Task Looking_once_after_months_gives_what_looking_every_day_gives(Dialect dialect)
    {
        var ledgers = new List<string>();
        foreach (var days in new[] { 1, 7, 200 })
        {
            await using var door = await DoorHarness.New(dialect, AMonth);
            await door.Apply(Event("j", 0, Join(), Ann), Event("k", 0, Join(), Phone("13800000002")), Event("g", 30, Adjust(70), Ann), Event("g2", 31, Adjust(5), Ann), Event("g3", 62, Adjust(9), Phone("13800000002")));
            for (var day = days; day <= 200; day += days)
                for (var twice = 0; twice < 2; twice++) await Tick(door, DateTimeOffset.FromUnixTimeMilliseconds(DoorHarness.Start).AddDays(day).ToString("O"));
            await Tick(door, DateTimeOffset.FromUnixTimeMilliseconds(DoorHarness.Start).AddDays(200).ToString("O"));
            ledgers.Add(string.Join('\n', await door.Books.Read("select person_id, lot_id, kind, spendable, at_ms from points_entries order by person_id, at_ms, lot_id",
                r => $"{r.GetInt64(0)} {r.GetInt64(1)} {r.GetString(2)} {r.GetInt64(3)} {r.GetInt64(4)}")));
            (await door.Number("select sum(points_spendable) from memberships")).ShouldBe(0);
            (await door.Number("select count(*) from memberships where next_expiry_ms is not null")).ShouldBe(0);
        }
        ledgers.Distinct().Count().ShouldBe(1, string.Join("\n\n", ledgers));
    }

    [Theory, OnBothBooks]
    public async Task Points_that_a_late_report_brings_for_a_day_that_has_been_ended_end_too(Dialect dialect)
    {
        await using var door = await DoorHarness.New(dialect, AMonth);
        await door.Apply(Event("j", 0, Join(), Ann), Event("o", 1, Order("T1", OrderStep.Completed, 10_000), Ann));
        (await Tick(door, "2026-06-01T00:00:00Z")).ShouldBe(1);

        await door.Apply(Event("o2", 1, Order("T2", OrderStep.Completed, 5_000), Ann));
        (await Spendable(door)).ShouldBe(50);
        (await Tick(door, "2026-06-01T00:01:00Z")).ShouldBe(1);

        (await Spendable(door)).ShouldBe(0);
        (await door.Number("select points_expired from memberships")).ShouldBe(150);
        (await Tick(door, "2026-06-01T00:02:00Z")).ShouldBe(0);
    }
}
